"""Calendars and address cards: what is said of an event stands between its BEGIN and its END."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_BEGIN = regex.compile(r"BEGIN:(?P<name>[\w-]+)\s*$")
_END = regex.compile(r"END:(?P<name>[\w-]+)\s*$")
_WHOLE = 800  # characters up to which a component is kept or dropped whole
_NAMED = ("SUMMARY", "DTSTART", "DTEND", "STATUS", "UID", "FN", "N")  # what all others of a longer one need


def is_components(found: Sequence[str]) -> bool:
    """Whether lines are components as in iCalendar and vCard.

    >>> is_components(["BEGIN:VCARD", "FN:Ann", "END:VCARD"]), is_components(["BEGIN:", "a"])
    (True, False)
    """
    begun = sum(map(bool, map(_BEGIN.match, found)))
    return _BEGIN.match(found[0]) is not None and (begun > 1 or any(map(_END.match, found)))


def read_components(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A component needs those that it is in; of a longer one a line needs its name and its time."""
    found = lines(outline.text, *span)
    at = 0
    while at < len(found):
        at = _add(outline, found, at, needs)


def _add(outline: Outline, found: Sequence[Span], at: int, needs: tuple[int, ...]) -> int:
    """Add a component, or a line outside of all; returns the number of the line after it."""
    text = outline.text
    if not _BEGIN.match(text, *found[at]):
        outline.add(*found[at], needs)
        return at + 1
    end = _end(text, found, at)
    if needs and found[end].end - found[at].start <= _WHOLE:
        outline.add(found[at].start, found[end].end, needs, record="line")
        return end + 1
    head = outline.add(*found[at], needs, carrier=True)
    first, number = len(outline.pieces), at + 1
    while number < end:
        number = _add(outline, found, number, (*needs, head))
    own = range(first, len(outline.pieces))
    named = [n for n in own if text.startswith(_NAMED, outline.pieces[n].start)]
    outline.require(own, named)
    if _END.match(text, *found[end]):
        outline.add(*found[end], closes=head)
    else:
        outline.add(*found[end], (*needs, head))
    return end + 1


def _end(text: str, found: Sequence[Span], at: int) -> int:
    """The number of the line that ends a component; of one that is cut off the last line."""
    deep = 0
    for number in range(at, len(found)):
        deep += bool(_BEGIN.match(text, *found[number])) - bool(_END.match(text, *found[number]))
        if not deep:
            return number
    return len(found) - 1
