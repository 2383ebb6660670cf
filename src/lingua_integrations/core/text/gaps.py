"""Gaps: the white space that stays between two kept units when all between them is dropped."""

from __future__ import annotations

from copy import copy

import numpy as np
import regex

from lingua_integrations.core.types import IntArray

SPACE = r"\s\x1c-\x1f"
"""What str.isspace() calls white space, inside a character class: Unicode's property and four controls."""
_WHITE = regex.compile(rf"[{SPACE}]+")


class Gaps:
    """The gaps between the units ``[start, end)`` of a text; every choice of units asks for some of them."""

    def __init__(self, text: str, starts: IntArray, ends: IntArray) -> None:
        runs = np.array([run.span() for run in _WHITE.finditer(text)], dtype=np.int64).reshape(-1, 2)
        after = np.searchsorted(runs[:, 1], ends, "right")
        before = np.searchsorted(runs[:, 0], starts, "left")
        self._text, self._starts, self._ends = text, starts, ends
        self._runs = [text[start:end] for start, end in runs.tolist()]
        self._breaks = np.array([run.count("\n") for run in self._runs], dtype=np.int64)
        self._lines = [0, *np.cumsum(self._breaks).tolist()]  # before each run
        self._first: list[int] = after.tolist()  # the first run after each unit
        self._last: list[int] = before.tolist()  # one past the last run before each unit
        heads = np.r_[runs[:, 0], len(text)]  # and of no run
        tails = np.r_[runs[:, 1], 0]
        self._torn_after: list[bool] = (heads[after] < ends).tolist()  # the unit owns the run's first part
        self._torn_before: list[bool] = (tails[before - 1] > starts).tolist()  # or another's last

    def part(self, begin: int, end: int) -> Gaps:
        """Those of the units from ``begin`` to ``end`` (exclusive) alone."""
        part = copy(self)
        for edges in ("_starts", "_ends", "_first", "_last", "_torn_after", "_torn_before"):
            setattr(part, edges, getattr(self, edges)[begin:end])
        return part

    def between(self, left: int, right: int) -> str:
        """Of the runs between two units the one with the most line breaks, the last on a tie."""
        if self._torn_after[left] or self._torn_before[right]:
            return self._searched(left, right)
        first, last = self._first[left], self._last[right]
        if first >= last:
            return ""
        if self._lines[first] == self._lines[last]:
            return self._runs[last - 1]
        return self._runs[last - 1 - int(self._breaks[first:last][::-1].argmax())]

    def _searched(self, left: int, right: int) -> str:
        """The same where a unit owns a part of a run."""
        runs: list[str] = _WHITE.findall(self._text, int(self._ends[left]), int(self._starts[right]))
        return max(reversed(runs), key=lambda run: run.count("\n"), default="")
