"""Stage 6, fit: exactly to the budget, in tokens of the target model, each unit with what it needs.

A knapsack with precedence: units are taken in the order of their scores, each for the price of itself and of
what it needs that is not there yet. No unit takes the place of the best one: if that does not fit, nothing
does.

Tokens of a text are not the sum of its units' tokens, so the fit counts real text. What a unit costs is
measured where it stands: the words around it, out to the nearest single space on either side, counted with
it and without it. At the end whole texts are counted, and that count decides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, Count, FloatArray
from lingua_integrations.errors import BudgetTooSmall

Total = Callable[[Sequence[str]], int]
Place = tuple[int, int]  # a text, and one of its units
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

    def without(self, units: BoolArray) -> Draft:
        """The draft with some units ruled out, unless they must stay."""
        gone = units & ~self.forced
        return replace(self, kept=self.kept & ~gone, margin=np.where(gone, -np.inf, self.margin))

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


def with_needs(draft: Draft) -> Draft:
    r"""A draft in which what a unit needs comes no later than the unit, and a carrier only for others.

    >>> from lingua_integrations.core.text.outline import Piece
    >>> from lingua_integrations.core.text.units import from_pieces
    >>> units = from_pieces("# A\nb c", [Piece(0, 3, carrier=True), Piece(4, 5, (0,)), Piece(6, 7, (0,))])
    >>> none = np.zeros(3, dtype=bool)
    >>> with_needs(Draft(units, none, np.array([9.0, 1.0, 2.0]), none)).margin
    array([2., 1., 2.])
    """
    structure = draft.units.structure
    if structure is None:
        return draft
    n = len(draft.units)
    kept, forced = draft.kept.copy(), draft.forced.copy()
    whole = bool(kept.all()) and bool((draft.margin == np.inf).all())
    alone = structure.carrier & ~forced & (not whole)
    margin = np.where(alone | ((structure.closes >= 0) & (not whole)), -np.inf, draft.margin)
    kept &= ~alone & ((structure.closes < 0) | whole)
    for unit in np.flatnonzero(structure.closes >= 0).tolist():
        if structure.pieces[unit].prose:  # words that bind one another: the best of them speaks for all
            opener = structure.closes[unit]
            margin[opener] = max(margin[opener], draft.margin[unit])
            kept[opener] |= draft.kept[unit]
            forced[opener] |= forced[unit]
    needs = structure.needs
    settled = False
    while not settled:  # once, unless a unit needs a later one, as words do
        settled = True
        for unit in range(n - 1, -1, -1):
            for need in needs[unit]:
                if margin[need] < margin[unit] or kept[need] < kept[unit] or forced[need] < forced[unit]:
                    margin[need] = max(margin[need], margin[unit])
                    kept[need] |= kept[unit]
                    forced[need] |= forced[unit]
                    settled = settled and need < unit
    for unit in np.flatnonzero(structure.closes >= 0).tolist():
        opener = structure.closes[unit]
        margin[unit], kept[unit], forced[unit] = margin[opener], kept[opener], forced[opener]
    return replace(draft, kept=kept, margin=margin, forced=forced)


class _Sheet:
    """A draft being changed: the kept units in order, and what a change would cost."""

    def __init__(self, draft: Draft, count: Count) -> None:
        self.units = draft.units
        self.kept: list[int] = np.flatnonzero(draft.kept).tolist()
        self._count = count
        self._strings = draft.units.strings()
        structure = draft.units.structure
        n = len(draft.units)
        self.needs = structure.needs if structure else ((),) * n
        self._carrier = structure.carrier if structure else np.zeros(n, dtype=bool)
        self.closers = draft.units.members
        self._users: dict[int, list[int]] = {}  # the units that need one
        for unit, needs in enumerate(self.needs):
            for need in needs:
                self._users.setdefault(need, []).append(unit)
        self._used = [0] * n  # how many kept units need this one
        for unit in self.kept:
            for need in self.needs[unit]:
                self._used[need] += 1
        self._forced = draft.forced
        single = ~self._carrier if structure is None else ~self._carrier & (structure.closes < 0)
        self.wanted: list[bool] = (single | draft.forced).tolist()  # which units may be taken for themselves

    def text(self) -> str:
        return self.units.join(np.asarray(self.kept, dtype=np.int64))

    def has(self, unit: int) -> bool:
        place = bisect_left(self.kept, unit)
        return place < len(self.kept) and self.kept[place] == unit

    def missing(self, unit: int) -> list[int]:
        """The unit and whatever it needs that is not kept."""
        found: dict[int, None] = {}
        open_ = [unit]
        while open_:
            one = open_.pop()
            if one not in found and not self.has(one):
                found[one] = None
                open_ += [*self.needs[one], *self.closers.get(one, ())]
        return list(found)

    def cost(self, unit: int) -> int:
        """Tokens that the text has more with this unit than without it."""
        kept = self.kept
        place = bisect_left(kept, unit)
        after = place + (place < len(kept) and kept[place] == unit)
        left, right = self._left_edge(place), self._right_edge(after)
        before, behind = kept[left:place], kept[after:right]
        first = kept[left - 1] if left else -1
        last = kept[right] if right < len(kept) else len(self.units)
        with_it = self._joined(first, [*before, unit, *behind], last)
        return self._count(with_it) - self._count(self._joined(first, [*before, *behind], last))

    def try_add(self, units: Sequence[int], spare: int) -> int | None:
        """Add units while they cost no more than ``spare``; undone, and nothing returned, if they do."""
        added: list[int] = []
        total = 0
        for unit in units:
            total += self.cost(unit)
            self.kept.insert(bisect_left(self.kept, unit), unit)
            added.append(unit)
            if total > spare:
                break
        if total > spare:
            for unit in added:
                del self.kept[bisect_left(self.kept, unit)]
            return None
        for unit in added:
            for need in self.needs[unit]:
                self._used[need] += 1
        return total

    def drop(self, unit: int) -> list[int]:
        """Give up a unit, what needs it, what closes it, and carriers that nothing needs any more."""
        gone: list[int] = []
        open_ = [unit]
        while open_:
            one = open_.pop()
            if not self.has(one):
                continue
            del self.kept[bisect_left(self.kept, one)]
            gone.append(one)
            open_ += [*self.closers.get(one, ()), *self._users.get(one, ())]
            for need in self.needs[one]:
                self._used[need] -= 1
                if not self._used[need] and self._carrier[need] and not self._forced[need]:
                    open_.append(need)
        return gone

    def neighbourhood(self, unit: int) -> range:
        """The units whose cost may change when this one is added or dropped."""
        place = bisect_left(self.kept, unit)
        left = self._left_edge(self._left_edge(place)) - 1
        right = self._right_edge(self._right_edge(place))
        first = self.kept[left] if left >= 0 else 0
        return range(first, self.kept[right] if right < len(self.kept) else len(self.units))

    def _left_edge(self, place: int) -> int:
        """Where in ``kept`` the neighbourhood left of ``place`` begins: after a space or a line's end."""
        edge = place - 1
        while edge > max(0, place - _REACH):
            if _ends_token(self.units.joint(self.kept[edge - 1], self.kept[edge])):
                return edge
            edge -= 1
        return max(edge, 0)

    def _right_edge(self, place: int) -> int:
        """Where in ``kept`` the neighbourhood from ``place`` on ends (exclusive): before one of these."""
        edge = place + 1
        while edge < min(len(self.kept), place + _REACH):
            if _ends_token(self.units.joint(self.kept[edge - 1], self.kept[edge])):
                return edge
            edge += 1
        return min(edge, len(self.kept))

    def _joined(self, first: int, units: Sequence[int], last: int) -> str:
        """Units as text, with what stands before them, after ``first``, and behind them, up to ``last``."""
        if not units:
            empty = first < 0 and last == len(self.units)
            return "" if empty else self.units.joint(first, last)
        parts = []
        for unit in units:
            parts += [self.units.joint(first, unit), self._strings[unit]]
            first = unit
        return "".join([*parts, self.units.joint(first, last)])


def left_out(drafts: Sequence[Draft], kept: Sequence[BoolArray]) -> Draft | None:
    """The best unit of all, with what it needs, where it was not kept: nothing else may take its place."""
    racing = [
        (text, draft) for text, draft in enumerate(drafts) if draft.margin.max(initial=-np.inf) > -np.inf
    ]
    if not racing:
        return None
    text, draft = max(
        racing, key=lambda one: float(one[1].margin[one[1].units.scored()].max(initial=-np.inf))
    )
    scored = draft.units.scored()
    best = int(scored[draft.margin[scored].argmax()])
    nothing = np.zeros(len(draft.units), dtype=bool)
    alone = with_needs(Draft(draft.units, np.arange(len(nothing)) == best, draft.margin, nothing))
    return None if kept[text][best] else alone


def _ends_token(joint: str) -> bool:
    """Whether what stands before white space is counted alone: nearly all tokenizers end a token there."""
    return joint.startswith(" ") or "\n" in joint


def fit(
    drafts: Sequence[Draft],
    budget: int,
    count: Count,
    *,
    total: Total | None = None,
    fill: bool = True,
    strict: bool = False,
) -> list[BoolArray]:
    """Bring drafts to the budget: give up the weakest units while too long, then fill what is left.

    With ``fill``, no dropped unit is left out that would still fit, given how ``count`` measures its
    neighbourhood; the bound itself is checked on whole texts, by ``total`` (by default the sum of their
    counts). With ``strict``, filling ends at the first unit that does not fit: no worse one takes its place.
    Returns for each draft which units are kept.

    Raises:
        BudgetTooSmall: the units that must stay exceed the budget.
    """
    whole = total or (lambda texts: sum(map(count, texts)))
    local = lru_cache(maxsize=1 << 12)(count)  # the same few words stand side by side again and again
    drafts = [with_needs(draft) for draft in drafts]
    sheets = [_Sheet(draft, local) for draft in drafts]
    order = _by_margin(drafts)
    barred: set[Place] = set()  # given up after filling: never taken again
    waiting = [(text, unit) for text, unit in order[::-1] if _may_come(sheets[text], drafts[text], unit)]
    filled = False
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
        added = _fill(sheets, [place for place in waiting if place not in barred], spare, strict=strict)
        if not added:
            break
        waiting, filled = [] if strict else _touched(sheets, drafts, added), True
    return [_mask(sheet) for sheet in sheets]


def _may_come(sheet: _Sheet, draft: Draft, unit: int) -> bool:
    return sheet.wanted[unit] and draft.margin[unit] > -np.inf


def _by_margin(drafts: Sequence[Draft]) -> list[Place]:
    """All places, the weakest first; equal ones: later ones are weaker, what others need is stronger."""
    places = [(text, unit) for text, draft in enumerate(drafts) for unit in range(len(draft.units))]
    margins = np.concatenate([draft.margin for draft in drafts]) if drafts else np.zeros(0)
    needed = np.concatenate([_needed(draft.units) for draft in drafts]) if drafts else np.zeros(0)
    ranks = np.lexsort((-np.arange(len(places)), needed, margins))
    return [places[rank] for rank in ranks.tolist()]


def _needed(units: Units) -> BoolArray:
    """Which units others need."""
    found = np.zeros(len(units), dtype=bool)
    if units.structure:
        found[[need for needs in units.structure.needs for need in needs]] = True
    return found


def _shrink(sheets: list[_Sheet], drafts: Sequence[Draft], order: list[Place], excess: int) -> list[Place]:
    """Drop the weakest units until about ``excess`` tokens are gone; returns them."""
    dropped: list[Place] = []
    for text, unit in order:
        if excess <= 0:
            break
        sheet = sheets[text]
        if sheet.wanted[unit] and not drafts[text].forced[unit] and sheet.has(unit):
            excess -= sheet.cost(unit)
            dropped += [(text, gone) for gone in sheet.drop(unit)]
    return dropped


def _fill(sheets: list[_Sheet], places: Iterable[Place], spare: int, *, strict: bool) -> list[Place]:
    """Add dropped units, in the order given, while they and what they need fit into ``spare`` tokens."""
    added: list[Place] = []
    for text, unit in places:
        sheet = sheets[text]
        if sheet.has(unit):
            continue
        missing = sheet.missing(unit)
        cost = sheet.try_add(missing, spare)
        if cost is not None:
            added += [(text, one) for one in missing]
            spare -= cost
        elif strict:
            break
    return added


def _touched(sheets: list[_Sheet], drafts: Sequence[Draft], added: list[Place]) -> list[Place]:
    """The dropped units near the added ones, the strongest first: only their costs have changed."""
    near = {
        (text, unit)
        for text, at in added
        for unit in sheets[text].neighbourhood(at)
        if _may_come(sheets[text], drafts[text], unit)
    }
    return sorted(near, key=lambda place: (-drafts[place[0]].margin[place[1]], place))


def _mask(sheet: _Sheet) -> BoolArray:
    mask = np.zeros(len(sheet.units), dtype=bool)
    mask[sheet.kept] = True
    return mask
