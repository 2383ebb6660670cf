"""A result for people to look at: each input in pieces, kept or left out; long gaps are folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lingua_integrations.core.text.spans import Span

_LINES = 3  # from so many lines on, or so many characters, a gap is folded
_CHARACTERS = 200


class Piece(NamedTuple):
    """A stretch of an input, kept or left out whole."""

    text: str
    kept: bool

    @property
    def folded(self) -> bool:
        """Whether it is so much that was left out that a reader sees only how much."""
        return not self.kept and (self._lines >= _LINES or len(self.text) > _CHARACTERS)

    @property
    def summary(self) -> str:
        r"""How much was left out.

        >>> Piece("a\nb\nc", kept=False).summary, Piece("x" * 1500, kept=False).summary
        ('… 3 lines left out', '… 1,500 characters left out')
        """
        lines = self._lines
        many = f"{lines:,} lines" if lines >= _LINES else f"{len(self.text.strip()):,} characters"
        return f"… {many} left out"

    @property
    def _lines(self) -> int:
        return self.text.strip().count("\n") + 1


@dataclass(frozen=True)
class View:
    """One input of a call.

    Attributes:
        index: its place among the inputs.
        before: its tokens, counted for the target model.
        after: tokens of what was kept.
        pieces: all of it, in order.
        reason: why nothing was kept; ``None`` where something was.
        name: what people call it, such as a file's name; "": its place stands for it.
    """

    index: int
    before: int
    after: int
    pieces: tuple[Piece, ...]
    reason: str | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """What a reader calls it.

        >>> View(0, 5, 3, ()).label, View(0, 5, 3, (), name="a.md").label
        ('[0]', 'a.md')
        """
        return self.name or f"[{self.index}]"


def pieces_of(original: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """All of a text, by what was kept; white space alone is never shown as left out.

    >>> pieces_of("It rained. Emma came.", [Span(11, 21)])
    (Piece(text='It rained. ', kept=False), Piece(text='Emma came.', kept=True))
    """
    return tuple(piece for piece in _alternating(original, spans) if piece.text)


def _alternating(original: str, spans: Sequence[Span]) -> Iterator[Piece]:
    end = 0
    for span in [*spans, Span(len(original), len(original))]:
        gap = original[end : span.start]
        yield Piece(gap, kept=not gap.strip())
        yield Piece(original[span.start : span.end], kept=True)
        end = span.end
