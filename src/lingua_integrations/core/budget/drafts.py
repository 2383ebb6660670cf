"""A first decision about the units of a text, and what it comes to once each has what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, FloatArray


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
    chances: FloatArray | None = None  # how likely each is to be evidence, where the scorer can tell

    @property
    def text(self) -> str:
        """The kept units as text."""
        return self.units.join(np.flatnonzero(self.kept))

    @property
    def wanted(self) -> bool:
        """Whether any unit may be kept."""
        return bool(self.kept.any() or self.forced.any() or (self.margin > -np.inf).any())

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
    whole = bool(draft.kept.all()) and bool((draft.margin == np.inf).all())
    alone = structure.carrier & ~draft.forced & (not whole)
    margin = np.where(alone | ((structure.closes >= 0) & (not whole)), -np.inf, draft.margin)
    kept = draft.kept & ~alone & ((structure.closes < 0) | whole)
    closes = structure.closes.tolist()
    closing = np.flatnonzero(structure.closes >= 0).tolist()
    margins, keeps, forces = margin.tolist(), kept.tolist(), draft.forced.tolist()
    for unit in closing:
        opener = closes[unit]
        forces[opener] |= forces[unit]
        keeps[opener] |= forces[unit]
        if structure.pieces[unit].prose:  # words that bind one another: the best of them speaks for all
            margins[opener] = max(margins[opener], float(draft.margin[unit]))
            keeps[opener] |= bool(draft.kept[unit])
    _hand_on(structure.needs, margins, keeps, forces)
    for unit in closing:  # in order, since what closes one may be closed itself
        opener = closes[unit]
        margins[unit], keeps[unit], forces[unit] = margins[opener], keeps[opener], forces[opener]
    kept, forced = np.array(keeps, dtype=bool), np.array(forces, dtype=bool)
    return replace(draft, kept=kept, margin=np.array(margins, dtype=np.float64), forced=forced)


def _hand_on(
    needs: Sequence[tuple[int, ...]], margins: list[float], keeps: list[bool], forces: list[bool]
) -> None:
    """Let what units have that others need be at least as much as those have."""
    settled, order = False, range(len(needs) - 1, -1, -1)
    while not settled:  # once, unless a unit needs a later one, as words do, and clauses
        settled = True
        for unit in order:
            for need in needs[unit]:
                if margins[need] < margins[unit] or keeps[need] < keeps[unit] or forces[need] < forces[unit]:
                    margins[need] = max(margins[need], margins[unit])
                    keeps[need] |= keeps[unit]
                    forces[need] |= forces[unit]
                    settled = settled and (need - unit) * order.step > 0  # else it has had its turn
        order = order[::-1]


def left_out(drafts: Sequence[Draft], kept: Sequence[BoolArray]) -> tuple[int, Draft] | None:
    """The best unit of all, with what it needs, and its text's place, where it was not kept.

    Nothing else may take its place.
    """
    racing = [
        (text, draft) for text, draft in enumerate(drafts) if draft.margin.max(initial=-np.inf) > -np.inf
    ]
    if not racing:
        return None
    text, draft = max(
        racing, key=lambda one: float(one[1].margin[one[1].units.scored()].max(initial=-np.inf))
    )
    best, alone = best_of(draft)
    if kept[text][best] or not alone.kept.any():  # of headings alone none may stand for itself
        return None
    return text, alone


def best_of(draft: Draft) -> tuple[int, Draft]:
    """The best unit of a text, and a draft that keeps it alone, with what it needs."""
    scored = draft.units.scored()
    best = int(scored[draft.margin[scored].argmax()])
    nothing = np.zeros(len(draft.units), dtype=bool)
    return best, with_needs(Draft(draft.units, np.arange(len(nothing)) == best, draft.margin, nothing))
