"""HTML: what a reader sees stays, block by block, each under its headings; what nobody sees goes first.

Tags are not kept beside text that was kept: lines stand for blocks, bars for the cells of a row. Headings
keep their tags, which say how deep they are, and so does text that was struck out.
"""

from __future__ import annotations

from lingua_integrations.core.text.data.table_notes import bind_note, is_marked
from lingua_integrations.core.text.markup.html_runs import Seen, unseen
from lingua_integrations.core.text.markup.html_tables import add_table
from lingua_integrations.core.text.markup.html_tree import (
    CHOSEN,
    UNSEEN,
    Node,
    Tree,
    cards_of,
    lays_out,
    nodes,
)
from lingua_integrations.core.text.markup.runs import Run, sentences_of, words_of
from lingua_integrations.core.text.needs.captions import LONGEST, limits_values, note_mark
from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline
from lingua_integrations.core.text.spans import Span

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SCOPES = frozenset(["section", "article", "aside", "details", "li", "dd", "td", "blockquote"])
"""Elements that end the headings in them."""
_TAGGED = ("blockquote", "form", "select")  # whose tags are seen
UNFOLDED = 7
"""The level of a summary, of details that another format goes on with."""
_QUOTED = 600  # characters up to which a quotation, or a form with what is chosen, is one unit
_LONG = 300  # characters that are seen of a block, from which on its sentences are pieces


def read_html(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Blocks under their headings; rows of tables under their heads."""
    read_open(outline, span, needs)


def read_open(outline: Outline, span: Span, needs: tuple[int, ...]) -> list[tuple[int, int]]:
    """The same; returns the headings under which stands what follows, the outermost first: level, number."""
    writer = _Writer(outline, span, needs)
    writer.inside(Tree(outline.text[span.start : span.end]).root)
    unseen(outline, span.end)
    return writer.headings


class _Writer(Seen):
    def __init__(self, outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
        super().__init__(outline, span.start)
        self.needs = needs
        self.length = span.end - span.start
        self.rows = range(0)  # of the table right above
        self.headings: list[tuple[int, int]] = []
        self.thread = Thread(outline)

    def above(self, *more: int) -> tuple[int, ...]:
        """What a block needs: the innermost heading, and ``more``."""
        return (*self.needs, *(at for _, at in self.headings[-1:]), *more)

    def inside(self, node: Node, *more: int) -> None:
        """The parts of an element.

        What ends in a colon is needed by the next part, a term by its description.
        """
        lead: tuple[int, ...] = ()
        term: tuple[int, ...] = ()
        described = False  # whether a description has followed the terms
        parts = [part for part in node.parts if isinstance(part, Node) or self.shows(part)]
        cards = cards_of(node)
        for part, after in zip(parts, [*parts[1:], None], strict=False):
            own = (*more, *lead)
            if isinstance(part, Span):
                if self.note(part, own):
                    continue
                at, leads = self.block(part, own)
                inside = node.tag in ("li", "dd", "td")  # whatever comes next stands under the item's text
                labels = isinstance(after, Node) and after.tag == "select"
                lead = lead if at < 0 else (at,) if leads or inside or labels else ()
                continue
            lead = ()
            if part.tag == "summary":
                more = (*more, *self.summary(node, part, own))
            elif part.hidden or (part.tag in UNSEEN and not self.tells(part, node)):
                continue
            elif part.tag in _TAGGED or (part.tag == "figure" and part.has("blockquote")):
                self.quoted(part, self.above(*own))
            elif part.tag in _HEADINGS:
                self.heading(part)
            elif part.tag in ("table", "tbody", "thead") and not lays_out(part):
                self.rows = add_table(self, part, self.above(*own))
            elif part.tag == "dt":
                runs = self.stretch(Span(part.inner, part.end))
                before = () if described else term
                term = (*before, self.add(runs, self.above(*more), carrier=True)) if runs else term
                described = False
            else:
                described = described or part.tag == "dd"
                own = (*own, *term) if part.tag == "dd" else own
                lead = self.scoped(part, after, own, ends=part.tag in _SCOPES or part in cards)

    def scoped(
        self, part: Node, after: Node | Span | None, more: tuple[int, ...], *, ends: bool
    ) -> tuple[int, ...]:
        """Any other element; it may end the headings in it. Returns what is needed by the one after it."""
        outer = list(self.headings)
        lead = self.other(part, after, more)
        if ends:
            self.leave(outer)
        return lead

    def other(self, part: Node, after: Node | Span | None, more: tuple[int, ...]) -> tuple[int, ...]:
        """Any other element; returns what is needed by the one after it."""
        span = Span(part.inner, part.end)
        if any(isinstance(one, Node) for one in part.parts):
            self.items(part, more)
            return ()
        if self.note(span, more):
            return ()
        at, leads = self.block(span, more)
        if at >= 0 and self.titles(part, after):
            self.outline.carry(at)
            return (at,)
        listed = isinstance(after, Node) and after.tag in ("ul", "ol") and part.tag == "p"
        return (at,) if leads or (listed and at >= 0 and not self.ended()) else ()

    def note(self, span: Span, more: tuple[int, ...]) -> bool:
        """Add a note below a table; whether it is one. The rows that it is about need it."""
        runs = self.stretch(span) if self.rows else []
        mark = note_mark(self.words(runs)) if runs else None
        if mark is None or not is_marked(self.outline, self.rows, mark):
            return False
        bind_note(self.outline, self.rows, self.add(runs, self.above(*more), carrier=True), mark)
        return True

    def titles(self, part: Node, after: Node | Span | None) -> bool:
        """Whether a paragraph is the title of the table below it, or stands above what says its units."""
        if not isinstance(after, Node):
            return False
        words = self.words(self.stretch(Span(part.inner, part.end)))
        if len(words) > LONGEST:
            return False
        title = limits_values(words) or not self.ended()
        under = self.words(self.stretch(Span(after.inner, after.end))) if after.tag == part.tag else ""
        return title and (self.begins_table(after) or (len(under) <= LONGEST and limits_values(under)))

    def begins_table(self, node: Node) -> bool:
        """Whether an element is a table with values, or begins with one."""
        while node.tag != "table":
            first = next((one for one in node.parts if isinstance(one, Node) or self.shows(one)), None)
            if not isinstance(first, Node):
                return False
            node = first
        return not lays_out(node)

    def tells(self, part: Node, node: Node) -> bool:
        """Whether an element that is mostly no part of a page is one: a form in which something is chosen."""
        source = part.tag == "footer" and node.tag == "blockquote"
        span = (part.start + self.shift, part.end + self.shift)
        return source or (part.tag in ("form", "select") and CHOSEN.search(self.text, *span) is not None)

    def leave(self, outer: list[tuple[int, int]]) -> None:
        """A section ends, and with it its headings; but not the title of a page, nor one without a text."""
        title = self.headings[:1] if self.headings and self.headings[0][0] == 1 and not outer else []
        if self.headings and self.outline.last != self.headings[-1][1]:
            self.headings, self.thread = outer or title, Thread(self.outline)

    def quoted(self, node: Node, needs: tuple[int, ...]) -> None:
        """A quotation with its source, or a form with what is chosen: with the tags that say so."""
        start, end = node.start + self.shift, node.end + self.shift
        if end - start <= _QUOTED:
            self.add([Run(start, end, "")], needs)
            return
        if node.tag == "select":
            for one in CHOSEN.finditer(self.text, start, end):
                self.add([Run(one.start(), one.end(), "")], needs)
            return
        head = self.add([Run(start, node.inner + self.shift, "")], needs, carrier=True)
        outer, self.needs = self.needs, (*needs, head)
        self.items(node, ())
        self.needs = outer
        pieces = self.outline.pieces
        for source in (one for one in nodes(node) if one.tag == "footer"):
            told = [n for n in range(head + 1, len(pieces)) if pieces[n].start >= source.start + self.shift]
            self.outline.require(range(head + 1, len(pieces)), [n for n in told if not pieces[n].carrier])
        last = self.text.rfind("</", node.inner + self.shift, end)
        if last >= 0 and self.text.startswith(node.tag, last + 2):
            unseen(self.outline, last)
            self.outline.add(last, end, closes=head)

    def items(self, node: Node, more: tuple[int, ...]) -> None:
        """The parts of a list; other elements go on with what was said before."""
        outer, listed = self.thread, node.tag in ("ul", "ol")
        if listed:
            self.thread = Thread(self.outline, parallel=node.tag == "ul", items=True)
        self.inside(node, *more)
        self.thread = outer if listed else self.thread

    def summary(self, details: Node, node: Node, more: tuple[int, ...]) -> tuple[int, ...]:
        """What can be unfolded, by its number; it stands above what follows where nothing closes it."""
        runs = self.stretch(Span(node.inner, node.end))
        at = self.add(runs, self.above(*more), carrier=True) if runs else -1
        self.thread = Thread(self.outline)
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
            self.thread, self.rows = Thread(self.outline), range(0)
            self.headings.append((level, self.add([Run(start, end, "")], self.above(), carrier=True)))

    def block(self, span: Span, more: tuple[int, ...]) -> tuple[int, bool]:
        """Text without blocks inside: one unit, or its sentences.

        Returns the number of the last one, or -1, and whether it ends in a colon.
        """
        runs = self.stretch(span)
        if not runs:
            return -1, False
        self.rows = range(0)
        begin = span.start + self.shift
        chosen = [one.end() for one in CHOSEN.finditer(self.text, begin, span.end + self.shift)]
        if chosen:
            return self.add([Run(begin, max(chosen[-1], runs[-1].end), "")], self.above(*more)), False
        seen = words_of(self.text, runs)
        parts = [runs] if len(seen) <= _LONG else list(sentences_of(self.text, runs, self.outline.language))
        leads = seen.rstrip().endswith(":")
        at = -1
        for number, part in enumerate(parts):
            carrier = leads and number == len(parts) - 1
            content = words_of(self.text, part)
            before = self.thread.before(content)
            prose = not carrier and len(part) == 1
            at = self.add(part, self.above(*more, *before), carrier=carrier, prose=prose)
            self.thread.said(at, content)
        return at, leads

    def shows(self, span: Span) -> bool:
        """Whether a stretch shows anything."""
        return bool(self.stretch(span))

    def ended(self) -> bool:
        """Whether the last text that was added ends as a sentence does, or is long."""
        last = self.outline.pieces[-1]
        return self.text[last.end - 1] in ".!?" or last.end - last.start > _LONG
