"""Units: the spans of a text that are kept or dropped whole, and the text that a choice of them gives.

Between two neighbouring units lies a *gap*: the white space of the text, or nothing. Output text is always
cut from the input by these spans; nothing is ever decoded from token ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import regex

from lingua_integrations.core.text.gaps import SPACE, Gaps
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.threads import computed_once
from lingua_integrations.core.types import IntArray

_VISIBLE = regex.compile(rf"[^{SPACE}]+")
_SURROGATES = regex.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Units:
    """The units of one text, in order; only white space lies between ``ends[i]`` and ``starts[i + 1]``."""

    text: str
    starts: IntArray  # first character of each unit, shape [n]
    ends: IntArray  # one past the last one, shape [n]
    of_whole: Gaps | None = None  # the gaps, where they are known from a longer stretch of the same text

    def __len__(self) -> int:
        return len(self.starts)

    def __repr__(self) -> str:
        return f"Units({len(self)} units of {len(self.text)} characters)"

    def strings(self) -> list[str]:
        """The text of every unit."""
        edges = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [self.text[start:end] for start, end in edges]

    def part(self, begin: int, end: int) -> Units:
        """The units from ``begin`` to ``end`` (exclusive) alone."""
        return Units(self.text, self.starts[begin:end], self.ends[begin:end], self._gaps.part(begin, end))

    @computed_once
    def _gaps(self) -> Gaps:
        return self.of_whole or Gaps(self.text, self.starts, self.ends)

    def separator(self, left: int, right: int) -> str:
        r"""The white space between kept units ``left`` and ``right`` when all between them is dropped.

        Of the runs that stood there it is the one with the most line breaks, the last on a tie.

        >>> from_spans("one two\n\nthree four", [(0, 3), (4, 7), (9, 14), (15, 19)]).separator(0, 3)
        '\n\n'
        """
        return self._gaps.between(left, right)

    def spans(self, kept: IntArray) -> tuple[Span, ...]:
        """Kept units as maximal spans: neighbours are one span, with the white space between them."""
        first, last = _stretches(kept)
        return tuple(map(Span, self.starts[first].tolist(), self.ends[last].tolist()))

    def join(self, kept: IntArray) -> str:
        """The text of the kept units (ascending indices): stage 7, cut.

        >>> from_spans("one two three", [(0, 3), (4, 7), (8, 13)]).join(np.array([0, 2]))
        'one three'
        """
        first, last = _stretches(kept)
        parts = []
        edges = zip(self.starts[first].tolist(), self.ends[last].tolist(), strict=True)
        joints = zip(last[:-1].tolist(), first[1:].tolist(), strict=True)
        for (start, end), joint in zip_longest(edges, joints):
            parts.append(self.text[start:end])
            if joint:
                parts.append(self._gaps.between(*joint))
        return "".join(parts)

    def owners(self, spans: IntArray | Sequence[tuple[int, int]]) -> tuple[IntArray, IntArray]:
        """First and last unit that each of the given ascending spans touches.

        A span in white space belongs to the unit after it (to the last one at the end of the text).
        """
        edges = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
        first = np.searchsorted(self.ends, edges[:, 0], side="right")
        last = np.searchsorted(self.starts, edges[:, 1], side="left") - 1
        first = np.minimum(first, len(self) - 1)
        return first, np.maximum(first, last)


def _stretches(kept: IntArray) -> tuple[IntArray, IntArray]:
    """The first and the last of each stretch of neighbours among ascending indices."""
    begins = np.ones(len(kept) + 1, dtype=bool)
    begins[1:-1] = kept[1:] != kept[:-1] + 1
    return kept[begins[:-1]], kept[begins[1:]]


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


def clean(text: str) -> str:
    """Text that tokenizers take: a lone surrogate becomes U+FFFD, of the same length."""
    return str(_SURROGATES.sub("\ufffd", text))


def _visible(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of ``text[start:end]`` that are not white space."""
    return [match.span() for match in _VISIBLE.finditer(text, start, end)] if start < end else []
