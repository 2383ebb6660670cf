"""Selective Context (Li et al. 2023): self-information of units, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lingua_integrations.core.config import UnitScore
from lingua_integrations.core.protocols import TokenScorer
from lingua_integrations.core.prune.iterative import unit_scores
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray


@dataclass(frozen=True)
class SelfInformation:
    """Surprisal of each unit given all of the text before it, in nats.

    The paper adds up a unit's tokens; ``unit_score="mean"`` does not favour long units, and is what a budget
    in tokens asks for.
    """

    scorer: TokenScorer  # a causal language model
    unit_score: UnitScore = "mean"  # how a unit's score comes from its tokens

    @property
    def name(self) -> str:
        """The scorer model."""
        return self.scorer.name

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Self-information of each unit; it sees neither question nor titles."""
        nothing = np.zeros(0, dtype=np.int64)
        tokens = [self.scorer.encode(units.text) for units in texts]
        surprisals = self.scorer.surprisals([(nothing, text.ids) for text in tokens])
        return [
            unit_scores(nats, *units.owners(text.spans), len(units), self.unit_score)
            for units, text, nats in zip(texts, tokens, surprisals, strict=True)
        ]
