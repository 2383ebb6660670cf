"""Footnotes of texts and of tables: what they say holds for what refers to them, and means nothing alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from operator import attrgetter

import regex

from lingua_integrations.core.text.data.table_notes import bind_note, is_marked
from lingua_integrations.core.text.needs.captions import note_mark
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_DEFINED = regex.compile(
    r"[ \t>]*(?:\[\^(?P<label>[^\]\s]{1,40})\]:[ \t]+|\.\. \[(?P<label>[^\[\]\s]{1,40})\][ \t]+"
    r"|(?P<label>[¹²³⁴-⁹]{1,2}|[†‡])[ \t]*)\S"
)
_REFERRED = regex.compile(
    r"\[\^(?P<label>[^\]\s]{1,40})\](?!:)|\[(?P<label>[^\[\]\s]{1,40})\]_(?!_)"
    r"|(?<=\S)(?P<label>[¹²³⁴-⁹]{1,2}|[†‡])"
)
_STARRED = regex.compile(r"(?<=[\p{L}\p{N}\p{P}--[*]])(?P<mark>\*{1,3})[)”\"]?\s*$", regex.V1)
_WITHIN = regex.compile(r"(?<=[\p{L}\p{N})])(?P<mark>\*{1,3})(?=[\s,;·|)])")  # and no emphasis
_BELOW = regex.compile(r"\s*(?P<mark>\*{1,3})[ \t]*(?=[^\s*])")
_SIGNED = regex.compile(
    r"(?<=[\p{L}\p{N})]) ?(?P<mark>([^\w\s.,;:|()%'\"/<>=\[\]{}-])\2{0,2})(?=\s{2}|\s*$|\s*[|\t])"
)
_SIGN = regex.compile(r"\s*(?P<mark>([^\w\s.,;:|()%'\"/<>=\[\]{}-])\2{0,2})[):=]?[ \t]*(?=[\p{L}\p{N}])")
_MARK = 12  # characters at the end of a piece that have the mark
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
        defined = _DEFINED.match(outline.text, *note)
        label = defined["label"] if defined else ""
        places = referred.get(label, ())
        last = outline.footnotes.get(label, 0)  # each page may begin anew with 1
        own = places[bisect_left(places, last) : bisect_left(places, note.start)]
        owners = sorted({_piece_at(outline, place) for place in own})
        outline.footnotes[label] = note.end
        at = outline.add(*note, (*needs, *owners[:1]))
        for owner in owners if note.end - note.start <= _SHORT else ():
            outline.bind(owner, at)
    return True


def add_note_below(outline: Outline, span: Span, rows: range, needs: Sequence[int]) -> bool:
    """Add notes below a table; whether they are such. Rows with a mark come with its note, else all rows."""
    found = lines(outline.text, *span) if rows else []
    marks = [note_mark(outline.text[slice(*line)]) for line in found]
    if len(found) < 2 or not all(marks):
        mark = note_mark(outline.text[slice(*span)]) if rows else None
        alone = mark == "*" and len(found) == 1 and not is_marked(outline, range(rows.stop), mark)
        found, marks = [span], ["" if alone else mark]  # a star without another one is about all rows
    if not any(mark is not None and is_marked(outline, rows, mark) for mark in marks):
        return False
    for note, mark in zip(found, marks, strict=True):
        bind_note(outline, rows, outline.add(*note, needs, carrier=True), mark or "")
    return True


def connect_starred(outline: Outline, contents: Sequence[str]) -> None:
    """Let what ends in stars need the only piece below that begins with as many, as a price list has it."""
    below: dict[str, list[int]] = {}
    for n, content in enumerate(contents):
        if found := _BELOW.match(content):
            below.setdefault(found["mark"], []).append(n)
    notes = {mark: found[0] for mark, found in below.items() if len(found) == 1}
    for n, content in enumerate(contents) if notes else ():
        found = _STARRED.search(content[-_MARK:]) or _WITHIN.search(content)
        note = (
            notes.get(found["mark"], -1) if found and content.count("*") % 2 == len(found["mark"]) % 2 else -1
        )
        if note > n:
            outline.bind(n, note)


def connect_signs(outline: Outline, contents: Sequence[str]) -> None:
    """Let rows with a sign behind a value need the next line below that begins with it: "+ not in winter"."""
    waiting: dict[str, list[int]] = {}
    for n, content in enumerate(contents):
        piece = outline.pieces[n]
        if piece.record == "row" or piece.kind == "table":
            for sign in {found["mark"] for found in _SIGNED.finditer(content)}:
                waiting.setdefault(sign, []).append(n)
        elif waiting and len(content) <= _SHORT and (note := _SIGN.match(content)):
            for row in waiting.pop(note["mark"], ()):
                outline.bind(row, n)


def _references(outline: Outline) -> Mapping[str, Sequence[int]]:
    """Where each footnote is referred to; found once in a text."""
    if not outline.referred:
        for match in _REFERRED.finditer(outline.text):
            outline.referred.setdefault(match["label"], []).append(match.start())
    return outline.referred


def _piece_at(outline: Outline, place: int) -> int:
    return bisect_right(outline.pieces, place, key=attrgetter("start")) - 1
