"""Source code by its grammar: a statement needs the headers of its blocks, and the early exits before it.

The body of a function may go: a mark, such as ``...``, stands in its place. The other way round is ruled out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import regex

from lingua_integrations.core.text.code.blocks import read_blocks
from lingua_integrations.core.text.code.preambles import read_preamble
from lingua_integrations.core.text.code.statements import CONFLICT
from lingua_integrations.core.text.data.indented import read_comment, read_lines
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.outline import Outline, Reader
from lingua_integrations.core.text.spans import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

GRAMMARS = {
    "python": ("tree_sitter_python", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_tsx"),
    "java": ("tree_sitter_java", "language"),
    "go": ("tree_sitter_go", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "c": ("tree_sitter_c", "language"),
}
"""The module of each language's grammar, and the function in it."""
_BLOCKS_WORDS = """
    block statement_block class_body interface_body enum_body declaration_list field_declaration_list
    switch_body compound_statement switch_block constructor_body match_block annotation_type_body
    enum_variant_list
"""
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_ATTRIBUTES = frozenset(["attribute_item", "decorator"])  # where they stand beside what they are about
_FUNCTION = regex.compile(r"function|method|constructor|lambda|closure|func_literal")
_DEFINITION = regex.compile(
    r"function|method|constructor|class|interface|impl|trait|struct|enum|mod_item|type_declaration|decorated"
)
_LOOP = regex.compile(r"for|while|loop|do_|switch|match|select")
_BRANCHES = regex.compile(r"if|try|switch|match|select|case|for|while|do_|function|method|class")
_HANDLERS = frozenset(["except_clause", "except_group_clause", "finally_clause", "catch_clause"])
_EXIT = regex.compile(r"\b(?:return|raise|throw|goto|panic!?|exit|abort|die|quit|bail!?)\b")
_LOOP_EXIT = regex.compile(r"\b(?:break|continue)\b")
_STRING = regex.compile(r"(\"{3}|'{3}|`)(?!.*\1)")  # a string that goes on in the next line begins
_WHOLE = 160  # characters up to which a compound statement is kept or dropped whole
_LONG = 700  # characters from which on a statement without blocks is opened to its lines
_DEEP = 50  # blocks inside of one another, from which on the innermost is one piece


class _Exits(NamedTuple):
    """Pieces that leave a function, and those that leave only a loop."""

    function: tuple[int, ...] = ()
    loop: tuple[int, ...] = ()

    def plus(self, other: _Exits) -> _Exits:
        return _Exits(self.function + other.function, self.loop + other.loop)


class _Place(NamedTuple):
    """Where statements stand."""

    needs: tuple[int, ...]
    depth: int = 0
    body: bool = False  # of a function: what is left out there leaves a mark


def reader_of(language: str) -> Reader:
    """The reader for source code of a language."""

    def read(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
        _Code(outline, span, language).read(needs)

    return read


@lru_cache(maxsize=len(GRAMMARS))
def _parser(language: str) -> Parser:
    from tree_sitter import Language, Parser

    module, function = GRAMMARS[language]
    return Parser(Language(getattr(import_module(module), function)()))


class _Code:
    """Adds the statements of a stretch of source code to an outline."""

    def __init__(self, outline: Outline, span: Span, language: str) -> None:
        self.outline, self.span, self.language = outline, span, language
        self.text = outline.text
        source = self.text[span.start : span.end]
        self.data = source.encode("utf-8", "replace")
        self.places = None if len(self.data) == len(source) else _places(source)

    def read(self, needs: tuple[int, ...]) -> None:
        if CONFLICT.search(self.text, *self.span):
            read_blocks(self.outline, self.span, needs)
            return
        root = _parser(self.language).parse(self.data).root_node
        self.statements(root, _Place(read_preamble(self.outline, self.span, needs)))

    def at(self, byte: int) -> int:
        """The character that begins at a byte."""
        return self.span.start + (byte if self.places is None else self.places[byte])

    def start(self, node: Node) -> int:
        """Where a node begins, with its indentation where it is the first on its line."""
        place = self.at(node.start_byte)
        line = max(self.text.rfind("\n", 0, place) + 1, self.outline.at)
        return place if self.text[line:place].strip() else line

    def goes_on(self, node: Node) -> bool:
        """Whether a node stands behind something else on its line."""
        place = self.at(node.start_byte)
        return bool(self.text[self.text.rfind("\n", 0, place) + 1 : place].strip())

    def mark(self, start: int) -> str:
        """What stands in place of statements from ``start`` on."""
        line = self.text.rfind("\n", 0, start) + 1
        content = self.text[start : start + 200]
        sign = "..." if self.language == "python" else "// ..."
        if self.text[line:start].strip():
            return " ... " if self.language == "python" else " /* ... */ "
        return "\n" + content[: len(content) - len(content.lstrip(" \t"))] + sign

    def statements(self, block: Node, place: _Place) -> _Exits:
        """The statements of a block: each needs the early exits before it.

        Comments and attributes go with what follows.
        """
        every = guards = _Exits()
        waiting: int | None = None  # where comments begin that go with the next statement
        first = place.depth > 0
        for node in _statements(block) if place.depth else self.understood(block, place.needs):
            if node.start_byte >= node.end_byte or self.at(node.end_byte) <= self.outline.at:
                continue
            start = self.start(node) if waiting is None else waiting
            if "comment" in node.type and self.goes_on(node):
                self.outline.extend(self.at(node.end_byte))
                continue
            short = self.at(node.end_byte) - start < 4 * _WHOLE
            leads = "comment" in node.type or node.type in _ATTRIBUTES
            if leads and node.next_named_sibling is not None and short:
                waiting = start
                continue
            waiting = None
            mark = self.mark(self.start(node)) if place.body or first else ""
            first = False
            needs = (*place.needs, *guards.function, *guards.loop)
            exits = self.statement(node, start, place._replace(needs=needs), mark)
            if exits.function or exits.loop:
                guards = exits
                every = every.plus(exits)
        return every

    def understood(self, root: Node, needs: tuple[int, ...]) -> Iterator[Node]:
        """The outermost statements; those in which the grammar finds errors are read by their indentation.

        What is not in the language, as C++ in that of C, would come out torn otherwise.
        """
        nodes = root.named_children
        torn = sum(node.end_byte - node.start_byte for node in nodes if node.has_error)
        most = 2 * torn > root.end_byte - root.start_byte  # of it: then it is another language
        for wrong, some in groupby(nodes, key=lambda node: most or node.has_error):
            if not wrong:
                yield from some
                continue
            first, *rest = some
            end = self.at((rest[-1] if rest else first).end_byte)
            read_blocks(self.outline, Span(self.start(first), end), needs)
            self.outline.cover(end)

    def statement(self, node: Node, start: int, place: _Place, mark: str) -> _Exits:
        """Add a statement; returns the exits inside of it."""
        end = self.at(node.end_byte)
        while self.text[end : end + 1] in (";", ","):
            end += 1
        content = self.text[start:end]
        defines = _DEFINITION.search(node.type) is not None
        blocks = list(_blocks(node)) if place.depth < _DEEP else []
        if blocks and "\n" in content and (defines or len(content) > _WHOLE):
            return self.compound(node, blocks, Span(start, end), place, mark)
        own = self.text[self.at(node.start_byte) : end]  # without the comments in front
        if len(own) > _LONG and own.count("\n") > 4:
            begins = self.at(node.start_byte)
            words: Reader | None = None
            if _holds_words(own):
                words = self.outline.readers["text"]
            elif "comment" in node.type:
                words = read_comment
            at = read_lines(self.outline, Span(start, end), begins, place.needs, words)
        else:
            at = self.outline.add(start, end, place.needs, mark=mark)
        if defines:
            return _Exits()
        return _Exits((at,) * bool(_EXIT.search(content)), (at,) * bool(_LOOP_EXIT.search(content)))

    def compound(self, node: Node, blocks: list[Node], span: Span, place: _Place, mark: str) -> _Exits:
        """A statement with blocks: what stands in a block needs its header, a later branch the first one.

        A handler of exceptions comes and goes with what it guards: one is no code without the other.
        """
        defines = _DEFINITION.search(node.type) is not None
        body = place.body or not defines or _is_function(node)
        chained = _BRANCHES.search(node.type) is None and self.language != "python"
        exits = _Exits()
        headers: tuple[int, ...] = ()
        start = span.start
        for block in blocks:
            braces = block.child_count > 1 and block.children[0].type == "{"
            inside = self.at(block.children[0].end_byte if braces else block.start_byte)
            handles = bool(headers) and block.parent is not None and block.parent.type in _HANDLERS
            header = self.outline.add(
                start,
                inside,
                (*place.needs, *headers),
                carrier=not defines and not handles,
                heads=defines,
                closes=headers[0] if handles else -1,
                mark=mark if not headers else " /* ... */ " * chained,
            )
            headers = (*headers, header) if not handles else headers
            needs = (*place.needs, *headers, header)
            exits = exits.plus(self.statements(block, _Place(needs, place.depth + 1, body)))
            if braces and block.children[-1].type == "}":
                start = self.at(block.children[-1].end_byte)
                self.outline.cover(self.start(block.children[-1]))
                self.outline.add(self.outline.at, start, closes=header)
            start = self.outline.at
        if self.text[start : span.end].strip():
            self.outline.add(start, span.end, closes=headers[0])
        if defines or _is_function(node):
            return _Exits()
        return exits._replace(loop=()) if _LOOP.match(node.type) else exits


def _statements(block: Node) -> list[Node]:
    """The statements of a block; in Go they stand in a list inside of it."""
    nodes = block.named_children
    lists = any(node.type == "statement_list" for node in nodes)
    return [
        inner
        for node in nodes
        for inner in (node.named_children if lists and node.type == "statement_list" else [node])
    ]


def _holds_words(statement: str) -> bool:
    r"""Whether a statement has a string of many lines that is prose, as a docstring is.

    >>> _holds_words("'''Go.\n\nNot so.\n'''"), _holds_words("f(\n1)")
    (True, False)
    """
    head, _, rest = statement.partition("\n")
    return _STRING.search(head) is not None and kind_of(rest.rpartition("\n")[0]) == "text"


def _is_function(node: Node) -> bool:
    if node.type == "decorated_definition":
        return any(_is_function(child) for child in node.named_children)
    return _FUNCTION.search(node.type) is not None


def _blocks(node: Node) -> Iterator[Node]:
    """The outermost blocks inside of a statement, in their order; brackets may be thousands deep."""
    waiting = node.children[::-1]
    while waiting:
        child = waiting.pop()
        if child.type in _BLOCKS and child.named_child_count:
            yield child
        else:
            waiting += child.children[::-1]


def _places(source: str) -> list[int]:
    """For each byte of a text in UTF-8 the character that it belongs to."""
    encoded = np.frombuffer(source.encode("utf-8", "replace"), dtype=np.uint8)
    begins = (encoded & 0b1100_0000) != 0b1000_0000
    return [*(np.cumsum(begins) - 1).tolist(), len(source)]
