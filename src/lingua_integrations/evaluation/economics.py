"""When compressing pays: in time against a target that reads so fast, in money against a machine's price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Prices:
    """What saving is worth, and what it costs."""

    tokens_per_second: float = 5000.0  # that the target model reads of a prompt
    # price of the machine that compresses, in the currency of the target's prices
    machine_per_hour: float = 0.1


def length_that_pays(
    tokens: Sequence[int], seconds: Sequence[float], rate: float, prices: Prices
) -> float | None:
    """From which prompt length on the target saves more time than compressing takes.

    Compressing n tokens takes a + b n seconds (a least-squares line; all of it b where the lengths hardly
    differ), and saves (1 - rate) n / speed. It pays from n = a / ((1 - rate) / speed - b) on.

    Args:
        tokens: target tokens before, one for each case.
        seconds: that compressing them took.
        rate: share of the tokens that is left.
        prices: of the target.

    Returns:
        Tokens; 0 where it always pays, ``None`` where it never does.

    >>> length_that_pays([1000, 2000], [0.15, 0.2], 0.5, Prices(tokens_per_second=5000))
    2000.0
    """
    if not len(tokens):
        return None
    lengths, times = np.asarray(tokens, dtype=np.float64), np.asarray(seconds, dtype=np.float64)
    if lengths.std() > 0.05 * lengths.mean():
        slope, fixed = np.polyfit(lengths, times, 1)
        slope, fixed = max(0.0, float(slope)), max(0.0, float(fixed))
    else:
        slope, fixed = float(times.sum() / lengths.sum()), 0.0
    gain = (1 - rate) / prices.tokens_per_second - slope
    return round(fixed / gain, 6) if gain > 0 else None


def price_that_pays(seconds: float, saved: float, prices: Prices) -> float | None:
    """From which price of a million prompt tokens on the saved ones pay for the machine; ``None``: never.

    Args:
        seconds: that compressing took.
        saved: target tokens that it saved.
        prices: of the machine.

    >>> price_that_pays(3.6, 1000, Prices(machine_per_hour=0.1))  # 0.0001 for 1,000 tokens
    0.1
    """
    cost = seconds * prices.machine_per_hour / 3600
    return round(cost / saved * 1e6, 6) if saved > 0 else None
