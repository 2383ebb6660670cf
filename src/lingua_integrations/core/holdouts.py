"""Held-out results beside compressed ones: what both really cost, and whether the difference may be chance.

A receipt says by a formula what a run would have cost. Where chance left some results whole, the two can be
compared instead. Which result is left whole has nothing to do with what it says, so the difference of the
means is what compression changed, and its interval tells how far the numbers are to be trusted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist, fmean, variance

from lingua_integrations.core.prices import Prices
from lingua_integrations.core.trace import HISTORY, Called, Compressed, Event

FEW = 10  # results of either sort, below which a mean says nothing


@dataclass(frozen=True)
class Comparison:
    """What results of tools cost that were compressed, and such that were left whole.

    The cost of a result is that of its tokens in all calls of the model that read it: once anew, then from
    the cache. To compressed results what fetching back cost is added, in equal shares.

    Attributes:
        results: how many were compressed, or found short enough, and read by a call.
        held_out: how many were left whole and read by a call.
        compressed: the mean cost of the former, in money.
        whole: that of the latter.
        interval: 95% interval for ``whole - compressed``, the money saved by a result (Welch's); ``None``:
            there are fewer than ten of either, which is too few to say anything.
    """

    results: int
    held_out: int
    compressed: float
    whole: float
    interval: tuple[float, float] | None

    def __str__(self) -> str:
        if self.interval is None:
            return (
                f"too few results to compare: {self.held_out} left whole, {self.results} compressed; "
                f"at least {FEW} of each are needed"
            )
        low, high = self.interval
        saved = self.whole - self.compressed
        found = f"{abs(saved):.4g} {'more' if saved < 0 else 'less'}"
        chance = ", which may be chance" if low <= 0 <= high else ""
        return (
            f"a compressed result cost {self.compressed:.4g} (mean of {self.results}, with fetching back), "
            f"one left whole {self.whole:.4g} (mean of {self.held_out}): "
            f"{found}{chance} (95% interval of what is saved: {low:.4g} to {high:.4g})"
        )


def compared(events: Iterable[Event], prices: Prices, fetched: float) -> Comparison | None:
    """Compare the costs of results; ``None`` where none was left whole, or no call read one.

    Args:
        events: of a run, in order.
        prices: of the model.
        fetched: what fetching back cost, in money.

    >>> run = [Compressed(100, 20, "a"), Compressed(90, 90, "a", holdout=True), *[Called(110, 0)] * 2]
    >>> found = compared(run, Prices(input=1e6), 0.0)
    >>> found.compressed, found.whole, found.interval
    (40.0, 180.0, None)
    """
    results: list[tuple[int, Compressed]] = []  # each with the number of calls before it
    anew: list[float] = []
    again: list[float] = []
    for event in events:
        if isinstance(event, Called) and not event.recall:  # those that recall are in `fetched`
            anew.append(prices.write if event.cache_write else prices.input)
            again.append(prices.read if event.cache_read else prices.input)
        elif isinstance(event, Compressed) and event.tool not in (None, HISTORY) and event.tokens_before:
            results.append((len(anew), event))
    later = [0.0, *accumulate(reversed(again))]  # of a token, in so many last calls
    costs: dict[bool, list[float]] = {False: [], True: []}
    for at, result in results:
        if at < len(anew):
            each = anew[at] + later[len(anew) - at - 1]
            costs[result.holdout].append(result.tokens_after * each / 1e6)
    compressed, whole = costs[False], costs[True]
    if not whole:
        return None
    compressed = [cost + fetched / len(compressed) for cost in compressed]
    mean = fmean(compressed) if compressed else 0.0
    return Comparison(len(compressed), len(whole), mean, fmean(whole), _interval(whole, compressed))


def _interval(left: Sequence[float], right: Sequence[float]) -> tuple[float, float] | None:
    """95% interval for the difference of two means: Welch's, with Student's t by Cornish and Fisher.

    >>> [round(edge, 2) for edge in _interval([5.0, 7.0] * 6, [1.0, 2.0] * 6)]
    [3.79, 5.21]
    """
    if min(len(left), len(right)) < FEW:
        return None
    parts = [variance(one) / len(one) for one in (left, right)]
    error = math.sqrt(sum(parts))
    weight = sum(part**2 / (len(one) - 1) for part, one in zip(parts, (left, right), strict=True))
    z = NormalDist().inv_cdf(0.975)
    quantile = z
    if weight:
        freedom = sum(parts) ** 2 / weight
        quantile += (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    middle = fmean(left) - fmean(right)
    return middle - quantile * error, middle + quantile * error
