"""Perplexity under the scorer model as an order: of the text itself, or of the question after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lingua_integrations.core.config import RESTRICTION
from lingua_integrations.core.models.reading import ScoredText
from lingua_integrations.core.protocols import Ranking, TokenScorer
from lingua_integrations.core.types import FloatArray


@dataclass(frozen=True)
class PerplexityRanker:
    """Descending perplexity under the scorer (LLMLingua, Algorithm 1). It does not see the question."""

    scorer: TokenScorer

    @property
    def name(self) -> str:
        """The scorer model."""
        return self.scorer.name

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Perplexity of each text: exp of the mean surprisal of its tokens; 1 for a text without tokens."""
        return self.ranking(question, texts).relevance

    def ranking(self, question: str, texts: Sequence[str]) -> Ranking:
        """The same, and the texts as they were read."""
        distinct = list(dict.fromkeys(texts))
        found = self.scorer.read([self.scorer.encode(text).ids for text in distinct], lasting=True)
        read = {text: ScoredText(one.surprisals()) for text, one in zip(distinct, found, strict=True)}
        nats = [read[text].nats for text in texts]
        return Ranking(np.array([np.exp(one.mean()) if len(one) else 1.0 for one in nats]), read)


@dataclass(frozen=True)
class QuestionPerplexityRanker:
    """How well a text lets the model expect the question (LongLLMLingua, Eq. 2).

    ``r_k = -(1/N) sum_i ln p(x_i | document k)`` over the N tokens of the question and a restrictive
    statement. The paper's text asks for high r_k, its formula makes low ones relevant; we negate it.
    """

    scorer: TokenScorer  # the model
    restriction: str = RESTRICTION  # the statement

    @property
    def name(self) -> str:
        """The scorer model."""
        return self.scorer.name

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Minus the mean surprisal, in nats, of the question after each text.

        Of a text longer than three quarters of the window the last part is read.
        """
        return self.ranking(question, texts).relevance

    def ranking(self, question: str, texts: Sequence[str]) -> Ranking:
        """The same, and those texts that were read whole, with the question behind them."""
        encode = self.scorer.encode
        asked = encode(f"\n\n{question} {self.restriction}").ids
        room = max(1, self.scorer.window * 3 // 4)
        asked = asked[: max(1, self.scorer.window - room - 1)]
        ids = [encode(text).ids for text in texts]
        found = self.scorer.read([np.r_[one[-room:], asked] for one in ids])
        lengths = [min(len(one), room) for one in ids]
        relevance = [-one.surprisals(length).mean() for one, length in zip(found, lengths, strict=True)]
        read = {texts[i]: found[i] for i, one in enumerate(ids) if len(one) <= room}
        return Ranking(np.array(relevance), read)
