"""Notes below a table: what they say holds for its rows, or for those with a mark."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.data.table_cells import PARTED
from lingua_integrations.core.text.needs.captions import is_source, note_mark
from lingua_integrations.core.text.outline import Outline


def is_note(line: str) -> bool:
    """Whether a line below rows is a note and has no values."""
    plain = line.strip(' ",;|')
    return not PARTED.search(plain) and (note_mark(plain) is not None or is_source(plain))


def note_of(outline: Outline, rows: range, note: int) -> None:
    """Let the rows of a table need the note below it, which may tell their units."""
    for row in rows:
        if outline.pieces[row].record == "row":
            outline.bind(row, note)


def is_marked(outline: Outline, rows: range, mark: str) -> bool:
    """Whether one of the rows has a mark."""
    pieces = outline.pieces[rows.start : rows.stop]
    return any(_has_mark(outline.text[piece.start : piece.end], mark) for piece in pieces)


def _has_mark(row: str, mark: str) -> bool:
    """Whether a row has a mark; a letter is one behind a value, and not in a word.

    >>> _has_mark("16:45 a", "a"), _has_mark("16:45 am", "a"), _has_mark("Oslo*", "*")
    (True, False, True)
    """
    return regex.search(rf"(?<=\d ?){mark}(?!\w)", row) is not None if mark.isalpha() else mark in row


def bind_note(outline: Outline, rows: range, note: int, mark: str) -> None:
    """Let the rows with a mark need the note that explains it; without a mark, all rows need the note."""
    for at in rows:
        piece = outline.pieces[at]
        if _has_mark(outline.text[piece.start : piece.end], mark) if mark else piece.record == "row":
            outline.bind(piece.closes if piece.closes >= 0 else at, note)
