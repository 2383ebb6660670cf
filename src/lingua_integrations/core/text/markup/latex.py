"""LaTeX: an environment says what its content is: a conjecture, a quotation, a row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from lingua_integrations.core.text.markup.formats import MATH
from lingua_integrations.core.text.markup.parts import Part, add_parts
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_ARGUMENTS = r"(?:\s*\[[^\[\]\n]*\])*"
_BRACED = r"\{(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*+\})*+\}"
_BEGIN = regex.compile(rf"[ \t]*\\begin\{{(?P<name>[a-zA-Z]+\*?)\}}{_ARGUMENTS}(?:{_BRACED})*+{_ARGUMENTS}")
_END = regex.compile(r"[ \t]*\\end\{(?P<name>[a-zA-Z]+\*?)\}")
_HEADING = regex.compile(
    rf"[ \t]*\\(?P<level>part|chapter|(?:sub){{0,2}}section|(?:sub)?paragraph"
    rf"|frametitle)\*?{_ARGUMENTS}{_BRACED}"
    rf"(?:\s*\\label{_BRACED})?[ \t]*"
)
_LEVELS = (
    "part",
    "chapter",
    "section",
    "subsection",
    "subsubsection",
    "paragraph",
    "subparagraph",
    "frametitle",
)
_ITEM = regex.compile(r"[ \t]*\\(?:bib)?item\b")
_CAPTION = regex.compile(r"[ \t]*\\caption(?:of)?\b\*?")
_COMMENT = regex.compile(r"[ \t]*%")
_UNSEEN = regex.compile(
    rf"[ \t]*(?:\\(?:label|centering|raggedright|small|footnotesize|scriptsize|normalsize|maketitle|noindent"
    rf"|tableofcontents|newpage|clearpage|pagebreak|bigskip|medskip|smallskip|vspace|hspace|appendix|hline"
    rf"|bibliographystyle|pagestyle|thispagestyle|frontmatter|mainmatter|backmatter|setcounter|setlength"
    rf"|toprule|midrule|bottomrule)\b\*?{_ARGUMENTS}(?:{_BRACED})*[ \t]*(?:%.*)?)+$"
)
_LISTS = frozenset(
    ["itemize", "enumerate", "description", "compactitem", "compactenum", "thebibliography", "tasks", "frame"]
)
_TABLES = frozenset(["tabular", "tabularx", "tabulary", "longtable", "tabu", "supertabular", "xtabular"])
_VERBATIM = frozenset(
    ["verbatim", "lstlisting", "minted", "tikzpicture", "alltt", "Verbatim", "filecontents", "algorithmic"]
)
_HIDDEN = frozenset(["comment", "iffalse"])
_HIDES = regex.compile(r"[ \t]*\\iffalse\b")
_FRAMES = frozenset(["document", "center", "flushleft", "flushright", "multicols", "minipage"])
"""Environments that say nothing of what is in them."""
_ENDED = regex.compile(r"\\\\(?:\*|\[[^\]\n]*\])?[ \t]*(?:%.*|\\(?:[a-z]*rule|[hc]line)\b.*)?$")
_RULE = regex.compile(r"[ \t]*\\(?:[a-z]*rule|[hc]line|hhline)\b")
_FULL_RULE = regex.compile(r"\\(?:toprule|midrule|bottomrule|hline)\b")
_LATER = regex.compile(r"[ \t]*\\end(?:first)?head\b")
_TITLE = regex.compile(r"[ \t]*\\multicolumn\{\d+\}[^&]*\\\\")
_DEEP = 60  # environments inside one another, from which on the innermost are words
_HEADS = 3  # rows of a head of a table, at most


def read_latex(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Sections, environments and paragraphs."""
    add_parts(outline, _Parser(outline.text).parts(span), needs)
    outline.cover(span.end)


@dataclass
class _Open:
    """An environment that is open: where its parts go, and the item in it that takes them instead."""

    name: str
    part: Part | None
    parts: list[Part]
    item: Part | None = None
    rows: list[Span] = field(default_factory=list)  # of a table, or of what stands word for word

    @property
    def into(self) -> list[Part]:
        return self.parts if self.item is None else self.item.inside


class _Parser:
    """Reads line by line; whatever stays open at the end is closed there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack = [_Open("", None, [])]
        self.begun: Part | None = None  # the paragraph, item or caption that the next line goes on with
        self.braces = 0  # that are open in a caption

    def parts(self, span: Span) -> list[Part]:
        """The outermost parts of a stretch."""
        at = span.start
        for line in lines(self.text, *span):
            if self.text.count("\n", at, line.start) > 1:
                self.begun = None
            at = line.end
            self.line(line)
        while len(self.stack) > 1:
            self.leave(None)
        return self.stack[0].parts

    def line(self, line: Span) -> None:
        """One line, or what is left of one."""
        top, content = self.stack[-1], self.text[slice(*line)]
        end = _END.match(content)
        raw = top.name in _TABLES or top.name in _VERBATIM or top.name in _HIDDEN
        if raw and _closes(content, top.name):
            self.leave(line)
        elif raw:
            top.rows.append(line)
        elif self.braces > 0 and self.begun is not None:
            self.goes_on(line)
        elif _HIDES.match(content):
            self.enter("iffalse", line, line)
        elif _COMMENT.match(content):
            self.unseen(line)
        elif end and any(one.name == end["name"].rstrip("*") for one in self.stack):
            while self.stack[-1].name != end["name"].rstrip("*"):
                self.leave(None)
            self.leave(line)
        else:
            self.opens(line, content)

    def opens(self, line: Span, content: str) -> None:
        """A line that begins something, or goes on."""
        begin, heading = _BEGIN.match(content), _HEADING.match(content)
        name = begin["name"].rstrip("*") if begin else ""
        if (
            begin
            and name not in MATH
            and len(self.stack) < _DEEP
            and f"\\end{{{begin['name']}}}" not in content
        ):
            self.enter(name, Span(line.start, line.start + begin.end()), line)
        elif heading:
            level = _LEVELS.index(heading["level"])
            self.put(Part("heading", Span(line.start, line.start + heading.end()), level))
            self.begun = None
            self.rest(Span(line.start + heading.end(), line.end))
        elif _ITEM.match(content) and self.stack[-1].name in _LISTS:
            top = self.stack[-1]
            top.item = None
            self.begun = Part("item", line)
            self.put(self.begun)
            top.item = self.begun
        elif _CAPTION.match(content):
            self.begun = None
            self.begun = Part("caption", line)
            self.put(self.begun)
            self.braces = content.count("{") - content.count("}")
        elif _UNSEEN.match(content):
            self.unseen(line)
        else:
            self.goes_on(line)

    def goes_on(self, line: Span) -> None:
        """A line of words."""
        content = self.text[slice(*line)]
        if self.begun is not None:
            self.begun.span = Span(self.begun.span.start, line.end)
            self.braces = max(0, self.braces + content.count("{") - content.count("}")) * (self.braces > 0)
            if self.begun.sort == "caption" and not self.braces:
                self.begun = None
            return
        self.begun = Part("words", line)
        self.put(self.begun)

    def rest(self, line: Span) -> None:
        """What stands behind a command in its line."""
        if self.text[slice(*line)].strip():
            self.line(line)

    def unseen(self, line: Span) -> None:
        """A comment, or a command without words; a sentence may go on behind it."""
        if (
            self.begun is not None
            and self.begun.sort == "words"
            and not self.text[slice(*line)].strip("% \t")
        ):
            self.begun.span = Span(self.begun.span.start, line.end)
            return
        self.begun = None
        self.put(Part("unseen", line))

    def enter(self, name: str, head: Span, line: Span) -> None:
        """An environment begins."""
        self.begun = None
        if name in _FRAMES:
            self.put(Part("unseen", line))
            self.stack.append(_Open(name, None, self.stack[-1].into))
            return
        sort = "table" if name in _TABLES else "list" if name in _LISTS else "block"
        part = Part("unseen" if name in _HIDDEN else sort, head, proves=name == "proof")  # type: ignore[arg-type]
        part.kind = "" if name in _VERBATIM else None
        self.put(part)
        self.stack.append(_Open(name, part, part.inside))
        if name in _TABLES or name in _VERBATIM or name in _HIDDEN:
            part.span = line
        else:
            self.rest(Span(head.end, line.end))

    def leave(self, closing: Span | None) -> None:
        """An environment ends: at a line, or with the text."""
        self.begun, top = None, self.stack.pop()
        part = top.part
        if part is None:
            if closing:
                self.put(Part("unseen", closing))
            return
        if top.name in _HIDDEN:
            part.span = Span(part.span.start, closing.end if closing else (top.rows or [part.span])[-1].end)
            return
        if top.name in _TABLES:
            self.table(part, top.rows)
        elif top.name in _VERBATIM:
            part.inside = [Part("line", row) for row in top.rows]
        part.closing = closing

    def table(self, part: Part, found: Sequence[Span]) -> None:
        """The rows of a table; the first of them, with the rule below, belong to its head."""
        rows: list[Part] = []
        begun: int | None = None
        for line in found:
            content = self.text[slice(*line)]
            if begun is None and _COMMENT.match(content):
                rows.append(Part("unseen", line))
                continue
            sort = "title" if begun is None and _TITLE.match(content) else "row"
            begin = line.start if begun is None else begun
            if _CAPTION.match(content) and begun is None:
                sort = "caption"
            elif (_RULE.match(content) and "&" not in content) or _LATER.match(content):
                sort = "line"
            elif not _ENDED.search(content):
                begun = begin
                continue
            rows.append(Part(sort, Span(begin, line.end)))  # type: ignore[arg-type]
            begun = None
        if begun is not None:
            rows.append(Part("row", Span(begun, found[-1].end)))
        self.head(part, rows)

    def head(self, part: Part, rows: list[Part]) -> None:
        """Give a table its head; rules below belong to the row above them."""
        told = [n for n, row in enumerate(rows) if row.sort in ("row", "title")]
        later = [n for n, row in enumerate(rows) if _LATER.match(self.text, *row.span)]
        ruled = [
            n
            for n, row in enumerate(rows)
            if told and n >= told[0] and _FULL_RULE.search(self.text[slice(*row.span)])
        ]
        last = later[-1] if later else told[0] if told else -1
        if not later and told:
            first = ruled[0] if ruled else last
            last = first if sum(n < first for n in told) <= _HEADS and told[-1] > first else last
        if last >= 0 and told and told[-1] > last:
            part.span = Span(part.span.start, rows[last].span.end)
            rows = rows[last + 1 :]
        for row in rows:
            if row.sort == "line" and part.inside:
                part.inside[-1].span = Span(part.inside[-1].span.start, row.span.end)
            elif row.sort == "line":
                part.span = Span(part.span.start, row.span.end)
            else:
                part.inside.append(row)

    def put(self, part: Part) -> None:
        """Add a part where the text stands now."""
        if part.sort == "heading":
            self.stack[-1].item = None
        self.stack[-1].into.append(part)


def _closes(content: str, name: str) -> bool:
    """Whether a line ends what stands word for word in an environment."""
    end = _END.match(content)
    ends = content.lstrip().startswith("\\fi") if name == "iffalse" else False
    return ends or (end is not None and end["name"].rstrip("*") == name)
