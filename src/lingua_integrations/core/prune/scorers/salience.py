"""Whole sentences without a question: those that say most of what the call says, each thing once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lingua_integrations.core.prune.rankers.lexical import terms
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray

_K1, _B, _K3 = 1.5, 0.75, 8.0  # BM25's usual constants: of a sentence's words, its length, the query's words


class SalienceScorer:
    """First and last unit of every text first, then those that say most by BM25 of the whole call.

    The call is the query and each unit a document (Robertson and Zaragoza 2009, with the weight for words
    that a long query repeats): words count that come up often, in few units. What better units have said
    already counts half, so that a repetition comes late. Linear in the number of words.
    """

    name = None

    def __repr__(self) -> str:
        return "SalienceScorer()"

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Scores between 0 and 1 by salience, and 1 more for the first and the last unit of a text.

        >>> from lingua_integrations.core.text.documents import read
        >>> text = "Emma is a novel. It rained. Emma Woodhouse is rich. It rained."
        >>> SalienceScorer().score([read(text)], "", [None])[0].round(2)
        array([2.  , 0.5 , 0.75, 1.25])
        """
        chosen = [units.scored() for units in texts]
        lengths = list(map(len, chosen))
        words = [
            terms(piece) for one, scored in zip(texts, chosen, strict=True) for piece in one.texts(scored)
        ]
        places = in_order(salience(words))
        edges = np.cumsum([0, *lengths])
        ranked = 1 - places / max(1, len(places))
        scores = [ranked[begin:end] for begin, end in pairwise(edges.tolist())]
        for one in scores:
            if len(one):
                one[[0, -1]] += 1
        found: list[FloatArray] = [np.zeros(len(units)) for units in texts]
        for one, at, score in zip(found, chosen, scores, strict=True):
            one[at] = score
        return found


def salience(documents: Sequence[Sequence[str]]) -> FloatArray:
    """BM25 of each document for all of them together as a query; repetitions of better ones count half.

    >>> salience([["emma", "novel"], ["rain"], ["rain"]]).argmin()
    np.int64(2)
    """
    counts = [Counter(words) for words in documents]
    held_by = Counter(term for one in counts for term in one)
    said = Counter(term for words in documents for term in words)
    mean = max(1.0, sum(said.values()) / max(1, len(documents)))
    weight = {
        term: np.log1p((len(documents) - n + 0.5) / (n + 0.5)) * said[term] * (_K3 + 1) / (said[term] + _K3)
        for term, n in held_by.items()
    }

    def part(term: str, of: Counter[str], length: int) -> float:
        often = of[term]
        return float(weight[term] * often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * length / mean)))

    parts = [{t: part(t, one, len(words)) for t in one} for one, words in zip(counts, documents, strict=True)]
    found = np.array([sum(one.values()) for one in parts])
    times: Counter[str] = Counter()
    for i in np.argsort(-found, kind="stable").tolist():
        found[i] = sum(value * 0.5 ** min(times[term], 9) for term, value in parts[i].items())
        times.update(parts[i].keys())
    return found


def in_order(scores: FloatArray) -> FloatArray:
    """The place of each score, the highest at 0; of equal ones the earlier comes first.

    >>> in_order(np.array([1.0, 3.0, 2.0]))
    array([2., 0., 1.])
    """
    places = np.empty(len(scores))
    places[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    return places
