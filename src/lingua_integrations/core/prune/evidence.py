"""How likely units are to be evidence, and what is kept because of it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from lingua_integrations.core.types import BoolArray, FloatArray


def probabilities(log_odds: FloatArray) -> FloatArray:
    """The probabilities that log-odds stand for.

    >>> probabilities(np.array([-np.inf, 0.0]))
    array([0. , 0.5])
    """
    return 0.5 * (1.0 + np.tanh(log_odds / 2))


def least_of(
    scores: FloatArray, chances: FloatArray, min_relevance: float | None, share: float | None
) -> float:
    """The lowest score that is kept: by a least probability, or by a share of all the evidence to expect.

    Args:
        scores: of all units of a call, shape [n].
        chances: the probability that a unit is evidence, rising with its score, shape [n].
        min_relevance: what is less likely is not kept; the best unit is.
        share: the best units are kept until this share of all probability is.

    >>> scores, chances = np.array([1.0, 3.0, 2.0]), np.array([0.1, 0.6, 0.3])
    >>> least_of(scores, chances, 0.2, None), least_of(scores, chances, 0.7, None)
    (2.0, 3.0)
    >>> least_of(scores, chances, None, 0.85), least_of(scores, chances, None, 0.95)
    (2.0, 1.0)
    """
    if not len(scores):
        return -math.inf
    best_first = np.argsort(-scores, kind="stable")
    least = float(scores[best_first[0]])
    if min_relevance is not None:
        least = min(least, float(scores[chances >= min_relevance].min(initial=math.inf)))
    if share is not None:
        mass = np.cumsum(chances[best_first])
        least = float(scores[best_first[int(np.searchsorted(mass, share * mass[-1] - 1e-12))]])
    return least


def confidence(found: Iterable[tuple[FloatArray, BoolArray]]) -> float:
    """The share of the evidence to expect that was kept: of all probability, that of what stays.

    Args:
        found: of each text the probabilities of its units, and which of them are kept.

    >>> confidence([(np.array([0.6, 0.1]), np.array([True, False])), (np.array([0.3]), np.array([True]))])
    0.9
    """
    total = left = 0.0
    for chances, kept in found:
        total += float(chances.sum())
        left += float(chances[kept].sum())
    return round(left / total, 6) if total else 1.0
