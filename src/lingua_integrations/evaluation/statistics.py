"""How sure a mean and a difference are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

DRAWS = 2000


class Estimate(NamedTuple):
    """A mean with its bootstrap 95% interval, over n values."""

    mean: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.2f}, {self.high:.2f}]"


def estimate(values: Sequence[float]) -> Estimate | None:
    """Mean and percentile bootstrap interval, the same for the same values; ``None`` without any.

    >>> estimate([1.0, 1.0, 1.0])
    Estimate(mean=1.0, low=1.0, high=1.0, n=3)
    """
    if not len(values):
        return None
    numbers = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(0).choice(numbers, size=(DRAWS, len(numbers))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return Estimate(float(numbers.mean()), float(low), float(high), len(numbers))


def paired_p(values: Sequence[float], others: Sequence[float]) -> float:
    """Two-sided p of no difference, by flipping the signs of the differences at random.

    Args:
        values: of one method, one for each case.
        others: of another, for the same cases in the same order.

    >>> paired_p([1, 1, 0], [1, 1, 0])
    1.0
    """
    differences = np.asarray(values, dtype=np.float64) - np.asarray(others, dtype=np.float64)
    observed = abs(differences.mean()) if len(differences) else 0.0
    if observed == 0.0:
        return 1.0
    signs = np.random.default_rng(0).choice([-1.0, 1.0], size=(DRAWS, len(differences)))
    extreme = np.abs((signs * differences).mean(axis=1)) >= observed - 1e-12
    return float((extreme.sum() + 1) / (DRAWS + 1))
