"""Landmarks: of many records alike the few that tell most about all of them, whatever was asked.

Whoever reads 20 of 400 rows still wants the largest and the smallest value, the one order that is unlike the
others, the errors, the first row and the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from lingua_integrations.core.threads import computed_once
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from lingua_integrations.core.text.units import Units

SUM = regex.compile(
    r"=+ .*\b\d+ (?:passed|failed|skipped|errors?|deselected)\b.*=+$|Ran \d+ tests? in |test result: "
    r"|(?:Tests|Test Suites|Snapshots): +\d|(?:ok|FAIL)\s+\S+\s+(?:\(cached\)|[\d.]+s)"
    r"|\s*\d+ (?:passing|failing)\b"
)
"""The line in which a test runner sums up."""
_ALARMS = (  # the most telling first
    SUM,
    regex.compile(
        r"\b(?i:fatal|panic|critical|severe|emerg\w*|alert|crash\w*|traceback)\b"
        r"|\bFAIL(?:ED)?\b|\w(?:Exception|Error)\b"
    ),
    regex.compile(
        r"\b(?:errors?|fail(?:s|ed|ures?)?|exceptions?|denied|refused|abort\w*|unable|invalid|time(?:d.)?out)\b",
        regex.I,
    ),
)
_VARYING = regex.compile(r"0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+|\"[^\"]*\"|'[^']*'", regex.I)
_MEMBER = regex.compile(
    r'"(?P<key>[^"\\]{1,60})"\s*:\s*(?P<value>-?\d[\d.]*(?:[eE][-+]?\d+)?|"(?:[^"\\]|\\.){0,60}"|true|false|null)'
)
_NUMBER = regex.compile(r"[-+]?[$€£]?\d[\d,]*(?:\.\d+)?%?$")
_WORD = regex.compile(r"\w+")
_MANY = 8  # records from which on one may be unlike the others
_GROUPS = 4  # tables, arrays and the like that are looked at, the longest first


@dataclass(frozen=True, kw_only=True)
class Landmarks:
    """How many records of each kind to keep in a list of similar records, if the budget has room.

    Records are the objects of a JSON array, the rows of a table, or the lines of a log or a listing.

    Attributes:
        alarms: records that report a failure or a summary; of those that differ only in numbers, the first.
        rare: records with a rare value, in a field that has few different values.
        extremes: numeric fields of which the records with the largest and the smallest value are kept,
            starting with fields that the question names.
        edges: records at the start, and as many at the end.
        patterns: regular expressions; records that match one are kept before all others.
    """

    alarms: int = 4
    rare: int = 3
    extremes: int = 3
    edges: int = 1
    patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.patterns, str):  # type: ignore[unreachable]
            raise InvalidRequest(f"Landmarks.patterns must be a tuple: ({self.patterns!r},).")
        object.__setattr__(self, "patterns", tuple(self.patterns))
        try:
            for pattern in self.patterns:
                regex.compile(pattern)
        except regex.error as error:
            raise InvalidRequest(f"Landmarks.patterns: {error} in {error.pattern!r}.") from error
        if min(self.alarms, self.rare, self.extremes, self.edges) < 0:
            raise InvalidRequest("The numbers of Landmarks must not be negative.")

    def units(self, units: Units, question: str) -> list[int]:
        """The units that begin a landmark, the most telling first."""
        groups = _groups(units)
        records = [one for group in groups for one in group.records]
        lines = [*records, *(one for group in groups for one in group.others)]
        found = [*self._told(lines)]
        asked = {word.casefold() for word in _WORD.findall(question)}
        many = [group for group in groups if len(group.records) >= _MANY]
        for group in sorted(many, key=lambda group: -len(group.records))[:_GROUPS]:
            found += group.extremes(self.extremes, asked)
            found += group.rare(self.rare)
        if self.edges:
            found += [one.unit for one in (*records[: self.edges], *records[-self.edges :])]
        return list(dict.fromkeys(found))

    def _told(self, lines: Sequence[_Record]) -> Iterator[int]:
        """What the user's patterns find, then what alarms."""
        for pattern in self.patterns:
            yield from (one.unit for one in lines if regex.search(pattern, one.text))
        if not self.alarms:
            return
        loud = [(one.alarm, one.template, one.unit) for one in lines if one.alarm < len(_ALARMS)]
        times = Counter(template for _, template, _ in loud)
        first: dict[str, tuple[int, int, int]] = {}
        for level, template, unit in loud:
            first.setdefault(template, (level, times[template], unit))
        yield from (unit for _, _, unit in sorted(first.values())[: self.alarms])


@dataclass(frozen=True)
class _Record:
    """A record, and the unit that stands for it."""

    unit: int
    text: str

    @property
    def template(self) -> str:
        """Its text without what varies among records that say the same."""
        return str(_VARYING.sub("#", self.text))

    @computed_once
    def alarm(self) -> int:
        """How alarming it is: 0 most."""
        found = (level for level, pattern in enumerate(_ALARMS) if pattern.search(self.text))
        return next(found, len(_ALARMS))


@dataclass
class _Group:
    """Records under one head, and the lines that go on with them."""

    sort: str
    head: str = ""
    records: list[_Record] = field(default_factory=list)
    others: list[_Record] = field(default_factory=list)

    @computed_once
    def fields(self) -> dict[str, list[tuple[str, int]]]:
        """For each field its values, each with the unit of its record."""
        separator = self._separator()
        names = _cells(self.head.split("\n", 1)[0], separator)
        found: dict[str, list[tuple[str, int]]] = {}
        for one in self.records:
            if self.sort == "json":
                cells = [(match["key"], match["value"]) for match in _MEMBER.finditer(one.text)]
            else:
                values = _cells(one.text, separator)
                named = names if len(names) == len(values) else list(map(str, range(len(values))))
                cells = list(zip(named, values, strict=True))
            for name, value in dict(cells).items():
                found.setdefault(name, []).append((value.strip(), one.unit))
        return {name: cells for name, cells in found.items() if 2 * len(cells) > len(self.records)}

    def _separator(self) -> regex.Pattern[str]:
        """What stands between the cells of a row: a character that all have, or spaces."""
        lines = [self.head.split("\n", 1)[0] or self.records[0].text, self.records[-1].text]
        for mark in ("|", "\t", ",", ";") if self.sort == "row" else ():
            if lines[0].count(mark) == lines[1].count(mark) > 0:
                return regex.compile(regex.escape(mark))
        return regex.compile(r"\s{2,}|\t" if self.sort == "row" else r"\s+")

    def extremes(self, most: int, asked: Iterable[str]) -> list[int]:
        """The records with the largest and the smallest number of up to ``most`` fields."""
        asked = set(asked)
        ranked: list[tuple[bool, list[int]]] = []
        for name, cells in self.fields.items():
            numbers = [(_number(value), unit) for value, unit in cells if _NUMBER.match(value)]
            values = [value for value, _ in numbers]
            steps = {(right > left) - (right < left) for left, right in pairwise(values)}
            if len(numbers) < 0.8 * len(cells) or len(steps - {0}) < 2:  # in order: the edges say it all
                continue
            named = any(word.casefold() in asked for word in _WORD.findall(name))
            ranked.append((named, [max(numbers)[1], min(numbers)[1]]))
        ranked.sort(key=lambda one: not one[0])
        return [unit for _, units in ranked[:most] for unit in units]

    def rare(self, most: int) -> list[int]:
        """Up to ``most`` records with a value that hardly any other has, where values are few."""
        found: list[tuple[int, int]] = []
        for cells in self.fields.values():
            times = Counter(value for value, _ in cells)
            if 1 < len(times) <= max(3, len(cells) // 10):
                found += [
                    (times[value], unit) for value, unit in cells if times[value] <= max(1, len(cells) // 50)
                ]
        return [unit for _, unit in sorted(found)[:most]]


def _groups(units: Units) -> list[_Group]:
    """The records of a text, by the head that they share."""
    if units.structure is None:
        return []
    pieces = units.structure.pieces
    found: dict[tuple[str, int], _Group] = {}
    group_of: dict[int, _Group] = {}
    for unit, piece in enumerate(pieces):
        head = max((need for need in piece.needs if pieces[need].carrier), default=-1)
        if piece.record is not None:
            above = units.text[units.starts[head] : units.ends[head]] if head >= 0 else ""
            group = group_of[unit] = found.setdefault((piece.record, head), _Group(piece.record, above))
            group.records.append(_record(units, unit))
        elif piece.needs and not piece.carrier:
            begun = group_of.get(piece.needs[-1])
            if begun is not None and begun.sort == "line":
                begun.others.append(_record(units, unit))
    return list(found.values())


def _record(units: Units, unit: int) -> _Record:
    """A record with what comes and goes with it; one in several parts, as in JSON, is told by the first."""
    last = units.members.get(unit, [unit])[-1]
    opened = units.structure is not None and units.structure.carrier[unit]
    return _Record(unit + 1 if opened else unit, units.text[units.starts[unit] : units.ends[last]])


def _cells(line: str, separator: regex.Pattern[str]) -> Sequence[str]:
    return [cell.strip() for cell in separator.split(line.strip())]


def _number(value: str) -> float:
    return float(regex.sub(r"[$€£,%+]", "", value))
