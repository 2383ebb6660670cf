"""HTML as a tree of the elements that part text into blocks, each with its place in the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate

import regex

from lingua_integrations.core.text.spans import Span

_BLOCKS_WORDS = """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol option p pre section select summary
    table tbody td tfoot th thead title tr ul
"""
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_UNSEEN_WORDS = """
    script style noscript template svg iframe object canvas nav footer aside form head select
"""
UNSEEN = frozenset(_UNSEEN_WORDS.split())
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_OF_PAGES = frozenset(["table", "h1", "h2", "h3", "h4", "h5", "h6", "article", "section"])
_HEADING = regex.compile(r"h[1-6]$")
CHOSEN = regex.compile(
    r"<(?:input|option)\b(?:\s+[\w:-]+(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>]++))?)*?"
    r"\s+(?:checked|selected)(?=[\s=/>])[^<>]*+>(?:[^<>]*+</option>)?",
    regex.I,
)
"""What is chosen in a form."""
_DEEP = 100  # elements inside of one another, from which on the innermost are text


@dataclass(eq=False)
class Node:
    """An element of block level, with those inside of it and the stretches of text between them."""

    tag: str
    start: int
    inner: int  # where its content begins
    end: int = -1
    attributes: dict[str, str | None] = field(default_factory=dict)
    parts: list[Node | Span] = field(default_factory=list)

    @property
    def hidden(self) -> bool:
        """Whether a browser would not show it."""
        if not self.attributes:
            return False
        style = (self.attributes.get("style") or "").replace(" ", "").lower()
        return "hidden" in self.attributes or "display:none" in style

    def has(self, *tags: str) -> bool:
        """Whether one of these elements is among its children."""
        return any(isinstance(part, Node) and part.tag in tags for part in self.parts)


class Tree(HTMLParser):
    """Reads block-level elements with their places; a tag that nothing closes is closed with its parent."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._edges = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.root = Node("", 0, 0, len(text))
        self._stack = [self.root]
        self._names: dict[str, int] = {}  # how often each is open: so that a stray end tag costs no search
        self._text: int | None = None  # where text without block elements began
        self.feed(_closed(text))
        self.close()
        self._settle(len(text))
        while len(self._stack) > 1:
            self._stack.pop().end = len(text)
        self.root.parts = _in_tables(self.root.parts, text)

    def _place(self) -> int:
        line, column = self.getpos()
        return self._edges[line - 1] + column

    def _settle(self, end: int) -> None:
        if self._text is not None and self._text < end:
            self._stack[-1].parts.append(Span(self._text, end))
        self._text = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins; some end those before it."""
        start = self._place()
        if tag not in _BLOCKS and tag not in UNSEEN:
            self._text = start if self._text is None else self._text
            return
        if len(self._stack) > _DEEP:
            self._seen()
            return
        self._settle(start)
        top = self._stack[-1].tag
        if (
            (tag in ("li", "tr", "option", "p") and top == tag)
            or (tag in ("td", "th") and top in ("td", "th"))
            or (tag in ("dt", "dd") and top in ("dt", "dd"))
        ):
            self._leave(start)
        elif tag == "tr" and top in ("td", "th"):
            self._leave(start)
            self._leave(start)
        node = Node(tag, start, start + len(self.get_starttag_text() or ""), attributes=dict(attrs))
        self._stack[-1].parts.append(node)
        if tag in _VOID:
            node.end = node.inner
        else:
            self._stack.append(node)
            self._names[tag] = self._names.get(tag, 0) + 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""
        if tag not in _BLOCKS and tag not in UNSEEN:
            self._text = self._place() if self._text is None else self._text

    def _leave(self, end: int) -> None:
        node = self._stack.pop()
        node.end = end
        self._names[node.tag] -= 1

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it those inside that nothing has closed."""
        start = self._place()
        if tag not in _BLOCKS and tag not in UNSEEN:
            self._text = start if self._text is None else self._text
            return
        self._settle(start)
        if self._names.get(tag):
            end = self.rawdata.find(">", start) + 1 if len(self.rawdata) > start else start
            while self._stack[-1].tag != tag:
                self._leave(start)
            self._leave(end or start)

    def _seen(self) -> None:
        if self._text is None:
            self._text = self._place()

    def handle_data(self, data: str) -> None:
        """Text."""
        self._seen()

    def handle_entityref(self, name: str) -> None:
        """A character by its name."""
        self._seen()

    def handle_charref(self, name: str) -> None:
        """A character by its number."""
        self._seen()

    def handle_comment(self, data: str) -> None:
        """Nobody sees a comment."""
        self._settle(self._place())


def _in_tables(parts: list[Node | Span], text: str) -> list[Node | Span]:
    """The outermost parts, with rows and cells among them in a table, as a text cut out of one has them."""
    found: list[Node | Span] = []
    for part in parts:
        tag = part.tag if isinstance(part, Node) else ""
        table = found[-1] if found and isinstance(found[-1], Node) and found[-1].tag == "tbody" else None
        if tag in ("tr", "td", "th"):
            if table is None:
                table = Node("tbody", part.start, part.start)
                found.append(table)
            row = table.parts[-1] if table.parts else None
            if tag != "tr" and not (isinstance(row, Node) and row.inner == row.start):
                row = Node("tr", part.start, part.start)
                table.parts.append(row)
            into = table if tag == "tr" or not isinstance(row, Node) else row
            into.parts.append(part)
            into.end = table.end = part.end
        elif table is None or isinstance(part, Node) or text[slice(*part)].strip():
            found.append(part)
    return found


def _closed(text: str) -> str:
    """HTML of the same length in which no comment or declaration stays open.

    The parser would look for the end of each one, to the end of the text.
    """
    for begin, end in (("<!--", "-->"), ("<![", "]"), ("<?", ">"), ("<!", ">")):
        last = text.rfind(end) + 1
        if begin in text[last:]:
            text = text[:last] + text[last:].replace(begin, " " * len(begin))
    return text


def lays_out(table: Node) -> bool:
    """Whether a table only lays out a page: it says so, or has no titles but parts of a page."""
    if table.attributes.get("role") in ("presentation", "none"):
        return True
    found = [cell for row in rows_of(table) for cell in cells(row)]
    if any(cell.tag == "th" for cell in found) or any(row.tag == "thead" for row in nodes(table)):
        return False
    inside = [one.tag for cell in found for one in descendants(cell)]
    single = len(rows_of(table)) == 1 and inside.count("p") > len(found)
    return len(found) == 1 or single or not _OF_PAGES.isdisjoint(inside)


def cards_of(node: Node) -> set[Node]:
    """The divisions right inside of one that each have a heading of the same level as another one."""
    levels = {one: _level(one) for one in nodes(node) if one.tag == "div"}
    times = Counter(levels.values())
    return {one for one, level in levels.items() if level and times[level] > 1}


def _level(node: Node, deep: int = 3) -> str:
    """The heading with which a division begins, such as "h2"; "" where it begins with none."""
    for one in nodes(node):
        if _HEADING.match(one.tag):
            return one.tag
        found = _level(one, deep - 1) if deep else ""
        if found:
            return found
    return ""


def nodes(node: Node) -> list[Node]:
    """The elements right inside of one."""
    return [part for part in node.parts if isinstance(part, Node)]


def descendants(node: Node) -> Iterator[Node]:
    """The elements inside of one, at any depth."""
    waiting = nodes(node)[::-1]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += nodes(one)[::-1]


def shown(node: Node) -> Iterator[Span]:
    """The stretches of an element that a reader sees."""
    at = node.inner
    for one in nodes(node):
        if one.tag in UNSEEN or one.hidden:
            yield Span(at, one.start)
        else:
            yield Span(at, one.inner)
            yield from shown(one)
        at = one.end
    yield Span(at, node.end)


def cells(row: Node) -> list[Node]:
    """The cells of a row."""
    return [part for part in nodes(row) if not part.hidden]


def rows_of(node: Node) -> list[Node]:
    """The rows of a table, of its body and its head."""
    return [row for _, group in groups_of(node) for row in group]


def groups_of(table: Node) -> list[tuple[str, list[Node]]]:
    """The rows of a table in its groups: head, bodies, foot, and those that are in none, by their tags."""
    found: list[tuple[str, list[Node]]] = [("", [])]
    for part in nodes(table):
        if part.tag == "tr":
            found[-1][1].extend([part] * (not part.hidden))
        elif part.tag in ("tbody", "thead", "tfoot") and not part.hidden:
            rows = [row for row in nodes(part) if row.tag == "tr" and not row.hidden]
            found += [(part.tag, rows), ("", [])]
    return [group for group in found if group[1]]


def number_of(value: str | None) -> int:
    """A number of rows or columns; one where nothing that can be read is given.

    >>> number_of("3"), number_of(None), number_of("many")
    (3, 1, 1)
    """
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else 1
