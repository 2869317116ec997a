"""Threads share the C library's arenas once they are told to."""

import os
import platform
import subprocess
import sys

import pytest

from rag.allocator import ARENAS

# Threads that all hold memory at the same time; then glibc tells of its arenas, a heading each.
PROBE = """
import ctypes, sys, threading
from rag.allocator import share_arenas
if sys.argv[1] == "shared":
    share_arenas()
barrier = threading.Barrier(12)
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.free.argtypes = (ctypes.c_void_p,)
def hold():
    held = library.malloc(5000)
    barrier.wait()
    library.free(held)
threads = [threading.Thread(target=hold) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
library.malloc_stats()
"""


def arenas(kind: str, **environment: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, kind],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stderr.count("Arena ")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_threads_share_arenas_unless_the_environment_says_otherwise() -> None:
    assert arenas("not") > ARENAS
    assert arenas("shared") <= ARENAS
    assert arenas("shared", MALLOC_ARENA_MAX="6") > ARENAS
