"""Which passages a question is about: BM25, the same index for both frameworks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lingua_integrations.core.rankers.lexical import terms
from lingua_integrations.demo.corpus import Passage

TOP = 8  # passages of 200 words: about 2,000 tokens


@dataclass(frozen=True)
class Hit:
    """A passage and its BM25 score for a question."""

    passage: Passage
    score: float


class Index:
    """BM25 over passages, titles included."""

    def __init__(self, passages: list[Passage]) -> None:
        import bm25s

        self._passages = passages
        corpus = [terms(f"{passage.title} {passage.text}") for passage in passages]
        self._known = {term for words in corpus for term in words}
        self._bm25 = bm25s.BM25()
        self._bm25.index(corpus, show_progress=False)

    def search(self, question: str, top: int = TOP) -> list[Hit]:
        """The best passages for a question, best first; equal ones in the order of the corpus."""
        wanted = [term for term in terms(question) if term in self._known]
        if not wanted:
            return []
        scores = np.asarray(self._bm25.get_scores(wanted))
        best = np.argsort(-scores, kind="stable")[:top]
        return [Hit(self._passages[i], float(scores[i])) for i in best if scores[i] > 0]
