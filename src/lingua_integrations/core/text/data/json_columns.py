"""Tables in JSON that are no arrays of objects: columns beside one another, and rows below their names.

In ``{"time": [...], "price": [...]}`` the nth elements of all arrays are one row; in
``{"columns": [...], "rows": [[...], ...]}`` a row says nothing without the columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import regex

from lingua_integrations.core.text.data.json_tree import Value

_TABLES = 3  # arrays up to which those beside one another hold the columns of as many tables
_COUNTED = regex.compile(r"[\"']?\d")  # a key that counts rows, or is a date
_WORD = regex.compile(r"([\"'])(?=.{0,60}\1$)[^\"'\\]*\p{L}[^\"'\\]*\1$")
_NAMES = 2_000  # characters up to which the names of columns come with every row
_NESTED = 3  # objects between rows and the names of their columns, at most
_MOST = 8  # arrays of one length that are remembered as names
_DEEP = 60  # values inside of one another that are looked into


def columns(text: str, values: Sequence[Value]) -> Iterator[list[Value]]:
    """Of values beside one another the groups that are columns: the nth elements of all are one row.

    Columns are arrays of one length, not all of which hold objects; or objects that have the same numbers or
    dates as keys. A few arrays of arrays may hold the columns of as many tables.

    >>> from lingua_integrations.core.text.data.json_tree import parsed
    >>> from lingua_integrations.core.text.spans import Span
    >>> text = '{"day": [1, 2, 3], "unit": "EUR", "price": [7.5, 8, 9]}'
    >>> (group,) = columns(text, parsed(text, Span(0, len(text))).inside)
    >>> [text[column.start : column.end] for column in group]
    ['"day": [1, 2, 3]', '"price": [7.5, 8, 9]']
    """
    alike: dict[tuple[str, ...] | int, list[Value]] = {}
    for one in values:
        if one.array(text):
            alike.setdefault(len(one.inside), []).append(one)
        elif one.open and one.keyed:
            keys = tuple(text[cell.start : cell.value].strip(" \n\t\r:") for cell in one.inside)
            if all(map(_COUNTED.match, keys)):
                alike.setdefault(keys, []).append(one)
    for group in alike.values():
        rows = list(zip(*(one.inside for one in group), strict=True))
        if len(group) < 2 or not rows:
            continue
        if len(rows) <= _TABLES and all(cell.array(text) for row in rows for cell in row):
            for row in rows:
                yield from columns(text, row)
        elif len(rows) > 1 and any(one.flat for one in group):
            yield group


def side_by_side(text: str, array: Value) -> bool:
    """Whether the arrays in an array are columns, and not rows: few that are long, all of one length."""
    lengths = {len(one.inside) if one.array(text) else 0 for one in array.inside}
    return len(lengths) == 1 and max(lengths) > 3 * len(array.inside) > 3


@dataclass
class _Found:
    """Arrays of rows whose columns have no names so far, and arrays that may name some, by their length."""

    tables: list[Value] = field(default_factory=list)
    names: dict[int, list[tuple[Value, int]]] = field(default_factory=dict)  # with how deep they stand


def heads(text: str, root: Value) -> Iterator[tuple[Value, Value]]:
    """Arrays of rows, or of columns, with what names the columns.

    That is an array with as many elements as there are columns, in an object around the rows; else the first
    row, where all its values are words.
    """
    named: list[tuple[Value, Value]] = []
    for table in _search(text, root, named).tables:
        named += _own_head(text, table)
    yield from named


def _search(text: str, value: Value, named: list[tuple[Value, Value]], depth: int = 0) -> _Found:
    found = _Found()
    if not value.open or depth > _DEEP:
        return found
    if not value.keyed:
        if _is_table(text, value):
            found.tables.append(value)
            return found
        for one in value.inside:
            for table in _search(text, one, named, depth + 1).tables:
                named += _own_head(text, table)
        if value.length <= _NAMES and _are_names(text, value):
            found.names[len(value.inside)] = [(value, 0)]
        return found
    parts = [_search(text, one, named, depth + 1) for one in value.inside]
    for part in parts:
        for length, names in part.names.items():
            near = [(name, far + 1) for name, far in names if far < _NESTED]
            found.names[length] = [*found.names.get(length, ()), *near][:_MOST]
    for table in (table for part in parts for table in part.tables):
        matching = [name for name, _ in found.names.get(_width(text, table), ())]
        named += [(table, name) for name in matching]
        found.tables += [table] * (not matching)
    return found


def _is_table(text: str, value: Value) -> bool:
    return len(value.inside) > 1 and all(_cells(text, one) for one in value.inside)


def _cells(text: str, row: Value) -> list[Value]:
    """The cells of a row: an array, or an object that has nothing but one."""
    if row.keyed and len(row.inside) == 1:
        (row,) = row.inside
    return row.inside if row.array(text) else []


def _are_names(text: str, value: Value) -> bool:
    """Whether an array may name columns: it has words, or objects, and nothing else."""
    return bool(value.inside) and (
        all(_WORD.match(text[one.start : one.end]) for one in value.inside if not one.open)
        and not any(one.array(text) for one in value.inside)
    )


def _width(text: str, table: Value) -> int:
    """How many columns a table has."""
    if side_by_side(text, table):
        return len(table.inside)
    return Counter(len(_cells(text, row)) for row in table.inside).most_common(1)[0][0]


def _own_head(text: str, table: Value) -> Iterator[tuple[Value, Value]]:
    """The table with its first row, where that has the names."""
    if not side_by_side(text, table):
        first = table.inside[0]
        words = [text[one.start : one.end] for one in first.inside]
        if (
            len(words) > 1
            and len({*words}) == len(words)
            and first.length <= _NAMES
            and all(map(_WORD.match, words))
        ):
            yield table, first
