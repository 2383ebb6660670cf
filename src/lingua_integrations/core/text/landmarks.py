"""Landmarks: of many records alike the few that tell most about all of them, whatever was asked.

Whoever reads 20 of 400 rows still wants the largest and the smallest value, the one order that is unlike the
others, the errors, the first row and the last. Which ones of what kind of text, `PRESETS` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import regex

from lingua_integrations.core.text.groups import Record, groups_of, others, words_of
from lingua_integrations.core.text.kind_names import checked_kind
from lingua_integrations.core.text.lines.frames import PYTHON, of_traces
from lingua_integrations.core.text.presets import OTHERS, PRESETS, Preset
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from lingua_integrations.core.text.units import Units

_MANY = 8  # records from which on one may be unlike the others
_REMARK = 120  # characters up to which a line behind all records is a remark
_GROUPS = 4  # tables, arrays and the like that are looked at, the longest first


@dataclass(frozen=True, kw_only=True)
class Landmarks:
    """How many records of each kind to keep in a list of similar records, if the budget has room.

    Records are the objects of a JSON array, the rows of a table, or the lines of a log or a listing.

    Attributes:
        alarms: records that report a failure or a summary; of those that differ only in numbers, the first.
        frames: of each stack trace, those of your own code nearest to the failure, and what happened.
        rare: records with a rare value, in a field that has few different values.
        extremes: numeric fields of which the records with the largest and the smallest value are kept,
            starting with fields that the question names.
        edges: records at the start, and as many at the end.
        patterns: regular expressions; records, lines and sentences that match one are kept before all others
            (``^`` and ``$`` match at each line).
        by_kind: likewise, for texts of one `Kind`: ``{"log": (r"OOMKilled",), "diff": (r"TODO",)}``.
    """

    alarms: int = 4
    frames: int = 3
    rare: int = 3
    extremes: int = 3
    edges: int = 1
    patterns: tuple[str, ...] = ()
    by_kind: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "patterns", _compilable("patterns", self.patterns))
        own = {
            checked_kind(kind): _compilable(f"by_kind[{kind!r}]", patterns)
            for kind, patterns in dict(self.by_kind).items()
        }
        object.__setattr__(self, "by_kind", own)
        if min(self.alarms, self.frames, self.rare, self.extremes, self.edges) < 0:
            raise InvalidRequest("The numbers of Landmarks must not be negative.")

    def units(self, units: Units, question: str) -> list[int]:
        """The units that begin a landmark, the most telling first."""
        groups = groups_of(units)
        records = [one for group in groups for one in group.records]
        lines = [*records, *(one for group in groups for one in group.others)]
        found = [*self._asked(units, lines), *self._alarms(lines), *_frames(units, self.frames)]
        asked = words_of(question)
        many = [group for group in groups if len(group.records) >= _MANY]
        many.sort(key=lambda group: (-len(group.records), not asked & words_of(group.head)))
        for group in many[:_GROUPS]:
            found += group.extremes(self.extremes, asked)
            rare_lines = group.rare_lines(self.rare) if _preset(group.records[0]).rare_lines else []
            found += rare_lines or group.rare(self.rare)
        if self.edges and records:
            end = self.edges + _preset(records[-1]).last
            chosen = dict.fromkeys((*records[: self.edges], *records[: -end - 1 : -1]))
            found += [one.unit for one in chosen]
        if self.edges:
            found += _remark(units, bool(records))
        return list(dict.fromkeys(found))

    def _asked(self, units: Units, lines: Sequence[Record]) -> Iterator[int]:
        """What the user's patterns find: first among records, then in whatever else can be kept alone."""
        if not self.patterns and not self.by_kind:
            return
        parts = [*lines, *others(units, {one.unit for one in lines})]
        rules: list[tuple[str | None, str]] = [(None, pattern) for pattern in self.patterns]
        rules += [(kind, pattern) for kind, patterns in self.by_kind.items() for pattern in patterns]
        for kind, pattern in rules:
            told = (one for one in parts if kind in (None, one.kind))
            yield from (one.unit for one in told if regex.search(pattern, one.text, regex.M))

    def _alarms(self, lines: Sequence[Record]) -> Iterator[int]:
        """What alarms: the loudest first, then what is said least often; of those alike the first."""
        if not self.alarms:
            return
        heard = [(alarm, one) for one in lines if (alarm := _alarm(one)) is not None]
        times = Counter(one.template for _, one in heard)
        first: dict[str, tuple[int, int, int]] = {}
        for level, one in heard:
            first.setdefault(one.template, (level, times[one.template], one.unit))
        yield from (unit for _, _, unit in sorted(first.values())[: self.alarms])


def _compilable(name: str, patterns: Sequence[str]) -> tuple[str, ...]:
    """Regular expressions, which are some."""
    if isinstance(patterns, str):
        raise InvalidRequest(f"Landmarks.{name} must be a tuple: ({patterns!r},).")
    try:
        for pattern in patterns:
            regex.compile(pattern)
    except regex.error as error:
        raise InvalidRequest(f"Landmarks.{name}: {error} in {error.pattern!r}.") from error
    return tuple(patterns)


def _preset(record: Record) -> Preset:
    return PRESETS.get(record.kind, OTHERS)


def _alarm(record: Record) -> int | None:
    """How alarming a record is: 0 most; ``None`` where it is not."""
    found = (level for level, alarm in enumerate(_preset(record).alarms) if alarm.search(record.text))
    return next(found, None)


def _remark(units: Units, records: bool) -> Iterator[int]:
    """A short line at the end: of another kind, behind all records, "(50 of 900 shown)"; or of a report."""
    pieces = units.structure.pieces if units.structure else ()
    if len(pieces) < 2 or pieces[-1].carrier:
        return
    last = pieces[-1]
    says = last.kind != pieces[-2].kind if records else PRESETS.get(last.kind, OTHERS).last > 0
    if says and last.end - last.start <= _REMARK and "\n" not in units.text[last.start : last.end]:
        yield len(pieces) - 1


def _frames(units: Units, most: int) -> Iterator[int]:
    """What tells most of stack traces; a frame with a line of code below it by that, which needs it."""
    if not most or units.structure is None:
        return
    texts = [units.text[start:end] for start, end in zip(units.starts, units.ends, strict=True)]
    pieces = units.structure.pieces
    for unit in of_traces(texts, most):
        shows_code = PYTHON.match(texts[unit]) and unit + 1 < len(pieces) and unit in pieces[unit + 1].needs
        yield unit + 1 if shows_code else unit
