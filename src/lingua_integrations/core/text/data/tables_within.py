"""Tables that stand within a text: with a rule below their head, or right below and above lines of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from lingua_integrations.core.text.data.table_cells import COLUMN, PARTED, is_amount
from lingua_integrations.core.text.data.table_looks import (
    RULE,
    RULE_IN_PIECES,
    are_aligned,
    names_columns,
    names_in_capitals,
)
from lingua_integrations.core.text.spans import Span

_DASHES = regex.compile(r"(?m)^[ \t]*+-{2,}+(?:[ \t]++-{2,}+)++[ \t]*+\r?$")  # below the names of columns
_BLANK = regex.compile(r"\n[ \t\r]*(?:\n|$)")
_ABOVE = 2_000  # characters of the names of columns between two rules, at most
_IN_COLUMNS = regex.compile(  # lines with gaps between columns, and the rules between them
    r"(?m)(?:^[ \t]*+"
    r"(?:(?![|>#*+`-])[^\n|]*?\S(?: {2,}|[ ]?\t)[^\s|][^\n|]*+"
    r"|[-=─━]{3,}+(?:[ \t]++[-=─━]{2,}+)*+[ \t\r]*+)(?:\n|\Z))+"
)
_FIRST_COLUMN = regex.compile(r"(?:[ \t]*+\d[\d.:,]*+(?: \S{1,3})?+[ \t]*+(?:\n|\Z))*+")
"""Rows that end behind their first value."""
_LEAST = 3  # lines of a table: names of columns, and two rows
_TITLES = 2  # lines in columns that may stand above those names
_COLUMNS = 3
_NEAR = 80  # characters above a table that show whether a blank line is there


def ruled_tables(text: str, span: Span) -> Iterator[Span]:
    r"""The tables with a rule of dashes below the head of each column, which to Markdown is a line across.

    >>> text = "Events:\n  Type  Age\n  ----  ---\n  Warn  2m\n\nBye."
    >>> [text[slice(*found)] for found in ruled_tables(text, Span(0, len(text)))]
    ['  Type  Age\n  ----  ---\n  Warn  2m']
    """
    end = span.start
    for rule in _DASHES.finditer(text, *span):
        begin = max(span.start, text.rfind("\n", 0, max(0, rule.start() - 1)) + 1)
        near = max(end, begin - _ABOVE)
        above = text.rfind("\n\n", near, begin) + 2 if "\n\n" in text[near:begin] else near
        if above < begin and RULE_IN_PIECES.match(text[above:begin].split("\n", 1)[0]):
            begin = above  # a rule above the head, too
        head = text[begin : rule.start()].strip()
        if begin < end or not head or "|" in head or "+" in head or not PARTED.search(head):
            continue
        stop = _BLANK.search(text, rule.end(), span.end)
        end = stop.start() if stop else span.end
        yield Span(begin, end)


def aligned_tables(text: str, span: Span) -> Iterator[Span]:
    r"""The tables in columns of spaces that are not a whole paragraph, or have one rule across all columns.

    >>> text = "Stock:\nFruit   Kilos   Euros\nFigs       12      30\nKiwis       9      11\nBye."
    >>> [text[slice(*found)].split()[0] for found in aligned_tables(text, Span(0, len(text)))]
    ['Fruit']
    """
    for run in _IN_COLUMNS.finditer(text, *span):
        found = run.group().splitlines()
        first = _names_at(found)
        if first is None:
            continue
        start, end = run.start() + sum(map(len, found[:first])) + first, run.end()
        end = _FIRST_COLUMN.match(text, end, span.end).end() if text[end - 1] == "\n" else end
        end = start + len(text[start:end].rstrip())
        above = text[max(span.start, start - _NEAR) : start].rstrip(" \t\r")
        begins = not above or above.endswith(("\n\n", "\n\r\n"))
        ends = not text[end : min(span.end, end + _NEAR)].strip() or _BLANK.match(text, end, span.end)
        if not (begins and ends) or end > run.end() or any(map(RULE.match, found)):
            yield Span(start, end)


def is_within(text: str, span: Span) -> bool:
    """Whether a table in a stretch stands below a letterhead in columns, or above words."""
    for table in aligned_tables(text, span):
        above, below = text[span.start : table.start].strip(), text[table.end : span.end].strip()
        if PARTED.search(above) or (below and not PARTED.search(below)):
            return True
    return False


def _names_at(found: Sequence[str]) -> int | None:
    """At which of some lines a table begins: that names its columns, and most of those below have amounts."""
    for first in range(min(_TITLES, len(found) - _LEAST) + 1):
        lines = [line for line in found[first:] if not RULE.match(line)]
        if len(lines) < _LEAST or RULE.match(found[first]) or len(COLUMN.findall(lines[0])) < _COLUMNS:
            continue
        head, *rows = lines
        amounts = sum(any(map(is_amount, COLUMN.findall(row)[1:])) for row in rows)
        named = names_columns([head, rows[0]]) or names_in_capitals([head, rows[0]])
        if named and 2 * amounts >= len(rows) and are_aligned([head, *rows]):
            return first
    return None
