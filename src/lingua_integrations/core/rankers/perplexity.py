"""LLMLingua's own order: the text that surprises the scorer model most comes first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingua_integrations.core.protocols import FloatArray, TokenScorer


class PerplexityRanker:
    """Descending perplexity under the scorer model (LLMLingua, Algorithm 1). It does not see the question."""

    def __init__(self, scorer: TokenScorer) -> None:
        self.scorer = scorer

    def __repr__(self) -> str:
        return f"PerplexityRanker({self.scorer.name})"

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Perplexity of each text: exp of the mean surprisal of its tokens; 1 for a text without tokens."""
        nothing = np.zeros(0, dtype=np.int64)
        batch = [(nothing, self.scorer.encode(text).ids) for text in texts]
        surprisals = self.scorer.surprisals(batch)
        return np.array([np.exp(values.mean()) if len(values) else 1.0 for values in surprisals])
