"""AsciiDoc: sections, delimited blocks between their fences, items with what is attached to them, tables."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from lingua_integrations.core.text.kind_names import kind_of_name
from lingua_integrations.core.text.markup.parts import Part, add_parts
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_HEADING = regex.compile(r"(={1,6})[ \t]+\S")
_UNDERLINE = regex.compile(r"([=\-~^+])\1{2,}$")
_FENCE = regex.compile(r"(?:([=\-.*_+/])\1{3,}|--|`{3}\w*|[|,:!]={3,})$")
_IF = regex.compile(r"(?:ifn?def|ifeval)::[^\[\]]*\[(?P<inline>[^\]]*)\]")
_ENDIF = regex.compile(r"endif::")
_ATTRIBUTE = regex.compile(r":!?[\w-]+!?:(?:\s|$)")
_ABOVE = regex.compile(r"\[[^\]\[]*\]$|\.[^\s.]")  # attributes and the title of the block below
_ITEM = regex.compile(r"[ \t]*(?P<mark>\*{1,6}|-|\.{1,6}|<?\d{1,3}[.>]|[a-z]\.)[ \t]+\S")
_TERM = regex.compile(r"[ \t]*\S[^\n]{0,120}?(?P<mark>:{2,4}|;;)(?:[ \t]+\S|$)")
_WARNING = regex.compile(r"(?P<label>NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]")
_LIMITS = regex.compile(r"\[?(?:IMPORTANT|WARNING|CAUTION)\b")
_COLUMNS = regex.compile(r"\bcols=\"?(?P<list>[^\"\]]+)")
_CELL = regex.compile(r"(?:^|(?<=[\s|]))[\d.+*<^>aehlmsv]{0,8}\|(?!=)", regex.M)
_SOURCE = regex.compile(r"\[source,\s*(?P<name>[\w+#-]+)")
_WORDS = "=*_-"  # fences of blocks with markup in them; "----" is not one of them, "--" is
_DEEP = 40  # blocks inside one another


def read_asciidoc(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Sections, blocks, lists and tables."""
    add_parts(outline, _Parser(outline.text).parts(span), needs)
    outline.cover(span.end)


@dataclass
class _Open:
    """A block that is open: what closes it, and where its parts go."""

    fence: str
    part: Part | None
    parts: list[Part]


class _Parser:
    """Reads line by line; what stays open is closed at the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack = [_Open("", None, [])]
        self.begun: Part | None = None  # the paragraph or item that the next line goes on with
        self.item: Part | None = None  # the last item, to which a plus attaches what follows
        self.attached = False
        self.above: int | None = None  # where the attributes of the next block begin
        self.marks: list[str] = []  # of the lists that are open
        self.raw: list[Span] | None = None  # the lines of a block that stands word for word

    def parts(self, span: Span) -> list[Part]:
        """The outermost parts of a stretch."""
        at = span.start
        for line in lines(self.text, *span):
            if self.text.count("\n", at, line.start) > 1 and not self.waits():
                self.begun = None
            at = line.end
            self.line(line, self.text[slice(*line)])
        while len(self.stack) > 1:
            self.close(None)
        return self.stack[0].parts

    def waits(self) -> bool:
        """Whether a term has no meaning yet."""
        item = self.begun is not None and self.begun.sort == "item"
        return item and self.begun is not None and self.text[self.begun.span.end - 1] in ":;"

    def line(self, line: Span, content: str) -> None:
        """One line, by its looks."""
        fence = _FENCE.match(content)
        if self.raw is not None and content == self.stack[-1].fence:
            self.close(line)
        elif self.raw is not None:
            self.raw.append(line)
        elif fence and self.underlines(content):
            self.title(line)
        elif fence:
            self.fence(line, content)
        elif content == "+":
            self.attached, self.begun = self.item is not None, None
            if self.item is not None:
                self.item.inside.append(Part("unseen", line))
        elif _ENDIF.match(content):
            self.close_to("if", line)
        elif (condition := _IF.match(content)) and not condition["inline"]:
            self.open("if", Part("block", self.from_above(line), proves=True))
        else:
            self.words(line, content)

    def words(self, line: Span, content: str) -> None:
        """A line that opens and closes nothing."""
        heading = _HEADING.match(content)
        term = "::" in content or ";;" in content
        item = _ITEM.match(content) or (_TERM.match(content) if term else None)
        if heading:
            self.put(Part("heading", self.from_above(line), len(heading[1])))
        elif content.startswith("//"):
            self.put(Part("unseen", line))
        elif _ATTRIBUTE.match(content):
            self.put(Part("line", line))
        elif _ABOVE.match(content) and self.begun is None:
            self.above = line.start if self.above is None else self.above
        elif item:
            self.begin_item(line, item["mark"].strip("<>"))
        elif self.begun is not None:
            self.begun.span = Span(self.begun.span.start, line.end)
        else:
            span = self.from_above(line)
            whole = self.text[slice(*span)]
            warns = _WARNING.match(content) is not None or span != line
            self.put(Part("block" if warns else "words", span, limits=_LIMITS.match(whole) is not None))
            self.begun = self.into()[-1]

    def begin_item(self, line: Span, mark: str) -> None:
        """An item; lists with other marks stand inside of it."""
        mark = "1" if mark[:1].isdigit() else mark
        if mark in self.marks:
            del self.marks[self.marks.index(mark) + 1 :]
        else:
            self.marks.append(mark)
        self.attached = False
        called = self.text.startswith("<", line.start)  # it is about a line of the block above
        part = Part("item", self.from_above(line), len(self.marks) - 1, proves=called)
        self.stack[-1].parts.append(part)
        self.begun = self.item = part

    def underlines(self, content: str) -> bool:
        """Whether a line of one sign underlines the title above it."""
        begun = self.begun
        if begun is None or begun.sort != "words" or not _UNDERLINE.match(content):
            return False
        title = self.text[slice(*begun.span)]
        return "\n" not in title and abs(len(title) - len(content)) < 3

    def title(self, line: Span) -> None:
        """The paragraph so far was a title."""
        if self.begun is not None:
            depth = 1 + "=-~^+".index(self.text[line.start])
            span = Span(self.begun.span.start, line.end)
            self.into().pop()
            self.put(Part("heading", span, depth))

    def fence(self, line: Span, content: str) -> None:
        """A fence opens a block, or closes the one that it has opened."""
        if self.close_to(content, line):
            return
        span = self.from_above(line)
        mark = content[0]
        if mark == "/":
            self.open(content, Part("unseen", span), raw=True)
        elif mark == "|" or content == "!===":
            self.open(content, Part("table", span), raw=True)
        elif content == "--" or (mark in _WORDS and mark != "-"):
            whole = self.text[slice(*span)]
            self.open(content, Part("block", span, limits=_LIMITS.match(whole) is not None))
        else:
            source = _SOURCE.search(self.text, *span)
            kind = (kind_of_name(source["name"]) if source else None) or ""
            self.open("```" if mark == "`" else content, Part("block", span, kind=kind), raw=True)

    def open(self, fence: str, part: Part, *, raw: bool = False) -> None:
        """A block begins."""
        if len(self.stack) > _DEEP:
            self.put(Part("line", part.span))
            return
        self.put(part)
        self.stack.append(_Open(fence, part, part.inside))
        self.raw = [] if raw else None

    def close_to(self, fence: str, closing: Span) -> bool:
        """Close the block of a fence with those in it; whether one was open."""
        if not any(one.fence == fence for one in self.stack):
            return False
        while self.stack[-1].fence != fence:
            self.close(None)
        self.close(closing)
        return True

    def close(self, closing: Span | None) -> None:
        """The innermost block ends: at a line, or with what is around it."""
        part, found = self.stack.pop().part, self.raw or []
        self.begun, self.raw = None, None
        if part is None:
            return
        if part.sort == "unseen":
            end = closing.end if closing else found[-1].end if found else part.span.end
            part.span = Span(part.span.start, end)
            return
        part.closing = closing
        if part.sort == "table" and found:
            self.table(part, Span(found[0].start, found[-1].end))
        elif found:
            part.inside = [Part("line", one) for one in found]

    def table(self, part: Part, span: Span) -> None:
        """Rows of as many cells as there are columns; the first of them is the head."""
        starts = [cell.start() for cell in _CELL.finditer(self.text, *span)]
        told = _COLUMNS.search(self.text, *part.span)
        first = next(iter(lines(self.text, *span)))
        count = sum(start < first.end for start in starts) or 1
        if told:
            times = regex.match(r"(\d{1,3})\*", told["list"])
            count = int(times[1]) if times else told["list"].count(",") + 1
        begins = starts[:: max(1, count)] or [span.start]
        ends = [*begins[1:], span.end]
        rows = [Part("row", Span(begin, end)) for begin, end in zip(begins, ends, strict=True)]
        if len(rows) > 1:
            part.span = Span(part.span.start, rows.pop(0).span.end)
        part.inside = rows

    def from_above(self, line: Span) -> Span:
        """A line with the attributes and the title above it."""
        begin = line.start if self.above is None else self.above
        self.above = None
        return Span(begin, line.end)

    def into(self) -> list[Part]:
        """Where the next part goes: to the item that a plus attaches it to, or into the block."""
        return self.item.inside if self.attached and self.item is not None else self.stack[-1].parts

    def put(self, part: Part) -> None:
        """Add a part; what is not attached ends the lists."""
        self.begun = None
        self.into().append(part)
        if not self.attached and part.sort not in ("unseen", "line"):
            self.marks, self.item = [], None
        self.attached = False
