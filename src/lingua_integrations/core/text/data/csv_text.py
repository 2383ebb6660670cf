"""Values between delimiters, as in CSV: where each row ends, and which names the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import regex

from lingua_integrations.core.text.data.table_cells import (
    NUMBER,
    YEAR,
    are_values,
    cells_of_title,
    is_section,
)
from lingua_integrations.core.text.data.table_notes import is_note
from lingua_integrations.core.text.data.tables import add_rows
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.shares import most
from lingua_integrations.core.text.spans import Span

_LOOKED_AT = 40  # records at the top that tell what the columns are
_THOUSANDS = regex.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BEGINNING = 6  # records below a blank line that tell whether another table begins there
_DELIMITERS = ",\t;|"
_QUOTED = regex.compile(r'(?m)(?<=^|[,\t;|])"(?:[^"]|"")*+(?:"(?=[,\t;|]|[ \t\r]*$)|\Z)')
"""A value in quotation marks, which may have delimiters and line breaks; the last one may be cut off."""


def read_csv(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Values between delimiters; a quoted value may have several lines. The first row names the columns."""
    text = outline.text
    found = lines(text, *span)
    while len(found) > 1 and text[found[0].start] == "#":  # a comment may tell the units of all
        comment = outline.add(*found.pop(0), needs, carrier=True)
        needs = (*needs, comment)
    ends = (text.find("\n", line.end) for line in found[:50])  # tabs at the end of a line are cells, too
    looks = [text[line.start : end if end >= 0 else None] for line, end in zip(found, ends, strict=False)]
    delimiter = delimiter_of(looks) or ","
    cells_of = cells_of_title(delimiter)
    for records in _tables(text, _records(text, found, delimiter), delimiter):
        above = needs
        cells, *rows = _cells([text[slice(*record)] for record in records[:_LOOKED_AT]], delimiter)
        while len(rows) > 1 and is_section(cells) and _names(rows[0], rows[1:]):  # the title of the table
            above = (*above, outline.add(*records[0], above, carrier=True))
            records, (cells, *rows) = records[1:], rows
        several = "" in (cell.strip() for cell in cells)  # a cell names several columns
        named = _names(cells, rows) and not is_section(cells)
        more = named and len(records) > 2 and (several or tells_units(rows))
        add_rows(outline, records, named + more, above, cells_of)


def _names(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table names its columns."""
    values = [cell.strip() for cell in first if cell.strip() and not YEAR.match(cell.strip())]
    return bool(rows) and not any(map(NUMBER.match, values)) and not are_values(first, rows)


def _tables(text: str, records: Sequence[Span], delimiter: str) -> Iterator[Sequence[Span]]:
    """The rows of each table: another one begins below a blank line, with names or with other columns."""
    begin = 0
    width, numbers = 0, set[int]()
    for number, record in enumerate(records):
        blank = number > 0 and text.count("\n", records[number - 1].end, record.start) > 1
        if number and not blank:
            continue
        below = [text[slice(*one)] for one in records[number : number + _BEGINNING]]
        first, *rows = _cells(below, delimiter)
        parted = len(rows) > 0 and text.count("\n", record.end, records[number + 1].start) < 2
        words = any(first[n].strip() and not NUMBER.match(first[n]) for n in numbers if n < len(first))
        if number and parted and (len(first) != width or (words and _names(first, rows))):
            yield records[begin:number]
            begin = number
        if begin == number:
            width = len(first)
            numbers = {
                n
                for n in range(width)
                if rows and all(n < len(row) and NUMBER.match(row[n]) for row in rows[:2])
            }
    if records:
        yield records[begin:]


def _cells(records: Iterable[str], delimiter: str) -> list[list[str]]:
    r"""The values of each row; what the csv module refuses is split at the delimiters.

    >>> _cells(['1,"a,b"'], ","), _cells(["1,a\rb"], ",")
    ([['1', 'a,b']], [['1', 'a\rb']])
    """
    records = list(records)
    try:
        return list(csv.reader(records, delimiter=delimiter))
    except csv.Error:  # a line end outside of quotes, or a value of more than 131,072 characters
        return [record.split(delimiter) for record in records]


def tells_units(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of the rows below the head has units or types of columns: no number in any of them.

    >>> tells_units([["", "degC", "mm"], ["Oslo", "-5", "1.2"], ["Rome", "9", "0"]])
    True
    >>> tells_units([["Bern", "n/a", "2"], ["Oslo", "-5", "1.2"], ["Rome", "9", "0"]])
    False
    """
    first = rows[0] if rows else []
    below = [row for row in rows[1:] if any(row) and len(row) >= len(first)]  # a note has one cell
    width = min(map(len, (first, *below)), default=0)
    numbers = [n for n in range(width) if below and all(NUMBER.match(row[n].strip() or "0") for row in below)]
    told = [first[n].strip() for n in numbers if any(below_row[n].strip() for below_row in below)]
    return len(told) > 1 and any(told) and not any(map(NUMBER.match, told))


def _records(text: str, found: Sequence[Span], delimiter: str) -> list[Span]:
    """Lines, joined where a quoted value goes on in the next one."""
    records: list[Span] = []
    begin: int | None = None
    quotes = 0
    for line in found:
        begin = line.start if begin is None else begin
        quotes += text.count('"', line.start, line.end)
        if quotes % 2 == 0:
            records.append(Span(begin, line.end))
            begin, quotes = None, 0
    if begin is not None:  # a quote that never closes: every line for itself
        records += [line for line in found if line.start >= begin]
    return records


def delimiter_of(found: Sequence[str]) -> str | None:
    """The character between the values of CSV, TSV and the like; nothing where the lines are none.

    >>> delimiter_of(["id,fruit", "1,apple"]), delimiter_of(["Well, yes.", "No."])
    (',', None)
    >>> delimiter_of(["id,said,by", '1,"Well, yes,', 'and no.",Ana', '2,"Oh, well, no.",Bob'])
    ','
    """
    if any('"' in line for line in found):
        found = _QUOTED.sub('""', "\n".join(found)).split("\n")
    found = [line for line in found if not line.startswith("#")] or found
    rows = len(found)
    while rows > 2 and (is_note(found[rows - 1]) or (rows > 3 and _is_said(found[rows - 1]))):
        rows -= 1
    found = found[:rows]
    for delimiter in "|" if all(line.lstrip()[:1] == "|" for line in found) else _DELIMITERS:
        width = _count(found[0], delimiter)
        if width == 1 and all(line.endswith(delimiter) for line in found):  # a list of strings
            continue
        few = len(found) < 2 or not width or (width < 2 and delimiter == "," and len(found) < 3)
        if few and not (
            width == 1 and delimiter != "|" and len(found) >= 2 and _short_cells(found, delimiter)
        ):
            continue
        wide = partial(_has, delimiter=delimiter, width=width)
        if most(wide, found, 0.9) and _short_cells(found, delimiter):
            return delimiter
    return None


def _is_said(line: str) -> bool:
    """Whether a line below rows is a sentence: words with single spaces, and nothing that parts values."""
    return " " in line and not any(delimiter in line for delimiter in ",\t;|") and "  " not in line


def _has(line: str, *, delimiter: str, width: int) -> bool:
    """Whether a delimiter stands in a line as often as in the first one."""
    return _count(line, delimiter) >= width


def _count(line: str, delimiter: str) -> int:
    """How often a delimiter stands in a line; between columns of spaces, a comma may part thousands."""
    thousands = delimiter == "," and "  " in line.strip()
    return line.count(delimiter) - len(_THOUSANDS.findall(line)) * thousands


def _short_cells(found: Sequence[str], delimiter: str) -> bool:
    """Whether values look like values: no space after the delimiter, as prose has, or few words each."""
    spaced = sum(line.count(delimiter + " ") for line in found)
    total = sum(line.count(delimiter) for line in found)
    signs = ("{",) if not spaced and _are_even(found, delimiter) else (".", "!", "?", ";", "{")
    ends = sum(line.rstrip().endswith(signs) for line in found)
    return bool(total) and spaced <= (0.2 if delimiter == "," else 0.9) * total and ends <= 0.2 * len(found)


def _are_even(found: Sequence[str], delimiter: str) -> bool:
    """Whether all lines have as many values as the first, three or more; the last value may be a sentence.

    >>> _are_even(["id;by;said", "1;Ann;It rained.", "2;Bo;It did not."], ";")
    True
    """
    width = found[0].count(delimiter)
    named = not found[0].rstrip().endswith((".", "!", "?", delimiter))
    return len(found) > 2 and width > 1 and named and all(line.count(delimiter) == width for line in found)
