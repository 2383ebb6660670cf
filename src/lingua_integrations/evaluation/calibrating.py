"""Calibration: a ranker's scores against the evidence of questions whose evidence is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from lingua_integrations.core.calibration import Calibration
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.optional import optional
from lingua_integrations.core.prune.evidence import least_of, probabilities
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, FloatArray
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.metrics import answer_kept

SHARES = (0.8, 0.9, 0.95, 0.98)
_EDGES = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)  # of what is predicted, for the table
_STEADY = 1e-5  # weight of the squared coefficients, in nats a unit: few questions leave some of them open
_LEAST = 20  # questions


class Sample(NamedTuple):
    """One question: what the ranker says of the units of all its texts, and which of them are evidence."""

    scores: FloatArray  # shape [units]
    evidence: BoolArray  # shape [units]


def sample(compressor: PromptCompressor, case: Case) -> Sample:
    """The scores and the evidence of a case. What is there for others only is left out."""
    scores: list[FloatArray] = [np.zeros(0)]
    evidence: list[BoolArray] = [np.zeros(0, dtype=bool)]
    for index, (units, found) in enumerate(compressor.scored(case.contexts, question=case.question)):
        scored = units.scored()
        scores.append(found[scored])
        evidence.append(_evidence(case, index, units)[scored])
    return Sample(np.concatenate(scores), np.concatenate(evidence))


def _evidence(case: Case, index: int, units: Units) -> BoolArray:
    """Which units hold evidence: half of an annotated stretch or of themselves; else an answer's words."""
    if not case.relevant:
        return np.array([answer_kept(case.answers, [text]) for text in units.strings()], dtype=bool)
    held = np.zeros(len(units), dtype=bool)
    for text, start, end in case.relevant:
        if text == index:
            shared = np.minimum(units.ends, end) - np.maximum(units.starts, start)
            held |= shared * 2 > np.minimum(units.ends - units.starts, end - start)
    return held


def samples(compressor: PromptCompressor, cases: Iterable[Case]) -> list[Sample]:
    """Of all cases, those without an answer included; of the others only those whose evidence is there."""
    found = []
    for case in tqdm(list(cases), unit="question", leave=False):
        one = sample(compressor, case)
        if len(one.scores) > 1 and (one.evidence.any() or not case.answers):
            found.append(one)
    return found


def fitted(found: Sequence[Sample]) -> Calibration:
    """The calibration under which the evidence of the samples is most likely.

    Raises:
        InvalidRequest: there are too few questions, or what is evidence does not score higher.
        MissingExtra: scipy is not installed.
    """
    if len(found) < _LEAST:
        raise InvalidRequest(
            f"{len(found)} questions are too few to calibrate by: {_LEAST} with their evidence in the "
            "documents are the least, and 200 are better."
        )
    features = np.concatenate([_features(one.scores) for one in found])
    evidence = np.concatenate([one.evidence for one in found]).astype(float)

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        odds = features @ weights
        nats = np.mean(np.logaddexp(0.0, odds) - evidence * odds) + _STEADY * weights @ weights
        slope = features.T @ (probabilities(odds) - evidence) / len(evidence) + 2 * _STEADY * weights
        return float(nats), slope

    minimize = optional("scipy.optimize", "scipy", "eval").minimize
    best = minimize(loss, np.zeros(4), jac=True, method="L-BFGS-B")
    return Calibration(*(round(float(weight), 2) for weight in best.x))


def _features(scores: FloatArray) -> FloatArray:
    """What `Calibration` weighs, shape [units, 4]: its formula with one weight 1 and the others 0."""
    n = len(scores)
    z = Calibration(1.0, 0.0, 0.0, 0.0).log_odds(scores)
    return np.stack([z, np.ones(n), np.full(n, z.max()), np.full(n, np.log(n))], axis=1)


def table(calibration: Calibration, found: Sequence[Sample]) -> str:
    """Whether the probabilities are true of some samples, and what shares of evidence cost, in Markdown."""
    chances = [probabilities(calibration.log_odds(one.scores)) for one in found]
    said, true = np.concatenate(chances), np.concatenate([one.evidence for one in found])
    lines = ["| probability | units | predicted | evidence |", "|---|---|---|---|"]
    for low, high in pairwise(_EDGES):
        here = (said >= low) & (said < high)
        if here.any():
            cells = f"{int(here.sum())} | {said[here].mean():.4f} | {true[here].mean():.4f}"
            lines.append(f"| {low:g} to {high:g} | {cells} |")
    lines += ["", "| keep_answer | answers kept | units kept |", "|---|---|---|"]
    answered = [(one, chance) for one, chance in zip(found, chances, strict=True) if one.evidence.any()]
    for share in SHARES:
        masks = [one.scores >= least_of(one.scores, chance, None, share) for one, chance in answered]
        held = [(mask & one.evidence).any() for mask, (one, _) in zip(masks, answered, strict=True)]
        left = np.mean([mask.mean() for mask in masks])
        lines.append(f"| {share:g} | {np.mean(held):.3f} | {left:.3f} |")
    return "\n".join(lines)


def calibrate(compressor: PromptCompressor, cases: Sequence[Case]) -> tuple[Calibration, str]:
    """A calibration from every other question, and a table that judges it by those between.

    Raises:
        InvalidRequest: see `fitted`.
    """
    found = samples(compressor, cases)
    return (made := fitted(found[::2])), table(made, found[1::2])
