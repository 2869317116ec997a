"""How the C library hands out memory to the threads of a process that runs long."""

import ctypes
import os
import sys

ARENAS = 2
_M_ARENA_MAX = -8  # of glibc's malloc.h
_BY_HAND = "MALLOC_ARENA_MAX"


def share_arenas() -> None:
    """Has all threads share a few arenas, whatever is freed in one of them.

    By default glibc gives them up to eight a core, each of which keeps what it once held: a server
    that took pages in, with new threads for each ingest, grew by 10 MiB a minute though nothing was
    in use. With another C library, and where the environment sets it, nothing is changed.
    """
    if not sys.platform.startswith("linux") or _BY_HAND in os.environ:
        return
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_ARENA_MAX, ARENAS)
