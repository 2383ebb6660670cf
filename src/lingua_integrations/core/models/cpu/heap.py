"""The heap of the process: what passes have freed goes back to the system."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def trim() -> None:
    """Give free pages back to the system, where the C library can (glibc): 5 to 15 milliseconds.

    Passes over ever other numbers of tokens leave holes that later ones do not fit into, and the C library
    keeps them: a hundred megabytes and more over a long text.
    """
    release = _release()
    if release is not None:
        release(0)


@cache
def _release() -> Callable[[int], int] | None:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library; on Windows there is no such handle
        return None
    return found
