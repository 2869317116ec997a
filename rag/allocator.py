"""How the C library hands out memory to the threads of a process that runs long."""

import ctypes
import os
import sys

ARENAS = 2
APART = 512 * 1024
"""Bytes from which on a block is a mapping of its own."""
# Each option of glibc's malloc.h, its value, and the environment's name for it.
_OPTIONS = (
    (-8, ARENAS, "MALLOC_ARENA_MAX"),
    (-3, APART, "MALLOC_MMAP_THRESHOLD_"),
    (-1, 1024 * 1024, "MALLOC_TRIM_THRESHOLD_"),  # free at the end of a heap: given back
)


def give_memory_back() -> None:
    """Has all threads share a few arenas, and large blocks go back to the system once freed.

    By default glibc gives threads up to eight arenas a core, each of which keeps what it once held:
    a server that took pages in, with new threads for each ingest, grew by 10 MiB a minute though
    nothing was in use. It also puts blocks of up to 32 MiB into the arenas, once one that large was
    freed: matrices and vectors of a search leave holes there, which small blocks break up, and 60
    MiB lay free. With another C library, and for what the environment sets, nothing is changed.
    """
    if not sys.platform.startswith("linux"):
        return
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    for option, value, name in _OPTIONS:
        if set_option is not None and name not in os.environ:
            set_option(option, value)
