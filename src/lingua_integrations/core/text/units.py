"""Units: the spans of a text that are kept or dropped whole, and the text that a choice of them gives.

Between two neighbouring units lies a *gap*: the white space of the text, or nothing. Output text is always
cut from the input by these spans; nothing is ever decoded from token ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import regex

from lingua_integrations.core.text.needs.discourse import asks
from lingua_integrations.core.text.omissions.gaps import SPACE, Gaps
from lingua_integrations.core.text.omissions.marks import Marks
from lingua_integrations.core.text.outline import Piece, Structure
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.threads import computed_once
from lingua_integrations.core.types import IntArray

_GLIMPSE = 100  # characters of a heading that are read in front of what stands under it
_NEAREST = 3  # headings that are
_VISIBLE = regex.compile(rf"[^{SPACE}]+")
_LETTER = regex.compile(r"\p{L}")
_SURROGATES = regex.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Units:
    """The units of one text, in order; only white space lies between ``ends[i]`` and ``starts[i + 1]``."""

    text: str
    starts: IntArray  # first character of each unit, shape [n]
    ends: IntArray  # one past the last one, shape [n]
    of_whole: Gaps | None = None  # the gaps, where they are known from a longer stretch of the same text
    structure: Structure | None = None  # what they need of one another; None: nothing
    gap_marker: str | None = (
        None  # what stands where units are left out; "{lines}" is the number of their lines
    )
    kind: str = ""  # what the text was read as, where that is known

    def __len__(self) -> int:
        return len(self.starts)

    def __repr__(self) -> str:
        return f"Units({len(self)} units of {len(self.text)} characters)"

    def strings(self) -> list[str]:
        """The text of every unit."""
        edges = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [self.text[start:end] for start, end in edges]

    def scored(self) -> IntArray:
        """Which units get a score of their own: all but carriers and what closes others, as indices."""
        if self.structure is None:
            return np.arange(len(self))
        found = np.flatnonzero(~self.structure.carrier & (self.structure.closes < 0))
        return found if len(found) else np.arange(len(self))

    @computed_once
    def members(self) -> dict[int, list[int]]:
        """For each unit with which others come and go: itself and those, in their order."""
        found: dict[int, list[int]] = {}
        if self.structure:
            for unit in np.flatnonzero(self.structure.closes >= 0).tolist():
                opener = int(self.structure.closes[unit])
                found.setdefault(opener, [opener]).append(unit)
        return {opener: sorted(units) for opener, units in found.items()}

    def texts(self, chosen: IntArray) -> list[str]:
        """The texts of some units, each with what comes and goes with it; gaps are not marked."""
        strings, members = self.strings(), self.members
        return [
            self._unmarked.joined(members[unit], strings) if unit in members else strings[unit]
            for unit in chosen.tolist()
        ]

    @computed_once
    def _unmarked(self) -> Units:
        """The same without gap marker: what rankers read."""
        return self if self.gap_marker is None else replace(self, gap_marker=None, of_whole=self._gaps)

    @computed_once
    def above(self) -> list[str]:
        """For each unit the headings, heads of tables and headers of blocks that it stands under.

        Of each the first line, up to 100 characters, the outermost first; of many the innermost three.
        """
        if self.structure is None:
            return [""] * len(self)
        over: list[tuple[int, ...]] = []
        strings = self.strings()
        lines: dict[int, str] = {}
        told: dict[tuple[int, ...], str] = {}  # many units stand under the same headings
        for unit, piece in enumerate(self.structure.pieces):
            near = [need for need in piece.needs if need in lines]
            far = {*near, *(one for need in near for one in over[need])} if near else ()
            path = tuple(sorted(far)[-_NEAREST:])
            over.append(path)
            if path not in told:
                told[path] = "\n".join([lines[one] for one in path])
            if piece.carrier or piece.heads:
                own = self.members.get(unit)
                content = self._unmarked.joined(own, strings) if own else strings[unit]
                lines[unit] = _glimpse(content)
        return [told[path] for path in over]

    def tables(self) -> list[list[int]]:
        """The rows of each table, in order."""
        found: dict[int, list[int]] = {}
        for unit, piece in enumerate(self.structure.pieces if self.structure else ()):
            if piece.record == "row" and self.structure:
                found.setdefault(self.structure.heads[unit], []).append(unit)
        return list(found.values())

    def part(self, begin: int, end: int) -> Units:
        """The units from ``begin`` to ``end`` (exclusive) alone."""
        return Units(self.text, self.starts[begin:end], self.ends[begin:end], self._gaps.part(begin, end))

    @computed_once
    def _between(self) -> list[str]:
        """The gap after each unit but the last."""
        edges = zip(self.ends.tolist(), self.starts[1:].tolist(), strict=False)
        return [self.text[end:start] for end, start in edges]

    @computed_once
    def _gaps(self) -> Gaps:
        return self.of_whole or Gaps(self.text, self.starts, self.ends)

    def joint(self, left: int, right: int) -> str:
        r"""What stands between kept units ``left`` and ``right`` when all between them is dropped.

        Of the white space that stood there it is the run with the most line breaks, the last on a tie; or
        what the text's format asks for. Unit -1 is the start of the text, unit n its end.

        >>> from_spans("one two\n\nthree four", [(0, 3), (4, 7), (9, 14), (15, 19)]).joint(0, 3)
        '\n\n'
        """
        edge = left < 0 or right == len(self.starts)
        if right == left + 1:
            return "" if edge else self._between[left]
        white = self._formatted.apart(left, right) if self._formatted else None
        if white is None:
            white = "" if edge else self._gaps.between(left, right)
            white = self._formatted.joint(left, right, white) if self._formatted else white
        return self._marks.between(left, right, white) if self._marks else white

    @computed_once
    def _formatted(self) -> Structure | None:
        """What asks for more than white space between units, where any of them does."""
        return self.structure if self.structure is not None and self.structure.formats else None

    @computed_once
    def _marks(self) -> Marks | None:
        if self.gap_marker is None:
            return None
        edges = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        structure = self.structure or Structure([Piece(start, end) for start, end in edges])
        return Marks(self.text, self.starts, self.ends, structure, self.gap_marker)

    def spans(self, kept: IntArray) -> tuple[Span, ...]:
        """Kept units as maximal spans: neighbours are one span, with the white space between them."""
        first, last = _stretches(kept)
        return tuple(map(Span, self.starts[first].tolist(), self.ends[last].tolist()))

    def pieces(self, kept: IntArray) -> Iterator[tuple[str, str]]:
        """What stands before each maximal span of the kept units, and its text; last the end of the text."""
        first, last = _stretches(kept)
        spans = zip(first.tolist(), self.starts[first].tolist(), self.ends[last].tolist(), strict=True)
        before = -1
        for (begin, start, end), behind in zip(spans, last.tolist(), strict=True):
            yield self.joint(before, begin), self.text[start:end]
            before = behind
        yield self.joint(before, len(self)) if len(last) else "", ""

    def join(self, kept: IntArray) -> str:
        """The text of the kept units (ascending indices): stage 7, cut.

        >>> from_spans("one two three", [(0, 3), (4, 7), (8, 13)]).join(np.array([0, 2]))
        'one three'
        """
        return "".join(part for pair in self.pieces(kept) for part in pair)

    def joined(self, kept: Sequence[int], strings: Sequence[str]) -> str:
        """The same for a few units, given the text of every unit."""
        before, parts = -1, []
        for unit in kept:
            parts += [self.joint(before, unit), strings[unit]]
            before = unit
        return "".join([*parts, self.joint(before, len(self))])

    def owners(self, spans: IntArray | Sequence[tuple[int, int]]) -> tuple[IntArray, IntArray]:
        """First and last unit that each of the given ascending spans touches.

        A span in white space belongs to the unit after it (to the last one at the end of the text).
        """
        edges = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
        first = np.searchsorted(self.ends, edges[:, 0], side="right")
        last = np.searchsorted(self.starts, edges[:, 1], side="left") - 1
        first = np.minimum(first, len(self) - 1)
        return first, np.maximum(first, last)


def _glimpse(content: str) -> str:
    """What is read of a heading: its first line with a letter; of a question, the line that asks."""
    found = [line.rstrip() for line in content.strip().splitlines() if _LETTER.search(line)]
    if not found:
        return content.strip().split("\n", 1)[0].rstrip()[:_GLIMPSE]
    return found[-1 if len(found) > 1 and asks(found[-1]) else 0][:_GLIMPSE]


def _stretches(kept: IntArray) -> tuple[IntArray, IntArray]:
    """The first and the last of each stretch of neighbours among ascending indices."""
    begins = np.ones(len(kept) + 1, dtype=bool)
    begins[1:-1] = kept[1:] != kept[:-1] + 1
    return kept[begins[:-1]], kept[begins[1:]]


def from_spans(text: str, spans: Sequence[tuple[int, int]]) -> Units:
    """Units from ascending spans that leave out nothing but white space."""
    edges = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
    return Units(text, edges[:, 0].copy(), edges[:, 1].copy())


def from_pieces(text: str, pieces: Sequence[Piece]) -> Units:
    """Units with what they need of one another."""
    units = from_spans(text, [(piece.start, piece.end) for piece in pieces])
    plain = all(piece.prose and not piece.needs and not piece.carrier for piece in pieces)
    return units if plain else replace(units, structure=Structure(pieces))


def from_tokens(text: str, spans: Sequence[tuple[int, int]]) -> Units:
    """Cut ``text`` as a tokenizer does (``unit="token"``, the paper's sub-word behaviour).

    Tokens that share characters (the bytes of one character) are one unit; the white space that a
    byte-level token carries in front becomes the gap before it; characters no token covers are units too.
    """
    if text and not text.strip():
        return from_spans(text, [(0, len(text))])
    merged: list[tuple[int, int]] = []
    end = 0
    for span_start, span_end in [*spans, (len(text), len(text))]:
        merged += _visible(text, end, span_start)
        start = max(span_start, end)
        merged += _visible(text, start, span_end)
        end = max(end, span_end)
    return from_spans(text, merged)


def clean(text: str) -> str:
    """Text that tokenizers take: a lone surrogate becomes U+FFFD, of the same length."""
    return str(_SURROGATES.sub("\ufffd", text))


def _visible(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of ``text[start:end]`` that are not white space."""
    return [match.span() for match in _VISIBLE.finditer(text, start, end)] if start < end else []
