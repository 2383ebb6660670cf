"""Records alike: rows, objects, lines, under the head that they share, with their fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from lingua_integrations.core.text.omissions.repeats import template as template_of
from lingua_integrations.core.threads import computed_once

if TYPE_CHECKING:
    from lingua_integrations.core.text.units import Units

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


@dataclass(frozen=True)
class Record:
    """A record, and the unit that stands for it."""

    unit: int
    text: str
    kind: str  # of text, as it was read; prose is "text"

    @computed_once
    def template(self) -> str:
        """Its text without what varies among records that say the same."""
        return template_of(self.text)


@dataclass
class Group:
    """Records under one head, and the lines that go on with them; or the cells of a column."""

    sort: str
    head: str = ""
    records: list[Record] = field(default_factory=list)
    others: list[Record] = field(default_factory=list)

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

    def rare_lines(self, most: int) -> list[int]:
        """Up to ``most`` lines that hardly any other is like, the first of each, where most are alike."""
        times = Counter(one.template for one in self.records)
        few, limit = max(3, len(self.records) // 10), max(1, len(self.records) // 50)
        if not 1 < len(times) <= few:
            return []
        first: dict[str, int] = {}
        for one in self.records:
            if times[one.template] <= limit:
                first.setdefault(one.template, one.unit)
        return list(first.values())[:most]


def groups_of(units: Units) -> list[Group]:
    """The records of a text, by the head that they share."""
    if units.structure is None:
        return []
    pieces, heads = units.structure.pieces, units.structure.heads
    found: dict[tuple[str, str], Group] = {}
    group_of: dict[int, Group] = {}
    for unit, piece in enumerate(pieces):
        if piece.record is not None:
            head = heads[unit]
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


def others(units: Units, known: set[int]) -> Iterator[Record]:
    """Whatever else can be kept alone: lines of a diff, statements, sentences."""
    for unit in units.scored().tolist():
        if unit not in known:
            yield _record(units, unit)


def _record(units: Units, unit: int) -> Record:
    """A record with what comes and goes with it; one in several parts, as in JSON, is told by the first."""
    last = units.members.get(unit, [unit])[-1]
    pieces = units.structure.pieces if units.structure else ()
    opened = bool(pieces) and pieces[unit].carrier and unit + 1 < len(pieces)
    kind = pieces[unit].kind if pieces else units.kind
    text = units.text[units.starts[unit] : units.ends[last]]
    return Record(unit + 1 if opened else unit, text, "text" if kind == "prose" else kind)


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
