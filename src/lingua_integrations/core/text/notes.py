"""Footnotes of texts and of tables: what they say holds for what refers to them, and means nothing alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.tables import note_of

_DEFINED = regex.compile(r"[ \t>]*\[\^(?P<label>[^\]\s]{1,40})\]:[ \t]+\S")
_REFERRED = regex.compile(r"\[\^(?P<label>[^\]\s]{1,40})\](?!:)")
_BELOW = regex.compile(
    r"\s*(?:(?P<mark>\\?\*{1,3}|[†‡§¶¹²³⁴⁵]|\([a-z]\)|\[\d\])\)?\s*(?!\*)\S"
    r"|(?:Notes?|Remarks?|Legend|Key|Units?|Anmerkung(?:en)?|Hinweis|Einheit|Nota|Remarque|Note)\s*[:.]\s*\S)"
)
_SHORT = 240  # characters up to which a note comes along with what refers to it


def add_footnotes(outline: Outline, span: Span, needs: Sequence[int]) -> bool:
    """Add a paragraph of footnotes; whether it is that. Each comes with the pieces that refer to it."""
    found = lines(outline.text, *span)
    begins = [n for n, line in enumerate(found) if _DEFINED.match(outline.text, *line)]
    if not begins or begins[0]:
        return False
    referred = _references(outline)
    for first, after in zip(begins, [*begins[1:], len(found)], strict=True):
        note = Span(found[first].start, found[after - 1].end)
        label = _DEFINED.match(outline.text, *note)
        places = referred.get(label["label"], []) if label else []
        owners = sorted({_piece_at(outline, place) for place in places if place < note.start})
        at = outline.add(*note, (*needs, *owners[:1]))
        for owner in owners if note.end - note.start <= _SHORT else ():
            outline.bind(owner, at)
    return True


def add_note_below(outline: Outline, span: Span, rows: range, needs: Sequence[int]) -> bool:
    """Add a note below a table; whether it is one. Rows with its mark come with it, without a mark all."""
    content = outline.text[slice(*span)]
    found = _BELOW.match(content)
    if not found or len(content) > _SHORT or not rows:
        return False
    at = outline.add(*span, (*needs, *rows[:1]), carrier=True)
    mark = (found["mark"] or "").removeprefix("\\")
    text = outline.text
    marked = [row for row in rows if mark in text[outline.pieces[row].start : outline.pieces[row].end]]
    for row in marked:
        note_of(outline, range(row, row + 1), at)
    return True


def _references(outline: Outline) -> dict[str, list[int]]:
    """Where each footnote is referred to."""
    found: dict[str, list[int]] = {}
    for match in _REFERRED.finditer(outline.text):
        found.setdefault(match["label"], []).append(match.start())
    return found


def _piece_at(outline: Outline, place: int) -> int:
    return bisect_right(outline.pieces, place, key=attrgetter("start")) - 1
