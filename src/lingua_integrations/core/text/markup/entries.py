"""Entries: stretches of a text that are one thing each, as those of BibTeX, games of chess, and blocks alike.

One line of such says nothing, or something false, without the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

BIBTEX = regex.compile(r"(?m)^@[A-Za-z]+[ \t]*\{[ \t]*[^\s,{}]+,[ \t]*\r?$")
"""How an entry of BibTeX begins."""
_BRACE = regex.compile(r"[{}]")
_TAG = regex.compile(r"\[[A-Z]\w*[ \t]+\"[^\"\n]*\"\][ \t]*\r?$")
_MOVES = regex.compile(r"\s*(?:\{|\d{1,3}\.+[ \t]?[A-Za-z]|(?:1-0|0-1|1/2-1/2|\*)\s*$)")
_BLANK = regex.compile(r"\n[ \t\r]*\n\s*")
_FIELD = regex.compile(r"(\p{Lu}[\w -]{1,20}):[ \t]+\S")
_NAME = regex.compile(r"[\p{L}\p{N}@][^\n]{0,100}(?<![.:;,!?])$")
_REFERENCE = regex.compile(r"\[\d{1,3}\][ \t]+\S")
_REFERENCE_LINE = regex.compile(r"(?m)^\[\d{1,3}\][ \t]+\S")
_SAME = regex.compile(r"(?:\[\d{1,3}\][ \t]*)?(?:-{3}|[—–]{2,3}|_{3,})[.,][ \t]")  # the same author
_SAME_ANYWHERE = regex.compile(rf"(?m)^{_SAME.pattern}")
_IBID = regex.compile(r"\b(?:[Ii]bid\b|[Ee]bd\.|[Ii]dem\b|[Dd]ers\.|[Oo]p\. cit)")
_FEW = 3  # entries of a numbered bibliography, at least
_ENTRY = 2_000  # characters up to which an entry is kept or dropped whole
_BLOCK = 600  # those of a block between blank lines
_LINES = 15  # those of such a block


class _Paragraph(NamedTuple):
    span: Span
    field: str  # with which its second line begins, where its first line is a name and a later one no field


def entries(text: str, span: Span) -> list[Span]:
    r"""The entries of a stretch, in order.

    >>> text = "See:\n@book{a,\n year = 7,\n}\n\nIt rained."
    >>> [text[slice(*one)] for one in entries(text, Span(0, len(text)))]
    ['@book{a,\n year = 7,\n}']
    """
    found = [
        *_of_bibtex(text, span),
        *_games(text, span),
        *_alike(text, span),
        *_references(text, span),
    ]
    return sorted(found)


def read_entry(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Add an entry: one piece; of a very long one each line needs the first."""
    if span.end - span.start <= _ENTRY:
        words = any(one.match(outline.text, *span) for one in (_REFERENCE, _SAME))
        outline.add(*span, needs, record=None if words else "line", prose=words)
        return
    first, *others = lines(outline.text, *span)
    head = outline.add(*first, needs, carrier=bool(others))
    for line in others:
        outline.add(*line, (*needs, head))


def _of_bibtex(text: str, span: Span) -> Iterator[Span]:
    """From where one begins up to the brace that closes it."""
    starts = [one.start() for one in BIBTEX.finditer(text, *span)] if text.find("@", *span) >= 0 else []
    for start, limit in pairwise([*starts, span.end]):
        opened = 0
        for brace in _BRACE.finditer(text, start, limit):
            opened += 1 if brace.group() == "{" else -1
            if not opened:
                yield Span(start, brace.end())
                break


def _games(text: str, span: Span) -> Iterator[Span]:
    """Games of chess: their tags with the moves below them."""
    if text.find('"]', *span) < 0:
        return
    begin: int | None = None
    moved, end = False, span.start
    for line in [*lines(text, *span), None]:
        tag = line is not None and _TAG.match(text, *line) is not None
        near = line is not None and text.count("\n", end, line.start) < 2
        goes_on = (
            line is not None
            and begin is not None
            and not tag
            and ((moved and near) or (not moved and _MOVES.match(text, *line) is not None))
        )
        if begin is not None and not goes_on and (moved or not tag):
            if moved:
                yield Span(begin, end)
            begin, moved = None, False
        if line is not None:
            if tag and begin is None:
                begin = line.start
            moved, end = moved or goes_on, line.end


def _references(text: str, span: Span) -> Iterator[Span]:
    """Entries of a numbered bibliography; one with a dash for an author needs the one above it."""
    if not _SAME_ANYWHERE.search(text, *span) and len(_REFERENCE_LINE.findall(text, *span)) < _FEW:
        return
    found: list[Span] = []
    before = Span(span.start, span.start)
    for line in lines(text, *span):
        near = bool(found) and text.count("\n", found[-1].end, line.start) < 2
        same = _SAME.match(text, *line) is not None or (
            near and _IBID.search(text, *line) is not None and _REFERENCE.match(text, *line) is not None
        )
        whole = found and before == found[-1]
        if same and before.start < before.end and line.end - before.start <= _ENTRY:
            found[len(found) - bool(whole) :] = [Span(before.start, line.end)]
        elif _REFERENCE.match(text, *line):
            found.append(line)
        elif near and whole and (_REFERENCE.match(text, found[-1].start) or text[line.start].isspace()):
            found[-1] = Span(found[-1].start, line.end)
        before = found[-1] if found and found[-1].end == line.end else line
    yield from found


def _alike(text: str, span: Span) -> Iterator[Span]:
    """Blocks between blank lines of which each has a name, and the same field below it."""
    edges = [span.start, *(edge for gap in _BLANK.finditer(text, *span) for edge in gap.span()), span.end]
    found = [_paragraph(text, Span(*two)) for two in zip(edges[::2], edges[1::2], strict=True)]
    for number, one in enumerate(found):
        near = [*found[max(0, number - 1) : number], *found[number + 1 : number + 2]]
        if one.field and any(one.field == other.field for other in near):
            yield one.span


def _paragraph(text: str, span: Span) -> _Paragraph:
    found: Sequence[str] = []
    if span.end - span.start <= _BLOCK:
        found = text[slice(*span)].strip().splitlines()
    field = _FIELD.match(found[1]) if 3 < len(found) <= _LINES else None
    named = field is not None and _NAME.match(found[0]) and not _FIELD.match(found[0])
    mixed = named and sum(not _FIELD.match(line) for line in found[2:]) > 1
    return _Paragraph(span, field[1] if field and mixed else "")
