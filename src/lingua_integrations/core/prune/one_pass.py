"""Stage 5 for scorers that see whole texts: one threshold for all units that share a rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lingua_integrations.core.budget.drafts import Draft
from lingua_integrations.core.request import Part
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, Count, FloatArray, IntArray


def keep_best(
    parts: Sequence[Part], rates: Sequence[float], scores: Sequence[FloatArray], floor: float, count: Count
) -> list[Draft]:
    """Keep the units with the best scores, compared across all parts that have the same rate.

    Units that score below ``floor`` are dropped even where the budget has room for them.
    """
    drafts: list[Draft | None] = [None] * len(parts)
    for rate in sorted(set(rates)):
        group = [i for i, one in enumerate(rates) if one == rate]
        joint = np.concatenate([scores[i] for i in group])
        forced = np.concatenate([parts[i].forced for i in group])
        costs = np.concatenate([unit_costs(parts[i].units, count) for i in group])
        budget = rate * sum(parts[i].tokens for i in group)
        kept, threshold = above_threshold(joint, forced, costs, budget)
        margin = np.where(joint >= floor, joint - threshold, -np.inf)
        kept &= forced | (joint >= floor)
        edges = np.cumsum([0, *(len(parts[i].units) for i in group)])
        for i, begin, end in zip(group, edges, edges[1:], strict=False):
            drafts[i] = Draft(parts[i].units, kept[begin:end], margin[begin:end], forced[begin:end])
    return [draft for draft in drafts if draft is not None]


def above_threshold(
    scores: FloatArray, forced: BoolArray, costs: IntArray, budget: float
) -> tuple[BoolArray, float]:
    """Which units are kept, best first, and the highest score that was dropped.

    Units that are forced stay whatever they cost. Costs are target tokens of each unit where it stands.

    >>> above_threshold(np.array([1.0, 9.0, 4.0]), np.zeros(3, dtype=bool), np.array([2, 2, 2]), 4.0)
    (array([False,  True,  True]), 1.0)
    """
    order = np.lexsort((np.arange(len(scores)), -scores, ~forced))
    n = max(int(forced.sum()), int(np.searchsorted(np.cumsum(costs[order]), budget, side="right")))
    kept = np.zeros(len(scores), dtype=bool)
    kept[order[:n]] = True
    dropped = scores[order[n:]]
    return kept, float(dropped.max()) if len(dropped) else float(scores.min(initial=0.0)) - 1.0


def unit_costs(units: Units, count: Count) -> IntArray:
    """Target tokens of each unit with the white space before it; equal ones are counted once."""
    pieces = list(_pieces(units))
    known = {piece: count(piece) for piece in set(pieces)}
    return np.array([known[piece] for piece in pieces], dtype=np.int64)


def _pieces(units: Units) -> Iterator[str]:
    end = 0
    for start, stop in zip(units.starts.tolist(), units.ends.tolist(), strict=True):
        yield units.text[end if end else start : stop]
        end = stop
