"""Paragraphs of Markdown and plain text: titles, posts, footnotes, directives, terms, rows, prose."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.language.sentences import sentences
from lingua_integrations.core.text.leads import is_value
from lingua_integrations.core.text.lines.mails import is_mail_head
from lingua_integrations.core.text.markup.directives import DIRECTIVE, with_options
from lingua_integrations.core.text.markup.headings import Level
from lingua_integrations.core.text.markup.looks import Looks
from lingua_integrations.core.text.markup.markdown_blocks import Block
from lingua_integrations.core.text.markup.titles import (
    FIRST,
    HEADING,
    PLAIN_LINE,
    begins_clause,
    begins_item,
    depth_of_plain_title,
    depth_of_title,
    unfinished,
)
from lingua_integrations.core.text.needs.dates import is_date
from lingua_integrations.core.text.needs.notes import add_footnotes
from lingua_integrations.core.text.needs.posts import is_event, is_post
from lingua_integrations.core.text.needs.thread import MARKER
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.prose import add_prose
from lingua_integrations.core.text.spans import Span

_UNDERLINE = regex.compile(r"([=\-~^\"'`*+#:.<>_])\1{2,}\s*$")
_MEANS = regex.compile(r"[\s>]*: +\S")  # what a term means, in Markdown's definition lists
_POST = 1  # the depth of what names a post: headings in it are deeper
_TERM = 80  # characters up to which a line may be a term that the lines below it define


class Paragraphs:
    """Adds the paragraphs of a text to an outline."""

    def __init__(self, outline: Outline, looks: Looks, *, dated: bool) -> None:
        self._outline, self._text, self._looks = outline, outline.text, looks
        self._dated = dated  # dates are headings, as in a diary
        self._marks: list[str] = []  # of reST headings, in the order of their levels
        self.lists: set[Span] = set()  # paragraphs of short lines of which the first names the others
        self.after: Block | None = None  # what stands below what follows
        self.followed = False  # whether something of another kind stands right below the last one

    def add(self, block: Block, following: Block | None, needs: tuple[int, ...], level: Level) -> int | None:
        """Add a paragraph; returns the number of its last sentence where that leads to the next block."""
        if self._titled(block, following, level) or self._special(block, following, needs, level):
            return None
        span, content = block.span, self._looks.content(block)
        if following is None or not self._looks.leads(block, following):
            add_prose(self._outline, span, needs, thread=level.thread)
            return None
        (*others, last) = list(sentences(self._text, *span, self._outline.language)) or [span]
        if others:
            add_prose(self._outline, Span(span.start, others[-1].end), needs, thread=level.thread)
        at = level.thread.add(*last, needs, carrier=True)
        level.thread.begun = at if unfinished(content) and self._looks.is_listed(following) else -1
        return at

    def head(self, span: Span, depth: int, level: Level) -> None:
        """Add a heading of a depth; what stands under it needs it."""
        at = self._outline.add(*span, level.enter(depth), carrier=True)
        level.headings.append((depth, at))
        for limit in self._outline.clauses.enter(at, self._text[slice(*span)]):
            self._outline.bind(*limit)

    def depth(self, block: Block) -> int:
        """The level of a heading; underlined ones are numbered as they come, or as Markdown numbers them."""
        content = self._looks.content(block)
        if content.lstrip().startswith("#"):
            self._marks = self._marks or ["=", "-"]
            return int(block.token.tag[1:])
        return self._underlined(content.rstrip()[-1])

    def _underlined(self, mark: str) -> int:
        if mark not in self._marks:
            self._marks.append(mark)
        return 1 + self._marks.index(mark)

    def _titled(self, block: Block, following: Block | None, level: Level) -> bool:
        """Add a paragraph that is a heading, begins with one, or is the head of a mail; whether it is."""
        span, content = block.span, self._looks.content(block)
        if self._posted(block, following, level):
            return True
        depth = self._depth_of_title(content)
        if is_mail_head(content.splitlines()):
            depth, following = 0, following or block
        if depth is None and following is not None and self._looks.may_be_named(block, following):
            listed = not is_value(content) and self._looks.names_value(following, self.after)
            depth = depth_of_plain_title(content, self._looks.content(following), listed=listed)
        above = self.followed if following is None else following.kind != "heading"
        if depth is not None and above:
            self.head(span, depth, level)
            return True
        dated = self._dated and is_date(content.split("\n", 1)[0])
        if span in self.lists:
            head, *body = lines(self._text, *span)
            at = self._outline.add(*head, level.above(), carrier=True)
            add_prose(self._outline, Span(body[0].start, span.end), (*level.above(), at), named=True)
            return True
        item = begins_item(content)
        if not item and not begins_clause(content) and not (dated and "\n" in content):
            return False
        head, *body = lines(self._text, *span)
        if not item and self._depth_of_title(self._text[slice(*head)]) is None:
            return False
        self.head(head, 1 + PLAIN_LINE if item else FIRST, level)  # a plain title may name all items
        add_prose(self._outline, Span(body[0].start, span.end), level.above())
        return True

    def _depth_of_title(self, content: str) -> int | None:
        """The depth of a paragraph that is a heading in all but Markdown: underlined, numbered or bold."""
        found = [line for line in content.splitlines() if line.strip()]
        if len(found) in (2, 3) and (mark := _UNDERLINE.match(found[-1])) and len(found[-2]) <= HEADING:
            titled = len(found) == 2 or _UNDERLINE.match(found[0])
            return self._underlined(mark[1]) if titled and not _UNDERLINE.match(found[-2]) else None
        return depth_of_title(content, dated=self._dated)

    def _posted(self, block: Block, following: Block | None, level: Level) -> bool:
        """Add a paragraph that begins with the line of who posted it; whether it does."""
        found = lines(self._text, *block.span)
        posts = [n for n, line in enumerate(found) if is_post(self._text[slice(*line)])]
        if not posts or (following is None and posts[-1] + 1 == len(found)):
            return False
        above = found[: posts[0]]
        if not all(is_event(self._text[slice(*line)]) for line in above[1:]):
            return False
        if above:  # a title of the posts, or what was done before them
            add_prose(self._outline, Span(above[0].start, above[-1].end), level.enter_post())
        for first, after in pairwise([*posts, len(found)]):
            at = self._outline.add(*found[first], level.enter_post(), carrier=True)
            level.headings.append((_POST, at))
            self._body(found[first + 1 : after], level)
        return True

    def _body(self, found: Sequence[Span], level: Level) -> None:
        """Add what a post says, up to what was done to the ticket."""
        events = [n for n, line in enumerate(found) if is_event(self._text[slice(*line)])]
        said = events[0] if events else len(found)
        if said:
            span = Span(found[0].start, found[said - 1].end)
            add_prose(self._outline, span, level.above(), thread=level.thread)
        if events:
            add_prose(self._outline, Span(found[said].start, found[-1].end), level.enter_post())

    def _special(self, block: Block, following: Block | None, needs: tuple[int, ...], level: Level) -> bool:
        """Add a paragraph that is no prose: footnotes, a directive, rows, a term; whether it is that."""
        span = block.span
        if add_footnotes(self._outline, span, needs):
            return True
        if DIRECTIVE.match(self._looks.content(block)):
            self._directives(span, following, needs, level)
            return True
        kind = self._looks.kind_of(block)
        if kind is not None:
            self._outline.read(kind, self._looks.whole_line(span), needs)
            return True
        term = self._defined(block, needs)
        if term is not None:
            level.terms.append((indent(self._looks.line(span)), term))
        return term is not None

    def _directives(self, span: Span, following: Block | None, needs: tuple[int, ...], level: Level) -> None:
        """Add directives of reST that stand together, each with its options; what is said in one needs it."""
        found = lines(self._text, *span)
        begins = [n for n, line in enumerate(found) if DIRECTIVE.match(self._text, *line)]
        for first, after in pairwise([*begins, len(found)]):
            head, body = with_options(self._text, found[first:after])
            deep = indent(self._looks.line(found[first]))
            inner = following is not None and indent(self._looks.line(following.span)) > deep
            at = self._outline.add(*head, needs, carrier=bool(body) or (after == len(found) and inner))
            level.terms[:] = [term for term in level.terms if term[0] < deep] + [(deep, at)]
            if body:
                add_prose(self._outline, Span(body[0].start, body[-1].end), (*needs, at))

    def _defined(self, block: Block, needs: tuple[int, ...]) -> int | None:
        """Add a term and what it means, indented below it as in reST, or after colons; returns its number."""
        head, *body = lines(self._text, *block.span)
        deep = indent(self._looks.line(head))
        ended = self._text[head.end - 1] in ".!?;,"
        if not body or ended or head.end - head.start > _TERM or MARKER.match(self._text, *head):
            return None
        marked = all(_MEANS.match(self._text, line.start) for line in body)
        if not marked and any(indent(self._looks.line(line)) < deep + 2 for line in body):
            return None
        at = self._outline.add(*head, needs, carrier=True)
        for line in body if marked else [Span(body[0].start, block.span.end)]:
            add_prose(self._outline, Span(line.start, line.end), (*needs, at), joined=marked)
        return at
