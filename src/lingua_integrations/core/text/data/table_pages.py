"""Tables that go on after the edge of a page: rows there need the head that stands on a page before."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.data.table_cells import COLUMN
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
    """Let rows without a head need that of the table before the page's edge, if they have its columns."""
    pieces, text = outline.pieces, outline.text
    head = last = -1  # the head of the last table that has one, and its last row so far
    for number, piece in enumerate(pieces):
        if piece.record != "row" or piece.kind not in _TABLES:
            continue
        own = max((need for need in piece.needs if _is_head(pieces, need)), default=-1)
        if own == number - 1 and head >= 0 and _goes_on(outline, head, last, own):
            own = -1
            pieces[number - 1] = pieces[number - 1]._replace(carrier=False, record="row")
            outline.bind(number - 1, head)
        if own < 0 and head >= 0:
            edge = text[pieces[last].end : piece.start]
            near = len(edge) <= _BETWEEN and (last == number - 1 or _EDGE.search(edge) is not None)
            head = head if near and _width(text, piece) == _width(text, pieces[last]) else -1
            if head >= 0:
                outline.bind(number, head)
        else:
            head = own
        last = number


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
    return content.count("|") or len(COLUMN.findall(content))
