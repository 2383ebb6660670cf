"""The least distortion that any compression to a rate can have, over the compressions that were looked at.

Nagle et al., "Fundamental Limits of Prompt Compression" (2024, arXiv:2407.15504), Theorem 1: choosing for
every prompt x a distribution z_x over its compressions m is a linear program,

    D*(R) = min over z of  sum_x P(x) sum_m z_x(m) d(x, m)   where   sum_x P(x) sum_m z_x(m) r(x, m) <= R
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lingua_integrations.core.types import FloatArray
from lingua_integrations.evaluation.extras import optional


@dataclass(frozen=True)
class Compressions:
    """What a prompt can be compressed to.

    Attributes:
        rates: share of the tokens that each leaves, shape [m].
        distortions: of each, shape [m].
    """

    rates: FloatArray
    distortions: FloatArray


def bound(prompts: Sequence[Compressions], rates: Sequence[float]) -> list[float]:
    """The least mean distortion at each mean rate; all prompts are equally likely.

    Args:
        prompts: the compressions of each.
        rates: mean share of the tokens that may be left.

    Returns:
        One distortion for each rate; infinite where no compression is so short.

    Raises:
        MissingExtra: scipy is not installed.

    Example:
        >>> one = Compressions(np.array([0.0, 1.0]), np.array([4.0, 0.0]))  # nothing, or everything
        >>> bound([one], [0.0, 0.25, 1.0])  # a quarter of the time everything
        [4.0, 3.0, 0.0]
    """
    solve = optional("scipy.optimize", "scipy", "eval").linprog
    distortions, shares = (
        np.concatenate([getattr(prompt, name) for prompt in prompts]) / len(prompts)
        for name in ("distortions", "rates")
    )
    owners = np.repeat(np.arange(len(prompts)), [len(prompt.rates) for prompt in prompts])
    each_once = (owners == np.arange(len(prompts))[:, None]).astype(float)
    found = [solve(distortions, shares[None], [rate], each_once, np.ones(len(prompts))) for rate in rates]
    return [float(one.fun) if one.status == 0 else float("inf") for one in found]
