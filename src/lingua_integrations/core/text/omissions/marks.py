"""Marks: what stands where units were left out, if the user wants to see that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lingua_integrations.core.text.omissions.comments import comment_of
from lingua_integrations.core.text.omissions.repeats import counted, template
from lingua_integrations.core.text.outline import Structure
from lingua_integrations.core.threads import computed_once
from lingua_integrations.core.types import IntArray

_WITHIN = "[…]"  # stands where part of a line was left out, and lines are counted elsewhere
_LINES = "{lines} lines"


@dataclass(frozen=True, eq=False)
class Marks:
    """The marks of one text: elements of JSON, comments of other syntax, else the marker itself."""

    text: str
    starts: IntArray  # of its units
    ends: IntArray
    structure: Structure
    marker: str  # "{lines}" in it is the number of lines

    def between(self, left: int, right: int, white: str) -> str:
        """What stands between two kept units, given the white space that would stand there without a mark.

        That alone where it already says that something is missing. Unit -1 is the text's start, n its end.
        Bars stand for the empty cells that the next row begins with, and the mark stands before them.
        """
        structure = self.structure
        white, bars = _barred(white)
        bracket = structure.bracket_of(left, right)
        if bracket >= 0:
            element = structure.mark(self.text, bracket, range(left + 1, right))
            return structure.around(element, left, right, white.removeprefix(","))
        comment, glue = comment_of(structure.kind_at(left, right), self.text), ""
        if comment is not None and white.strip() == structure.glue(left, right):
            glue, white = white.strip(), white.removeprefix(white.strip())
        if white.strip() or all(piece.carrier for piece in structure.pieces[left + 1 : right]):
            return white + bars
        start = self.ends[left] if left >= 0 else 0
        gone = self.text[start : self.starts[right] if right < len(self.starts) else None]
        space = white or ("\n" if "\n" in gone else " ")
        quoted = structure.quotes(left, right)
        before = "" if left < 0 or quoted[0] else space
        after = "" if right == len(self.starts) or quoted[1] else space
        words = self._words(left, right, gone)
        made = comment.of(words.strip("[]"), alone="\n" in space) if comment else None
        return glue + before + (words if made is None else self._indent(right) + made) + after + bars

    def _indent(self, unit: int) -> str:
        """The indentation that a unit brings along."""
        following = self.text[self.starts[unit] : self.ends[unit]] if unit < len(self.starts) else ""
        return following[: len(following) - len(following.lstrip(" \t"))]

    def _words(self, left: int, right: int, gone: str) -> str:
        """The marker for what was left out; of part of a line rows are counted, if anything."""
        if "{lines}" in self.marker and "\n" not in gone:
            rows = sum(piece.record == "row" for piece in self.structure.pieces[left + 1 : right])
            told = f"{rows} row{'s' * (rows != 1)}"
            return self.marker.replace(_LINES, told).format(lines=rows) if rows else _WITHIN
        count = sum(bool(line.strip()) for line in gone.splitlines())
        told = counted(count, self._like(left, left, right), self._like(right, left, right))
        return self.marker.replace(_LINES, told).format(lines=count)

    def _like(self, unit: int, left: int, right: int) -> int:
        """How many of the lines between two units are like one of them."""
        if not 0 <= unit < len(self._templates) or self._templates[unit] < 0:
            return 0
        return int(np.count_nonzero(self._templates[left + 1 : right] == self._templates[unit]))

    @computed_once
    def _templates(self) -> IntArray:
        """For each unit that is a line of many the number of its template; -1 for others."""
        known: dict[str, int] = {}
        found = np.full(len(self.starts), -1)
        for unit, piece in enumerate(self.structure.pieces):
            line = self.text[piece.start : piece.end]
            if piece.record == "line" and "\n" not in line:
                found[unit] = known.setdefault(template(line), len(known))
        return found


def _barred(white: str) -> tuple[str, str]:
    """White space, and the bars behind it."""
    plain = white.rstrip(" |") if "|" in white else white
    return plain, white[len(plain) :]
