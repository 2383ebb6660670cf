"""Tables: a row means nothing without the head of its columns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from io import StringIO
from itertools import pairwise

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_DRAWN = r"\u2500-\u257f"  # what draws boxes
_RULE = regex.compile(rf"(?!\s*[│┃])[\s|+:=\-_{_DRAWN}]*[-=─━═]{{2}}[\s|+:=\-_{_DRAWN}]*$")
_TOP = regex.compile(r"\s*[+┌┏╔╭┍┎]")  # the corner in which a drawn table begins
_RUN = r"(?:={3,}|-{2,}|─{3,}|━{3,})"
_COLUMNS = regex.compile(
    rf"\s*[+|]*-?{_RUN}(?:(?:[ +|]+|-(?==)){_RUN})+[-+|\s]*$"
)  # a rule in several pieces
_PIPE = regex.compile(r"[|│┃┆]")
_DIGIT = regex.compile(r"\d")
_HEAD = 8  # lines that the head of a table may have
_COLUMN = regex.compile(r"\S(?: ?\S)*")  # what two spaces or a tab end
_NUMBER = regex.compile(r"[\s$€£¥%(),.\d+\-–/:]*\d[\s$€£¥%(),.\d+\-–/:]*$")
_MARKED = regex.compile(r"(?:\*+|[†‡§¹²³]|\[\w{1,2}\]|\(\p{Ll}\))+$")  # that points to a note
_YEAR = regex.compile(r"(?:19|20)\d\d$")
_NOTE = 240  # characters up to which a note below a table comes with its rows
_BELOW = 4  # rows below the rule that may still belong to the head
_DELIMITERS = ",\t;|"


def add_rows(
    outline: Outline,
    found: Sequence[Span],
    head: int,
    needs: tuple[int, ...] = (),
    cells_of: Callable[[str], list[str]] | None = None,
) -> None:
    """Add lines of a table: the first ``head`` of them, with the rule below, are its head.

    ``cells_of`` parts a row into cells, by default at pipes. A row of one cell names those below it; the
    last one is a note that all of them need.
    """
    text = outline.text
    split = cells_of or _cells
    cells = [split(text[slice(*row)]) for row in found[head:]] if head or cells_of else []
    more = _more_head(cells) if head else 0
    if head:
        first = outline.add(found[0].start, found[head + more - 1].end, needs, carrier=True)
        needs = (*needs, first)
    section: tuple[int, ...] = ()
    begin = outline.last + 1
    for number, row in enumerate(found[head + more :], more):
        alone = number < len(cells) and _is_section(cells[number])
        if alone and number + 1 < len(cells):
            section = (outline.add(*row, needs, carrier=True),)
            continue
        at = outline.add(*row, (*needs, *(() if alone else section)), record="row")
        if alone and row.end - row.start <= _NOTE:
            note_of(outline, range(begin, at), at)


def note_of(outline: Outline, rows: range, note: int) -> None:
    """Let the rows of a table need the note below it, which may tell their units."""
    for row in rows:
        if outline.pieces[row].record == "row":
            outline.bind(row, note)


def _cells(row: str) -> list[str]:
    """The cells of a row between pipes; none for any other row."""
    stripped = row.strip()
    if stripped[:1] not in ("|", "│", "┃"):
        return []
    return [cell.strip() for cell in _PIPE.split(stripped.strip("|│┃"))]


def _titled(delimiter: str) -> Callable[[str], list[str]]:
    """What parts rows of values that name those below them ("Assets:,,"); other values are no titles."""

    def cells(row: str) -> list[str]:
        found = [cell.strip() for cell in row.split(delimiter)]
        return found if found[0].endswith(":") else []

    return cells


def _spaced(row: str) -> list[str]:
    """The cell of a row of columns that names those below it."""
    found = [match.group() for match in _COLUMN.finditer(row)]
    return [found[0], "", ""] if len(found) == 1 and found[0].endswith(":") else []


def _more_head(rows: Sequence[list[str]]) -> int:
    """How many rows below the head belong to it: years, units and names over columns of numbers.

    >>> _more_head([["", "2019", "2018"], ["", "(in millions)", ""], ["Sensors", "914", "918"]])
    2
    >>> _more_head([["1999", "A film", "3"], ["2001", "Another", "4"]])
    0
    """
    first = (n for n, row in enumerate(rows[:_BELOW]) if any(map(_is_amount, row)) or _is_section(row))
    count = next(first, 0)
    below = [row for row in rows[count : count + 2 * _BELOW] if not _is_section(row)]
    numbers = sum(any(map(_is_amount, row[1:])) for row in below)
    return count if below and 2 * numbers >= len(below) else 0


def _is_amount(cell: str) -> bool:
    """Whether a cell is a number, and not only a year."""
    plain = _MARKED.sub("", cell)
    return _NUMBER.match(plain) is not None and not _YEAR.match(plain)


def _is_section(row: list[str]) -> bool:
    """Whether only the first of several cells says something: it names the rows below."""
    return len(row) > 2 and bool(row[0]) and not any(row[1:]) and not _is_amount(row[0])


def read_table(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A table drawn with pipes, rules or columns of spaces; a row of a grid may have several lines."""
    text = outline.text
    found = lines(text, *span)
    rules = [number for number, line in enumerate(found) if _RULE.match(text[slice(*line)])]
    if not rules:
        if _has_caption([text[slice(*line)] for line in found]):
            needs = (*needs, outline.add(*found.pop(0), needs, carrier=True))
        head = 1 if len(found) > 1 and _is_head([text[slice(*line)] for line in found[:2]]) else 0
        add_rows(outline, found, head, needs, _spaced)
        return
    below = rules[1:] if _TOP.match(text, *found[rules[0]]) else rules
    first = next((rule for rule in below if rule), None)  # the one below the head
    if first is None or first == len(found) - 1:
        add_rows(outline, found, 0, needs)
        return
    if len(rules) > 3 and all(right - left > 1 for left, right in pairwise(rules)):  # a rule after each row
        parts = [Span(found[left + 1].start, found[right].end) for left, right in pairwise([-1, *rules])]
        top = Span(found[0].start, found[first].end)
        add_rows(outline, [top, *(part for part in parts if part.start > top.end)], 1, needs)
        return
    body = [line for number, line in enumerate(found) if number > first and number not in rules]
    before = len(outline.pieces)
    add_rows(outline, [Span(found[0].start, found[first].end), *body], 1, needs)
    outline.cover(span.end)
    for number in range(before + 1, len(outline.pieces)):  # rules between rows and below them: the head's
        piece = outline.pieces[number]
        if not piece.needs and _RULE.match(text, piece.start, piece.end):
            outline.pieces[number] = piece._replace(closes=before)


def is_table(found: Sequence[str]) -> bool:
    """Whether lines are a table: with pipes, a grid, rules, or columns that begin at the same places."""
    if len(found) < 2:
        return False
    pipes = [line.count("|") for line in found]
    if min(pipes) >= 1 and sum(pipes) >= 2 * len(found) and any(map(_RULE.match, found)):
        return True
    if any(_TOP.match(line) and _RULE.match(line) for line in found[:3]):
        return True
    rule = next(
        (number for number, line in enumerate(found[:_HEAD]) if number and _COLUMNS.match(line)), None
    )
    if rule is not None and len(found) > rule + 1:
        return True
    return len(found) > 2 and (_aligned(found) or _has_caption(found))


def _has_caption(found: Sequence[str]) -> bool:
    """Whether columns of spaces stand below a line that is none of theirs, as in what `netstat` prints."""
    return (
        len(found) > 4
        and not _aligned(found)
        and len(_COLUMN.findall(found[0])) == 1
        and _aligned(found[1:])
        and _is_head(found[1:3])
    )


def is_ruled(text: str) -> bool:
    """Whether a table says by rules where its head ends."""
    return any(map(_RULE.match, text.splitlines()))


def _aligned(found: Sequence[str]) -> bool:
    """Whether most lines have several columns, most of which begin or end where others do."""
    found = [line for line in found if not _spaced(line) and not _RULE.match(line)] or found
    columns = [[match.span() for match in _COLUMN.finditer(line.expandtabs())] for line in found]
    several = [one for one in columns if len(one) > 1]
    if len(several) < 0.8 * len(found) or not all(
        "  " in line.strip() or "\t" in line.strip() for line in found[:2]
    ):
        return False
    edges: dict[tuple[str, int], int] = {}
    for one in several:
        for start, end in one[1:]:
            for edge in (("start", start), ("end", end)):
                edges[edge] = edges.get(edge, 0) + 1
    common = {edge for edge, times in edges.items() if times >= 0.6 * len(several)}
    cells = [
        (("start", start) in common or ("end", end) in common) for one in several for start, end in one[1:]
    ]
    return sum(cells) >= 0.7 * len(cells)


def _is_head(two: Sequence[str]) -> bool:
    """Whether the first of two lines names columns and the second fills them."""
    first, second = ([match.group() for match in _COLUMN.finditer(line)] for line in two)
    if not _DIGIT.search(two[0]) and 2 * sum(map(bool, map(_DIGIT.search, second))) >= len(second):
        return True
    return not any(map(_is_amount, first)) and (any(map(_NUMBER.match, second)) or len(first) >= len(second))


def delimiter_of(found: Sequence[str]) -> str | None:
    """The character between the values of CSV, TSV and the like; nothing where the lines are none.

    >>> delimiter_of(["id,fruit", "1,apple"]), delimiter_of(["Well, yes.", "No."])
    (',', None)
    """
    found = [line for line in found if not line.startswith("#")] or found
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in found]
        width = counts[0]
        few = len(found) < 2 or not width or (width < 2 and delimiter == "," and len(found) < 3)
        if few and not (
            width == 1 and delimiter != "|" and len(found) >= 2 and _short_cells(found, delimiter)
        ):
            continue
        if sum(count >= width for count in counts) >= 0.9 * len(counts) and _short_cells(found, delimiter):
            return delimiter
    return None


def _short_cells(found: Sequence[str], delimiter: str) -> bool:
    """Whether values look like values: no space after the delimiter, as prose has, or few words each."""
    spaced = sum(line.count(delimiter + " ") for line in found)
    total = sum(line.count(delimiter) for line in found)
    ends = sum(line.rstrip().endswith((".", "!", "?", ";", "{")) for line in found)
    return bool(total) and spaced <= (0.2 if delimiter == "," else 0.9) * total and ends <= 0.2 * len(found)


def read_csv(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Values between delimiters; a quoted value may have several lines. The first row names the columns."""
    text = outline.text
    found = lines(text, *span)
    while len(found) > 1 and text[found[0].start] == "#":  # a comment may tell the units of all
        comment = outline.add(*found.pop(0), needs, carrier=True)
        needs = (*needs, comment)
    delimiter = delimiter_of([text[slice(*line)] for line in found[:50]]) or ","
    records = list(_records(text, found, delimiter))
    cells = next(csv.reader(StringIO(text[slice(*records[0])]), delimiter=delimiter), []) if records else []
    values = [cell.strip() for cell in cells if cell.strip() and not _YEAR.match(cell.strip())]
    named = len(records) > 1 and not any(map(_NUMBER.match, values))
    spans = (
        named and len(records) > 2 and "" in (cell.strip() for cell in cells)
    )  # a cell names several columns
    add_rows(outline, records, named + bool(spans), needs, _titled(delimiter))


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
