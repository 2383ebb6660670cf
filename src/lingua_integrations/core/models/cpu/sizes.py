"""Rounds the sizes of passes, because oneDNN compiles and keeps code for every number of rows."""

from __future__ import annotations


def rounded(n: int) -> int:
    """Tokens of a pass, up to the next of sixteen numbers per doubling.

    The code for each number takes half a megabyte.

    >>> [rounded(n) for n in (0, 1, 31, 33, 119, 952)]
    [0, 1, 31, 34, 120, 960]
    """
    step = 1 << max(0, n.bit_length() - 5)
    return -(-n // step) * step
