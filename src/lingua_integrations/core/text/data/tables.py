"""Tables: a row means nothing without the head of its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from lingua_integrations.core.text.data.table_cells import (
    are_values,
    cells_between_pipes,
    is_amount,
    is_remark,
    is_section,
    is_total,
    rows_of_head_below,
    rows_over,
    title_in_columns,
)
from lingua_integrations.core.text.data.table_looks import (
    RULE,
    TOP,
    names_columns,
    rows_of_names,
    sums_below,
    title_lines,
)
from lingua_integrations.core.text.data.table_notes import bind_note, is_note, note_of
from lingua_integrations.core.text.data.table_titles import Titles
from lingua_integrations.core.text.needs.captions import LONGEST, note_mark
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span


def read_table(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A table drawn with pipes, rules or columns of spaces; a row of a grid may have several lines."""
    text = outline.text
    found = lines(text, *span)
    rules = [number for number, line in enumerate(found) if RULE.match(text[slice(*line)])]
    if not rules:
        _read_columns(outline, found, needs)
        return
    below = rules[1:] if TOP.match(text, *found[rules[0]]) else rules
    first = next((rule for rule in below if rule), None)  # the one below the head
    if first is None or first == len(found) - 1:
        add_rows(outline, found, 0, needs)
        return
    if sums_below([text[slice(*line)] for line in found[:first]]):
        _read_columns(outline, _with_rules(found, rules), needs)
        return
    head = Span(found[0].start, found[first].end)
    if len(rules) > 2 and all(right - left > 1 for left, right in pairwise(rules)):  # a rule after each row
        parts = [Span(found[left + 1].start, found[right].end) for left, right in pairwise([-1, *rules])]
        cut = _begins_with_values(text, parts)
        if cut or len(rules) > 3:
            rows = [part for part in parts if part.start > head.end]
            add_rows(outline, parts if cut else [head, *rows], int(not cut), needs)
            return
    body = [line for number, line in enumerate(found) if number > first and number not in rules]
    at = len(outline.pieces)
    add_rows(outline, [head, *body], 1, needs)
    outline.cover(span.end)
    _give_rules_to_head(outline, at)


def _begins_with_values(text: str, parts: Sequence[Span]) -> bool:
    """Whether the first row of a grid is no head, since the rows above it were cut off."""
    first, *rows = (cells_between_pipes(text[slice(*part)].split("\n", 1)[0]) for part in parts)
    return bool(first) and (any(map(is_amount, first)) or are_values(first, rows))


def _with_rules(found: Sequence[Span], rules: Sequence[int]) -> list[Span]:
    """Lines, each rule as one with the line below it, whose values sum up those above."""
    rows = [number for number in range(len(found)) if number not in rules]
    above = [rows[0], *(row - 1 if row - 1 in rules else row for row in rows[1:])]
    return [Span(found[first].start, found[row].end) for first, row in zip(above, rows, strict=True)]


def _read_columns(outline: Outline, found: Sequence[Span], needs: tuple[int, ...]) -> None:
    """A table of columns of spaces, below the lines of its title."""
    text = outline.text
    above = title_lines([text[slice(*line)] for line in found])
    for title in found[:above]:
        needs = (*needs, outline.add(*title, needs, carrier=True))
    found = found[above:]
    contents = [text[slice(*line)] for line in found]
    head = rows_of_names(contents) or (len(found) > 1 and names_columns(contents[:2]))
    if head > 1:
        found, head = [Span(found[0].start, found[head - 1].end), *found[head:]], 1
    add_rows(outline, found, int(head), needs, title_in_columns)


def _give_rules_to_head(outline: Outline, head: int) -> None:
    """Let the rules between rows and below them come and go with the head."""
    for number in range(head + 1, len(outline.pieces)):
        piece = outline.pieces[number]
        if not piece.needs and RULE.match(outline.text, piece.start, piece.end):
            outline.pieces[number] = piece._replace(closes=head)


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
    split = cells_of or cells_between_pipes
    last = len(found)
    while last > head + 1 and is_note(text[slice(*found[last - 1])]):
        last -= 1
    found, notes = found[:last], found[last:]
    cells = [split(text[slice(*row)]) for row in found[head:]] if head or cells_of else []
    more = 0
    if head:
        names = split(text[slice(*found[0])].split("\n", 1)[0])
        more = rows_of_head_below(names, cells)
        first = outline.add(found[0].start, found[head + more - 1].end, needs, carrier=True)
        needs = (*needs, first)
    rows = _add_body(outline, found[head + more :], cells[more:], needs)
    for note in notes:
        mark = note_mark(text[slice(*note)])
        at = outline.add(*note, needs, carrier=mark is not None)
        if mark is not None:
            bind_note(outline, rows, at, mark)


def _add_body(
    outline: Outline, rows: Sequence[Span], cells: Sequence[list[str]], needs: tuple[int, ...]
) -> range:
    """Add rows below the head, with the titles between them; returns the numbers of their pieces."""
    text = outline.text
    titles = Titles()
    begin = outline.last + 1
    places: list[int] = []  # of the rows' pieces
    over = rows_over([text[slice(*row)] for row in rows])
    for number, row in enumerate(rows):
        alone = number < len(cells) and is_section(cells[number])
        if alone and number + 1 < len(cells):
            title = cells[number][0]
            above = (*needs, *titles.over(title))
            titles.enter(title, outline.add(*row, above, carrier=True), indent(text[slice(*row)]))
            places.append(outline.last)
            continue
        titles.row(indent(text[slice(*row)]))
        of_all = number == len(rows) - 1 and is_total(text[slice(*row)]) and titles.several
        above = () if alone or of_all else titles.above
        above = (*above, *(places[one] for one in over[number]))
        at = outline.add(*row, (*needs, *above), record="row")
        places.append(at)
        if alone and row.end - row.start <= LONGEST:
            note_of(outline, range(begin, at), at)
        if over[number] and is_remark(text[slice(*row)]):
            outline.bind(places[over[number][-1]], at)
    return range(begin, outline.last + 1)
