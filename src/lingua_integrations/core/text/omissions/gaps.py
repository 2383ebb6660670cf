"""Gaps: the white space that stays between two kept units when all between them is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np
import regex

from lingua_integrations.core.types import IntArray

SPACE = r"\s\x1c-\x1f"
"""What str.isspace() calls white space, inside a character class: Unicode's property and four controls."""
_WHITE = regex.compile(rf"[{SPACE}]+")


class Gaps:
    """The gaps between the units ``[start, end)`` of a text; every choice of units asks for some of them.

    A unit may begin or end inside a run of white space, as a line does that brings its indentation along: the
    run is cut there. What indented a line that is dropped goes with it.
    """

    def __init__(self, text: str, starts: IntArray, ends: IntArray) -> None:
        runs = np.array([run.span() for run in _WHITE.finditer(text)], dtype=np.int64).reshape(-1, 2)
        edges = np.r_[starts, ends]
        if len(runs):
            before = np.searchsorted(runs[:, 0], edges, "left") - 1
            cuts = edges[(before >= 0) & (edges < runs[np.maximum(before, 0), 1])]
            heads, tails = np.union1d(runs[:, 0], cuts), np.union1d(runs[:, 1], cuts)
        else:
            heads, tails = runs[:, 0], runs[:, 1]
        self._runs = [text[start:end] for start, end in zip(heads.tolist(), tails.tolist(), strict=True)]
        self._tails: list[int] = tails.tolist()
        self._starts: list[int] = starts.tolist()
        self._breaks = [run.count("\n") for run in self._runs]
        self._higher = _higher(self._breaks)
        self._first: list[int] = np.searchsorted(heads, ends, "left").tolist()  # the first run after a unit
        self._last: list[int] = np.searchsorted(
            tails, starts, "right"
        ).tolist()  # one past the last before it

    def part(self, begin: int, end: int) -> Gaps:
        """Those of the units from ``begin`` to ``end`` (exclusive) alone."""
        part = copy(self)
        for edges in ("_first", "_last", "_starts"):
            setattr(part, edges, getattr(self, edges)[begin:end])
        return part

    def between(self, left: int, right: int) -> str:
        """Of the runs between two units the one with the most line breaks, the last on a tie."""
        first, last = self._first[left], self._last[right]
        if first >= last:
            return ""
        best = last - 1
        while self._higher[best] >= first:
            best = self._higher[best]
        run = self._runs[best]
        whole = not self._breaks[best] or self._tails[best] == self._starts[right]
        return run if whole else run[: run.rindex("\n") + 1]


def _higher(counts: Sequence[int]) -> list[int]:
    """For each number the place of the last larger one before it, or -1.

    >>> _higher([2, 1, 1, 3, 2])
    [-1, 0, 0, -1, 3]
    """
    found: list[int] = []
    for place, count in enumerate(counts):
        behind = place - 1
        while behind >= 0 and counts[behind] <= count:
            behind = found[behind]
        found.append(behind)
    return found
