"""Cells of HTML tables: in which column each stands, which rows name columns, which name rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from lingua_integrations.core.text.data.table_cells import is_amount
from lingua_integrations.core.text.markup.html_tree import Node, cells, number_of

_COLUMNS = 200  # of a table; all later ones count as the last
_BEFORE = frozenset("$€£¥(#")  # signs that have a column of their own, before a number
_BEHIND = frozenset(["%", ")", ")%", "%)", "*"])
_HEAD = 4  # rows without a name of their own that may belong to a head, at most


class Cell(NamedTuple):
    """A cell of a row with the columns that it covers, and what is seen of it."""

    column: int
    width: int
    content: str
    title: bool  # marked as one


Row = Sequence[Cell]


def columns_of(rows: Sequence[Node]) -> list[list[tuple[int, int]]]:
    """For each cell of each row, its column and how many columns it covers.

    A cell that reaches down covers its columns in the rows below, too.
    """
    until: dict[int, int] = {}  # for each column the row up to which a cell from above reaches
    found = []
    for number, row in enumerate(rows):
        places: list[tuple[int, int]] = []
        column = 0
        for cell in cells(row):
            while until.get(column, 0) > number and column < _COLUMNS:
                column += 1
            width = min(max(1, number_of(cell.attributes.get("colspan"))), max(1, _COLUMNS - column))
            places.append((column, width))
            down = number_of(cell.attributes.get("rowspan"))
            for covered in range(column, column + width) if down != 1 else ():
                until[covered] = number + down if down else len(rows)
            column = min(column + width, _COLUMNS)
        found.append(places)
    return found


def ranks(rows: Sequence[Row]) -> dict[int, int]:
    """The place of each column among those that a reader sees: not the empty ones, nor those of signs alone.

    >>> head, row = [Cell(1, 2, "2019", True)], [Cell(0, 1, "Tax", False), Cell(1, 1, "$", False)]
    >>> ranks([head, [*row, Cell(2, 1, "5", False)]])
    {0: 0, 1: 1, 2: 1}
    """
    begin: dict[int, list[Cell]] = {}
    for row in rows:
        for cell in row:
            if cell.content:
                begin.setdefault(cell.column, []).append(cell)
    used = sorted(begin)
    places = dict.fromkeys(used[:1], 0)
    for left, right in pairwise(used):
        before = all(cell.content in _BEFORE or cell.column + cell.width > right for cell in begin[left])
        behind = all(cell.content in _BEHIND for cell in begin[right])
        places[right] = places[left] + (not before and not behind)
    return places


def heads(rows: Sequence[Row]) -> int:
    """How many of the first rows name columns.

    Rows of titles alone do, and rows that say nothing in their first column. If there are none, a first row
    without digits does.
    """
    titled = [is_titles(row) for row in rows]
    first = first_column(rows)
    most = 1 if all(titled) else len(rows) - 1
    count = 0
    while count < most and titled[count] and not (count and _is_alone(rows[count])):
        count += 1
    most = min(most, count + _HEAD)
    while count < most and _is_corner(rows[count], first):
        count += 1
    if count or len(rows) < 3:
        return count
    content = [cell.content for cell in rows[0] if cell.content]
    named = len(content) > 1 and not any(cell.title for cell in rows[0])
    return int(named and not any(char.isdigit() for one in content for char in one))


def _is_alone(row: Row) -> bool:
    """Whether one cell of a row says something."""
    return sum(bool(cell.content) for cell in row) == 1


def is_titles(row: Row) -> bool:
    """Whether all cells of a row that say something are marked as titles."""
    seen = [cell for cell in row if cell.content]
    return len(seen) > min(1, len(row) - 1) and all(cell.title for cell in seen)


def first_column(rows: Sequence[Row]) -> int:
    """The first column in which anything stands."""
    return min((cell.column for row in rows for cell in row if cell.content), default=0)


def _is_corner(row: Row, first: int) -> bool:
    """Whether a row says nothing in its first column, and names or years in the others."""
    empty = any(cell.column <= first < cell.column + cell.width and not cell.content for cell in row)
    content = [cell.content for cell in row if cell.content]
    return empty and bool(content) and not any(map(is_amount, content))


def is_section(row: Row, first: int, width: int, *, marked: bool) -> bool:
    """Whether a row of a table of so many columns has one title alone: it names the rows below.

    Where names of rows are ``marked`` as titles, so is it.
    """
    seen = [cell for cell in row if cell.content]
    if len(seen) != 1 or seen[0].column != first or is_amount(seen[0].content):
        return False
    if marked and not seen[0].title:
        return False
    return seen[0].width > 1 or (width > 2 and len(row) > 1)
