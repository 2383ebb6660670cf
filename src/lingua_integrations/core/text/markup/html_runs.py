"""What is seen of HTML: the runs of text between tags, and what parts them where all else goes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import regex

from lingua_integrations.core.text.markup.runs import Run, words_of
from lingua_integrations.core.text.outline import Outline
from lingua_integrations.core.text.spans import Span

_TAG = regex.compile(r"<(?!/?q\b)[^<>]*+>")  # the marks of a quotation are seen
_STRUCK = regex.compile(r"<(del|s|strike)\b[^<>]*+>(?:[^<]|<(?!/?\1\b))*+</\1\s*+>", regex.I)
_HIDDEN = regex.compile(
    r"<(span|b|i|a|small|sup|sub)\b[^<>]*?(?:display\s*:\s*none|class=[\"'](?:[^\"'<>]* )?sortkey\b)[^<>]*+>"
    r"(?:[^<]|<(?!/?\1\b))*+</\1\s*+>",
    regex.I,
)
_BLANK = regex.compile(r"(?:\s|&(?:nbsp|#160|#8203);)+")


class Seen:
    """What is seen of the HTML that begins at a place of an outline's text."""

    def __init__(self, outline: Outline, shift: int) -> None:
        self.outline, self.shift, self.text = outline, shift, outline.text
        self._last: tuple[Span, Sequence[Run]] = (Span(0, 0), ())  # asked for more than once

    def add(self, runs: Sequence[Run], needs: tuple[int, ...], **facts: Any) -> int:
        """Add text as one unit: its first run, with which the others come and go."""
        first = -1
        for run in runs:
            unseen(self.outline, run.start)
            at = self.outline.add(
                run.start,
                run.end,
                needs if first < 0 else (),
                closes=first,
                apart="\n" + run.apart.lstrip() if first < 0 else run.apart,
                **(facts if first < 0 else {}),
            )
            first = at if first < 0 else first
        return first

    def runs(self, start: int, end: int, apart: str = "") -> list[Run]:
        """What is seen of a stretch (in the outline's text) whose tags separate no blocks."""
        found: list[Run] = []
        at = start
        shown = self._tags(start, end) if self.text.find("<", start, end) >= 0 else []
        for stop, following in [*shown, (end, end)]:
            content = self.text[at:stop]
            seen = content.strip()
            if seen and not _BLANK.fullmatch(seen):
                begin = at + len(content) - len(content.lstrip())
                spaced = " " if begin > at and found else ""
                found.append(Run(begin, begin + len(seen), apart or spaced))
                apart = " " if begin + len(seen) < stop else ""
            elif content and not apart.strip():
                apart = " "
            if self.text.startswith(("<br", "<BR", "<hr"), stop):
                apart = apart or " "
            at = following
        return found

    def _tags(self, start: int, end: int) -> list[tuple[int, int]]:
        """The tags of a stretch, and what is hidden between tags, but not what is in struck text."""
        struck = [one.span() for one in _STRUCK.finditer(self.text, start, end)]
        hidden = [one.span() for one in _HIDDEN.finditer(self.text, start, end)]
        tags = [tag.span() for tag in _TAG.finditer(self.text, start, end)]
        parted = [tag for tag in tags if not _within(hidden, tag[0])]
        return [tag for tag in sorted([*parted, *hidden]) if not _within(struck, tag[0])]

    def stretch(self, span: Span) -> Sequence[Run]:
        """The runs of a stretch of the HTML."""
        if span != self._last[0]:
            self._last = span, self.runs(span.start + self.shift, span.end + self.shift)
        return self._last[1]

    def words(self, runs: Sequence[Run]) -> str:
        """Runs as a reader sees them."""
        return words_of(self.text, runs).strip()


def _within(spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether one of the ascending spans covers a place."""
    before = bisect_right(spans, place, key=itemgetter(0)) - 1
    return before >= 0 and place < spans[before][1]


def unseen(outline: Outline, end: int) -> None:
    """What stands up to here is seen by nobody: a piece that is never kept unless all are."""
    between = outline.text[outline.at : end]
    if between.strip():
        start = outline.at + len(between) - len(between.lstrip())
        outline.add(start, outline.at + len(between.rstrip()), carrier=True, apart="")
