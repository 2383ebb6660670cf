"""Landmarks: of many records alike the few that tell most about all of them, whatever was asked.

Whoever reads 20 of 400 rows still wants the largest and the smallest value, the one order that is unlike the
others, the errors, the first row and the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from lingua_integrations.core.text.lines.frames import PYTHON, of_traces
from lingua_integrations.core.text.omissions.repeats import template as template_of
from lingua_integrations.core.threads import computed_once
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from lingua_integrations.core.text.units import Units

SUM = regex.compile(
    r"=+ .*\b\d+ (?:passed|failed|skipped|errors?|deselected)\b.*=+$|Ran \d+ tests? in |test result: "
    r"|(?:Tests|Test Suites|Snapshots): +\d|(?:ok|FAIL)\s+\S+\s+(?:\(cached\)|[\d.]+s)"
    r"|\s*(?:Test Files|Tests) +\d+ (?:passed|failed)\b|ℹ (?:tests|pass|fail) \d|Finished in \d"
    r"|\d+ examples?, \d+ failures?"
    r"|\s*\d+ (?:passing|failing)\b|\d+ (?:passed|failed|skipped|errors?)\b.* in \d[\d.]*s\b"
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
_MEMBER = regex.compile(
    r"""(?:"(?P<key>[^"\\]{1,60})"|'(?P<key>[^'\\]{1,60})'|\b(?P<key>\w{1,60}))\s*[:=]\s*
        (?P<value>-?\d[\d.]*(?:[eE][-+]?\d+)?\b|"(?:[^"\\]|\\.){0,60}"|'(?:[^'\\]|\\.){0,60}'
          |true|false|null|True|False|None)""",
    regex.X,
)
_ELEMENT = regex.compile(r"[\[,]\s*+\"?((?<=\")(?:[^\"\\]|\\.)*+|[^\s\[\]{},\"]++)")
_NUMBER = regex.compile(r"([-+]?)[$€£]?(\d[\d,]*(?:\.\d+)?)(?:%|\s?([KMGT])i?B?|\s?([mµu]?s))?$")
_UNITS = {"K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "ms": 1e-3, "µs": 1e-6, "us": 1e-6}
_WORD = regex.compile(r"\p{Lu}?[\p{Ll}\p{Lo}\p{Lt}]+|\p{Lu}+|\d+")  # "unit_price" and "unitPrice" have two
_MANY = 8  # records from which on one may be unlike the others
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
        patterns: regular expressions; records that match one are kept before all others.
    """

    alarms: int = 4
    frames: int = 3
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
        if min(self.alarms, self.frames, self.rare, self.extremes, self.edges) < 0:
            raise InvalidRequest("The numbers of Landmarks must not be negative.")

    def units(self, units: Units, question: str) -> list[int]:
        """The units that begin a landmark, the most telling first."""
        groups = groups_of(units)
        records = [one for group in groups for one in group.records]
        lines = [*records, *(one for group in groups for one in group.others)]
        found = [*self._told(lines), *_frames(units, self.frames)]
        asked = words_of(question)
        many = [group for group in groups if len(group.records) >= _MANY]
        many.sort(key=lambda group: (-len(group.records), not asked & words_of(group.head)))
        for group in many[:_GROUPS]:
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
        return template_of(self.text)

    @computed_once
    def alarm(self) -> int:
        """How alarming it is: 0 most."""
        found = (level for level, pattern in enumerate(_ALARMS) if pattern.search(self.text))
        return next(found, len(_ALARMS))


@dataclass
class Group:
    """Records under one head, and the lines that go on with them; or the cells of a column."""

    sort: str
    head: str = ""
    records: list[_Record] = field(default_factory=list)
    others: list[_Record] = field(default_factory=list)

    @computed_once
    def fields(self) -> dict[str, list[tuple[str, int]]]:
        """For each field its values, each with the unit of its record."""
        if self.sort == "column":
            return {self.head: [(one.text, one.unit) for one in self.records]}
        found: dict[str, list[tuple[str, int]]] = {}
        cells_of = _members if self.sort == "json" else self._splitter()
        for one in self.records:
            for name, value in dict(cells_of(one.text)).items():
                found.setdefault(name, []).append((value.strip(), one.unit))
        return {name: cells for name, cells in found.items() if 2 * len(cells) > len(self.records)}

    def _splitter(self) -> Callable[[str], Iterable[tuple[str, str]]]:
        """What parts a row into cells with the names of their columns, or their numbers.

        Between cells stands a character that all rows have, or several spaces; or one, as `ps` prints them:
        the last cell is whatever is left.
        """
        names = next((line.strip() for line in self.head.splitlines() if _WORD.search(line)), "")
        lines = [names or self.records[0].text, self.records[-1].text]
        marks = (mark for mark in "|│┆\t,;" if lines[0].count(mark) == lines[1].count(mark) > 0)
        mark = next(marks, None) if self.sort == "row" else None
        several = regex.compile(regex.escape(mark) if mark else r"\s{2,}|\t")
        if self.sort == "row" and (mark or len({len(_cells(line, several)) for line in lines}) == 1):
            return partial(_named, names=_cells(names, several), separator=several)
        words = names.split()
        most = len(words) - 1 if self.sort == "row" else 0
        return partial(_named, names=words, separator=regex.compile(r"\s+"), most=max(0, most))

    def extremes(self, most: int, asked: set[str]) -> list[int]:
        """The records with the largest and the smallest number of up to ``most`` fields."""
        ranked: list[tuple[bool, list[int]]] = []
        for name, cells in self.fields.items():
            numbers = [(number, unit) for value, unit in cells if (number := _number(value)) is not None]
            values = [value for value, _ in numbers]
            steps = {(right > left) - (right < left) for left, right in pairwise(values)}
            if len(numbers) < 0.8 * len(cells) or len(steps - {0}) < 2:  # in order: the edges say it all
                continue
            ranked.append((bool(asked & words_of(name)), [max(numbers)[1], min(numbers)[1]]))
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


def groups_of(units: Units) -> list[Group]:
    """The records of a text, by the head that they share."""
    if units.structure is None:
        return []
    pieces = units.structure.pieces
    found: dict[tuple[str, str], Group] = {}
    group_of: dict[int, Group] = {}
    for unit, piece in enumerate(pieces):
        head = max((need for need in piece.needs if pieces[need].carrier), default=-1)
        if piece.record is not None:
            above = units.text[units.starts[head] : units.ends[head]] if head >= 0 else ""
            key = (
                above if piece.record == "json" and above != "[" else str(head)
            )  # the same field of several objects
            group = group_of[unit] = found.setdefault((piece.record, key), Group(piece.record, above))
            group.records.append(_record(units, unit))
        elif piece.needs and not piece.carrier:
            begun = group_of.get(piece.needs[-1])
            if begun is not None and begun.sort == "line":
                begun.others.append(_record(units, unit))
    return list(found.values())


def _frames(units: Units, most: int) -> Iterator[int]:
    """What tells most of stack traces; a frame with a line of code below it by that, which needs it."""
    if not most or units.structure is None:
        return
    texts = [units.text[start:end] for start, end in zip(units.starts, units.ends, strict=True)]
    pieces = units.structure.pieces
    for unit in of_traces(texts, most):
        shows_code = PYTHON.match(texts[unit]) and unit + 1 < len(pieces) and unit in pieces[unit + 1].needs
        yield unit + 1 if shows_code else unit


def _record(units: Units, unit: int) -> _Record:
    """A record with what comes and goes with it; one in several parts, as in JSON, is told by the first."""
    last = units.members.get(unit, [unit])[-1]
    opened = units.structure is not None and units.structure.carrier[unit]
    return _Record(unit + 1 if opened else unit, units.text[units.starts[unit] : units.ends[last]])


def _cells(line: str, separator: regex.Pattern[str], most: int = 0) -> list[str]:
    return [cell.strip() for cell in separator.split(line.strip(), most)]


def _named(
    row: str, names: Sequence[str], separator: regex.Pattern[str], most: int = 0
) -> Iterator[tuple[str, str]]:
    """The cells of a row, under the names of their columns; where those are others, under their numbers.

    A name may have several words where one space parts cells: "Mounted on" is the last column of `df`.
    """
    values = _cells(row, separator, most)
    known = len(names) == len(values) or (most and len(names) > len(values) > most // 2)
    return zip(names if known else map(str, range(len(values))), values, strict=False)


def _members(record: str) -> list[tuple[str, str]]:
    """The plain members of an object of JSON with their keys; the elements of an array with their numbers."""
    if record.startswith("["):
        return [(str(number), match[1]) for number, match in enumerate(_ELEMENT.finditer(record))]
    return [(match["key"], match["value"]) for match in _MEMBER.finditer(record)]


def words_of(name: str) -> set[str]:
    """The words of a name or of a question.

    >>> sorted(words_of("unit_price of eachItem"))
    ['each', 'item', 'of', 'price', 'unit']
    """
    return {word.casefold() for word in _WORD.findall(name)}


def _number(value: str) -> float | None:
    """What a cell says if it is a number, a size or a time.

    >>> _number("$1,200"), _number('"-2.5"'), _number("3G") > _number("900M"), _number("12:30")
    (1200.0, -2.5, True, None)
    """
    match = _NUMBER.match(value.strip("\"'"))
    if match is None:
        return None
    sign, digits, size, time = match.groups()
    return float(sign + digits.replace(",", "")) * _UNITS.get(size or time or "", 1.0)
