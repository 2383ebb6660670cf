"""What of a text's layout must not be torn: code, rows of tables, links and images of Markdown."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import regex

from lingua_integrations.core.text.source_code import pasted_lines
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.units import Units, from_spans

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LINE = regex.compile(r"[^\r\n]*+(?:\r\n?|\n|$)")  # as Markdown counts lines
_FENCE = regex.compile(r"`{3,}|~{3,}")
_TABLE = regex.compile(r"^[ \t>|:-]*-{1,}[ \t|:-]*\|?[ \t]*\r?$", regex.MULTILINE)  # the line below a header
_LINK = regex.compile(
    r"""
    !?\[ (?: [^\[\]\n]++ | \[ [^\[\]\n]*+ \] ){0,20}+ \]  # the text, perhaps with an image in it
    (?: \( (?: [^()\s]++ | \( [^()\s]*+ \) )*+ (?: [ ]+"[^"\n]*+" )?+ \) | \[ [^\[\]\n]*+ \] )
    """,
    regex.VERBOSE,
)


def links(text: str) -> list[Span]:
    """Links and images: ``[text](target "title")``, ``![alt](source)``, ``[text][reference]``.

    >>> [text[slice(*span)] for text in ["see [the docs](x.md)."] for span in links(text)]
    ['[the docs](x.md)']
    """
    return [Span(*match.span()) for match in _LINK.finditer(text)] if "](" in text or "][" in text else []


class Block(NamedTuple):
    """A stretch of whole lines that is not torn; ``kind`` is Markdown's name for it."""

    kind: str
    span: Span


def untorn_blocks(text: str) -> list[Span]:
    """Closed blocks of fenced code, heads of tables (two lines), every row below, and lines of pasted code.

    Without line ends.
    """
    spans = [block.span for block in _blocks(text)]
    fenced = [span for span in spans if "\n" in text[span.start : span.end]]
    lines = [
        line for line in pasted_lines(text) if not any(one.start < line.end <= one.end for one in fenced)
    ]
    taken = {span.start for span in spans}
    return sorted([*spans, *(Span(*line) for line in lines if line.start not in taken)])


def tables(text: str) -> list[tuple[Span, list[Span]]]:
    r"""The head of every table, with its rows.

    >>> text = "a | b\n--|--\n1 | 2"
    >>> [(text[slice(*head)], len(rows)) for head, rows in tables(text)]
    [('a | b\n--|--', 1)]
    """
    found: list[tuple[Span, list[Span]]] = []
    for kind, span in _blocks(text):
        if kind == "thead_open":
            found.append((span, []))
        elif kind == "tr_open" and found:
            found[-1][1].append(span)
    return found


def _blocks(text: str) -> list[Block]:
    fenced = _FENCE.search(text)
    if not fenced and not ("|" in text and _TABLE.search(text)):
        return []
    edges = [match.start() for match in _LINE.finditer(text)]
    blocks: list[Block] = []
    for token in _parser().parse(text):
        lines = _lines_of(token)
        if lines is None or lines[1] > len(edges):
            continue
        end = edges[lines[1]] if lines[1] < len(edges) else len(text)
        span = _trimmed(text, edges[lines[0]], end)
        if token.type == "fence" and not _closed(token, text[span.start : span.end]):
            continue
        if not blocks or blocks[-1].span.end <= span.start:  # a head is a row as well
            blocks.append(Block(token.type, span))
    return blocks


def code_lines(text: str) -> Units:
    r"""Lines of source code as units, each with its indentation; blank lines are gaps.

    A line brings the line break in front of it along: whatever white space stands in for dropped lines, it
    begins on a line of its own.

    >>> code_lines("def f():\n\n    return 1\n").strings()
    ['def f():', '\n    return 1']
    """
    if text and not text.strip():
        return from_spans(text, [(0, len(text))])
    spans = []
    for match in _LINE.finditer(text):
        start, line = match.start(), match.group()
        if line.strip():
            lead = 2 if text[:start].endswith("\r\n") else min(1, start)
            spans.append((start - lead, start + len(line.rstrip())))
    return from_spans(text, spans)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").disable(["code", "html_block", "inline"])


def _lines_of(token: Token) -> tuple[int, int] | None:
    """First line and the one past the last, where the token is a block that must stay whole."""
    if token.map is None or token.type not in ("fence", "thead_open", "tr_open"):
        return None
    first, last = token.map
    if token.type == "thead_open":
        return first, last + (last - first < 2)  # the line of dashes belongs to the head
    return first, last


def _closed(fence: Token, text: str) -> bool:
    """Whether a fence ends with its own mark; a text that was cut into chunks may have lost it."""
    last = text.rsplit("\n", 1)[-1].strip().lstrip("> ")
    return "\n" in text and last.startswith(fence.markup) and not last.strip(fence.markup[0])


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip("\r\n"))
    return Span(start + lead, max(start + lead, start + len(piece.rstrip())))
