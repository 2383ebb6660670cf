"""Stage 5, prune: iterative token-level compression (LLMLingua, section 4.2, Algorithm 2, Eq. 4 to 7).

A text is cut into segments. Each is scored given what was kept of the ones before it (Eq. 5), gets a
threshold from its own scores alone (Eq. 6), and keeps the units above it (Eq. 7). What a segment could not
spend, because units are whole, is carried over into the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lingua_integrations.core.budget.drafts import Draft
from lingua_integrations.core.budget.fit import fit
from lingua_integrations.core.config import UnitScore
from lingua_integrations.core.protocols import Source
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, Count, FloatArray, IntArray
from lingua_integrations.errors import InvalidRequest


def unit_scores(
    surprisals: FloatArray, first: IntArray, last: IntArray, n: int, how: UnitScore
) -> FloatArray:
    """Score of each of n units from the surprisals (nats, shape [tokens]) of the tokens that touch it.

    Token i touches the units from ``first[i]`` to ``last[i]``, and its own surprisal decides about it. The
    mean is information per token: what a budget counted in tokens buys. A unit without tokens scores 0.

    >>> unit_scores(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 1]), np.array([0, 0, 1]), 2, "mean")
    array([2., 5.])
    """
    width = last - first + 1
    tokens = np.repeat(np.arange(len(surprisals)), width)
    units = np.repeat(first, width) + np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
    scores = np.zeros(n)
    if how == "max":
        np.maximum.at(scores, units, surprisals[tokens])
        return scores
    np.add.at(scores, units, surprisals[tokens])
    if how == "mean":
        scores /= np.maximum(np.bincount(units, minlength=n), 1)
    return scores


def checked(surprisals: FloatArray, tokens: int) -> FloatArray:
    """The surprisals, if there is a finite one for each token.

    Raises:
        InvalidRequest: there is not; a budget cannot be spent by what is no number.
    """
    surprisals = np.asarray(surprisals, dtype=np.float64)
    if surprisals.shape != (tokens,) or not np.isfinite(surprisals).all():
        raise InvalidRequest(
            f"The scorer must give one finite surprisal for each of {tokens} tokens; it gave an array of "
            f"shape {surprisals.shape} with {int((~np.isfinite(surprisals)).sum())} that are not finite."
        )
    return surprisals


def segments(first: IntArray, n: int, size: int) -> list[tuple[int, int]]:
    """Cut n units into segments of about ``size`` tokens each, of equal length, at unit boundaries.

    ``first`` is the first unit that each token of the scorer model touches, ascending, shape [tokens].

    >>> segments(np.arange(250), 250, 100)
    [(0, 125), (125, 250)]
    """
    parts = number_of_segments(len(first), size)
    cuts = [int(first[len(first) * part // parts]) for part in range(1, parts)]
    return list(pairwise(sorted({0, n, *cuts})))


def number_of_segments(tokens: int, size: int) -> int:
    """Into how many segments of about ``size`` tokens a text is cut."""
    return max(1, round(tokens / size))


def keep_above_threshold(
    scores: FloatArray, forced: BoolArray, target: float, cost: Callable[[BoolArray], int]
) -> tuple[BoolArray, float]:
    """Find a segment's threshold: the lowest one at which the kept units cost at most ``target`` (Eq. 6, 7).

    Returns which units are kept, and the threshold: the highest score that was dropped, or one below all
    scores. Units that are forced stay whatever they cost; of equal scores the earlier unit is kept first.
    Target and cost are in tokens of the target model.

    >>> each_costs_two = lambda kept: 2 * int(kept.sum())
    >>> keep_above_threshold(np.array([1.0, 9.0, 4.0]), np.zeros(3, dtype=bool), 4.5, each_costs_two)
    (array([False,  True,  True]), 1.0)
    """
    order = np.lexsort((np.arange(len(scores)), -scores, ~forced))

    def best(n: int) -> BoolArray:
        kept = np.zeros(len(scores), dtype=bool)
        kept[order[:n]] = True
        return kept

    low, high = int(forced.sum()), len(scores)
    while low < high:  # the cost grows with n, up to a token where words meet
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cost(best(middle)) <= target else (low, middle - 1)
    dropped = scores[order[low:]]
    return best(low), float(dropped.max()) if len(dropped) else float(scores.min(initial=0.0)) - 1.0


@dataclass
class Pruner:
    """Prunes texts one after the other, and remembers what is left to spend.

    With ``left_to_fit``, what costs nothing at the end of a text is added by the fit: it fills, and no later
    text is to see it.
    """

    count: Count
    segment_tokens: int  # of the scorer model
    unit_score: UnitScore
    floor: float = -np.inf  # units with a lower score are dropped even where the budget has room for them
    left_to_fit: bool = False
    carry: float = 0.0  # target tokens that the segments so far left unspent (negative: overspent)

    def prune(
        self, units: Units, source: Source, forced: BoolArray, rate: float, *, settle: bool = False
    ) -> Draft:
        """Prune one text to about ``rate``, in [0, 1], of its target tokens.

        Where no text follows (``settle``), the last segment spends what is left and carries nothing over.
        """
        tokens, stream = source
        first, last = units.owners(tokens.spans)
        kept = np.zeros(len(units), dtype=bool)
        margin = np.zeros(len(units))
        allowance = self.carry + rate * self.count(units.join(np.arange(len(units))))
        for begin, end in segments(first, len(units), self.segment_tokens):
            token_range = slice(*np.searchsorted(first, [begin, end]))
            starts, stops = first[token_range] - begin, np.minimum(last[token_range], end - 1) - begin
            surprisals = checked(stream.score(tokens.ids[token_range]), len(starts))
            scores = unit_scores(surprisals, starts, stops, end - begin, self.unit_score)
            cost = _segment_cost(units, begin, end, kept, self.count)
            target = rate * cost(np.ones(end - begin, dtype=bool)) + self.carry
            ends = end == len(units)
            if ends:  # costs of segments do not quite add up: the last one settles
                target = allowance - self.count(units.join(np.flatnonzero(kept)))
            chosen, threshold = keep_above_threshold(scores, forced[begin:end], target, cost)
            margin[begin:end] = np.where(scores >= self.floor, scores - threshold, -np.inf)
            chosen &= forced[begin:end] | (scores >= self.floor)
            if settle or not (ends and self.left_to_fit):
                draft = Draft(units.part(begin, end), chosen, margin[begin:end], forced[begin:end])
                chosen = self._with_cheap_units(draft, max(0, int(target - cost(chosen))) if ends else 0)
            self.carry = target - cost(chosen)
            kept[begin:end] = chosen
            stream.keep(_kept_tokens(chosen, starts, stops))
        self.carry = allowance - self.count(units.join(np.flatnonzero(kept)))
        return Draft(units, kept, margin, forced)

    def _with_cheap_units(self, segment: Draft, spare: int) -> BoolArray:
        """Keep also what ``spare`` tokens buy.

        With none to spare that is what costs nothing: o200k_base, say, has one token for a full stop and the
        blank line after it.
        """
        return fit([segment], self.count(segment.text) + spare, self.count)[0]


def _segment_cost(
    units: Units, begin: int, end: int, kept: BoolArray, count: Count
) -> Callable[[BoolArray], int]:
    """What a choice of units in ``[begin, end)`` adds to the text kept before it, in target tokens."""
    before = np.flatnonzero(kept[:begin])

    def cost(chosen: BoolArray) -> int:
        indices = begin + np.flatnonzero(chosen)
        if not len(indices):
            return 0
        lead = units.joint(int(before[-1]), int(indices[0])) if len(before) else ""
        return count(lead + units.join(indices))

    return cost


def _kept_tokens(chosen: BoolArray, first: IntArray, last: IntArray) -> BoolArray:
    """A token stays where any unit that it touches is kept."""
    total = np.r_[0, np.cumsum(chosen)]
    return np.asarray(total[last + 1] - total[first] > 0)
