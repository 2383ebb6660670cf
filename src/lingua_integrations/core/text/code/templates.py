"""Templates: what stands between two directives is shown, or is not, by what they say.

In HTML, a line needs the directives around it, the headings above it and the head of its table. Other text
is read by its kind between the directives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from lingua_integrations.core.text.code.blocks import read_blocks
from lingua_integrations.core.text.code.template_signs import Directive, balance, directives_of
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_BEGINS = regex.compile(r"<[?%]|\{[%{#]|@\p{Ll}")
_TAGGED = regex.compile(r"\s*</?[a-zA-Z!]")
_HEADING = regex.compile(r"\s*<h([1-6])\b")
_OPENS = regex.compile(r"\s*<(?!/)(?P<name>[\w:-]+)\b[^<>]*>\s*$")
_LAYOUT = frozenset(
    ["html", "body", "div", "span", "main", "section", "article", "ul", "ol", "table", "tbody", "tr"]
)
"""Elements that say nothing of what stands in them."""
_SAYS = regex.compile(
    r"[\s:@*](?:[\w-]*:)?(?:v-|ng|x-)?(?:if|else|unless|show|switch|case|for|each)\b", regex.I
)
"""An attribute that tells when an element is shown."""
_BARE = regex.compile(r"\s*(?:<[^<>?%]*+>\s*+)++$")  # nothing but tags
_END = regex.compile(r"\s*</[\w:-]+>\s*$")
_TAGS = 0.25  # of the lines of a page that must begin with a tag, those of a program aside
_LEAST = 0.1  # of the lines of another text that must begin with directives


def is_template(text: str) -> bool:
    r"""Whether directives say when parts of a page, or of a text, are shown.

    Those in HTML may stand anywhere; in other texts those that open blocks and close them begin lines, as
    they do not where a text only speaks of them.

    >>> is_template("<p>\n<?php if ($a): ?>\nYes.\n<?php endif; ?>\n</p>"), is_template("See {% if %}.")
    (True, False)
    """
    if not _BEGINS.search(text):
        return False
    found = directives_of(text, 0, len(text))
    turns = [one for one in found if one.event != "shows"]
    events = [one.event for one in turns]
    program = sum(text.count("\n", one.start, one.end) for one in found if one.code)
    if not (program and "?>" in text) and not ("opens" in events and "closes" in events):
        return False
    rows = [line for line in text.splitlines() if line.strip()]
    if sum(map(bool, map(_TAGGED.match, rows))) >= _TAGS * (len(rows) - program):
        return True
    begins = sum(text[one.start - 1 : one.start] in ("", "\n") for one in turns)
    signed = all(text[one.start : one.start + 2] in ("{%", "<%", "{{") for one in turns)
    paired = signed and events.count("opens") == events.count("closes")
    return paired and begins > 1 and begins >= _LEAST * len(rows) and "```" not in text


class _Open(NamedTuple):
    """What is open: a block of directives, or an element, with its pieces so far."""

    pieces: tuple[int, ...]
    depth: int = -1  # of an element; -1: a block


class _Page:
    """Adds the lines of a template to an outline."""

    def __init__(self, outline: Outline, needs: tuple[int, ...], sign: str) -> None:
        self.outline, self.needs, self.sign = outline, needs, sign
        self.open: list[_Open] = []
        self.headings: list[tuple[int, int, int]] = []  # how deep it is, its piece, and what was open then
        self.heads: list[int] = []  # of the table

    def around(self) -> tuple[int, ...]:
        """What a line needs where it stands."""
        within = (piece for one in self.open for piece in one.pieces)
        return (*self.needs, *within, *(at for _, at, _ in self.headings))

    def leave(self, blocks: int) -> tuple[int, ...]:
        """Close so many blocks with all that is open in them; returns the pieces of the last one."""
        pieces: tuple[int, ...] = ()
        while blocks and any(one.depth < 0 for one in self.open):
            last = self.open.pop()
            if last.depth < 0:
                blocks, pieces = blocks - 1, last.pieces
                self.mark(pieces[-1] + 1)
        self._drop_headings()
        return pieces

    def leave_elements(self, depth: int) -> None:
        """Close elements that are at least so deep."""
        while self.open and self.open[-1].depth >= max(0, depth):
            self.open.pop()
        self._drop_headings()

    def mark(self, first: int) -> None:
        """Let a mark stand in place of a branch, given its first piece, where all of it is left out."""
        if first <= self.outline.last:
            piece = self.outline.pieces[first]
            self.outline.pieces[first] = piece._replace(mark=self.sign, until=self.outline.last)

    def _drop_headings(self) -> None:
        self.headings = [one for one in self.headings if one[2] <= len(self.open)]

    def directive(self, line: Span, found: Sequence[Directive], alone: bool) -> None:
        """Add a line on which blocks open, go on, or end."""
        closed, divided, opened = balance(found)
        pieces = self.leave(closed)
        if divided and not closed:
            before = self.leave(1)
            at = self.outline.add(*line, (*self.around(), *before), carrier=alone, heads=not alone)
            self.open.append(_Open((*before, at)))
        elif closed and pieces:
            at = self.outline.add(*line, closes=pieces[0])
        else:
            at = self.outline.add(
                *line, self.around(), carrier=alone and opened > 0, heads=not alone and opened > 0
            )
        for _ in range(opened):
            self.open.append(_Open((at,)))

    def element(self, line: Span, content: str, below: str) -> None:
        """Add a line without directives that open or close something."""
        depth = indent(content)
        if _END.match(content):
            same = [one for one in self.open if one.depth == depth]
            self.leave_elements(depth)
            self.outline.add(*line, carrier=True, closes=same[-1].pieces[0] if same else -1)
            return
        self.leave_elements(depth)
        heading = _HEADING.match(content)
        if heading:
            level = int(heading[1])
            self.headings = [one for one in self.headings if one[0] < level]
        if "<table" in content:
            self.heads = []
        names = "<th" in content and "<thead" not in content
        known = self.around() if names else (*self.around(), *self.heads * ("<td" in content))
        tag = _OPENS.match(content)
        at = self.outline.add(*line, known, carrier=names or bool(heading or tag or _BARE.match(content)))
        if heading:
            self.headings.append((level, at, len(self.open)))
        if names:
            self.heads.append(at)
        if tag and indent(below) > depth and (tag["name"].lower() not in _LAYOUT or _SAYS.search(content)):
            self.open.append(_Open((at,), depth))


def read_template(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Lines of a page under the directives around them; statements over several lines are read as code."""
    text = outline.text
    rows = list(_rows(text, span))
    tagged = any(_TAGGED.match(text, *line) for line, _ in rows)
    page = _Page(outline, needs, "\n<!-- ... -->" if tagged else "\n...")
    words: list[Span] = []
    for number, (line, found) in enumerate(rows):
        content = text[slice(*line)]
        below = text[slice(*rows[number + 1][0])] if number + 1 < len(rows) else ""
        turns = any(one.event != "shows" for one in found)
        if words and (turns or any(one.code for one in found)):
            outline.read("text", Span(words[0].start, words[-1].end), page.around())
            words = []
        if any(one.code for one in found):
            _read_statements(outline, line, page.around())
        elif turns:
            parts = [content, *(text[one.start : one.end] for one in found)]
            page.directive(line, found, len(content.strip()) == sum(map(len, parts[1:])))
        elif tagged:
            page.element(line, content, below)
        else:
            words.append(line)
    if words:
        outline.read("text", Span(words[0].start, words[-1].end), page.around())


def _read_statements(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Statements of a program over several lines, between their signs."""
    first, *inside, last = lines(outline.text, *span)
    opens = outline.text[slice(*first)].strip() in ("<?php", "<?", "<%")
    closes = outline.text[slice(*last)].strip() in ("?>", "%>")
    head = outline.add(*first, needs, carrier=True) if opens else -1
    begin = inside[0].start if opens and inside else first.start
    end = inside[-1].end if closes and inside else last.end
    read_blocks(outline, Span(begin, end), (*needs, head) if opens else needs)
    if closes:
        outline.add(*last, carrier=not opens, closes=head)


def _rows(text: str, span: Span) -> Iterator[tuple[Span, list[Directive]]]:
    """Lines with the directives on them; those that a directive goes on over are one."""
    waiting = directives_of(text, *span)[::-1]
    begin = None
    found: list[Directive] = []
    for line in lines(text, *span):
        begin = line.start if begin is None else begin
        while waiting and waiting[-1].start < line.end:
            found.append(waiting.pop())
        if found and found[-1].end > line.end:
            continue
        yield Span(begin, line.end), found
        begin, found = None, []
