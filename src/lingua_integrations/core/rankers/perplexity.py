"""Perplexity under the scorer model as an order: of the text itself, or of the question after it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from lingua_integrations.core.config import RESTRICTION
from lingua_integrations.core.protocols import FloatArray, ReadText, TokenScorer
from lingua_integrations.core.scorers.reading import Known


class Readings(ABC):
    """Texts that a ranker has read under the scorer model, for whoever scores their words next.

    Args:
        scorer: the model.
    """

    lasting = False
    """Whether other calls may bring the same texts, read in the same way."""

    def __init__(self, scorer: TokenScorer) -> None:
        self.scorer = scorer
        self._read: dict[str, ReadText] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.scorer.name})"

    @property
    def name(self) -> str:
        """The scorer model."""
        return self.scorer.name

    @abstractmethod
    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Relevance of each text; higher is better."""

    def readings(self, texts: Sequence[str]) -> list[ReadText]:
        """Texts as they were read in the last call of `rank`; those it has not read whole are read now."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._read]
        ids = [self.scorer.encode(text).ids for text in missing]
        found = self._read | dict(zip(missing, self.scorer.read(ids, lasting=self.lasting), strict=True))
        return [found[text] for text in texts]


class PerplexityRanker(Readings):
    """Descending perplexity (LLMLingua, Algorithm 1). It does not see the question."""

    lasting = True

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Perplexity of each text: exp of the mean surprisal of its tokens; 1 for a text without tokens."""
        self._read = {}
        surprisals = [one.surprisals() for one in self.readings(texts)]
        self._read = {text: Known(values) for text, values in zip(texts, surprisals, strict=True)}
        return np.array([np.exp(values.mean()) if len(values) else 1.0 for values in surprisals])


class QuestionPerplexityRanker(Readings):
    """How well a text lets the model expect the question (LongLLMLingua, Eq. 2).

    ``r_k = -(1/N) sum_i ln p(x_i | document k)`` over the N tokens of the question and a restrictive
    statement. The paper's text asks for high r_k, its formula makes low ones relevant; we negate it.
    """

    def __init__(self, scorer: TokenScorer, restriction: str = RESTRICTION) -> None:
        super().__init__(scorer)
        self.restriction = restriction

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Minus the mean surprisal, in nats, of the question after each text.

        Of a text longer than three quarters of the window the last part is read.
        """
        encode = self.scorer.encode
        asked = encode(f"\n\n{question} {self.restriction}").ids
        room = max(1, self.scorer.window * 3 // 4)
        asked = asked[: max(1, self.scorer.window - room - 1)]
        ids = [encode(text).ids for text in texts]
        found = self.scorer.read([np.r_[one[-room:], asked] for one in ids])
        self._read = {texts[i]: found[i] for i, one in enumerate(ids) if len(one) <= room}
        lengths = [min(len(one), room) for one in ids]
        return np.array([-one.surprisals(length).mean() for one, length in zip(found, lengths, strict=True)])
