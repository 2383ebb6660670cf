"""Events as records of JSON: whoever reads what happened to something must see what happened to it last."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import regex

from lingua_integrations.core.text.lines.times import DATE, TIME
from lingua_integrations.core.text.outline import Outline

_WHEN = regex.compile(rf"{DATE}|{TIME}|\d{{10}}(?:\d{{3}})?(?:\.\d+)?$")
_DIGIT = regex.compile(r"\d")
_LONGEST = 64  # characters of what identifies something
_FEW, _MOST = 2, 6  # events of the same thing, of which the last one comes along
_RECORD = 4_000  # characters of a record that is read

Event = tuple[int, Mapping[str, Any]]  # the number of a piece, and what it says


def connect_events(outline: Outline) -> None:
    """Let each of some records, in the order of their times, need the last one about the same thing.

    What they are about is said by the one key whose values come again in most of them, a few times each.
    """
    streams: dict[Hashable, list[Event]] = defaultdict(list)
    for number, piece in enumerate(outline.pieces):
        if piece.record == "json" and piece.end - piece.start <= _RECORD:
            said = _read(outline.text[piece.start : piece.end])
            if said:
                streams[piece.needs].append((number, said))
    for events in streams.values():
        for about in _about(events) if len(events) > _FEW and _in_time(events) else ():
            for number in about[:-1]:
                outline.bind(number, about[-1])


def _read(content: str) -> Mapping[str, Any]:
    """The members of an object; none of what is no object."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _in_time(events: Sequence[Event]) -> bool:
    """Whether events have a time each, and stand in the order of these."""
    first = events[0][1]
    for key in (key for key, value in first.items() if _is_time(value)):
        times = [str(said.get(key, "")) for _, said in events]
        if all(map(_is_time, times)) and times == sorted(times) and times[0] < times[-1]:
            return True
    return False


def _is_time(value: object) -> bool:
    return _WHEN.match(str(value)) is not None


def _about(events: Sequence[Event]) -> Iterator[Sequence[int]]:
    """The numbers of the events of each thing, where most events are of things that have several.

    >>> said = [{"order": 7, "at": "9:00"}, {"order": 8, "at": "9:01"}, {"order": 7, "at": "9:02"}]
    >>> list(_about(list(enumerate(said))))
    [[0, 2]]
    """
    same: dict[str, dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, said in events:
        for key, value in said.items():
            if _identifies(value):
                same[key][value].append(number)
    several = {
        key: [found for found in values.values() if _FEW <= len(found) <= _MOST]
        for key, values in same.items()
        if len(values) > 1
    }
    best = max(several.values(), key=lambda found: sum(map(len, found)), default=[])
    if 2 * sum(map(len, best)) >= len(events):
        yield from best


def _identifies(value: object) -> bool:
    """Whether a value may be an identifier: a whole number, or a short string with a digit, and no time.

    >>> [_identifies(value) for value in (7731, "T-9", "open", 2.5, True, "2026-11-20T09:00")]
    [True, True, False, False, False, False]
    """
    if isinstance(value, bool) or not isinstance(value, (int, str)) or _is_time(value):
        return False
    return isinstance(value, int) or (len(value) <= _LONGEST and _DIGIT.search(value) is not None)
