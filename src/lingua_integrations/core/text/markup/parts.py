"""Parts of a text in markup, as readers of several formats find them, and what each needs of the others.

A reader of LaTeX, AsciiDoc, wiki text or POD only says what its lines are; what follows from that is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import regex

from lingua_integrations.core.text.language.sentences import sentences
from lingua_integrations.core.text.markup.headings import Level
from lingua_integrations.core.text.needs.notes import add_note_below
from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline
from lingua_integrations.core.text.prose import add_prose
from lingua_integrations.core.text.spans import Span

_WHOLE = 400  # characters up to which a block is kept or dropped whole
_ITEM = 300  # those of an item, and of what is attached to it
_TERSE = 120  # those of a paragraph to which a condition may be an exception
_CAPTION = 600  # those of what is said of all that stands below a heading, or in a table
_JOINED = 2_000  # those of sentences within one pair of braces
_OPEN = regex.compile(r"\\begin\b|\{|\[\[|<ref(?:\s[^<>/]*)?>")
_SHUT = regex.compile(r"\\end\b|\}|\]\]|</ref\b")
_MARK = regex.compile(r"\s*(?:\\\w+\s+)*(\$\^[^$\n]{1,20}\$|\\textsuperscript\{[^{}\n]{1,20}\})")
"""The mark of a note in LaTeX."""
Sort = Literal[
    "heading", "words", "item", "list", "block", "table", "row", "title", "caption", "line", "unseen"
]
"""``list`` is a block that is always opened, ``title`` a row that names those below it, ``line`` a setting,
``unseen`` what no reader of the text sees, such as a comment."""


@dataclass(eq=False)
class Part:
    """A stretch of a text. Of a block, a list or a table ``span`` is what opens it."""

    sort: Sort
    span: Span
    depth: int = 0  # of headings and items; 0 is the outermost
    inside: list[Part] = field(default_factory=list)
    closing: Span | None = None
    kind: str | None = None  # of a block with text of another kind in it; "" for lines
    limits: bool = False  # a warning: right below a heading it is about all that follows
    names: bool = False  # of an item: it only names what is in it
    proves: bool = False  # it means nothing without what stands before it

    @property
    def end(self) -> int:
        """Where it ends in the text, its closing line included."""
        last = self.inside[-1].end if self.inside else self.span.end
        return self.closing.end if self.closing else last


def add_parts(outline: Outline, found: Sequence[Part], needs: tuple[int, ...]) -> None:
    """Add the parts of a text in their order."""
    _Writer(outline).siblings(found, Level(needs, Thread(outline)))


class _Writer:
    def __init__(self, outline: Outline) -> None:
        self.outline, self.text = outline, outline.text

    def siblings(self, found: Sequence[Part], level: Level) -> None:
        """Headings and what stands below them; a lead-in is needed by what it leads to."""
        lead: tuple[int, ...] = ()
        items: list[tuple[int, int]] = []  # those above, with their depths
        fresh = False  # right below a heading
        block = -1  # the block before, or a short paragraph
        rows = range(0)  # of the table right before
        for number, part in enumerate(found):
            after = found[number + 1] if number + 1 < len(found) else None
            if part.sort == "unseen":
                self.outline.add(*part.span, carrier=True)
                continue
            if part.sort != "item":
                items.clear()
            begin = len(self.outline.pieces)
            needs = (*level.above(), *lead, *((block,) if part.proves and block >= 0 else ()))
            if part.sort == "heading":
                depth = 2 * part.depth
                at = self.outline.add(*part.span, level.enter(depth), carrier=True)
                level.headings.append((depth, at))
            elif part.limits and fresh and part.end - part.span.start <= _CAPTION:
                at = self.outline.add(part.span.start, part.end, needs, heads=True)
                level.headings.append((level.headings[-1][0] + 1, at))
            elif part.sort == "words":
                if self.note(part.span, rows, level.above()):
                    continue
                rows = range(0)
                block = begin if part.end - part.span.start <= _TERSE else -1
                lead = self.words(part, after, needs, level)
                fresh = False
                continue
            elif part.sort == "item":
                self.item(part, after, needs, items, level)
            else:
                self.other(part, needs, level)
            fresh = part.sort == "heading"
            block = begin if part.sort == "block" else block if part.proves else -1
            rows = range(begin, len(self.outline.pieces)) if part.sort == "table" else range(0)
            listed = part.sort == "item" and after is not None and after.sort == "item"
            lead = lead if listed else ()

    def note(self, span: Span, rows: range, needs: tuple[int, ...]) -> bool:
        """Add a note below a table; whether it is one. The rows with its mark need it."""
        mark = _MARK.match(self.text, *span) if rows and span.end - span.start <= _CAPTION else None
        if mark is None:
            return add_note_below(self.outline, span, rows, needs)
        at = self.outline.add(*span, needs, carrier=True)
        pieces = self.outline.pieces
        self.outline.require([n for n in rows if mark[1] in self.text[slice(*pieces[n][:2])]], [at])
        return True

    def words(self, part: Part, after: Part | None, needs: tuple[int, ...], level: Level) -> tuple[int, ...]:
        """Add a paragraph; returns the number of its last sentence where that leads to the next part."""
        content = self.text[slice(*part.span)].rstrip()
        block = after is not None and after.sort in ("item", "list", "block", "table")
        if not block or not (content[-1:] in ":：" or content[-1:].isalnum() or content[-1:] in ",;"):
            self.prose(part.span, needs, level.thread)
            return ()
        (*others, last) = self.sentences(part.span) or [part.span]
        if others:
            self.prose(Span(part.span.start, others[-1].end), needs, level.thread)
        return (level.thread.add(*last, needs, carrier=True),)

    def prose(self, span: Span, needs: tuple[int, ...], thread: Thread, *, joined: bool = False) -> int:
        """Add sentences; none ends within braces. Returns the number of the first one."""
        content = self.text[slice(*span)]
        if not _OPEN.search(content):
            return add_prose(self.outline, span, needs, joined=joined, thread=thread)
        first = -1
        for part in self.sentences(span):
            own = (*needs, first) if joined else needs
            at = thread.add(*part, own, prose=True)
            first = at if first < 0 else first
        return first

    def sentences(self, span: Span) -> list[Span]:
        """Sentences, joined where a pair of braces is open between them."""
        found: list[Span] = []
        opened = 0
        for one in sentences(self.text, *span, self.outline.language):
            if opened > 0 and one[1] - found[-1].start <= _JOINED:
                found[-1] = Span(found[-1].start, one[1])
            else:
                found.append(Span(*one))
                opened = 0
            content = self.text[slice(*one)]
            opened += len(_OPEN.findall(content)) - len(_SHUT.findall(content))
        return found

    def item(
        self,
        part: Part,
        after: Part | None,
        needs: tuple[int, ...],
        items: list[tuple[int, int]],
        level: Level,
    ) -> None:
        """Add an item; what is attached to it needs it, and limits it where it is short."""
        while items and items[-1][0] >= part.depth:
            items.pop()
        known = (*needs, *(at for _, at in items[-1:]))
        content = self.text[slice(*part.span)].rstrip()
        deeper = after is not None and after.sort == "item" and after.depth > part.depth
        listed = deeper or any(one.sort == "list" for one in part.inside)
        leads = (listed and content[-1:] not in ".!?。") or (part.names and bool(part.inside))
        thread = Thread(self.outline, parallel=True)
        if part.span.end - part.span.start > _ITEM:
            at = self.prose(part.span, known, thread, joined=True)
        else:
            at = thread.add(*part.span, known, carrier=leads, prose=not leads)
        items.append((part.depth, at))
        begin = len(self.outline.pieces)
        self.siblings(part.inside, level.inside((*known, at)))
        if part.inside and not leads and part.end - part.inside[0].span.start <= _ITEM:
            self.outline.require([at], range(begin, len(self.outline.pieces)))

    def other(self, part: Part, needs: tuple[int, ...], level: Level) -> None:
        """Add a block, a list, a table, or a line."""
        if part.sort in ("row", "line", "caption"):
            self.outline.add(*part.span, needs, record="row" if part.sort == "row" else None)
            return
        plain = not any(one.sort in ("heading", "table", "item", "list") for one in part.inside)
        if part.sort == "block" and plain and part.end - part.span.start <= _WHOLE:
            self.outline.add(part.span.start, part.end, needs)
            return
        begin = len(self.outline.pieces)
        head = self.outline.add(*part.span, needs, carrier=True)
        if part.kind is not None:
            self.verbatim(part, (*needs, head))
        elif part.sort == "table":
            self.rows(part.inside, (*needs, head))
        else:
            self.siblings(part.inside, level.inside((*needs, head)))
        if part.closing:
            self.outline.cover(part.closing.start)
            self.outline.add(*part.closing, closes=head)
        self.captions(part, begin)

    def verbatim(self, part: Part, needs: tuple[int, ...]) -> None:
        """What stands in a block word for word, as source code does."""
        end = part.closing.start if part.closing else part.inside[-1].span.end if part.inside else part.end
        inner = Span(part.span.end, end)
        if self.text[slice(*inner)].strip():
            self.outline.read(part.kind or "lines", inner, needs)

    def rows(self, found: Sequence[Part], needs: tuple[int, ...]) -> None:
        """Rows of a table, each with the title above it; a caption among them is needed by all."""
        title: tuple[int, ...] = ()
        for part in found:
            if part.sort == "title":
                title = (self.outline.add(*part.span, needs, carrier=True),)
            elif part.sort == "unseen":
                self.outline.add(*part.span, carrier=True)
            else:
                record = "row" if part.sort == "row" else None
                self.outline.add(part.span.start, part.end, (*needs, *title), record=record)

    def captions(self, part: Part, begin: int) -> None:
        """Let all of a table or a figure, from a piece on, need the captions in it."""
        captions = {one.span.start for one in part.inside if one.sort == "caption"}
        if not captions:
            return
        own = range(begin, len(self.outline.pieces))
        pieces = self.outline.pieces
        said = [n for n in own if pieces[n].start in captions and pieces[n].end - pieces[n].start <= _CAPTION]
        self.outline.require([n for n in own if not pieces[n].carrier], said)
