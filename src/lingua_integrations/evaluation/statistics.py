"""How sure a mean and a difference are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from lingua_integrations.errors import MissingExtra

DRAWS = 4000


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

    Raises:
        MissingExtra: scipy is not installed.

    >>> estimate([1.0, 1.0, 1.0])
    Estimate(mean=1.0, low=1.0, high=1.0, n=3)
    """
    return weighted(values, np.ones(len(values)).tolist())


def weighted(values: Sequence[float], weights: Sequence[float]) -> Estimate | None:
    """Weighted mean and percentile bootstrap interval over the pairs; ``None`` without any.

    Raises:
        MissingExtra: scipy is not installed.

    >>> weighted([1.0, 3.0], [3, 1]).mean
    1.5
    """
    if not len(values):
        return None
    pairs = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    mean = float(np.average(pairs[0], weights=pairs[1]))
    low, high = float(pairs[0].min()), float(pairs[0].max())
    if low < high:
        low, high = (
            _scipy_stats()
            .bootstrap(pairs, _weighted_mean, n_resamples=DRAWS, paired=True, method="percentile", rng=0)
            .confidence_interval
        )
    return Estimate(mean, float(low), float(high), len(values))


def _weighted_mean(values: Any, weights: Any, axis: int = -1) -> Any:
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
    test = _scipy_stats().permutation_test
    kind = {"permutation_type": "samples", "vectorized": True}
    return float(test(pair, _mean_difference, n_resamples=DRAWS, rng=0, **kind).pvalue)


def _mean_difference(values: Any, others: Any, axis: int = -1) -> Any:
    return np.mean(values - others, axis=axis)


def _scipy_stats() -> Any:
    try:
        from scipy import stats
    except ImportError as error:
        raise MissingExtra("scipy", "eval") from error
    return stats
