"""Markdown, reST and plain text: headings, lists under their lead-ins, tables, code, quotations, prose."""

from __future__ import annotations

from collections.abc import Sequence

from lingua_integrations.core.text.data.tables import add_rows
from lingua_integrations.core.text.kinds import kind_of_block
from lingua_integrations.core.text.language.sentences import sentences
from lingua_integrations.core.text.markup.embedded import HEADS, embedded
from lingua_integrations.core.text.markup.headings import Level
from lingua_integrations.core.text.markup.html import UNFOLDED, read_open
from lingua_integrations.core.text.markup.looks import LEADS, WARNING, Looks
from lingua_integrations.core.text.markup.markdown_blocks import Block, blocks_of
from lingua_integrations.core.text.markup.paragraphs import Paragraphs
from lingua_integrations.core.text.markup.titles import (
    HEADING,
    PLAIN_LINE,
    depth_of_numbered,
    is_numbered_title,
)
from lingua_integrations.core.text.needs.answers import is_answer, is_question
from lingua_integrations.core.text.needs.dates import is_date
from lingua_integrations.core.text.needs.discourse import warns
from lingua_integrations.core.text.needs.notes import add_note_below
from lingua_integrations.core.text.needs.thread import MARKER, Thread
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.prose import add_prose
from lingua_integrations.core.text.spans import Span

_WHOLE = 500  # characters up to which a block of code is one piece
_ITEM = 300  # characters up to which an item of a list is one piece


def read_text(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Markdown and plain text, with data and source code between that have no fence around them."""
    reader = _Reader(outline, span)
    level = Level(needs, Thread(outline))
    begin = span.start
    for found in embedded(outline.text, span):
        if found.kind == HEADS:
            _read_blocks(reader, Span(begin, found.span.start), level)
            outline.edges.add(outline.add(*found.span, carrier=True))
            begin = found.span.end
            continue
        lead = found.lead(outline.text, begin)
        lead = lead if found.kind == "table" else _sentence(outline, lead, begin)
        reader.paragraphs.followed = True
        _read_blocks(reader, Span(begin, lead.start), level)
        reader.paragraphs.followed = False
        named = (outline.add(*lead, level.above(), carrier=True),) if lead.start < lead.end else ()
        deep = indent(outline.text[slice(*found.span)])
        terms = [at for column, at in level.terms if column < deep]
        first = outline.last + 1
        outline.read(found.kind, found.span, (*level.above(), *terms[-1:], *named))
        reader.rows = range(first, outline.last + 1) if found.kind == "table" else range(0)
        begin = found.span.end
    _read_blocks(reader, Span(begin, span.end), level)


def _sentence(outline: Outline, lead: Span, begin: int) -> Span:
    """The whole sentence, from ``begin`` on, of which a line that leads to something is the end."""
    start = max(begin, outline.text.rfind("\n\n", begin, lead.start) + 2, lead.end - _ITEM)
    if lead.start == lead.end or start >= lead.start or MARKER.match(outline.text, *lead):
        return lead
    *_, last = sentences(outline.text, start, lead.end, outline.language) or [lead]
    found = lines(outline.text, min(last[0], lead.start), lead.start)
    return lead if any(MARKER.match(outline.text, *line) for line in found) else Span(last[0], lead.end)


def _read_blocks(reader: _Reader, span: Span, level: Level) -> None:
    """Blocks as Markdown has them, and what plain text and reST have besides."""
    reader.blocks(blocks_of(reader.outline.text, span), level)
    reader.outline.cover(span.end)


class _Reader:
    """Adds blocks to an outline."""

    def __init__(self, outline: Outline, span: Span) -> None:
        self.outline = outline
        self.text = outline.text
        self.looks = Looks(outline.text)
        found = outline.text[slice(*span)].splitlines()
        self.paragraphs = Paragraphs(outline, self.looks, dated=sum(map(is_date, found)) > 1)
        self.rows = range(0)  # the pieces of the table right above

    def blocks(self, found: Sequence[Block], level: Level) -> None:
        """Siblings, in their order.

        A lead-in is needed by the next block, and by all that are indented deeper.
        """
        lists = [block.span for block in found if self.looks.is_list_of_names(block)]
        self.paragraphs.lists.update(lists if len(lists) > 1 else ())
        lead: int | None = None
        column = -1  # of the lead-in
        led = False  # whether it has led to something
        question: int | None = None
        warned: tuple[int, ...] = ()  # a warning right before
        begin = self.outline.last + 1
        for number, block in enumerate(found):
            rows = self._rows_above(found[number - 1] if number else None, begin)
            begin = self.outline.last + 1
            following, self.paragraphs.after = (*found[number + 1 : number + 3], None, None)[:2]
            deeper = indent(self.looks.line(block.span)) > column
            on = number > 0 and self.looks.goes_on(found[number - 1], block)
            lead = lead if deeper or on or not led else None
            led = lead is not None
            needs = level.above() if lead is None else (*level.above(), lead)
            while level.terms and indent(self.looks.line(block.span)) <= level.terms[-1][0]:
                level.terms.pop()
            needs = (*needs, *(at for _, at in level.terms[-1:]), *warned)
            warned = ()
            titled = following is not None and is_numbered_title(block, following, self.looks.content(block))
            if titled or (block.kind == "heading" and len(self.looks.content(block)) <= HEADING):
                self._heading(block, following if titled else None, level, lead)
                lead = None
            elif block.kind == "hr":
                self.outline.add(*block.span, carrier=True)
                lead = None
            elif self._limits(block, following, level) or add_note_below(
                self.outline, block.span, rows, level.above()
            ):
                continue  # another one may follow
            elif block.kind in ("paragraph", "heading"):
                content = self.looks.content(block)
                if is_answer(content) and question is not None:
                    needs = (*needs, question)
                question = None
                if is_question(content) and following is not None and "\n" not in content.strip():
                    question = self.outline.add(*block.span, needs, carrier=True)
                    continue
                own = self.paragraphs.add(block, following, needs, level)
                if own is not None or lead is None or not deeper:
                    lead, column, led = own, indent(self.looks.line(block.span)), False
            else:
                self._other(block, needs, level)
                level.thread.listed = range(begin, self.outline.last + 1)
                on = following is not None and (
                    indent(self.looks.line(following.span)) > column or self.looks.goes_on(block, following)
                )
                lead = lead if on else None
            warned = self._warning(block, begin)

    def _rows_above(self, before: Block | None, begin: int) -> range:
        """The pieces of the table right above a block, where ``before``, from ``begin`` on, is one."""
        if before is not None:
            table = self.looks.is_table(before)
            return range(begin, self.outline.last + 1) if table else range(0)
        rows, self.rows = self.rows, range(0)
        return rows

    def _heading(self, block: Block, numbers: Block | None, level: Level, lead: int | None) -> None:
        """Add a heading, perhaps one that a list with one item is, which ``numbers`` what follows."""
        depth = depth_of_numbered(self.text, block, numbers) if numbers else self.paragraphs.depth(block)
        if lead is not None:  # what leads to a list of titles is the title of all
            level.headings.append((PLAIN_LINE, lead))
        self.paragraphs.head(block.span, depth, level)

    def _limits(self, block: Block, following: Block | None, level: Level) -> bool:
        """Add a warning right below a heading: all that stands under it needs that; whether it is one."""
        content, end = self.looks.content(block), block.span.end
        if end <= self.outline.at:
            return True  # what it says, which was added with it
        below = bool(level.headings) and self.outline.last == level.headings[-1][1]
        if not below or not WARNING.match(content):
            return False
        if "\n" not in content and following is not None and self.looks.line(following.span)[:1].isspace():
            end = following.span.end  # what it says stands below a blank line
        if end - block.span.start > _WHOLE:
            return False
        depth, above = level.headings[-1]
        at = self.outline.add(block.span.start, end, (above,), heads=True)
        level.headings.append((depth, at))
        return True

    def _warning(self, block: Block, begin: int) -> tuple[int, ...]:
        """The first piece of a block that warns of what follows, from ``begin`` on; all of it comes along."""
        found = range(begin, self.outline.last + 1)
        if len(self.looks.content(block)) > _ITEM or not found or not warns(self.looks.content(block)):
            return ()
        for at in found[1:]:
            self.outline.bind(found[0], at)
        return (found[0],)

    def _other(self, block: Block, needs: tuple[int, ...], level: Level) -> None:
        if block.kind in ("bullet_list", "ordered_list"):
            parallel = block.kind == "bullet_list"  # steps follow one another
            inside = Level(needs, level.thread.list_of(parallel=parallel))
            level.thread.begun = -1
            if len(block.inside) > 2 and all(map(_is_row, block.inside)):
                add_rows(self.outline, [self.looks.whole_line(item.span) for item in block.inside], 1, needs)
                return
            for item in block.inside:
                self._item(item, inside)
            level.thread.last = inside.thread.last
        elif block.kind == "fence":
            self._fence(block, needs)
        elif block.kind == "table":
            self.outline.read("table", block.span, needs)
        elif block.kind == "html_block":
            self._html(block, needs, level)
        elif block.inside:
            self.blocks(block.inside, level.inside(needs))
        else:
            add_prose(self.outline, block.span, needs, thread=level.thread)

    def _html(self, block: Block, needs: tuple[int, ...], level: Level) -> None:
        """HTML; its headings, and a summary whose details go on in Markdown, stand above what follows."""
        if self.looks.content(block).startswith("</details"):
            level.enter(UNFOLDED)
        for depth, at in read_open(self.outline, block.span, needs):
            level.enter(depth)
            level.headings.append((depth, at))

    def _item(self, item: Block, level: Level) -> None:
        """An item of a list: what follows its first sentence needs that, and so do the lists inside."""
        needs = level.needs
        if not item.inside or (
            len(item.inside) == 1
            and item.span.end - item.span.start <= _ITEM
            and item.inside[0].kind == "paragraph"
        ):
            level.thread.add(*self.looks.whole_line(item.span), needs, prose=True)
            return
        first, *others = item.inside
        if first.kind != "paragraph":
            self.outline.cover(first.span.start)
            self.blocks(item.inside, level.inside(needs))
            return
        span = self.looks.whole_line(Span(item.span.start, first.span.end))
        content = self.looks.content(first)
        listed = bool(others) and others[0].kind.endswith("_list") and content[-1:] not in ".!?"
        leads = listed or (bool(others) and LEADS.search(content) is not None)
        if leads and span.end - span.start <= _ITEM:
            head = self.outline.add(*span, needs, carrier=True)
        else:
            head = add_prose(self.outline, span, needs, joined=True, thread=level.thread)
        self.blocks(others, level.inside((*needs, head)))

    def _fence(self, block: Block, needs: tuple[int, ...]) -> None:
        """Fenced code: one piece if it is short; else what its language makes of it, between the fences."""
        span = self.looks.whole_line(block.span)
        content = self.text[span.start : span.end]
        found = lines(self.text, *span)
        closed = len(found) > 1 and not content[found[-1].start - span.start :].strip(
            " \t>" + block.token.markup[0]
        )
        if len(content) <= _WHOLE or not closed or len(found) < 3:
            self.outline.add(*span, needs)
            return
        inside = Span(found[0].end + 1, found[-1].start)
        name = (block.token.info.split() or [""])[0]
        kind = kind_of_block(name, self.text[inside.start : inside.end])
        if len(found) == 3 and kind != "json":  # of one line only data have parts that stand alone
            self.outline.add(*span, needs)
            return
        head = self.outline.add(*found[0], needs, carrier=True)
        self.outline.read("lines" if kind == "text" else kind, inside, (*needs, head))
        self.outline.add(*found[-1], closes=head)


def _is_row(item: Block) -> bool:
    """Whether an item of a list has nothing but a list: a row of its cells, as in reST's list tables."""
    return len(item.inside) == 1 and item.inside[0].kind == "bullet_list"
