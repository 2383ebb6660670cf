"""BM25: words of the question, weighted by how rare they are among the contexts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import regex

from lingua_integrations.core.calibration import SHIPPED
from lingua_integrations.core.models.remembered import unit_length
from lingua_integrations.core.types import FloatArray

_TERM = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]|[^\W\p{Han}\p{Hiragana}\p{Katakana}]+")
_PART = regex.compile(r"_+|(?<=\p{Ll})(?=\p{Lu})")  # between the words of an identifier


class BM25Ranker:
    """Okapi BM25 (Robertson and Zaragoza 2009) over the contexts of one call."""

    calibration = SHIPPED["bm25"]

    def __repr__(self) -> str:
        return "BM25Ranker()"

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """BM25 score of each text for the question; all 0 where no word is shared.

        >>> BM25Ranker().rank("Who wrote Emma?", ["Emma is by Austen.", "Ulysses is by Joyce."]).argmax()
        np.int64(0)
        """
        bm25s = library()

        corpus = [terms(text) for text in texts]
        wanted = set(terms(question)) & {term for document in corpus for term in document}
        if not wanted:
            return np.zeros(len(texts))
        index = bm25s.BM25()
        index.index(corpus, show_progress=False)
        return np.asarray(index.get_scores(sorted(wanted)), dtype=np.float64)


def library() -> Any:
    """The library bm25s, whose import switches its own log to DEBUG: that is undone.

    It is imported on first use, since an import of this package should not pay for it.
    """
    log = logging.getLogger("bm25s")
    level = log.level
    import bm25s

    log.setLevel(level)
    return bm25s


def terms(text: str) -> list[str]:
    """Lower-case words; Chinese and Japanese by the character, an identifier whole and in its words.

    >>> terms("Emma, 1815: 小説"), terms("_maxRetries")
    (['emma', '1815', '小', '説'], ['_maxretries', 'max', 'retries'])
    """
    found = []
    for match in _TERM.findall(text):
        parts = [part for part in _PART.split(match) if part]
        found += [match.casefold()] * (parts != [match]) + [part.casefold() for part in parts]
    return found


def word_vectors(texts: Sequence[str]) -> FloatArray:
    """Counts of words as vectors of length 1, shape [len(texts), words]: cosine says how alike texts are.

    >>> vectors = word_vectors(["Emma came.", "Emma came", "Ulysses"])
    >>> (vectors @ vectors[0]).round(6)
    array([1., 1., 0.])
    """
    documents = [terms(text) for text in texts]
    places = {term: place for place, term in enumerate({t: None for words in documents for t in words})}
    vectors = np.zeros((len(texts), max(1, len(places))))
    for row, words in enumerate(documents):
        np.add.at(vectors[row], [places[word] for word in words], 1.0)
    return unit_length(vectors)
