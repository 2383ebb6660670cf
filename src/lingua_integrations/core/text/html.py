"""HTML: what a reader sees stays, block by block, each under its headings; what nobody sees goes first.

Tags are not kept beside text that was kept: lines stand for blocks, bars for the cells of a row. Headings
keep their tags, which say how deep they are, and so does text that was struck out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import regex

from lingua_integrations.core.text.html_tree import UNSEEN, Node, Tree, cells, lays_out, rows_of
from lingua_integrations.core.text.outline import Outline
from lingua_integrations.core.text.sentences import sentences
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.tables import note_of
from lingua_integrations.core.text.thread import Thread

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
UNFOLDED = 7
"""The level of a summary, of details that another format goes on with."""
_TAG = regex.compile(r"<[^<>]*+>")
_STRUCK = regex.compile(r"<(del|s|strike)\b[^<>]*+>(?:[^<]|<(?!/?\1\b))*+</\1\s*+>", regex.I)
_BLANK = regex.compile(r"(?:\s|&(?:nbsp|#160|#8203);)+")
_REACHING = 8  # rows above one that reach down to it, at most
_LONG = 300  # characters that are seen of a block, from which on its sentences are pieces


class _Run(NamedTuple):
    """Text between two tags, and what separates it from the run before.

    That is nothing, a space, or the bars of cells.
    """

    start: int
    end: int
    apart: str


def read_html(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Blocks under their headings; rows of tables under their heads."""
    read_open(outline, span, needs)


def read_open(outline: Outline, span: Span, needs: tuple[int, ...]) -> list[tuple[int, int]]:
    """The same; returns the headings under which stands what follows, the outermost first: level, number."""
    writer = _Writer(outline, span, needs)
    writer.inside(Tree(outline.text[span.start : span.end]).root)
    _unseen(outline, span.end)
    return writer.headings


class _Writer:
    def __init__(self, outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
        self.outline, self.shift, self.needs = outline, span.start, needs
        self.length = span.end - span.start
        self.text = outline.text
        self.headings: list[tuple[int, int]] = []
        self.thread = Thread(outline)

    def above(self, *more: int) -> tuple[int, ...]:
        """What a block needs: the innermost heading, and ``more``."""
        return (*self.needs, *(at for _, at in self.headings[-1:]), *more)

    def add(self, runs: Sequence[_Run], needs: tuple[int, ...], **facts: Any) -> int:
        """Add text as one unit: its first run, with which the others come and go."""
        first = -1
        for run in runs:
            _unseen(self.outline, run.start)
            at = self.outline.add(
                run.start,
                run.end,
                needs if first < 0 else (),
                closes=first,
                apart="\n" if first < 0 else run.apart,
                **(facts if first < 0 else {}),
            )
            first = at if first < 0 else first
        return first

    def runs(self, start: int, end: int, apart: str = "") -> list[_Run]:
        """What is seen of a stretch (in the outline's text) whose tags separate no blocks."""
        found: list[_Run] = []
        at = start
        struck = [one.span() for one in _STRUCK.finditer(self.text, start, end)]
        tags = (tag.span() for tag in _TAG.finditer(self.text, start, end))
        shown = [tag for tag in tags if not _within(struck, tag[0])]
        for stop, following in [*shown, (end, end)]:
            content = self.text[at:stop]
            seen = content.strip()
            if seen and not _BLANK.fullmatch(seen):
                begin = at + len(content) - len(content.lstrip())
                spaced = " " if begin > at and found else ""
                found.append(_Run(begin, begin + len(seen), apart or spaced))
                apart = " " if begin + len(seen) < stop else ""
            elif content and not apart.strip():
                apart = " "
            if self.text.startswith(("<br", "<BR", "<hr"), stop):
                apart = apart or " "
            at = following
        return found

    def inside(self, node: Node, *more: int) -> None:
        """The parts of an element.

        What ends in a colon is needed by the next part, a term by its description.
        """
        lead: tuple[int, ...] = ()
        term: tuple[int, ...] = ()
        described = False  # whether a description has followed the terms
        parts = [part for part in node.parts if isinstance(part, Node) or self.shows(part)]
        for part, after in zip(parts, [*parts[1:], None], strict=False):
            own = (*more, *lead)
            if isinstance(part, Span):
                at, leads = self.block(part, own)
                inside = node.tag in ("li", "dd", "td")  # whatever comes next stands under the item's text
                lead = lead if at < 0 else (at,) if leads or inside else ()
                continue
            lead = ()
            if part.tag == "summary":
                more = (*more, *self.summary(node, part, own))
            elif part.tag in UNSEEN or part.hidden:
                continue
            elif part.tag in _HEADINGS:
                self.heading(part)
            elif part.tag in ("table", "tbody", "thead") and not lays_out(part):
                self.table(part, own)
            elif part.tag == "dt":
                runs = self.runs(part.inner + self.shift, part.end + self.shift)
                before = () if described else term
                term = (*before, self.add(runs, self.above(*more), carrier=True)) if runs else term
                described = False
            else:
                described = described or part.tag == "dd"
                own = (*own, *term) if part.tag == "dd" else own
                if any(isinstance(one, Node) for one in part.parts):
                    self.items(part, own)
                    continue
                at, leads = self.block(Span(part.inner, part.end), own)
                listed = isinstance(after, Node) and after.tag in ("ul", "ol") and part.tag == "p"
                lead = (at,) if leads or (listed and at >= 0 and not self.ended()) else ()

    def items(self, node: Node, more: tuple[int, ...]) -> None:
        """The parts of a list; other elements go on with what was said before."""
        outer, listed = self.thread, node.tag in ("ul", "ol")
        if listed:
            self.thread = Thread(self.outline, parallel=node.tag == "ul", items=True)
        self.inside(node, *more)
        self.thread = outer if listed else self.thread

    def summary(self, details: Node, node: Node, more: tuple[int, ...]) -> tuple[int, ...]:
        """What can be unfolded, by its number; it stands above what follows where nothing closes it."""
        runs = self.runs(node.inner + self.shift, node.end + self.shift)
        at = self.add(runs, self.above(*more), carrier=True) if runs else -1
        if runs and details.end == self.length:
            self.headings.append((UNFOLDED, at))
        return (at,) * bool(runs)

    def heading(self, node: Node) -> None:
        """A heading with its tags."""
        start, end = node.start + self.shift, node.end + self.shift
        if self.runs(start, end):
            level = _HEADINGS[node.tag]
            while self.headings and self.headings[-1][0] >= level:
                self.headings.pop()
            self.thread = Thread(self.outline)
            self.headings.append((level, self.add([_Run(start, end, "")], self.above(), carrier=True)))

    def block(self, span: Span, more: tuple[int, ...]) -> tuple[int, bool]:
        """Text without blocks inside: one unit, or its sentences.

        Returns the number of the last one, or -1, and whether it ends in a colon.
        """
        runs = self.runs(span.start + self.shift, span.end + self.shift)
        if not runs:
            return -1, False
        seen = "".join(run.apart + self.text[run.start : run.end] for run in runs)
        parts = [runs] if len(seen) <= _LONG else list(self.sentences(runs, seen))
        leads = seen.rstrip().endswith(":")
        at = -1
        for number, part in enumerate(parts):
            carrier = leads and number == len(parts) - 1
            content = "".join(run.apart + self.text[run.start : run.end] for run in part)
            before = self.thread.before(content)
            prose = not carrier and len(part) == 1
            at = self.add(part, self.above(*more, *before), carrier=carrier, prose=prose)
            self.thread.said(at, content)
        return at, leads

    def shows(self, span: Span) -> bool:
        """Whether a stretch shows anything."""
        return bool(self.runs(span.start + self.shift, span.end + self.shift))

    def ended(self) -> bool:
        """Whether the last text that was added ends as a sentence does, or is long."""
        last = self.outline.pieces[-1]
        return self.text[last.end - 1] in ".!?" or last.end - last.start > _LONG

    def sentences(self, runs: Sequence[_Run], seen: str) -> Iterator[list[_Run]]:
        """The runs of each sentence of what is seen."""
        places = []  # where each run stands in it
        at = 0
        for run in runs:
            at += len(run.apart)
            places.append(at)
            at += run.end - run.start
        number = 0
        for start, end in sentences(seen, 0, len(seen), self.outline.language):
            part: list[_Run] = []
            while number < len(runs) and places[number] < end:
                run, place = runs[number], places[number]
                first, last = max(start, place), min(end, place + run.end - run.start)
                if first < last:
                    part.append(_Run(run.start + first - place, run.start + last - place, run.apart))
                if place + run.end - run.start > end:
                    break
                number += 1
            if part:
                yield part

    def table(self, table: Node, more: tuple[int, ...]) -> None:
        """Rows, each with the head, and with rows whose cells reach down to it."""
        needs = self.above(*more)
        for part in table.parts:
            if isinstance(part, Node) and part.tag == "caption":
                runs = self.runs(part.inner + self.shift, part.end + self.shift)
                needs = (*needs, self.add(runs, needs, carrier=True)) if runs else needs
        rows = [(row, runs) for row in rows_of(table) if (runs := self.row(row))]
        head = 0
        while head < len(rows) - 1 and rows[head][0].has("th") and not rows[head][0].has("td"):
            needs = (*needs, self.add(rows[head][1], needs, carrier=True))
            head += 1
        named = len(rows) > 2 and len(rows[0][1]) > 1 and not any(row.has("th") for row, _ in rows)
        if not head and named and not _has_number(self.text, rows[0][1]):
            needs = (*needs, self.add(rows[0][1], needs, carrier=True))
            head = 1
        reaching: list[
            tuple[int, int]
        ] = []  # rows whose cells span others: until which row, and their number
        section: tuple[int, ...] = ()
        begin = self.outline.last + 1
        for number, (row, runs) in enumerate(rows[head:], head):
            reaching = [one for one in reaching if one[0] > number]
            alone = _spans(row)
            if alone and number + 1 < len(rows):  # it names the rows below
                section = (self.add(runs, needs, carrier=True),)
                continue
            at = self.add(
                runs, (*needs, *section * (not alone), *(over for _, over in reaching)), record="row"
            )
            if alone:
                note_of(self.outline, range(begin, at), at)
            reach = max((_number(cell.attributes.get("rowspan")) for cell in cells(row)), default=1)
            if reach > 1 and len(reaching) < _REACHING:
                reaching.append((number + reach, at))

    def row(self, row: Node) -> list[_Run]:
        """The text of its cells, with bars between them."""
        found: list[_Run] = []
        bars = ""
        for cell in cells(row):
            for run in self.runs(cell.inner + self.shift, cell.end + self.shift):
                found.append(run._replace(apart=bars or run.apart or (" " if found else "")))
                bars = ""
            bars += " | "
        return found


def _within(spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether one of the ascending spans covers a place."""
    before = bisect_right(spans, place, key=itemgetter(0)) - 1
    return before >= 0 and place < spans[before][1]


def _spans(row: Node) -> bool:
    """Whether one cell is all of a row of several columns."""
    found = cells(row)
    return len(found) == 1 and _number(found[0].attributes.get("colspan")) > 1


def _has_number(text: str, runs: Sequence[_Run]) -> bool:
    return any(char.isdigit() for run in runs for char in text[run.start : run.end])


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else 1


def _unseen(outline: Outline, end: int) -> None:
    """What stands up to here is seen by nobody: a piece that is never kept unless all are."""
    between = outline.text[outline.at : end]
    if between.strip():
        start = outline.at + len(between) - len(between.lstrip())
        outline.add(start, outline.at + len(between.rstrip()), carrier=True, apart="")
