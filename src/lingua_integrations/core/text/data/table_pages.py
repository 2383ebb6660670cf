"""Tables that go on after the edge of a page: rows there need the head that stands on a page before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import regex

from lingua_integrations.core.text.data.table_cells import COLUMN, PARTED
from lingua_integrations.core.text.data.table_looks import RULE
from lingua_integrations.core.text.outline import Outline, Piece

_EDGE = regex.compile(
    r"""
    \f | \b (?: page | seite | página | pagina | pág\. | side | стр\. | p\. ) \s* \d
    | \b (?: continued | cont['’.]d | cont\. | fortsetzung | fortgesetzt | suite | continuación | continuação
      | continua | segue | vervolg | продолжение ) | 続き | 续 | 續
    | ^ \W* \d{1,4} \W* $
    """,
    regex.VERBOSE | regex.IGNORECASE | regex.MULTILINE,
)
_TABLES = ("table", "csv")
_BETWEEN = 300  # characters that stand between two pages, at most


def connect_pages(outline: Outline) -> None:
    """Let rows without a head need that of the table before the page's edge, if they have its columns.

    A few rows that stand alone below an edge were read as words, or the first of them as a head.
    """
    pieces, text = outline.pieces, outline.text
    head = last = -1  # the head of the last table that has one, and its last row so far
    first: dict[int, int] = {}  # rows that were read as heads, and the head that they need
    for number, piece in enumerate(pieces):
        if head >= 0 and (piece.kind not in _TABLES or number in first) and _is_row(outline, piece, last):
            if pieces[number].carrier:
                first[number] = head
            pieces[number] = piece._replace(carrier=False, record="row", needs=_above(piece, first, head))
            last = number
            continue
        if piece.record != "row" or piece.kind not in _TABLES:
            continue
        own = max((need for need in piece.needs if _is_head(pieces, need)), default=-1)
        if own == number - 1 and head >= 0 and _goes_on(outline, head, last, own):
            own = -1
            pieces[number - 1] = pieces[number - 1]._replace(carrier=False, record="row")
            outline.bind(number - 1, head)
        if own < 0 and head >= 0:
            below = last == number - 1 and 1 < _width(text, piece) <= _width(text, pieces[head])
            wide = below or _is_as_wide(text, piece, pieces[last])  # right below, a sum has fewer columns
            head = head if _is_near(outline, last, number) and wide else -1
            if head >= 0:
                outline.bind(number, head)
        else:
            head = own
        last = number


def _is_row(outline: Outline, piece: Piece, last: int) -> bool:
    """Whether a piece that was read as something else has the columns of a row on the page before."""
    text, pieces = outline.text, outline.pieces
    row = pieces[last]
    content = text[piece.start : piece.end]
    if piece.start - row.end > _BETWEEN or "\n" in content or piece.closes >= 0 or piece.opens:
        return False
    edged = row.kind not in _TABLES or _EDGE.search(text[row.end : piece.start]) is not None
    parted = "|" in content or PARTED.search(content.strip()) is not None
    return edged and parted and _is_as_wide(text, piece, row) and text[row.start : row.end] != content


def _above(piece: Piece, first: Mapping[int, int], head: int) -> tuple[int, ...]:
    """What a row needs: the head on the page before, and not the row that was read as one."""
    return tuple(sorted({need for need in piece.needs if need not in first} | {head}))


def _is_near(outline: Outline, last: int, number: int) -> bool:
    """Whether a row stands below the edge of the page on which another one does."""
    edge = outline.text[outline.pieces[last].end : outline.pieces[number].start]
    return len(edge) <= _BETWEEN and (last == number - 1 or _EDGE.search(edge) is not None)


def _is_as_wide(text: str, piece: Piece, row: Piece) -> bool:
    """Whether two rows have as many columns, and more than one."""
    return 1 < _width(text, piece) == _width(text, row)


def _is_head(pieces: Sequence[Piece], number: int) -> bool:
    return pieces[number].carrier and pieces[number].kind in _TABLES


def _goes_on(outline: Outline, head: int, last: int, row: int) -> bool:
    """Whether a row that was taken for a head is one of values, at the top of a page: no rule is below it."""
    text, pieces = outline.text, outline.pieces
    content = text[slice(*pieces[row][:2])]
    edge = text[pieces[last].end : pieces[row].start]
    return (
        "\n" not in content
        and len(edge) <= _BETWEEN
        and _EDGE.search(edge) is not None
        and _width(text, pieces[row]) == _width(text, pieces[last])
        and content.split() != text[slice(*pieces[head][:2])].split("\n", 1)[0].split()
    )


def _width(text: str, row: Piece) -> int:
    """How many columns a row has."""
    content = text[row.start : row.end]
    if "\n" in content:  # a rule above a sum, or below a head
        content = next((line for line in content.split("\n") if not RULE.match(line)), content)
    return content.count("|") or len(COLUMN.findall(content))
