"""Quotations of Markdown and mails: a sentence from the middle of a line comes with the marks of the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from lingua_integrations.core.text.outline import Outline
from lingua_integrations.core.text.spans import Span

_MARKS = regex.compile(r"(?P<marks>>(?:[ \t]*+>)*+)[ \t]*+(?=[^\s>])")


@dataclass
class Quotation:
    """The sentences of a stretch, read in their order, and the marks with which some of them begin."""

    outline: Outline
    needs: tuple[int, ...]  # of the marks
    marks: Sequence[regex.Match[str] | None]  # of each sentence
    at: int = -1  # the marks of the line that is read, as a piece of their own

    @classmethod
    def of(cls, outline: Outline, found: Sequence[Span], needs: tuple[int, ...]) -> Quotation:
        """That of some sentences."""
        return cls(outline, needs, [_MARKS.match(outline.text, *part) for part in found])

    def sentence(self, place: int, part: Span) -> tuple[Span, int, str | None]:
        """A sentence without marks that others share, the piece that has these, and what joins the two."""
        marks = self.marks[place]
        if marks is None:
            return part, self.at, " " if self.at >= 0 else None
        self.at = -1
        if place + 1 < len(self.marks) and self.marks[place + 1] is None:
            self.at = self.outline.add(marks.start(), marks.end("marks"), self.needs, carrier=True)
            part = Span(marks.end(), part.end)
        return part, self.at, None
