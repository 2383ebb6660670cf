"""Pages with two columns, whose lines stand beside each other as a reader of PDF files lays them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from statistics import median
from typing import NamedTuple

import regex

from lingua_integrations.core.text.markup.runs import Run, sentences_of
from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_TITLE = regex.compile(
    r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+\p{Lu}(?:\S* ?\b){1,6}\S*(?<![.,;:])$"
    r"|(?:Abstract|Summary|Introduction|Methods?|Results|Discussion|Conclusions?|References|Acknowledge?ments)$"
)
_GAP = regex.compile(r"(?<=\S) {2,}(?=\S)")
_LEAST = 5  # lines with words on both sides
_WORDS = 3  # that a side has, for most lines
_WIDTH = 18  # characters of most lines of a side
_FULL = 0.65  # of the longest line of a side: lines that are longer fill it
_SLACK = 2  # characters by which the right column may begin earlier


class Gutter(NamedTuple):
    """What stands between two columns: the characters of a line from ``start`` to ``end`` are blank."""

    start: int
    end: int


class Page(NamedTuple):
    """Lines that are two columns."""

    span: Span
    gutter: Gutter


def pages_of(text: str, span: Span) -> list[Page]:
    r"""The stretches of a text that are two columns of prose.

    >>> left, right = "the quick brown fox jumps", "over one lazy dog that it"
    >>> text = "\n".join([f"{left}    {right}"] * 6)
    >>> pages_of(text, Span(0, len(text)))[0].gutter
    Gutter(start=25, end=29)
    """
    if "   " not in text[slice(*span)]:
        return []
    return list(_pages(text, lines(text, *span)))


def _pages(text: str, found: Sequence[Span]) -> Iterator[Page]:
    begin, gutter = 0, None
    taken = 0  # lines of the pages so far
    for number, line in enumerate([*found, None]):
        common = _common(text[slice(*line)], gutter) if line is not None else None
        if common is not None:
            gutter = common
            continue
        if gutter is not None:
            while begin > taken and _beside(text, found[begin - 1], found[begin], gutter):
                begin -= 1
            page = _page(text, found[begin:number], gutter)
            if page is not None:
                taken = number
                yield page
        gutter = _common(text[slice(*line)], None) if line is not None else None
        begin = number
        if line is not None and gutter is None:
            begin = number + 1


def _beside(text: str, line: Span, following: Span, gutter: Gutter) -> bool:
    """Whether a line right above another one has words in one of the columns only."""
    content = text[slice(*line)]
    empty = len(content) <= gutter.start or not content[: gutter.end].strip()
    return empty and text.count("\n", line.end, following.start) == 1


def _common(line: str, gutter: Gutter | None) -> Gutter | None:
    """What a line leaves blank of a gutter, or its own; None where there is none."""
    if gutter is None:
        gaps = [match.span() for match in _GAP.finditer(line)]
        return Gutter(*max(gaps, key=lambda gap: gap[1] - gap[0])) if gaps else None
    if len(line) <= gutter.start:
        return gutter
    start, end = gutter
    best = None
    blank = start
    for place in range(start, min(end, len(line)) + 1):
        if place == end or place == len(line) or line[place] != " ":
            stop = end if place == len(line) else place
            if stop - blank >= 2 and (best is None or stop - blank > best.end - best.start):
                best = Gutter(blank, stop)
            blank = place + 1
    return best


def _page(text: str, found: Sequence[Span], gutter: Gutter) -> Page | None:
    """Lines as a page, where what stands on either side is prose."""
    found = list(found)
    halves = [_halves(text, line, gutter) for line in found]
    both = [
        number
        for number, (left, right) in enumerate(halves)
        if left.start < left.end and right.start < right.end
    ]
    if len(both) < _LEAST or 2 * len(both) < both[-1] - both[0] + 1:
        return None
    for side in (0, 1):
        content = [text[slice(*halves[number][side])] for number in both]
        longest = max(map(len, content))
        full = sum(len(one) >= _FULL * longest for one in content)
        single = sum(_GAP.search(one) is None for one in content)
        if (
            median(map(len, content)) < _WIDTH
            or median(len(one.split()) for one in content) < _WORDS
            or full < 0.6 * len(content)
            or single < 0.7 * len(content)
        ):
            return None
    while not text[slice(*halves[0][0])].strip() and not text[slice(*halves[0][1])].strip():
        found, halves = found[1:], halves[1:]
    return Page(Span(found[0].start, found[-1].end), gutter)


def _halves(text: str, line: Span, gutter: Gutter) -> tuple[Span, Span]:
    """What stands on a line left of a gutter and right of it; either may be empty."""
    edge = min(line.start + gutter.end, line.end)
    while edge < line.end and edge > line.start + gutter.start and text[edge - 1] != " ":
        edge -= 1
    return _trimmed(text, line.start, edge), _trimmed(text, edge, line.end)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return (
        Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))
        if piece.strip()
        else Span(start, start)
    )


def read_columns(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """The sentences of the left column, then those of the right one; each in parts, one of each line."""
    for page in pages_of(outline.text, span):
        outline.cover(page.span.start)
        halves = [_halves(outline.text, line, page.gutter) for line in lines(outline.text, *page.span)]
        columns = ([pair[side] for pair in halves] for side in (0, 1))
        _add(outline, [Run(*half, "\n") for half in chain(*columns) if half.start < half.end], needs)


def _add(outline: Outline, stream: Sequence[Run], needs: tuple[int, ...]) -> None:
    """Add runs as the sentences that they are; each needs the title that it stands under."""
    text = outline.text
    said: list[tuple[list[Run], bool]] = []
    for title, runs in groupby(stream, lambda run: _TITLE.match(text, run.start, run.end) is not None):
        part = list(runs)
        sentences = ([run] for run in part) if title else sentences_of(text, part, outline.language)
        said += [(sentence, title) for sentence in sentences]
    first: dict[int, int] = {}
    for _, number, run in sorted(
        (run.start, n, run) for n, (sentence, _) in enumerate(said) for run in sentence
    ):
        if number in first:
            outline.add(run.start, run.end, closes=first[number], apart="\n")
        else:
            first[number] = outline.add(run.start, run.end, needs, carrier=said[number][1], apart="\n")
    above: tuple[int, ...] = ()
    thread = Thread(outline)
    for number, (sentence, title) in enumerate(said):
        content = " ".join(text[run.start : run.end] for run in sentence)
        if title:
            above, thread = (first[number],), Thread(outline)
        else:
            outline.require([first[number]], (*above, *thread.before(content)))
            thread.said(first[number], content)
