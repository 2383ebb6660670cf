"""Stretches of characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of characters: ``text[start:end]``."""

    start: int
    end: int


def whole(spans: Sequence[tuple[int, int]], untorn: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the spans that touch one stretch which must not be torn, and widen them to all of it.

    Both ascend, and no two stretches overlap.

    >>> whole([(0, 2), (3, 5), (6, 9)], [(4, 7)])
    [(0, 2), (3, 9)]
    """
    if not untorn:
        return list(spans)
    joined: list[tuple[int, int]] = []
    at = 0
    for start, end in spans:
        while at < len(untorn) and untorn[at][1] <= start:
            at += 1
        here = at
        while here < len(untorn) and untorn[here][0] < end:
            start, end = min(start, untorn[here][0]), max(end, untorn[here][1])
            here += 1
        if joined and start < joined[-1][1]:
            start, end = joined[-1][0], max(end, joined[-1][1])
            joined.pop()
        joined.append((start, end))
    return joined
