"""Stage 6, fit: exactly to the budget, in tokens of the target model, each unit with what it needs.

A knapsack with precedence: units are taken in the order of their scores, each for the price of itself and of
what it needs that is not there yet. No unit takes the place of the best one: if that does not fit, nothing
does.

Tokens of a text are not the sum of its units' tokens, so the fit counts real text. What a unit costs is
measured where it stands: the words around it, out to the nearest single space on either side, counted with
it and without it. At the end whole texts are counted, and that count decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np

from lingua_integrations.core.budget.drafts import Draft, with_needs
from lingua_integrations.core.budget.sheet import Sheet
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, Count
from lingua_integrations.errors import BudgetTooSmall

Total = Callable[[Sequence[str]], int]
Place = tuple[int, int]  # a text, and one of its units


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
    unwanted = [draft.margin == -np.inf for draft in drafts]
    drafts = [with_needs(draft) for draft in drafts]
    sheets = [Sheet(draft, local, one) for draft, one in zip(drafts, unwanted, strict=True)]
    order = _by_margin(drafts)
    barred: set[Place] = set()  # given up after filling: never taken again
    waiting = [(text, unit) for text, unit in order[::-1] if sheets[text].wanted[unit]]
    filled = False
    while True:
        spare = budget - whole([sheet.text() for sheet in sheets])
        if spare < 0:
            given_up = _shrink(sheets, order, -spare)
            if not given_up:
                raise BudgetTooSmall(
                    budget, budget - spare, f"the text that must be kept needs {-spare} more tokens"
                )
            barred.update(given_up if filled else ())
            continue
        if not fill:
            break
        added = _fill(sheets, [place for place in waiting if place not in barred], spare, strict=strict)
        if not added:
            break
        waiting, filled = [] if strict else _touched(sheets, drafts, added), True
    return [_mask(sheet) for sheet in sheets]


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


def _shrink(sheets: list[Sheet], order: list[Place], excess: int) -> list[Place]:
    """Drop the weakest units until about ``excess`` tokens are gone; returns them."""
    dropped: list[Place] = []
    for text, unit in order:
        if excess <= 0:
            break
        sheet = sheets[text]
        if sheet.alone[unit] and sheet.has(unit):
            excess -= sheet.cost(unit)
            dropped += [(text, gone) for gone in sheet.drop(unit)]
    return dropped


def _fill(sheets: list[Sheet], places: Iterable[Place], spare: int, *, strict: bool) -> list[Place]:
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


def _touched(sheets: list[Sheet], drafts: Sequence[Draft], added: list[Place]) -> list[Place]:
    """The dropped units near the added ones, the strongest first: only their costs have changed."""
    changed: dict[int, list[int]] = {}
    for text, at in added:
        changed.setdefault(text, []).append(at)
    near = {text: sheets[text].neighbourhood(units) for text, units in changed.items()}
    places = [(text, unit) for text, units in near.items() for unit in units if sheets[text].wanted[unit]]
    return sorted(places, key=lambda place: (-drafts[place[0]].margin[place[1]], place))


def _mask(sheet: Sheet) -> BoolArray:
    mask = np.zeros(len(sheet.units), dtype=bool)
    mask[sheet.kept] = True
    return mask
