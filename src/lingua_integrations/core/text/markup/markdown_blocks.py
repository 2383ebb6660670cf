"""The blocks of Markdown, as markdown-it finds them, with their places in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from lingua_integrations.core.text.spans import Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LINE = regex.compile(r"[^\r\n]*+(?:\r\n?|\n|$)")  # as Markdown counts lines
_TILDES = regex.compile(
    r"(?m)^((?=\S)[^\n~]{1,120}\n)(~{3,})(?=[ \t]*\r?$)"
)  # underline a title in reST, and fence in Markdown


@dataclass(frozen=True)
class Block:
    """A block of Markdown with those inside of it."""

    token: Token
    span: Span
    inside: list[Block]

    @property
    def kind(self) -> str:
        """What markdown-it calls it, such as "paragraph"."""
        return str(self.token.type).removesuffix("_open")


def blocks_of(text: str, span: Span) -> list[Block]:
    r"""The outermost blocks of a stretch.

    >>> [block.kind for block in blocks_of("# Emma\n\nA novel.", Span(0, 16))]
    ['heading', 'paragraph']
    """
    marked = _TILDES.sub(lambda title: title[1] + "^" * len(title[2]), text[span.start : span.end])
    edges = [span.start + match.start() for match in _LINE.finditer(marked)]
    edges.append(span.end)
    return _tree(_parser().parse(marked), edges, text)


def _tree(tokens: Sequence[Token], edges: Sequence[int], text: str) -> list[Block]:
    """Blocks with their spans; a table has the row of pipes above it, to Markdown a paragraph."""
    top: list[Block] = []
    stack = [top]
    for token in tokens:
        if token.nesting < 0:
            stack.pop()
        elif token.map is not None and token.type != "inline":
            first, last = (min(line, len(edges) - 1) for line in token.map)
            if not text[edges[first] : edges[last]].strip():  # a form feed is no white space to Markdown
                stack += [[]] * (token.nesting > 0)
                continue
            block = Block(token, _trimmed(text, edges[first], edges[last]), [])
            above = stack[-1][-1] if stack[-1] else None
            if (
                block.kind == "table"
                and above is not None
                and above.kind == "paragraph"
                and _is_row_above(above, block, text)
            ):
                stack[-1][-1] = Block(token, Span(above.span.start, block.span.end), block.inside)
            else:
                stack[-1].append(block)
            if token.nesting > 0:
                stack.append(block.inside)
        elif token.nesting > 0:
            stack.append([])
    return top


def _is_row_above(above: Block, table: Block, text: str) -> bool:
    """Whether a paragraph is another row of the head of a table."""
    content = text[above.span.start : above.span.end]
    near = text.count("\n", above.span.end, table.span.start) < 2
    return near and all(line.count("|") > 1 for line in content.splitlines())


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").disable(["code", "inline", "reference"])
