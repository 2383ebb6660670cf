"""Stage 6, fit: exactly to the budget, in tokens of the target model.

Tokens of a text are not the sum of its units' tokens, so the fit counts real text. What a unit costs is
measured where it stands: the words around it, out to the nearest single space on either side, counted with
it and without it. At the end whole texts are counted, and that count decides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, Count, FloatArray
from lingua_integrations.errors import BudgetTooSmall

Total = Callable[[Sequence[str]], int]
_REACH = 48  # units that a neighbourhood without a space may span on either side, as in Chinese


@dataclass(frozen=True, eq=False)
class Draft:
    """One text with a first decision about its units; each array has one entry per unit.

    A margin says by how much the score exceeds the threshold: in this order units are added or given up. One
    of minus infinity is never added.
    """

    units: Units
    kept: BoolArray
    margin: FloatArray
    forced: BoolArray  # which units must stay

    @property
    def text(self) -> str:
        """The kept units as text."""
        return self.units.join(np.flatnonzero(self.kept))

    @classmethod
    def nothing_of(cls, units: Units) -> Draft:
        """A text of which anything may be taken, the earlier units first."""
        n = len(units)
        return cls(units, np.zeros(n, dtype=bool), np.zeros(n), np.zeros(n, dtype=bool))

    @classmethod
    def all_of(cls, units: Units, forced: BoolArray) -> Draft:
        """A text that is to stay whole; its units are the last to be given up."""
        n = len(units)
        return cls(units, np.ones(n, dtype=bool), np.full(n, np.inf), forced)


class _Sheet:
    """A draft being changed: the kept units in order, and what a change would cost."""

    def __init__(self, draft: Draft, count: Count) -> None:
        self.units = draft.units
        self.kept: list[int] = np.flatnonzero(draft.kept).tolist()
        self._count = count
        self._strings = draft.units.strings()

    def text(self) -> str:
        return self.units.join(np.asarray(self.kept, dtype=np.int64))

    def cost(self, unit: int) -> int:
        """Tokens that the text has more with this unit than without it."""
        kept, between = self.kept, self.units.separator
        place = bisect_left(kept, unit)
        after = place + (place < len(kept) and kept[place] == unit)
        left, right = self._left_edge(place), self._right_edge(after)
        before, behind = self._join(left, place), self._join(after, right)
        alone = self._strings[unit]
        if left < place:
            lead = between(kept[left - 1], kept[left]) if left else ""
            before, alone = lead + before, between(kept[place - 1], unit) + alone
        if after < right:
            alone += between(unit, kept[after])
        joint = between(kept[place - 1], kept[after]) if left < place and after < right else ""
        return self._count(before + alone + behind) - self._count(before + joint + behind)

    def neighbourhood(self, unit: int) -> range:
        """The units whose cost may change when this one is added or dropped."""
        place = bisect_left(self.kept, unit)
        left = self._left_edge(self._left_edge(place)) - 1
        right = self._right_edge(self._right_edge(place))
        first = self.kept[left] if left >= 0 else 0
        return range(first, self.kept[right] if right < len(self.kept) else len(self.units))

    def add(self, unit: int) -> None:
        self.kept.insert(bisect_left(self.kept, unit), unit)

    def drop(self, unit: int) -> None:
        del self.kept[bisect_left(self.kept, unit)]

    def _left_edge(self, place: int) -> int:
        """Where in ``kept`` the neighbourhood left of ``place`` begins: after a space, if there is one."""
        edge = place - 1
        while edge > max(0, place - _REACH):
            if self.units.separator(self.kept[edge - 1], self.kept[edge]).startswith(" "):
                return edge
            edge -= 1
        return max(edge, 0)

    def _right_edge(self, place: int) -> int:
        """Where in ``kept`` the neighbourhood from ``place`` on ends (exclusive): before a space."""
        edge = place + 1
        while edge < min(len(self.kept), place + _REACH):
            if self.units.separator(self.kept[edge - 1], self.kept[edge]).startswith(" "):
                return edge
            edge += 1
        return min(edge, len(self.kept))

    def _join(self, begin: int, end: int) -> str:
        """The kept units from ``begin`` to ``end`` (exclusive), as text."""
        if end - begin < 2:
            return self._strings[self.kept[begin]] if begin < end else ""
        kept, between, strings = self.kept[begin:end], self.units.separator, self._strings
        joints = [between(left, right) for left, right in pairwise(kept)]
        return "".join(
            [part for unit, joint in zip(kept, [*joints, ""], strict=True) for part in (strings[unit], joint)]
        )


def fit(
    drafts: Sequence[Draft], budget: int, count: Count, *, total: Total | None = None, fill: bool = True
) -> list[BoolArray]:
    """Bring drafts to the budget: give up the weakest units while too long, then fill what is left.

    With ``fill``, no dropped unit is left out that would still fit, given how ``count`` measures its
    neighbourhood; the bound itself is checked on whole texts, by ``total`` (by default the sum of their
    counts). Returns for each draft which units are kept.

    Raises:
        BudgetTooSmall: the units that must stay exceed the budget.
    """
    whole = total or (lambda texts: sum(map(count, texts)))
    local = lru_cache(maxsize=1 << 12)(count)  # the same few words stand side by side again and again
    sheets = [_Sheet(draft, local) for draft in drafts]
    order = _by_margin(drafts)
    barred: set[tuple[int, int]] = set()  # given up after filling: never taken again
    waiting, filled = [(text, at) for text, at in order[::-1] if drafts[text].margin[at] > -np.inf], False
    while True:
        spare = budget - whole([sheet.text() for sheet in sheets])
        if spare < 0:
            given_up = _shrink(sheets, drafts, order, -spare)
            if not given_up:
                raise BudgetTooSmall(budget, budget - spare, f"what must be kept needs {-spare} tokens more")
            barred.update(given_up if filled else ())
            continue
        if not fill:
            break
        added = _fill(sheets, [place for place in waiting if place not in barred], spare)
        if not added:
            break
        waiting, filled = _touched(sheets, drafts, added), True
    return [_mask(sheet) for sheet in sheets]


def _by_margin(drafts: Sequence[Draft]) -> list[tuple[int, int]]:
    """All (text, unit) places, the weakest first; equal ones: later ones are weaker."""
    places = [(text, unit) for text, draft in enumerate(drafts) for unit in range(len(draft.units))]
    margins = np.concatenate([draft.margin for draft in drafts]) if drafts else np.zeros(0)
    ranks = np.lexsort((-np.arange(len(places)), margins))
    return [places[rank] for rank in ranks.tolist()]


def _shrink(
    sheets: list[_Sheet], drafts: Sequence[Draft], order: list[tuple[int, int]], excess: int
) -> list[tuple[int, int]]:
    """Drop the weakest units until about ``excess`` tokens are gone; returns them."""
    kept = [set(sheet.kept) for sheet in sheets]
    dropped: list[tuple[int, int]] = []
    for text, unit in order:
        if excess <= 0:
            break
        if unit in kept[text] and not drafts[text].forced[unit]:
            excess -= sheets[text].cost(unit)
            sheets[text].drop(unit)
            dropped.append((text, unit))
    return dropped


def _fill(sheets: list[_Sheet], places: Iterable[tuple[int, int]], spare: int) -> list[tuple[int, int]]:
    """Add dropped units, in the order given, while they fit into ``spare`` tokens; returns them."""
    kept = [set(sheet.kept) for sheet in sheets]
    added: list[tuple[int, int]] = []
    for text, unit in places:
        if unit not in kept[text] and (cost := sheets[text].cost(unit)) <= spare:
            sheets[text].add(unit)
            added.append((text, unit))
            spare -= cost
    return added


def _touched(
    sheets: list[_Sheet], drafts: Sequence[Draft], added: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The dropped units near the added ones, the strongest first: only their costs have changed."""
    near = {
        (text, unit)
        for text, at in added
        for unit in sheets[text].neighbourhood(at)
        if drafts[text].margin[unit] > -np.inf
    }
    return sorted(near, key=lambda place: (-drafts[place[0]].margin[place[1]], place))


def _mask(sheet: _Sheet) -> BoolArray:
    mask = np.zeros(len(sheet.units), dtype=bool)
    mask[sheet.kept] = True
    return mask
