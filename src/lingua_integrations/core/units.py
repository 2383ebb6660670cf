"""Units: the spans of a text that are kept or dropped whole, and the text that a choice of them gives.

Between two neighbouring units lies a *gap*: the white space of the text, or nothing. Output text is always
cut from the input by these spans; nothing is ever decoded from token ids.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import regex

IntArray = npt.NDArray[np.int64]

SPACE = r"\s\x1c-\x1f"
"""What str.isspace() calls white space, inside a character class: Unicode's property and four controls."""
_WHITE = regex.compile(rf"[{SPACE}]+")
_VISIBLE = regex.compile(rf"[^{SPACE}]+")


class Span(NamedTuple):
    """A stretch of characters: ``text[start:end]``."""

    start: int
    end: int


class WhiteSpace:
    """Where a text has white space, found once, since every choice of units asks for it."""

    def __init__(self, text: str) -> None:
        runs = [match.span() for match in _WHITE.finditer(text)]
        self._text = text
        self._starts = [start for start, _ in runs]
        self._ends = [end for _, end in runs]
        self._breaks = np.array([text.count("\n", start, end) for start, end in runs], dtype=np.int64)

    def best(self, begin: int, end: int) -> str:
        """Of the runs in ``[begin, end)`` the one with the most line breaks, the last on a tie."""
        first, last = bisect_right(self._ends, begin), bisect_left(self._starts, end)
        if first >= last:
            return ""
        if self._starts[first] < begin or self._ends[last - 1] > end:  # a unit owns a part of a run
            runs = _WHITE.findall(self._text, begin, end)
            return str(max(reversed(runs), key=_line_breaks))
        best = last - 1 - int(self._breaks[first:last][::-1].argmax()) if last - first > 1 else first
        return self._text[self._starts[best] : self._ends[best]]


@dataclass(frozen=True, eq=False)
class Units:
    """The units of one text, in order.

    Attributes:
        text: the input.
        starts: first character of each unit, shape [n].
        ends: one past the last character of each unit, shape [n]; only white space lies between
            ``ends[i]`` and ``starts[i + 1]``.
    """

    text: str
    starts: IntArray
    ends: IntArray

    def __len__(self) -> int:
        return len(self.starts)

    def __repr__(self) -> str:
        return f"Units({len(self)} units of {len(self.text)} characters)"

    def strings(self) -> list[str]:
        """The text of every unit."""
        return [self.text[start:end] for start, end in zip(self.starts, self.ends, strict=True)]

    def part(self, begin: int, end: int) -> Units:
        """The units from ``begin`` to ``end`` (exclusive) alone."""
        part = Units(self.text, self.starts[begin:end], self.ends[begin:end])
        part.__dict__["_white"] = self._white  # of the same text
        return part

    @cached_property
    def _white(self) -> WhiteSpace:
        return WhiteSpace(self.text)

    def separator(self, left: int, right: int) -> str:
        r"""The white space between kept units ``left`` and ``right`` when all between them is dropped.

        Of the runs that stood there it is the one with the most line breaks, the last on a tie.

        >>> from_spans("one two\n\nthree four", [(0, 3), (4, 7), (9, 14), (15, 19)]).separator(0, 3)
        '\n\n'
        """
        return self._white.best(int(self.ends[left]), int(self.starts[right]))

    def spans(self, kept: IntArray) -> tuple[Span, ...]:
        """Kept units as maximal spans: neighbours are one span, with the white space between them."""
        if not len(kept):
            return ()
        breaks = np.flatnonzero(np.diff(kept) != 1)
        first = self.starts[kept[np.r_[0, breaks + 1]]]
        last = self.ends[kept[np.r_[breaks, len(kept) - 1]]]
        return tuple(Span(start, end) for start, end in zip(first.tolist(), last.tolist(), strict=True))

    def join(self, kept: IntArray) -> str:
        """The text of the kept units (ascending indices): stage 7, cut.

        >>> from_spans("one two three", [(0, 3), (4, 7), (8, 13)]).join(np.array([0, 2]))
        'one three'
        """
        if not len(kept):
            return ""
        breaks = np.flatnonzero(np.diff(kept) != 1)
        pieces = [self.text[span.start : span.end] for span in self.spans(kept)]
        joints = zip(kept[breaks].tolist(), kept[breaks + 1].tolist(), strict=True)
        separators = [self.separator(left, right) for left, right in joints]
        return "".join([part for pair in zip(["", *separators], pieces, strict=True) for part in pair])

    def owners(self, spans: IntArray | Sequence[tuple[int, int]]) -> tuple[IntArray, IntArray]:
        """First and last unit that each of the given ascending spans touches.

        A span in white space belongs to the unit after it (to the last one at the end of the text).

        Args:
            spans: for instance a tokenizer's character spans, in order.

        Returns:
            Two arrays of unit indices, shape [len(spans)].
        """
        edges = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
        first = np.searchsorted(self.ends, edges[:, 0], side="right")
        last = np.searchsorted(self.starts, edges[:, 1], side="left") - 1
        first = np.minimum(first, len(self) - 1)
        return first, np.maximum(first, last)


def _line_breaks(white: str) -> int:
    return white.count("\n")


def from_spans(text: str, spans: Sequence[tuple[int, int]]) -> Units:
    """Units from ascending spans that leave out nothing but white space."""
    edges = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
    return Units(text, edges[:, 0].copy(), edges[:, 1].copy())


def from_tokens(text: str, spans: Sequence[tuple[int, int]]) -> Units:
    """Cut ``text`` as a tokenizer does (``unit="token"``, the paper's sub-word behaviour).

    Tokens that share characters (the bytes of one character) are one unit; the white space that a
    byte-level token carries in front becomes the gap before it; characters no token covers are units too.
    """
    if text and not text.strip():
        return from_spans(text, [(0, len(text))])
    merged: list[tuple[int, int]] = []
    end = 0
    for span_start, span_end in [*spans, (len(text), len(text))]:
        merged += _visible(text, end, span_start)
        start = max(span_start, end)
        merged += _visible(text, start, span_end)
        end = max(end, span_end)
    return from_spans(text, merged)


def _visible(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of ``text[start:end]`` that are not white space."""
    return [match.span() for match in _VISIBLE.finditer(text, start, end)] if start < end else []


def whole(spans: Sequence[tuple[int, int]], untorn: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the spans that touch one stretch which must not be torn, and widen them to all of it.

    Args:
        spans: ascending.
        untorn: ascending, not overlapping one another.

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
