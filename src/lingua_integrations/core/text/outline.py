"""An outline: a text in pieces, each with the pieces that it needs to be understood.

A line needs its heading, a row the head of its table, a statement the headers of its blocks, a value its
keys. What only helps to understand others, as a heading does, is a *carrier*: it is never kept alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
import regex

from lingua_integrations.core.text.needs.clauses import Clauses
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.threads import computed_once
from lingua_integrations.core.types import BoolArray, IntArray

_KEY = regex.compile(
    r"""(?:"(?P<key>(?:[^"\\]|\\.)*+)"|'(?P<key>(?:[^'\\]|\\.)*+)'|(?P<key>[\w.$-]++))\s*[:=]"""
)
_QUOTES = "> \t\r\n"
_BEARS = " \t\N{NO-BREAK SPACE}"
_FIRST_MARK = "\u0300"
_MARKS = regex.compile(r"[\p{M}\u200c\u200d\U0001f3fb-\U0001f3ff]+")
_NAMED = 4  # keys that are named where they were left out
Record = Literal["row", "json", "line", "column"]
"""One of many alike; "column" is a cell of a row whose others stand elsewhere.

Rows of a table are as relevant as the best one beside them: one alone does not tell.
"""

_BETWEEN = ", \t\r\n;"  # what may stand between pieces of a format, and is none


class Piece(NamedTuple):
    """A stretch of text, and what it needs."""

    start: int
    end: int
    needs: tuple[int, ...] = ()  # pieces without which it would be misread
    carrier: bool = False  # it says nothing alone
    heads: bool = False  # it names what needs it, as a carrier does, and may stand alone all the same
    closes: int = -1  # the piece with which it comes and goes, as a bracket does with the one that opens
    prose: bool = False  # words, which methods that prune words may prune
    record: Record | None = None  # one of many alike: which sort
    mark: str = ""  # what stands in its place where it is the first of several that are left out
    until: int = -1  # the piece up to which all are left out where the mark stands; -1: any number
    opens: bool = False  # a bracket or a quotation mark of JSON, after which nothing separates
    glue: str = ""  # what its format asks for in front of it where others are left out before it
    apart: str | None = None  # what stands in front of it then, instead of white space from the text
    kind: str = ""  # of text: what it was read as


@dataclass
class Outline:
    """Pieces of a text in its order. Whatever is visible between two pieces becomes one of its own."""

    text: str
    language: str = "en"
    readers: Mapping[str, Reader] = field(default_factory=dict)  # by kind, for what stands inside of others
    pieces: list[Piece] = field(default_factory=list)
    at: int = 0  # where the next piece may begin
    clauses: Clauses = field(default_factory=Clauses)  # so far, by their numbers
    footnotes: dict[str, int] = field(default_factory=dict)  # by label, where the last one of them ends
    referred: dict[str, list[int]] = field(default_factory=dict)  # by label, where footnotes are referred to
    edges: set[int] = field(default_factory=set)  # running heads and page numbers
    kind: str = ""  # of text, as it is read now

    def add(self, start: int, end: int, needs: Iterable[int] = (), **facts: Any) -> int:
        """Add a piece, less the white space at its end.

        Returns its number, or the last one's if it is blank.
        """
        if start < self.at:
            start = self.at
        self.cover(start)
        if start < end and self.text[start] >= _FIRST_MARK:
            start = self._behind_marks(start, end)
        end = start + len(self.text[start:end].rstrip())
        if start < end:
            known = tuple(sorted(set(needs)))
            if known and known[0] < 0:
                known = tuple(need for need in known if need >= 0)
            self.pieces.append(Piece(start, end, known, kind=self.kind, **facts))
            self.at = end
        return len(self.pieces) - 1

    def _behind_marks(self, start: int, end: int) -> int:
        """Where a piece begins that may begin with combining marks, which belong to one right before it."""
        if not self.pieces or self.pieces[-1].end != start:
            return self._whole(start)
        marks = _MARKS.match(self.text, start, end)
        start = marks.end() if marks else start
        self.extend(start)
        return start

    def extend(self, end: int) -> None:
        """Let the last piece reach to ``end``."""
        if self.pieces and self.at < end:
            self.pieces[-1] = self.pieces[-1]._replace(end=end)
            self.at = end

    def bind(self, at: int, later: int) -> None:
        """Let a piece need a later one, too."""
        piece = self.pieces[at]
        if at != later:
            self.pieces[at] = piece._replace(needs=tuple(sorted({*piece.needs, later})))

    def carry(self, at: int) -> None:
        """Let a piece say nothing alone."""
        self.pieces[at] = self.pieces[at]._replace(carrier=True)

    def cover(self, end: int) -> None:
        """Let no visible character before ``end`` be lost."""
        if end <= self.at:
            return
        between = self.text[self.at : end]
        if between.isspace():
            pass
        elif self.pieces and not between.strip(_QUOTES):  # the marks of empty quoted lines say nothing alone
            self.extend(self.at + len(between.rstrip()))
        else:
            start = self._whole(self.at + len(between) - len(between.lstrip()))
            self.pieces.append(Piece(start, self.at + len(between.rstrip()), kind=self.kind))
        self.at = end

    def _whole(self, start: int) -> int:
        """Where a piece begins that may begin with a combining mark: with the white space that bears it."""
        text = self.text
        borne = text[start] >= _FIRST_MARK and start > 0 and text[start - 1] in _BEARS
        return start - 1 if borne and _MARKS.match(text, start) else start

    def require(self, pieces: Iterable[int], others: Iterable[int]) -> None:
        """Let pieces need others, save what only closes something."""
        wanted = set(others)
        for number in pieces if wanted else ():
            piece = self.pieces[number]
            if piece.closes < 0:
                self.pieces[number] = piece._replace(needs=tuple(sorted({*piece.needs, *wanted} - {number})))

    def skip(self, end: int) -> None:
        """Pass over what the format puts between pieces, such as a comma; ``glue`` puts it back.

        Anything else that stands there becomes a piece of its own.
        """
        if not self.text[self.at : end].strip(_BETWEEN):
            self.at = max(self.at, end)

    def read(self, kind: str, span: Span, needs: Iterable[int] = ()) -> None:
        """Add the pieces of a stretch of another kind."""
        around, self.kind = self.kind, kind
        self.readers[kind](self, span, tuple(needs))
        self.cover(span.end)
        self.kind = around

    @property
    def last(self) -> int:
        """The number of the last piece; -1 where there is none."""
        return len(self.pieces) - 1


Reader = Callable[[Outline, Span, tuple[int, ...]], None]
"""Adds the pieces of a stretch of text to an outline; all of them need the pieces given."""


@dataclass(frozen=True, eq=False)
class Structure:
    """What units need of one another: those of an outline, one for each piece."""

    pieces: Sequence[Piece]

    @computed_once
    def needs(self) -> list[tuple[int, ...]]:
        """For each unit the others that it needs."""
        return [piece.needs for piece in self.pieces]

    @computed_once
    def carrier(self) -> BoolArray:
        """Which units say nothing alone, shape [n]."""
        return np.array([piece.carrier for piece in self.pieces], dtype=bool)

    @computed_once
    def closes(self) -> IntArray:
        """The unit with which one comes and goes, or -1; shape [n]."""
        return np.array([piece.closes for piece in self.pieces], dtype=np.int64)

    @computed_once
    def heads(self) -> list[int]:
        """For each unit the innermost carrier that it needs, as the head of its table is, or -1."""
        carries = [piece.carrier for piece in self.pieces]
        return [max([need for need in piece.needs if carries[need]], default=-1) for piece in self.pieces]

    @computed_once
    def formats(self) -> bool:
        """Whether anything but white space may stand between two kept units."""
        return any(one.glue or one.mark or one.opens or one.apart is not None for one in self.pieces)

    def apart(self, left: int, right: int) -> str | None:
        """What stands between two kept units instead of white space from the text, where the format says it.

        Unit -1 is the start of the text, unit n its end.
        """
        apart = self.pieces[right].apart if right < len(self.pieces) else None
        return apart if left >= 0 or apart is None else apart.lstrip()

    def joint(self, left: int, right: int, white: str) -> str:
        """Otherwise what does where all between them is left out, given their white space."""
        pieces = self.pieces
        if left >= 0 and right < len(pieces):
            if self.quotes(left, right)[0]:
                return ""
            white = self.glue(left, right) + white
        gone = pieces[left + 1]
        return (gone.mark if left >= 0 and gone.until < right else "") + white

    def glue(self, left: int, right: int) -> str:
        """What separates two kept units where others are left out between them: behind one that ends."""
        if left < 0 or right == len(self.pieces) or self._opens(left):
            return ""
        ends = self.pieces[left].glue or self.pieces[left].closes >= 0
        return self.pieces[right].glue if ends else ""

    def quotes(self, left: int, right: int) -> tuple[bool, bool]:
        """Whether the left unit opens a string of JSON, and whether the right one closes one."""
        within = left >= 0 and right < len(self.pieces)
        opens = within and self._opens(left) and not self.pieces[right].glue and self.pieces[right].closes < 0
        return opens, within and self.pieces[right].apart == "" and self.pieces[right].closes >= 0

    def bracket_of(self, left: int, right: int) -> int:
        """The bracket of JSON in which two kept units stand, or which they are themselves; or -1."""
        if left < 0 or right == len(self.pieces) or not self.pieces[left + 1].glue:
            return -1
        closed = self.pieces[right].closes
        inside = closed if closed >= 0 else self._bracket(right)
        before = self.pieces[left].closes
        own = left if self._opens(left) else self._bracket(before if before >= 0 else left)
        return inside if inside == own else -1

    def _bracket(self, unit: int) -> int:
        """The bracket in which a part of JSON stands, or -1."""
        pieces = self.pieces
        over = (need for need in pieces[unit].needs if pieces[need].opens)
        return max(over, default=-1)

    def kind_at(self, left: int, right: int) -> str:
        """The kind of text between two kept units: that of both, or of all that is left out; or nothing.

        The edges of the text are of its first or last unit's kind.
        """
        pieces = self.pieces
        around = {pieces[unit].kind for unit in (left, right) if 0 <= unit < len(pieces)}
        if len(around) > 1:
            around = {piece.kind for piece in pieces[left + 1 : right]}
        return around.pop() if len(around) == 1 else ""

    def mark(self, text: str, bracket: int, gone: range) -> str:
        """An element, or a member, of JSON that says what was left out.

        A member has the keys that were left out in its own key: no two of an object have the same.
        """
        parts = [n for n in gone if self.pieces[n].closes < 0 and self._bracket(n) == bracket]
        opens = text[self.pieces[bracket].end - 1]
        found = (_KEY.match(text, self.pieces[part].start) for part in parts) if opens != "[" else ()
        keys = [str(key["key"]) for key in found if key]
        more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
        named = f"… {', '.join(keys[:_NAMED])}{more}"
        if opens == "{":
            return f'"{named}": "left out"'
        if keys:
            return f'"{named} left out"'
        return f'"… {len(parts)} item{"s" * (len(parts) > 1)} left out"'

    def around(self, mark: str, left: int, right: int, white: str) -> str:
        """A mark between two kept parts of JSON, with the commas that it takes."""
        before = "" if self._opens(left) else ","
        after = "" if self.pieces[right].closes >= 0 else ","
        return before + white + mark + after + white

    def _opens(self, unit: int) -> bool:
        return self.pieces[unit].opens

    def take(self, chosen: IntArray) -> Structure:
        """That of some of the units, in their order; what they need of the others is forgotten."""
        place = {unit: number for number, unit in enumerate(chosen.tolist())}
        taken = []
        for unit in place:
            piece = self.pieces[unit]
            needs = tuple(place[need] for need in piece.needs if need in place)
            linked: dict[str, Any] = {
                "closes": place.get(piece.closes, -1),
                "until": place.get(piece.until, -1),
            }
            taken.append(piece._replace(needs=needs, **linked))
        return Structure(taken)


def lines(text: str, start: int, end: int) -> list[Span]:
    r"""The lines of a stretch that are not blank, without their ends.

    >>> lines("a\n\n  b\r\n", 0, 8)
    [Span(start=0, end=1), Span(start=3, end=6)]
    """
    found, at, content = [], start, text[start:end]
    for line in (content.replace("\r", "\n") if "\r" in content else content).split("\n"):
        length = len(line.rstrip())
        if length:
            found.append(Span(at, at + length))
        at += len(line) + 1
    return found


def indent(text: str) -> int:
    """Columns of white space at the start of a line; a tab goes to the next multiple of eight."""
    lead = text[: len(text) - len(text.lstrip(" \t"))]
    return len(lead.expandtabs(8))
