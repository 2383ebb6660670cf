"""Cells of a row, and what they say of it: whether it has values, names columns, or is a title."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

_PIPE = regex.compile(r"[|│┃┆]")
# Words with single spaces between them; a space parts two numbers, unless it parts the thousands of one.
COLUMN = regex.compile(r"\S(?:(?:(?<!\d) (?=\S)|(?<=\d) (?=\D|\d{3}(?!\d)))?\S)*")
NUMBER = regex.compile(r"[\s$€£¥%(),.\d+\-–/:]*\d[\s$€£¥%(),.\d+\-–/:]*$")
_MARKED = regex.compile(r"(?:\*+|[†‡§¹²³]|\[\w{1,2}\]|\(\p{Ll}\))+$")  # a mark that points to a note
YEAR = regex.compile(r"(?:19|20)\d\d$")
PARTED = regex.compile(r"[,;](?=[^\s])|[|\t]|  ")  # what stands between values
_LABEL = regex.compile(r"(?P<depth>[ |│]*)\p{L}(?: ?[^\s|│])*")  # the first cell of a row, if it has words
_TOTAL = regex.compile(
    r"[\s|*_]*(?:grand )?(?:total|sum|gesamt(?:summe)?|summe|totale?|somme|suma|soma|totaal|итого|всего"
    r"|合計|总计|總計|합계)"
    r"[*_\s]*(?:[|:,;\t]|\s{2})",
    regex.I,
)
_QUOTED = regex.compile(r'\s*"(?:[^"]|"")*+"')  # a first value, which may have delimiters
_STEP = 2  # columns by which a row is indented below the one that it is part of
_ALIKE = 2  # rows below the first one, from which on they tell whether it is like them
_BELOW = 4  # rows below the rule that may still belong to the head


def cells_between_pipes(row: str) -> list[str]:
    """The cells of a row between pipes; none for any other row."""
    stripped = row.strip()
    if stripped[:1] not in ("|", "│", "┃"):
        return []
    return [cell.strip() for cell in _PIPE.split(stripped[1:].removesuffix(stripped[0]))]


def cells_of_title(delimiter: str) -> Callable[[str], list[str]]:
    """A function that returns the cells of a title ("Assets,,"), and none for other rows of values."""

    def cells(row: str) -> list[str]:
        quoted = _QUOTED.match(row)
        first = quoted.group().strip(' "') if quoted else ""
        found = [cell.strip() for cell in row[quoted.end() if quoted else 0 :].split(delimiter)]
        found[0] = first + found[0]
        if len(found) == 1 and not delimiter.strip():  # the white space at the end of a line is not in it
            found += ["", ""]
        return found if found[0] and not any(found[1:]) else []

    return cells


def title_in_columns(row: str) -> list[str]:
    """The cells of a row that has only a title ("Assets:") above rows of columns; none for other rows."""
    found = [match.group() for match in COLUMN.finditer(row)] if ":" in row else []
    return [found[0], "", ""] if len(found) == 1 and found[0].endswith(":") else []


def is_amount(cell: str) -> bool:
    """Whether a cell is a number, and not only a year."""
    plain = _MARKED.sub("", cell)
    return NUMBER.match(plain) is not None and not YEAR.match(plain)


def is_section(row: list[str]) -> bool:
    """Whether a row has text in the first of its cells alone, as a title of the rows below has."""
    return len(row) > 2 and bool(row[0]) and not any(row[1:]) and not is_amount(row[0])


def are_values(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of lines has values, as that of a text cut out of a table has, and no names.

    It has values where it lacks two cells that each row below has, or where a word in it comes again in its
    column, unless it stands over a column of numbers. Names may lack one: that of the rows' names.

    >>> are_values(["Anna", "Bern"], [["Ben", "Basel"], ["Cara", "Bern"]])
    True
    >>> are_values(["name", "town", "age"], [["Ben", "town", "4"], ["Cara", "Bern", "5"]])
    False
    """
    first = [cell.strip() for cell in first]
    if len(rows) < _ALIKE or len(first) + 1 < min(map(len, rows)):
        return len(first) + 1 < min(map(len, rows), default=0)
    columns = [[row[n].strip() for row in rows if n < len(row)] for n in range(len(first))]
    named = any(
        cell and not NUMBER.match(cell) and any(column) and all(NUMBER.match(one or "0") for one in column)
        for cell, column in zip(first, columns, strict=True)
    )
    again = [cell in column for cell, column in zip(first, columns, strict=True) if cell]
    return not named and any(again) and not all(again)


def rows_of_head_below(names: Sequence[str], rows: Sequence[list[str]]) -> int:
    """How many rows below the first row of a head, which has these names, belong to the head, too.

    They have years, units and names over columns of numbers. Where the head has no names at all, the next
    row has them.

    >>> rows_of_head_below(["Product", "Sales", ""], [["", "2019", "2018"], ["Sensors", "914", "918"]])
    1
    >>> rows_of_head_below(["Year", "Film", "Prizes"], [["1999", "Ran", "3"], ["2001", "Ten", "4"]])
    0
    """
    more = _rows_without_amounts(rows)
    if not more and len(rows) > 2 and names and not any(names):
        return int(not any(map(is_amount, rows[0])))
    return more


def _rows_without_amounts(rows: Sequence[list[str]]) -> int:
    """How many rows come before the first one with an amount, where most rows from there on have amounts.

    >>> _rows_without_amounts([["", "2019", "2018"], ["", "(in millions)", ""], ["Sensors", "914", "918"]])
    2
    """
    first = (n for n, row in enumerate(rows[:_BELOW]) if any(map(is_amount, row)) or is_section(row))
    count = next(first, 0)
    below = [row for row in rows[count : count + 2 * _BELOW] if not is_section(row)]
    numbers = sum(any(map(is_amount, row[1:])) for row in below)
    return count if below and 2 * numbers >= len(below) else 0


def rows_over(rows: Sequence[str]) -> list[tuple[int, ...]]:
    """For each row the one that it is part of, if there is one: that above it which is indented less.

    >>> rows_over(["Coverage", "  Theft    50", "    deductible  5", "  Water    80"])
    [(), (0,), (1,), (0,)]
    >>> rows_over(["  name  age", " alice   30", "   bob   25"])  # names end at the same place
    [(), (), ()]
    """
    labels = [_LABEL.match(row.expandtabs()) for row in rows]
    ends = {label.end() for label in labels if label}
    found: list[tuple[int, ...]] = []
    stack: list[tuple[int, int]] = []  # how deep rows stand, and their numbers
    for number, label in enumerate(labels):
        deep = len(label["depth"]) if label and len(ends) > 1 else 0
        while stack and (label is None or stack[-1][0] + _STEP > deep):
            stack.pop()
        found.append((stack[-1][1],) if stack else ())
        stack += [(deep, number)] if label else []
    return found


def is_total(row: str) -> bool:
    """Whether a row sums up a whole table, and not a part of it.

    >>> is_total("| **Total** | 21 |"), is_total("| Total North | 9 |"), is_total("| Subtotal | 9 |")
    (True, False, False)
    """
    return _TOTAL.match(row) is not None


def is_remark(row: str) -> bool:
    """Whether a line between rows has words in one column alone, as a remark on the row above it has.

    >>> is_remark("  haemolysed, repeat advised"), is_remark("  deductible   5")
    (True, False)
    """
    return len(COLUMN.findall(row)) == 1 and " " in row.strip() and "|" not in row and not is_amount(row)
