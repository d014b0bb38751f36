"""What is let go of goes back to the system: a recorder stands beside what it watches for weeks.

Lists come in pages of megabytes, read in several threads. Left alone, glibc gives every thread a heap of its own, and
after the first large piece it puts pieces of up to 32 MB into those heaps, where a few small ones that stay keep the
room of all that have gone. Elsewhere than on glibc nothing is done.
"""

from __future__ import annotations

import ctypes
import gc

_MADE_BETWEEN = 10_000  # objects, between two looks for circles: every 700 cost a fifth of the time of a long list
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of malloc.h
_PIECE = 128 * 1024  # bytes; what malloc begins with, and keeps when it is said


def frugal() -> None:
    """Large pieces of memory stand alone, and there are two heaps; what is imported by now is no more looked at for
    circles. Call it before threads begin."""
    gc.freeze()
    gc.set_threshold(_MADE_BETWEEN)
    mallopt = _libc("mallopt")
    if mallopt is not None:
        for what, value in ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, _PIECE), (_TRIM_THRESHOLD, _PIECE)):
            mallopt(what, value)


def give_back() -> None:
    """Give back what is free within the heaps. It takes milliseconds."""
    trim = _libc("malloc_trim")
    if trim is not None:
        trim(0)


def _libc(name: str) -> ctypes._NamedFuncPointer | None:
    try:
        found: ctypes._NamedFuncPointer | None = getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):
        return None
    return found
