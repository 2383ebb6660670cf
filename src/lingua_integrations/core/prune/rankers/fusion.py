"""Meaning and words together: embeddings find a paraphrase, BM25 a name, a number, or another language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from lingua_integrations.core.calibration import SHIPPED, Calibration
from lingua_integrations.core.protocols import Ranker
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.types import FloatArray, IntArray


@dataclass(frozen=True)
class FusionRanker:
    """Weighted sum of two rankers' scores, each scaled to mean 0 and deviation 1 over the texts of a call.

    An embedding model that has not learned a language puts its texts in no order worth the name; words that
    question and text share still do.
    """

    embeddings: EmbeddingRanker  # ranks by meaning
    words: Ranker = field(default_factory=BM25Ranker)  # ranks by words
    weight: float = 0.4  # of the words, in [0, 1]
    calibration: ClassVar[Calibration] = SHIPPED["fusion"]

    @property
    def name(self) -> str:
        """The embedding model."""
        return self.embeddings.name

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Sum of the scaled scores, shape [len(texts)]."""
        return self._fused(self.embeddings.rank(question, texts), self.words.rank(question, texts))

    def rank_parts(
        self, question: str, parts: Sequence[str], texts: Sequence[str], owners: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """The same of parts, and of texts, whose embeddings are the means of those of their parts."""
        own, whole = self.embeddings.rank_parts(question, parts, texts, owners)
        said = self.words.rank(question, parts), self.words.rank(question, texts)
        return self._fused(own, said[0]), self._fused(whole, said[1])

    def _fused(self, meant: FloatArray, said: FloatArray) -> FloatArray:
        return (1 - self.weight) * standardised(meant) + self.weight * standardised(said)

    def vectors(self, texts: Sequence[str]) -> FloatArray:
        """The embeddings, of length 1, shape [len(texts), dimensions]."""
        return self.embeddings.vectors(texts)


def standardised(scores: FloatArray) -> FloatArray:
    """Scores with mean 0 and standard deviation 1; all 0 where none differs.

    >>> standardised(np.array([1.0, 3.0])), standardised(np.array([2.0, 2.0]))
    (array([-1.,  1.]), array([0., 0.]))
    """
    spread = scores.std() if len(scores) else 0.0
    return (scores - scores.mean()) / spread if spread > 1e-12 else np.zeros(len(scores))
