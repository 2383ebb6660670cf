"""Tables of HTML: each row comes with the head and the titles above it.

A kept row has a bar for each column, so that its values stand under the names in the head that comes with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from lingua_integrations.core.text.data.table_notes import note_of
from lingua_integrations.core.text.data.table_titles import Titles
from lingua_integrations.core.text.markup.html_cells import (
    Cell,
    Row,
    columns_of,
    first_column,
    heads,
    is_section,
    is_titles,
    ranks,
)
from lingua_integrations.core.text.markup.html_runs import Seen
from lingua_integrations.core.text.markup.html_tree import (
    Node,
    cells,
    groups_of,
    nodes,
    number_of,
    rows_of,
    shown,
)
from lingua_integrations.core.text.markup.runs import Run
from lingua_integrations.core.text.spans import Span

_REACHING = 8  # rows above one that reach down to it, at most


@dataclass(frozen=True)
class _Line:
    """A row that a reader sees."""

    number: int  # among all rows of its table
    node: Node
    row: Row
    runs: list[list[Run]]  # of each cell
    group: str  # the tag of what it is in
    begins: bool  # whether it is the first there


def add_table(seen: Seen, table: Node, needs: tuple[int, ...]) -> range:
    """Add the rows of a table, each with the head and what is above it; returns their numbers."""
    for part in nodes(table):
        if part.tag == "caption" and (runs := seen.stretch(Span(part.inner, part.end))):
            needs = (*needs, seen.add(runs, needs, carrier=True))
    found = _lines(seen, table)
    rows = [line.row for line in found]
    count = (
        max(heads(rows), min(sum(line.group == "thead" for line in found), len(found) - 1)) if found else 0
    )
    if table.inner == table.start and not any(cell.title for cell in rows[0][:1]):
        count = 0  # of a table whose beginning was cut off
    writer = _Rows(seen, needs, ranks(rows), first_column(rows), 2 * sum(map(is_titles, rows)) <= len(rows))
    for line in found[:count]:
        writer.head(line)
    writer.marked = any(cell.title for row in rows[count:] for cell in row if len(row) > 1)
    for number, line in enumerate(found[count:], count):
        writer.add(line, last=number + 1 == len(found))
    return range(writer.begin, seen.outline.last + 1)


class _Rows:
    """Adds the rows of a table."""

    def __init__(
        self, seen: Seen, needs: tuple[int, ...], places: dict[int, int], first: int, again: bool
    ) -> None:
        self.seen, self.places = seen, places
        self.above = needs  # what stands above the whole table
        self.needs = needs  # that, and the head
        self.first, self.again = first, again  # the column of names; whether a head may come again
        self.marked = False  # whether names of rows are marked as titles
        self.titles, self.reaching = Titles(), _Reaching()
        self.begin = seen.outline.last + 1  # where rows of values begin

    def head(self, line: _Line) -> None:
        """A row that names columns."""
        self.needs = (*self.needs, self.carrier(line, self.needs))
        self.begin = self.seen.outline.last + 1

    def carrier(self, line: _Line, needs: tuple[int, ...]) -> int:
        """A row that others need."""
        return self.seen.add(_barred(line, self.places), needs, carrier=True)

    def add(self, line: _Line, *, last: bool) -> None:
        """A row: the head again or that of another table, a title, values or a note."""
        if line.begins:
            self.titles.leave()
        alone = is_section(line.row, self.first, 1 + max(self.places.values()), marked=self.marked)
        rows = self.seen.outline.last >= self.begin
        if alone and line.group == "tfoot" and not rows:  # the foot may come before the body
            self.above = (*self.above, self.carrier(line, self.needs))
            self.needs = (*self.needs, self.above[-1])
        elif self.again and not alone and is_titles(line.row):
            self.needs, self.titles = (*self.above, self.carrier(line, self.above)), Titles()
        elif alone and not last and line.group != "tfoot":
            title = self.seen.words(_barred(line, self.places))
            over = self.titles.over(title)
            self.titles.enter(title, self.carrier(line, (*self.needs, *over)))
        else:
            self.values(line, alone=alone)

    def values(self, line: _Line, *, alone: bool) -> None:
        """A row of values; one cell alone below all others is a note that all of them need."""
        needs = (*self.needs, *self.titles.above * (not alone), *self.reaching.above(line.number))
        at = self.seen.add(_barred(line, self.places), needs, record="row")
        if alone:
            note_of(self.seen.outline, range(self.begin, at), at)
        self.titles.row()
        self.reaching.enter(line, at)


class _Reaching:
    """Rows with cells that reach down into the rows below."""

    def __init__(self) -> None:
        self._found: list[tuple[int, int]] = []  # until which row, and the number of the piece

    def above(self, number: int) -> tuple[int, ...]:
        """The pieces of the rows that reach down to a row."""
        self._found = [one for one in self._found if one[0] > number]
        return tuple(at for _, at in self._found)

    def enter(self, line: _Line, at: int) -> None:
        """Take note of how far a row reaches down; ``at`` is the number of its piece."""
        down = [number_of(cell.attributes.get("rowspan")) for cell in cells(line.node)]
        reach = 10**6 if 0 in down else max(down, default=1)
        if reach > 1 and len(self._found) < _REACHING:
            self._found.append((line.number + reach, at))


def _lines(seen: Seen, table: Node) -> list[_Line]:
    """The rows of a table in which a reader sees something."""
    columns = columns_of(rows_of(table))
    found: list[_Line] = []
    number = 0
    for tag, group in groups_of(table):
        begins = True
        for row in group:
            runs = [_cell(seen, cell) for cell in cells(row)]
            line = [
                Cell(column, width, seen.words(own), cell.tag == "th")
                for cell, own, (column, width) in zip(cells(row), runs, columns[number], strict=True)
            ]
            if any(runs):
                found.append(_Line(number, row, line, runs, tag, begins and bool(found)))
                begins = False
            number += 1
    return found


def _cell(seen: Seen, cell: Node) -> list[Run]:
    """What a reader sees of a cell."""
    found: list[Run] = []
    for span in shown(cell):
        runs = [*seen.stretch(span)]
        if runs and found:
            runs[0] = runs[0]._replace(apart=" ")
        found += runs
    return found


def _barred(line: _Line, places: dict[int, int]) -> list[Run]:
    """The text of the cells of a row, with a bar where each column but the first begins."""
    found: list[Run] = []
    at = 0
    for cell, runs in zip(line.row, line.runs, strict=True):
        if runs:
            bars = places[cell.column] - at
            found += [runs[0]._replace(apart=" |" * bars + " "), *runs[1:]]
            at += bars
    return found
