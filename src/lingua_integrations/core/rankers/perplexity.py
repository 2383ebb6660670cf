"""Perplexity under the scorer model as an order: of the text itself, or of the question after it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingua_integrations.core.config import RESTRICTION
from lingua_integrations.core.protocols import FloatArray, TokenScorer


class PerplexityRanker:
    """Descending perplexity (LLMLingua, Algorithm 1). It does not see the question."""

    def __init__(self, scorer: TokenScorer) -> None:
        self.scorer = scorer

    def __repr__(self) -> str:
        return f"PerplexityRanker({self.scorer.name})"

    @property
    def name(self) -> str:
        """The scorer model."""
        return self.scorer.name

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Perplexity of each text: exp of the mean surprisal of its tokens; 1 for a text without tokens."""
        nothing = np.zeros(0, dtype=np.int64)
        batch = [(nothing, self.scorer.encode(text).ids) for text in texts]
        surprisals = self.scorer.surprisals(batch)
        return np.array([np.exp(values.mean()) if len(values) else 1.0 for values in surprisals])


class QuestionPerplexityRanker:
    """How well a text lets the model expect the question (LongLLMLingua, Eq. 2).

    ``r_k = -(1/N) sum_i ln p(x_i | document k)`` over the N tokens of the question and a restrictive
    statement. The paper's text asks for high r_k, its formula makes low ones relevant; we negate it.
    """

    def __init__(self, scorer: TokenScorer, restriction: str = RESTRICTION) -> None:
        self.scorer = scorer
        self.restriction = restriction

    def __repr__(self) -> str:
        return f"QuestionPerplexityRanker({self.scorer.name})"

    @property
    def name(self) -> str:
        """The scorer model."""
        return self.scorer.name

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Minus the mean surprisal, in nats, of the question after each text.

        Of a text longer than three quarters of the window the last part is read.
        """
        encode = self.scorer.encode
        asked = encode(f"\n\n{question} {self.restriction}").ids
        room = max(1, self.scorer.window * 3 // 4)
        asked = asked[: max(1, self.scorer.window - room - 1)]
        batch = [(encode(text).ids[-room:], asked) for text in texts]
        return np.array([-values.mean() for values in self.scorer.surprisals(batch)])
