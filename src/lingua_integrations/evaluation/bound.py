"""The least distortion that any compression to a rate can have, over the compressions that were looked at.

Nagle et al., "Fundamental Limits of Prompt Compression" (2024, arXiv:2407.15504): choosing for every prompt x
a distribution z_x over its compressions m is a linear program (Theorem 1), and its dual has one variable:

    D*(R) = max over lambda >= 0 of  sum_x P(x) min_m (d(x, m) + lambda r(x, m))  -  lambda R
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lingua_integrations.core.types import FloatArray


@dataclass(frozen=True)
class Compressions:
    """What a prompt can be compressed to.

    Attributes:
        rates: share of the tokens that each leaves, shape [m].
        distortions: of each, shape [m].
    """

    rates: FloatArray
    distortions: FloatArray

    def hull(self) -> Compressions:
        """The lower convex hull, up to its lowest point: no other compression is ever the best choice.

        >>> Compressions(np.array([0, 0.5, 0.6, 1]), np.array([4.0, 1, 3, 0])).hull().rates
        array([0. , 0.5, 1. ])
        """
        order = np.lexsort((self.distortions, self.rates))
        points: list[tuple[float, float]] = []
        for rate, distortion in zip(self.rates[order], self.distortions[order], strict=True):
            if points and distortion >= points[-1][1]:
                continue
            while len(points) > 1 and _slope(points[-2], points[-1]) >= _slope(
                points[-2], (rate, distortion)
            ):
                points.pop()
            points.append((float(rate), float(distortion)))
        return Compressions(*np.array(points, dtype=np.float64).T)


def bound(prompts: Sequence[Compressions], rates: Sequence[float]) -> list[float]:
    """The least mean distortion at each mean rate, by the dual; all prompts are equally likely.

    The dual is concave and piecewise linear in lambda, with its corners at the slopes of the prompts' hulls,
    so that its maximum is at one of them.

    Args:
        prompts: the compressions of each.
        rates: mean share of the tokens that may be left.

    Returns:
        One distortion for each rate; infinite where no compression is so short.

    Example:
        >>> one = Compressions(np.array([0.0, 1.0]), np.array([4.0, 0.0]))  # nothing, or everything
        >>> bound([one], [0.0, 0.25, 1.0])  # a quarter of the time everything
        [4.0, 3.0, 0.0]
    """
    hulls = [prompt.hull() for prompt in prompts]
    slopes = [-np.diff(hull.distortions) / np.diff(hull.rates) for hull in hulls]
    multipliers = np.unique(np.concatenate([np.zeros(1), *slopes]))
    costs = np.mean([(hull.distortions + multipliers[:, None] * hull.rates).min(1) for hull in hulls], axis=0)
    shortest = float(np.mean([hull.rates[0] for hull in hulls]))
    return [
        float((costs - multipliers * rate).max()) if rate >= shortest - 1e-12 else float("inf")
        for rate in rates
    ]


def _slope(left: tuple[float, float], right: tuple[float, float]) -> float:
    run = right[0] - left[0]
    return (right[1] - left[1]) / run if run > 0 else -np.inf
