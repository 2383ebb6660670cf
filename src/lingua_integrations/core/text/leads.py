"""Lines that lead to those below them: titles of a paragraph, names of a group, terms that are defined."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

import regex

from lingua_integrations.core.text.needs.thread import MARKER
from lingua_integrations.core.text.outline import indent
from lingua_integrations.core.text.spans import Span

_LEAD = regex.compile(
    r"[ \t*_#]*[\p{L}\p{N}][^\n]{0,80}[:：][*_]*\s*$"
)  # a line that leads to those below it
_BULLET = regex.compile(r"\s*[・•●○◯■□▪▫◆◇►▶‣]\s*\S")  # that Markdown does not know
_SAID = regex.compile(r"\s*[\p{Lu}\p{Lo}].*[.!?。！？]\s*$", regex.S)
_FEW_WORDS = 5  # up to which a sentence may be an item below names
_ITEM = regex.compile(rf"{MARKER.pattern}|\s*-")
_TERM = 80  # characters up to which a line may be a term that the lines below it define
_HANGING = 4  # columns by which these are indented more
_ENDS = ".!?:;,。！？：；，…"  # with which a sentence ends, or a part of one, and no name
_NAME = regex.compile(
    rf"\s*[\p{{Lu}}\p{{Lo}}\p{{N}}\p{{So}}*_(\"](?:(?![:：;]\s|\s{{2}})[^\n]){{1,79}}(?<![{_ENDS}\s])\s*$"
)
_DASHED = regex.compile(r"\S\s[–—-]\s\S")
_MARKS = " \t¹²³⁴⁵⁶⁷⁸⁹⁰*†‡)]”\"»'’"  # that may follow the end of a sentence
_PAIRS = 2  # names with their values, at least
_DIGITS = regex.compile(r"\d+")
_CODE, _CODED = regex.compile(r"[\p{L}#._-]{1,12}"), regex.compile(r"\s*[\p{L}._-]{0,8}\d+\s*$")
_VALUE = regex.compile(r"\s*[$€£¥~≈<>±+-]{0,2}\s?\d[^!?\n]{0,40}$(?<![.:])")
_FIELD = regex.compile(
    r"\s*(?:[*_]{0,2}[\p{Lu}\p{Lo}\p{N}][^\n.!?:：;]{1,60}(?:[:：][*_]{0,2}\s|：)\s*\S"
    r"|:[a-z][^\n:]{1,60}: +\S)"
)
"""A label: "Adults: one tablet", or as reST has it, ":param size: in pixels"."""
_WORDS = 9  # of a name, at most


def has_title(found: Sequence[str]) -> bool:
    """Whether the first of some lines names the others: they are sentences or fields, and it is not.

    >>> has_title(["Votes on the office", "For: Ann, Bo", "Against: Dee"]), has_title(["tea", "juice"])
    (True, False)
    """
    if len(found) < 2 or not is_name(found[0]) or _tells(found[0]):
        return False
    return 2 * sum(is_name(line) and not _tells(line) for line in found[1:]) <= len(found) - 1


def _tells(line: str) -> bool:
    """Whether a line that may be a name tells something: it is mostly numbers, or a dash parts it in two."""
    return is_numeric(line) or _DASHED.search(line) is not None


def is_numeric(line: str) -> bool:
    """Whether a line is mostly numbers, as in a timetable.

    >>> is_numeric("Larn 8:00, 17:00"), is_numeric("Kim, June 2024")
    (True, False)
    """
    return 10 * sum(map(str.isdigit, line)) >= 3 * len(line)


def is_name(line: str) -> bool:
    """Whether a line may name the lines below it: it is short, and neither a sentence nor a field.

    >>> is_name("Answer 2 (score 40)"), is_name("Use git reset."), is_name("Against: Dee")
    (True, False, False)
    """
    bare = line.rstrip(_MARKS)
    if bare[-1:] in _ENDS:  # as nearly all sentences do
        return False
    return _NAME.match(bare) is not None and len(line.split()) <= _WORDS


class Lead(NamedTuple):
    """A line that leads to those below it: to all of a paragraph, or to those that are like the first one."""

    at: int  # the number of its piece
    deep: int  # what is led to is indented more
    bulleted: bool
    named: bool

    @classmethod
    def of(cls, text: str, two: Sequence[Span], at: int) -> Lead:
        """What two lines tell, of which the first is the piece of a number."""
        own, below = (indent(whole_line(text, line.start)) for line in two)
        first = text[slice(*two[1])]
        return cls(at, own if below > own else -1, is_bulleted(first), is_name(first))

    def holds(self, text: str, line: Span) -> bool:
        """Whether it leads to a line, too."""
        content = text[slice(*line)]
        other = self.bulleted and not is_bulleted(content)
        said = self.named and _SAID.match(content) is not None and len(content.split()) > _FEW_WORDS
        return indent(whole_line(text, line.start)) > self.deep and not other and not said


def leads(text: str, two: Sequence[Span]) -> bool:
    """Whether the first of two lines leads to the next: it ends in a colon, or is a term that it defines."""
    if len(two) < 2 or _LEAD.match(text, *two[0]):
        return len(two) == 2
    first, second = (whole_line(text, line.start) for line in two)
    if is_bulleted(second) and not is_bulleted(first):
        return True
    short = len(first.strip()) <= _TERM and first.rstrip()[-1:] not in ".!?;,。！？"
    short = short and not MARKER.match(first) and not second.lstrip()[:1].islower()
    return short and indent(second) >= indent(first) + _HANGING and not _ITEM.match(second)


def values_below(found: Sequence[str]) -> Set[int]:
    """Which of some lines tell of the line above them, as in the data sheet of a product or a list of codes.

    >>> sorted(values_below(["Tank", "5 litres", "Weight", "12 kg"]))
    [1, 3]
    >>> sorted(values_below(["Codes", "E1", "Door open", "E2", "No water"]))
    [2, 4]
    >>> values_below(["Tea", "Juice", "2 apples", "3 pears"])
    set()
    """
    for begin in (0, 1):  # a line may name them all
        names, values = found[begin::2], found[begin + 1 :: 2]
        paired = len(names) == len(values) >= _PAIRS
        if paired and (_are_measured(names, values) or _are_codes(names, values)):
            return set(range(begin + 1, len(found), 2))
    return set()


def _are_measured(names: Sequence[str], values: Sequence[str]) -> bool:
    """Whether lines are names and numbers."""
    return all(map(is_value, values)) and not any(map(is_value, names)) and all(map(is_name, names))


def _are_codes(names: Sequence[str], values: Sequence[str]) -> bool:
    """Whether lines are codes that look alike, each with what it means."""
    shape = _DIGITS.sub("#", names[0].strip())
    alike = all(_DIGITS.sub("#", name.strip()) == shape for name in names)
    coded = "#" in shape and _CODE.fullmatch(shape) is not None
    return alike and coded and not any(map(_CODED.match, values))


def begins_field(line: str) -> bool:
    """Whether a line begins with a label that names what it tells, all of it.

    >>> begins_field("Adults and children over 12: one tablet. Not with milk."), begins_field("It rained.")
    (True, False)
    """
    return _FIELD.match(line) is not None


def is_value(line: str) -> bool:
    """Whether a line may be the value of what is named above it: it is short, and begins with a number.

    >>> is_value("5 litres"), is_value("€ 12"), is_value("5 litres are enough.")
    (True, True, False)
    """
    return _VALUE.match(line) is not None


def whole_line(text: str, place: int) -> str:
    """The line in which a place lies, with its indentation."""
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(text)]


def is_bulleted(content: str) -> bool:
    """Whether a line or a paragraph begins with a bullet that Markdown does not know.

    >>> is_bulleted("• Milk"), is_bulleted("- Milk")
    (True, False)
    """
    return _BULLET.match(content) is not None
