"""Outlines: items with marks of several sorts, "I." above "A." above "1.", or dots above circles.

Markdown knows one sort of numbers and nests by indentation alone; here the order in which the sorts come
tells as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.prose import add_prose
from lingua_integrations.core.text.spans import Span

_SIGN = r"""
    \s* (?: (?P<open> [(（] )?
        (?P<mark> [IVXLC]{1,5} | \p{Lu} | \d{1,2} | [ivx]{1,5} | \p{Ll} | [一二三四五六七八九十]{1,3} )
        (?P<close> [.)）、．] ) (?= \s | (?<= [、．）] ) )
      | (?P<bullet> [●○◯■□▪▫◆◇►▶‣•·・*–—+\-] ) (?= \s | (?<= [●○■□◆◇▪・] ) )
      | (?P<circled> [①-⑳] ) )
"""
_MARK = regex.compile(rf"{_SIGN} \s* (?= \S )", regex.VERBOSE)
_MARKED = regex.compile(rf"(?:\G|(?<=[\r\n])){_SIGN}", regex.VERBOSE)  # anywhere in a text
_ROMAN = regex.compile(r"X{0,3}(?:IX|IV|V?I{0,3})$", regex.I)
_MARKDOWN = ("-", "*", "+", "1.", "1)")  # the sorts that Markdown reads
_LEAST = 3  # items of an outline
_LONG = 160  # characters of an item on average, above which they are paragraphs of a text
_WHOLE = 300  # characters up to which an item is one piece
_TITLE = 80  # characters up to which a line above the items is their title


class _Line(NamedTuple):
    """A line of an outline: its mark's sort, and how deep it stands."""

    sort: str
    deep: int


@dataclass
class _Levels:
    """The items above the next one, the outermost first, each with what is known of it."""

    stack: list[tuple[_Line, int]] = field(default_factory=list)

    def enter(self, line: _Line) -> tuple[int, ...]:
        """Close what a line does not stand under; the number of the item that it stands under, if any."""
        same = [
            n for n, (one, _) in enumerate(self.stack) if one.sort == line.sort and line.deep <= one.deep + 1
        ]
        if same:
            del self.stack[same[-1] :]
        else:
            while self.stack and self.stack[-1][0].deep > line.deep:
                self.stack.pop()
        return (self.stack[-1][1],) if self.stack else ()

    def leads(self, line: _Line, below: _Line | None) -> bool:
        """Whether the next item stands under a line that has just been entered."""
        if below is None or any(below.sort == one.sort for one, _ in self.stack):
            return False
        return below.sort != line.sort or below.deep > line.deep + 1


def outlines_in(text: str, span: Span) -> Iterator[Span]:
    r"""The outlines of a text: paragraphs of items whose marks are of several sorts.

    >>> text = "Read this.\n\nA. Tea\n  1. green\n  2. black\nB. Milk\n\nBye."
    >>> [text[slice(*found)] for found in outlines_in(text, Span(0, len(text)))]
    ['A. Tea\n  1. green\n  2. black\nB. Milk']
    """
    if not _may_have_outlines(text, span):
        return
    begun: list[Span] = []
    for line in [*lines(text, *span), None]:
        if line is not None and _goes_on(text, begun, line):
            begun.append(line)
            continue
        if _is_outline([text[_whole(text, one).start : one.end] for one in begun]):
            yield Span(begun[0].start, begun[-1].end)
        begun = [line] if line is not None and (_MARK.match(text, *line) or _is_title(text, line)) else []


def read_outline(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Items need those that they stand under; a line without a mark goes on with its item, or is a title."""
    text = outline.text
    found = [_whole(text, line) for line in lines(text, *span)]
    sorts = _sorts([text[slice(*line)] for line in found])
    begins = [n for n, sort in enumerate(sorts) if sort is not None or n == 0]
    thread = Thread(outline, items=True)
    levels = _Levels()
    for place, first in enumerate(begins):
        after = begins[place + 1] if place + 1 < len(begins) else len(found)
        item = Span(found[first].start, found[after - 1].end)
        line = sorts[first]
        if line is None:
            needs = (*needs, outline.add(*item, needs, carrier=True))
            continue
        above = levels.enter(line)
        leads = after < len(found) and levels.leads(line, sorts[after])
        if item.end - item.start <= _WHOLE:
            at = thread.add(*item, (*needs, *above), heads=leads, prose=True)
        else:
            at = add_prose(outline, item, (*needs, *above), joined=True, thread=thread)
        levels.stack.append((line, at))


def _may_have_outlines(text: str, span: Span) -> bool:
    """Whether enough lines of a text have marks, one of which Markdown does not know."""
    marks = list(_MARKED.finditer(text, *span))
    return len(marks) >= _LEAST and not all(map(_is_known, marks))


def _is_known(mark: regex.Match[str]) -> bool:
    """Whether Markdown knows a mark: a bullet of its own, or a number with a full stop or one bracket."""
    if mark["bullet"]:
        return mark["bullet"] in _MARKDOWN
    number = f"1{mark['open'] or ''}{mark['close'] or ''}"
    return mark["mark"] is not None and mark["mark"].isdigit() and number in _MARKDOWN


def _goes_on(text: str, begun: Sequence[Span], line: Span) -> bool:
    """Whether a line may belong to the outline of the lines before: by its mark, or as part of an item."""
    if not begun or text.count("\n", begun[-1].end, line.start) > 2:
        return False
    if _MARK.match(text, *line):
        return True
    near = text.count("\n", begun[-1].end, line.start) == 1
    return near and len(begun) > 1 and (text[line.start] in " \t" or text[line.start].islower())


def _is_outline(found: Sequence[str]) -> bool:
    """Whether lines are items of several sorts, one of which Markdown does not know."""
    if found and not _MARK.match(found[0]):
        found = found[1:]
    sorts = [line.sort for line in _sorts(found) if line is not None]
    known = set(sorts)
    if len(sorts) < _LEAST or len(known) < 2 or all(sort in _MARKDOWN for sort in known):
        return False
    return sum(map(len, found)) <= _LONG * len(sorts) and max(map(sorts.count, known)) > 1


def _sorts(found: Sequence[str]) -> list[_Line | None]:
    """For each line its sort of mark and its depth; None where it has no mark."""
    last: dict[str, str] = {}  # the last letter of each way to write marks
    sorts: list[_Line | None] = []
    for line in found:
        match = _MARK.match(line)
        if match is None:
            sorts.append(None)
            continue
        around = f"{match['open'] or ''}{match['close'] or ''}"
        sort = match["bullet"] or ("①" if match["circled"] else _numbers(match["mark"], around, last))
        sorts.append(_Line(sort, indent(line)))
    return sorts


def _numbers(mark: str, around: str, last: dict[str, str]) -> str:
    """The sort of a number or a letter: "I", "A", "1", "i", "a" or "一", with what stands around it.

    A letter that may be a Roman number is one unless the letter before it came last.
    """
    if mark.isdigit():
        return f"1{around}"
    if mark[0] in "一二三四五六七八九十":
        return f"一{around}"
    letter = len(mark) == 1 and last.get(around) == chr(ord(mark) - 1)
    if _ROMAN.match(mark) and not letter:
        return f"{'I' if mark.isupper() else 'i'}{around}"
    last[around] = mark
    return f"{'A' if mark.isupper() else 'a'}{around}"


def _is_title(text: str, line: Span) -> bool:
    """Whether a line may be the title of the items right below it."""
    content = text[slice(*line)]
    return len(content) <= _TITLE and content.rstrip()[-1] not in ".!?。！？"


def _whole(text: str, line: Span) -> Span:
    """A line with its indentation."""
    return Span(text.rfind("\n", 0, line.start) + 1, line.end)
