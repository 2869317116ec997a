"""Memory that is freed goes back to the system once the C library is told so."""

import os
import platform
import re
import subprocess
import sys

import pytest

from rag.allocator import APART, ARENAS

# Threads that all hold memory at the same time; then glibc tells of its arenas, a heading each.
PROBE = """
import ctypes, sys, threading
from rag.allocator import give_memory_back
if sys.argv[1] == "shared":
    give_memory_back()
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
def test_threads_give_memory_back_unless_the_environment_says_otherwise() -> None:
    assert arenas("not") > ARENAS
    assert arenas("shared") <= ARENAS
    assert arenas("shared", MALLOC_ARENA_MAX="6") > ARENAS


# A large block that is freed; then small ones around another of the same size, which is freed too.
HOLES = """
import ctypes, sys
from rag.allocator import APART, give_memory_back
if sys.argv[1] == "given back":
    give_memory_back()
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.free.argtypes = (ctypes.c_void_p,)
library.free(library.malloc(20 * APART))
large = library.malloc(16 * APART)
small = library.malloc(5000)
library.free(large)
library.malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_a_large_block_leaves_no_hole_among_small_ones() -> None:
    def free_bytes(kind: str) -> int:
        """What the heap keeps, and isn't in use."""
        done = subprocess.run(
            [sys.executable, "-c", HOLES, kind], capture_output=True, text=True, check=True
        )
        of_arena = re.findall(r"^(system|in use) bytes +=\s*(\d+)$", done.stderr, re.MULTILINE)
        return int(of_arena[0][1]) - int(of_arena[1][1])

    assert free_bytes("kept") > 16 * APART > 4 * free_bytes("given back")
