"""Tables: a row means nothing without the head of its columns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from io import StringIO
from itertools import pairwise

import regex

from lingua_integrations.core.text.needs.captions import LONGEST, is_source, note_mark
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_BOX = r"\u2500-\u257f"  # what draws boxes
_RULE = regex.compile(rf"(?!\s*[│┃])[\s|+:=\-_{_BOX}]*[-=─━═]{{2}}[\s|+:=\-_{_BOX}]*$")
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
_DRAWN = regex.compile("[│├└╰]")  # branches
_NUMBERED = regex.compile(
    r"\s*(?:Table|Tabelle|Tableau|Tabla|Tabela|Tabella|Exhibit|Schedule)\s+[\dIVXA-Z]", regex.I
)
_PARTED = regex.compile(r"[,;](?=[^\s])|[|\t]|  ")  # what stands between values
_TITLE = 160  # characters up to which a line above the columns may be their title
_TITLES = 3  # such lines, at most
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
    last = len(found)
    while last > head + 1 and _is_note(text[slice(*found[last - 1])]):
        last -= 1
    found, notes = found[:last], found[last:]
    cells = [split(text[slice(*row)]) for row in found[head:]] if head or cells_of else []
    more = _more_head(cells) if head else 0
    if (
        head
        and len(cells) > 2
        and not more
        and not any(split(text[slice(*found[0])].split("\n", 1)[0]) or "-")
    ):
        more = int(not any(map(is_amount, cells[0])))  # nothing stands in the head
    if head:
        first = outline.add(found[0].start, found[head + more - 1].end, needs, carrier=True)
        needs = (*needs, first)
    titles = Titles()
    begin = outline.last + 1
    for number, row in enumerate(found[head + more :], more):
        alone = number < len(cells) and _is_section(cells[number])
        if alone and number + 1 < len(cells):
            title = cells[number][0]
            above = (*needs, *titles.over(title))
            titles.enter(title, outline.add(*row, above, carrier=True), indent(text[slice(*row)]))
            continue
        titles.row(indent(text[slice(*row)]))
        at = outline.add(*row, (*needs, *(() if alone else titles.above)), record="row")
        if alone and row.end - row.start <= LONGEST:
            note_of(outline, range(begin, at), at)
    rows = range(begin, outline.last + 1)
    for note in notes:
        mark = note_mark(text[slice(*note)])
        at = outline.add(*note, needs, carrier=mark is not None)
        if mark is not None:
            bind_note(outline, rows, at, mark)


def _is_note(line: str) -> bool:
    """Whether a line below rows is a note, and has no values of its own."""
    plain = line.strip(' ",;|')
    return not _PARTED.search(plain) and (note_mark(plain) is not None or is_source(plain))


class Titles:
    """The titles above the next row of a table, the outermost first.

    A title right below another one is part of that. One below rows takes the place of the inner one where it
    is written like that and not like the outer one; else of both.

    Where rows below one are indented more, it ends with them.

    >>> titles = Titles()
    >>> for number, title in enumerate(["ASSETS", "Current:", "", "Other:", "", "EQUITY"]):
    ...     titles.enter(title, number) if title else titles.row()
    ...     if not title:
    ...         print(titles.above)
    (0, 1)
    (0, 3)
    >>> titles.above
    (5,)
    """

    def __init__(self) -> None:
        self._found: list[tuple[tuple[bool, ...], int]] = []  # how each is written, and its number
        self._depths: dict[int, tuple[int, int]] = {}  # of each by number its indentation, and the most below
        self._rows = False  # whether rows have followed the last one

    @property
    def above(self) -> tuple[int, ...]:
        """The numbers of the titles."""
        return tuple(at for _, at in self._found)

    def row(self, depth: int = 0) -> None:
        """A row stands below the titles, indented as much."""
        self._rows = True
        for number, (own, most) in list(self._depths.items()):
            self._depths[number] = own, max(most, depth)
        ended = [n for n, (own, most) in self._depths.items() if depth <= own < most]
        self._found = [one for one in self._found if one[1] not in ended]

    def over(self, title: str) -> tuple[int, ...]:
        """The titles that stand above this one."""
        style = _style(title)
        if self._rows:
            styles = [one for one, _ in self._found]
            inner = len(styles) > 1 and style == styles[-1] and style not in styles[:-1]
            self._found = self._found[:-1] if inner else []
            self._rows = False
        return self.above

    def enter(self, title: str, at: int, depth: int = 0) -> None:
        """A title of this number comes next."""
        self.over(title)
        self._depths[at] = depth, depth
        self._found.append((_style(title), at))

    def leave(self) -> None:
        """Another part of the table begins; it has the titles above where they have had no rows so far."""
        self._found = [] if self._rows else self._found


def _style(title: str) -> tuple[bool, ...]:
    """How a title is written."""
    plain = title.strip(" *_|")
    return plain.endswith(":"), plain.isupper(), "**" in title or "__" in title


def note_of(outline: Outline, rows: range, note: int) -> None:
    """Let the rows of a table need the note below it, which may tell their units."""
    for row in rows:
        if outline.pieces[row].record == "row":
            outline.bind(row, note)


def is_marked(outline: Outline, rows: range, mark: str) -> bool:
    """Whether one of the rows has a mark."""
    pieces = outline.pieces[rows.start : rows.stop]
    return any(mark in outline.text[piece.start : piece.end] for piece in pieces)


def bind_note(outline: Outline, rows: range, note: int, mark: str) -> None:
    """Let the rows that have a mark need the note that it points to; all where the note has none."""
    for at in rows:
        piece = outline.pieces[at]
        if mark in outline.text[piece.start : piece.end] if mark else piece.record == "row":
            outline.bind(piece.closes if piece.closes >= 0 else at, note)


def _cells(row: str) -> list[str]:
    """The cells of a row between pipes; none for any other row."""
    stripped = row.strip()
    if stripped[:1] not in ("|", "│", "┃"):
        return []
    return [cell.strip() for cell in _PIPE.split(stripped[1:].removesuffix(stripped[0]))]


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
    first = (n for n, row in enumerate(rows[:_BELOW]) if any(map(is_amount, row)) or _is_section(row))
    count = next(first, 0)
    below = [row for row in rows[count : count + 2 * _BELOW] if not _is_section(row)]
    numbers = sum(any(map(is_amount, row[1:])) for row in below)
    return count if below and 2 * numbers >= len(below) else 0


def is_amount(cell: str) -> bool:
    """Whether a cell is a number, and not only a year."""
    plain = _MARKED.sub("", cell)
    return _NUMBER.match(plain) is not None and not _YEAR.match(plain)


def _is_section(row: list[str]) -> bool:
    """Whether only the first of several cells says something: it names the rows below."""
    return len(row) > 2 and bool(row[0]) and not any(row[1:]) and not is_amount(row[0])


def read_table(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A table drawn with pipes, rules or columns of spaces; a row of a grid may have several lines."""
    text = outline.text
    found = lines(text, *span)
    rules = [number for number, line in enumerate(found) if _RULE.match(text[slice(*line)])]
    if not rules:
        above = _title_lines([text[slice(*line)] for line in found])
        for title in found[:above]:
            needs = (*needs, outline.add(*title, needs, carrier=True))
        found = found[above:]
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
    found = found[_title_lines(found) :]
    while len(found) > 2 and _is_note(found[-1]):
        found = found[:-1]
    return len(found) > 2 and _aligned(found)


def _title_lines(found: Sequence[str]) -> int:
    """How many lines above columns of spaces are no row of theirs, but their title."""
    if any(map(_DRAWN.search, found)):
        return 0
    rows = (
        n
        for n, line in enumerate(found[: _TITLES + 1])
        if _PARTED.search(line.strip()) and not _NUMBERED.match(line)
    )
    number = next(rows, 0)
    return number if all(len(line) <= _TITLE for line in found[:number]) else 0


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
    return not any(map(is_amount, first)) and (any(map(_NUMBER.match, second)) or len(first) >= len(second))


def delimiter_of(found: Sequence[str]) -> str | None:
    """The character between the values of CSV, TSV and the like; nothing where the lines are none.

    >>> delimiter_of(["id,fruit", "1,apple"]), delimiter_of(["Well, yes.", "No."])
    (',', None)
    """
    found = [line for line in found if not line.startswith("#")] or found
    while len(found) > 2 and _is_note(found[-1]):
        found = found[:-1]
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
