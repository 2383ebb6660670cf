"""Pieces of a text, joined, and the way back from them to the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import IntArray


@dataclass(frozen=True)
class Excerpt:
    """Pieces of a text, joined."""

    original: str
    text: str  # the pieces, with the white space that `Units.join` puts between them
    pieces: tuple[Span, ...]  # where they come from, as ascending spans of the original
    starts: tuple[int, ...]  # where each of them begins in the text

    @classmethod
    def of(cls, units: Units, kept: IntArray) -> Excerpt:
        """The excerpt that a choice of units is."""
        starts: list[int] = []
        text = ""
        for before, piece in units.pieces(kept):
            text += before
            starts += [len(text)] * bool(piece)
            text += piece
        return cls(units.text, text, units.spans(kept), tuple(starts))

    def trace(self, spans: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
        """From spans of the excerpt to spans of the original.

        >>> from lingua_integrations.core.text.units import from_spans
        >>> units = from_spans("one two three", [(0, 3), (4, 7), (8, 13)])
        >>> Excerpt.of(units, np.array([0, 2])).trace([(0, 9)])
        (Span(start=0, end=3), Span(start=8, end=13))
        """
        traced = []
        for piece, start in zip(self.pieces, self.starts, strict=True):
            shift = piece.start - start
            for begin, end in spans:
                first, last = max(begin + shift, piece.start), min(end + shift, piece.end)
                if first < last:
                    traced.append(Span(first, last))
        return tuple(traced)

    def place(self, spans: Sequence[tuple[int, int]]) -> Iterator[Span]:
        """From spans of the original to what of them is in the excerpt."""
        for piece, start in zip(self.pieces, self.starts, strict=True):
            shift = start - piece.start
            for begin, end in spans:
                first, last = max(begin, piece.start), min(end, piece.end)
                if first < last:
                    yield Span(first + shift, last + shift)

    def units_of(self, units: Units) -> Units:
        """Those of the original's units that lie in the excerpt, as units of the excerpt."""
        chosen, starts, ends = [np.zeros(0, dtype=np.int64)], [], []
        for piece, start in zip(self.pieces, self.starts, strict=True):
            first, last = np.searchsorted(units.starts, [piece.start, piece.end])
            chosen.append(np.arange(first, last))
            starts.append(units.starts[first:last] + (start - piece.start))
            ends.append(units.ends[first:last] + (start - piece.start))
        structure = units.structure and units.structure.take(np.concatenate(chosen))
        nothing = [chosen[0]]
        return Units(
            self.text, np.concatenate(starts or nothing), np.concatenate(ends or nothing), structure=structure
        )
