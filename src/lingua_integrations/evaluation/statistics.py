"""How sure a mean and a difference are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lingua_integrations.core.optional import optional

DRAWS = 4000
SURE = 0.05
"""A difference with a smaller p is beyond the noise."""


@dataclass(frozen=True)
class Estimate:
    """A mean with its bootstrap 95% interval, over n values."""

    mean: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.2f}, {self.high:.2f}]"


def estimate(values: Sequence[float], weights: Sequence[float] | None = None) -> Estimate | None:
    """Weighted mean and percentile bootstrap interval, the same for the same values; ``None`` without any.

    Args:
        values: one for each case.
        weights: of the cases; default: all the same.

    Raises:
        MissingExtra: scipy is not installed.

    >>> estimate([1.0, 1.0, 1.0]), estimate([1.0, 3.0], [3, 1]).mean
    (Estimate(mean=1.0, low=1.0, high=1.0, n=3), 1.5)
    """
    if not len(values):
        return None
    weighed = np.asarray(values, np.float64), np.asarray(weights or [1.0] * len(values), np.float64)
    low, high = min(values), max(values)
    if low < high:
        draw = optional("scipy.stats", "scipy", "eval").bootstrap
        found = draw(weighed, _mean, n_resamples=DRAWS, paired=True, method="percentile", rng=0)
        low, high = found.confidence_interval
    return Estimate(float(_mean(*weighed)), float(low), float(high), len(values))


def _mean(values: Any, weights: Any, axis: int = -1) -> Any:
    return np.sum(values * weights, axis=axis) / np.sum(weights, axis=axis)


def paired_p(values: Sequence[float], others: Sequence[float]) -> float:
    """Two-sided p of no difference: permutations of the two within each case.

    Args:
        values: of one method, one for each case.
        others: of another, for the same cases in the same order. One case proves nothing: 1.

    Raises:
        MissingExtra: scipy is not installed.

    >>> paired_p([1, 1, 0], [1, 1, 0])
    1.0
    """
    pair = np.asarray(values, dtype=np.float64), np.asarray(others, dtype=np.float64)
    if np.array_equal(*pair) or len(pair[0]) < 2:
        return 1.0
    test = optional("scipy.stats", "scipy", "eval").permutation_test
    return float(test(pair, _difference, permutation_type="samples", n_resamples=DRAWS, rng=0).pvalue)


def _difference(values: Any, others: Any, axis: int = -1) -> Any:
    return np.mean(values - others, axis=axis)
