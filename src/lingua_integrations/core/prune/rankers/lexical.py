"""BM25: words of the question, weighted by how rare they are among the contexts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import regex

from lingua_integrations.core.calibration import SHIPPED
from lingua_integrations.core.models.remembered import unit_length
from lingua_integrations.core.types import FloatArray

_K1 = 1.5  # how soon another occurrence of a word adds no more
_B = 0.75  # how much the length of a text counts
_TERM = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]|[^\W\p{Han}\p{Hiragana}\p{Katakana}]+")
_PART = regex.compile(
    r"_+|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=^\d\d)T(?=\d\d)|(?<=\d\d)(?=Z$)"
)  # between an identifier's words, and between date and time


class BM25Ranker:
    """Okapi BM25 (Robertson and Zaragoza 2009) over the contexts of one call.

    Each word of the question adds inverse frequency * tf / (tf + k1 (1 - b + b length / mean length)), where
    tf is how often the text has it, with k1 = 1.5 and b = 0.75.
    """

    calibration = SHIPPED["bm25"]

    def __repr__(self) -> str:
        return "BM25Ranker()"

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """BM25 score of each text for the question; all 0 where no word is shared.

        >>> BM25Ranker().rank("Who wrote Emma?", ["Emma is by Austen.", "Ulysses is by Joyce."]).argmax()
        np.int64(0)
        """
        wanted = set(terms(question))
        lengths = np.zeros(len(texts))
        rows: dict[str, list[int]] = {word: [] for word in sorted(wanted)}
        counts: dict[str, list[int]] = {word: [] for word in rows}
        for row, text in enumerate(texts):
            words = terms(text)
            lengths[row] = len(words)
            for word, count in Counter(word for word in words if word in wanted).items():
                rows[word].append(row)
                counts[word].append(count)
        saturation = _K1 * (1 - _B + _B * lengths / (lengths.sum() / max(1, len(texts)) or 1.0))
        scores = np.zeros(len(texts))
        for word, found in rows.items():
            tf = np.array(counts[word], dtype=np.float64)
            scores[found] += inverse_frequency(len(found), len(texts)) * tf / (tf + saturation[found])
        return scores


def inverse_frequency(found: int, texts: int) -> float:
    """How rare a word is that stands in ``found`` of the texts: ln(1 + (N - n + 0.5) / (n + 0.5)), above 0.

    >>> round(inverse_frequency(1, 10), 3), round(inverse_frequency(10, 10), 3)
    (1.992, 0.047)
    """
    return float(np.log1p((texts - found + 0.5) / (found + 0.5)))


def terms(text: str) -> list[str]:
    """Lower-case words; Chinese and Japanese by the character, an identifier whole and in its words.

    >>> terms("Emma, 1815: 小説"), terms("_maxRetries")
    (['emma', '1815', '小', '説'], ['_maxretries', 'max', 'retries'])
    >>> terms("2026-01-04T15:00Z")
    ['2026', '01', '04t15', '04', '15', '00z', '00', 'z']
    """
    found = []
    for match in _TERM.findall(text):
        behind = match[1:]
        if behind == behind.lower() and "_" not in match:  # most words have one part
            found.append(match.casefold())
            continue
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
