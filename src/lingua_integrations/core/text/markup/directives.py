"""Directives of reST: their options, and where a text stands word for word, as source code does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from lingua_integrations.core.text.needs.thread import MARKER
from lingua_integrations.core.text.outline import indent
from lingua_integrations.core.text.spans import Span

DIRECTIVE = regex.compile(r"\s*\.\. (?:\|[^|\n]+\| )?[\w:-]+::")
"""A directive, or a substitution that is one."""
_OPTION = regex.compile(r"\s*:[\w -]+:(?:\s|$)")
_COLONS = r"[ \t]*+(?!\.\. )\S[^\n]*?::[ \t]*\r?\n(?:[ \t]*\r?\n)++(?=[ \t])"  # above an indented block
_LITERAL = regex.compile(
    r"(?m)^(?:(?P<deep>[ \t]*+)(?=\.\. (?:code(?:-block|-cell)?|sourcecode|parsed-literal|literalinclude"
    r"|highlight|doctest|test(?:code|output|setup)|ipython|jupyter-execute|prompt|command-output|console|raw|math|graphviz|digraph"
    r"|mermaid|plantuml|uml|productionlist|csv-table|list-table|table)::)"
    rf"|(?P<lead>{_COLONS}))"
)


def literals(text: str, span: Span) -> Iterator[Span]:
    r"""What stands word for word, in order: directives with their code, and blocks below two colons.

    What stands so in the items of a list is left to them.

    >>> text = "See:\n\n.. code-block:: sh\n\n   ls\n\n   pwd\n\nIt says::\n\n  a\n\nDone."
    >>> [text[slice(*one)] for one in literals(text, Span(0, len(text)))]
    ['.. code-block:: sh\n\n   ls\n\n   pwd', '  a']
    """
    if text.find("::", *span) < 0:
        return
    begin = span.start
    while (found := _LITERAL.search(text, begin, span.end)) is not None:
        above = found["lead"] or ""
        deep = indent(above or found["deep"] + ".")
        first = found.end() - 1 if above else _line_end(text, found.end(), span.end)
        end = begin = _block_end(text, first, span.end, deep)
        if first < end and not (MARKER.match(above) or (deep and _is_listed(text, found.start(), deep))):
            yield Span(found.end() if above else found.start(), end)


def _block_end(text: str, begin: int, end: int, deep: int) -> int:
    """Where the lines end that stand below a line's end, ``begin``, and are indented more than ``deep``."""
    last = begin
    while begin < end:
        after = _line_end(text, begin + 1, end)
        line = text[begin + 1 : after]
        if line.strip() and indent(line) <= deep:
            break
        begin, last = after, after if line.strip() else last
    return last


def _line_end(text: str, begin: int, end: int) -> int:
    found = text.find("\n", begin, end)
    return found if found >= 0 else end


def _is_listed(text: str, start: int, deep: int) -> bool:
    """Whether the nearest line above that is less deep is an item of a list."""
    above = text[max(0, start - 4_000) : start].splitlines()
    outer = next((line for line in reversed(above) if line.strip() and indent(line) < deep), "")
    return MARKER.match(outer) is not None


def with_options(text: str, found: Sequence[Span]) -> tuple[Span, list[Span]]:
    r"""The line of a directive with the options right below it, and the other lines.

    >>> text = ".. image:: a.png\n   :alt: A fig\n   A tree."
    >>> with_options(text, [Span(0, 16), Span(17, 31), Span(32, 42)])
    (Span(start=0, end=31), [Span(start=32, end=42)])
    """
    head, *body = found
    options = next((n for n, line in enumerate(body) if not _OPTION.match(text, *line)), len(body))
    return Span(head.start, body[options - 1].end if options else head.end), body[options:]
