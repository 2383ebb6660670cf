"""What stands in a text without a fence around it and is of another kind: data, code, what pages have."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

import regex

from lingua_integrations.core.text.code.source_code import FENCE, Code, pasted_code
from lingua_integrations.core.text.data.literals import is_data, is_json, scanned
from lingua_integrations.core.text.data.tables_within import aligned_tables, ruled_tables
from lingua_integrations.core.text.markup.columns import pages_of
from lingua_integrations.core.text.markup.directives import literals
from lingua_integrations.core.text.markup.entries import entries
from lingua_integrations.core.text.markup.outlines import outlines_in
from lingua_integrations.core.text.markup.pages import running_heads
from lingua_integrations.core.text.spans import Span

HEADS = "heads"
"""Running heads of pages, in place of a kind of text."""
_BEGINS = regex.compile(r"""(?m)(?:^[ \t]*|(?<=[:=>] ))(?=[\[{]\s*(?:["'\[{(\d]|\w++ ?[:=]))""")
_FENCED = regex.compile(rf"(?ms)^[ \t>]*({FENCE}).*?(?:^[ \t>]*\1|\Z)")
_LEAST = 200  # characters from which on data within a line are read as such
_OWN = 40  # likewise those that have lines of their own


def embedded(text: str, span: Span) -> list[Code]:
    r"""Data and source code that stand in a text without a fence around them, in order.

    >>> text = "Found: [" + '{"id": 1}, ' * 20 + '{"id": 2}] in 3 ms.'
    >>> [(text[found.span.end :], found.kind) for found in embedded(text, Span(0, len(text)))]
    [(' in 3 ms.', 'json')]
    """
    found: list[Code] = []
    begin = span.start
    laid_out = [Code(page.span, "columns") for page in pages_of(text, span)]
    heads = [Code(line, HEADS) for line in running_heads(text, span)]
    fences = [match.span() for match in _FENCED.finditer(text, *span)]
    told = [Code(one, "entry") for one in entries(text, span) if not _within(fences, one.start)]
    told += [Code(one, "literal") for one in literals(text, span) if not _within(fences, one.start)]
    outlines = [Code(one, "outline") for one in outlines_in(text, span)]
    drawn = [*ruled_tables(text, span), *aligned_tables(text, span)]
    tables = [Code(one, "table") for one in drawn if not _within(fences, one.start)]
    for part in sorted([*laid_out, *heads, *outlines, *tables, *told], key=lambda one: one.span):
        if part.span.start >= begin:
            found += [*_unfenced(text, Span(begin, part.span.start)), part]
            begin = part.span.end
    return [*found, *_unfenced(text, Span(begin, span.end))]


def _within(spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether one of the ascending spans covers a place."""
    before = bisect_right(spans, place, key=itemgetter(0)) - 1
    return before >= 0 and place < spans[before][1]


def _unfenced(text: str, span: Span) -> list[Code]:
    found: list[Code] = []
    begin = span.start
    for data in _data(text, span):
        found += [*pasted_code(text, Span(begin, data.start)), Code(data, "json")]
        begin = data.end
    return [*found, *pasted_code(text, Span(begin, span.end))]


def _data(text: str, span: Span) -> Iterator[Span]:
    fences = [match.span() for match in _FENCED.finditer(text, *span)]
    begin = span.start
    while (found := _BEGINS.search(text, begin, span.end)) is not None:
        start = found.end()
        fence = next((edges for edges in fences if edges[0] <= start < edges[1]), None)
        if fence is not None:
            begin = fence[1]
            continue
        end, data = scanned(text, Span(start, span.end))
        if not data:
            begin = max(end, start + 1)
            continue
        content = text[start:end]
        own = not text[text.rfind("\n", 0, start) + 1 : start].strip() and not text[end : end + 1].strip(
            ",;."
        )
        if (len(content) >= (_OWN if own else _LEAST) and is_json(content)) or is_data(content):
            yield Span(start, end)
        begin = end
