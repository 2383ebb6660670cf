"""The blocks of Markdown, as markdown-it finds them, with their places in the text."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

import regex

from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.threads import computed_once

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.parser_block import RuleFuncBlockType
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_ITEM = regex.compile(r"([ \t]*)(?:[-*+•]|\d{1,3}[.)])[ \t]+\S")
_BEGINS = regex.compile(r"[ \t]*[\p{Lu}\p{Lo}*_]")
_NAMES = regex.compile(  # a line that names the items below it
    r"[ \t]*[\p{Lu}\p{Lo}*_](?:[^.!?;,\n]{0,60}|[^!?;\n]{0,100}[:：][*_]{0,2})\s*$"
)
_TITLE = regex.compile(r"[ \t]*\d{1,2}(?:\.\d+)*[.)][ \t]+\p{Lu}[^.!?:;,\n]{1,60}$")  # numbered
_SAID = regex.compile(r"[.!?:]\s*$")  # the end of a sentence
_QUOTED = regex.compile(r">(?!>> )")  # no prompt of Python
_FULL = 70  # characters from which on a line may have been broken for want of room
_HEAD = "# "  # begins a block whatever stands above it
_LINE = regex.compile(r"[^\r\n]*+(?:\r\n?|\n|$)")  # as Markdown counts lines
_UNDERLINE = regex.compile(  # of a title in reST, which in Markdown is a fence
    r"(?m)^((?=\S)[^\n~]{1,120}\n)(~{3,}|`{6,})(?=[ \t]*\r?$)"
)


@dataclass(frozen=True)
class Block:
    """A block of Markdown with those inside of it."""

    token: Token
    span: Span
    inside: list[Block]

    @computed_once
    def kind(self) -> str:
        """What markdown-it calls it, such as "paragraph"."""
        return str(self.token.type).removesuffix("_open")


def blocks_of(text: str, span: Span) -> list[Block]:
    r"""The outermost blocks of a stretch.

    >>> [block.kind for block in blocks_of("# Emma\n\nA novel.", Span(0, 16))]
    ['heading', 'paragraph']
    """
    marked = _UNDERLINE.sub(lambda title: title[1] + "^" * len(title[2]), text[span.start : span.end])
    found = [match.group() for match in _LINE.finditer(marked)]
    edges = [span.start + start for start in accumulate(map(len, found), initial=0)][: len(found)]
    edges.append(span.end)
    apart = {*_between_items(found), *_behind_quotes(found)}
    tokens = _parser().parse("".join(_HEAD + line if n in apart else line for n, line in enumerate(found)))
    for token in tokens:
        if token.map is not None and token.map[0] in apart and token.type == "heading_open":
            token.type = "paragraph_open"
    return _tree(_whole_paragraphs(tokens, apart), edges, text)


def _whole_paragraphs(tokens: Sequence[Token], apart: Container[int]) -> list[Token]:
    """Tokens in which a paragraph that begins with a line set apart goes on in the lines below it."""
    found: list[Token] = []
    begun: Token | None = None  # the paragraph of one line right before
    for token in tokens:
        if token.type == "paragraph_open" and token.map is not None:
            if begun is not None and begun.map is not None and begun.map[1] == token.map[0]:
                begun.map[1], token.map, begun = token.map[1], None, None
            else:
                begun = token if token.map[0] in apart else None
        elif token.map is not None and token.type != "inline":
            begun = None
        found.append(token)
    return found


def _behind_quotes(found: Sequence[str]) -> Iterator[int]:
    """Which lines answer the quoted lines above them; to Markdown they go on with the quotation."""
    for number, line in enumerate(found[1:], 1):
        quoted = found[number - 1].lstrip()
        if not _QUOTED.match(quoted) or not line.strip() or line.lstrip()[0] in "><|#-*+`":
            continue
        ended = quoted.rstrip()[-1:] in ".!?…:。！？>" or len(quoted) + len(line.split()[0]) < _FULL
        if ended and not line.lstrip()[0].islower():
            yield number


def _between_items(found: Sequence[str]) -> Iterator[int]:
    """Which lines stand right below an item, at the margin: they name another list, or say something else.

    To Markdown they go on with the item.
    """
    deep = -1  # how deep the last item stands
    for number, line in enumerate(found[:-1]):
        item = _ITEM.match(line)
        if item or not line.strip():
            deep = len(item[1].expandtabs()) if item else -1
        elif len(line) - len(line.lstrip(" ")) <= deep and _BEGINS.match(line):
            named = _NAMES.match(line) and _ITEM.match(found[number + 1])
            ended = found[number - 1].rstrip()[-1:] in ".!?。"
            apart = number < 2 or not found[number - 2].strip()
            titled = apart and _TITLE.match(found[number - 1]) and _SAID.search(line)
            if (named or ended or titled) and len(found[number - 1]) + len(line.split()[0]) < _FULL:
                yield number
                deep = -1


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

    parser = MarkdownIt("commonmark").enable("table").disable(["code", "inline", "reference"])
    for rule in parser.block.ruler.__rules__:
        if rule.name in _FIRST:
            rule.fn = _only_where(rule.fn, _FIRST[rule.name])
    return parser


_FIRST = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "html_block": "<",
    "heading": "#",
}
"""With which characters the blocks of a rule of markdown-it begin; it tries all of them at every line."""


def _only_where(rule: RuleFuncBlockType, first: str) -> RuleFuncBlockType:
    """A rule that is asked only about lines that begin with one of some characters."""

    def asked(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        at = state.bMarks[line] + state.tShift[line]
        return state.src[at : at + 1] in first and rule(state, line, end, silent)

    return asked
