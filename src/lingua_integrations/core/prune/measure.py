"""What scores mean beyond their order: how likely a unit is to be evidence, and what is not kept at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.protocols import UnitScorer
from lingua_integrations.core.prune.evidence import least_of
from lingua_integrations.core.prune.extremes import with_extremes
from lingua_integrations.core.prune.worth import (
    best_of_tables,
    counted_instead,
    landmark_level,
    lifted,
    relevance_floor,
    repeated,
    with_document,
    with_lines_below,
    with_next_rows,
)
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, FloatArray


class Measure(NamedTuple):
    """What a scorer's scores mean beyond their order."""

    likely: Callable[[FloatArray], FloatArray | None]  # the probability that a unit is evidence
    least: float | None  # the score from which on the authors of a model keep a unit

    @classmethod
    def of(cls, scorer: UnitScorer) -> Measure:
        """The scorer's own."""
        likely = getattr(scorer, "probabilities", lambda scores: None)
        return cls(likely, getattr(scorer, "own_threshold", None))


def judged(
    units: Sequence[Units],
    scores: list[FloatArray],
    asked: str,
    config: CompressionConfig,
    measure: Measure,
) -> tuple[list[FloatArray], list[BoolArray], list[FloatArray | None]]:
    """The scores, those of landmarks lifted; which units are worth their tokens at all; and their chances.

    What is there for others only has no chance of its own.
    """
    if not config.strict:
        return scores, [np.ones(len(one), dtype=bool) for one in units], [None] * len(units)
    scores = [
        with_extremes(one, with_document(one, with_lines_below(one, with_next_rows(one, score))), asked)
        for one, score in zip(units, scores, strict=True)
    ]
    own = [score[one.scored()] for score, one in zip(scores, units, strict=True)]
    chances = [_chances(one, score, measure) for one, score in zip(units, scores, strict=True)]
    floor = _floor(own, config, measure)
    if config.landmarks is not None:
        level = landmark_level(own, floor)
        scores = [
            lifted(score, config.landmarks.units(one, asked), level)
            for score, one in zip(scores, units, strict=True)
        ]
    if _nothing(own, config, measure):
        return scores, [np.zeros(len(one), dtype=bool) for one in units], chances
    nothing = [np.zeros(len(one), dtype=bool) for one in units]
    again = repeated(units, scores) if config.floored else nothing
    again = [
        twice | counted_instead(one, score) for twice, one, score in zip(again, units, scores, strict=True)
    ]
    found = zip(scores, units, again, strict=True)
    return scores, [(best_of_tables(one, score) >= floor) & ~twice for score, one, twice in found], chances


def _chances(units: Units, scores: FloatArray, measure: Measure) -> FloatArray | None:
    """The probability of each unit that it is evidence, where the scorer knows."""
    scored = units.scored()
    likely = measure.likely(scores[scored])
    if likely is None:
        return None
    chances = np.zeros(len(units))
    chances[scored] = likely
    return chances


def _floor(own: Sequence[FloatArray], config: CompressionConfig, measure: Measure) -> float:
    """The score below which nothing is kept, for the scored units of all texts; one unit reaches it."""
    if not config.floored:
        return -np.inf
    found = np.concatenate([*own, np.zeros(0)])
    asked = config.min_relevance is not None or config.keep_answer is not None
    likely = measure.likely(found) if asked else None
    if likely is None and measure.least is not None:
        return min(measure.least, float(found.max(initial=-np.inf)))
    share = config.floor if config.keep_answer is None and measure.least is None else None
    floor = relevance_floor(own, share)
    if likely is None:
        return floor
    return max(floor, least_of(found, likely, config.min_relevance, config.keep_answer))


def _nothing(own: Sequence[FloatArray], config: CompressionConfig, measure: Measure) -> bool:
    """Whether no unit is likely enough to be kept, and the best one is not kept instead."""
    if config.when_nothing == "best":
        return False
    found, least = np.concatenate([*own, np.zeros(0)]), config.min_relevance
    likely = None if least is None else measure.likely(found)
    if least is not None and likely is not None:
        return not (likely >= least).any()
    return measure.least is not None and not (found >= measure.least).any()
