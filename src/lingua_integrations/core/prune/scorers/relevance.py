"""Extractive compression: a ranker's opinion of each unit is its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lingua_integrations.core.calibration import Calibration
from lingua_integrations.core.protocols import PartsRanker, Ranker, UnitsRanker
from lingua_integrations.core.prune.evidence import probabilities
from lingua_integrations.core.prune.links import followed, links_between
from lingua_integrations.core.prune.names import named
from lingua_integrations.core.prune.pieces import pieces_of, wholes_of
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray, IntArray


@dataclass(frozen=True)
class RelevanceScorer:
    """Relevance of each unit to the question: its own, plus that of the text it stands in.

    A ranker reads every unit with its text's title and what it stands under in front (headings, the head of a
    table), since a sentence rarely says what it is about; a `UnitsRanker` reads whole texts. What is there
    for others only gets no score of its own. The text's own relevance settles what is left open: among
    sentences that look alike, those of the text that is about the question come first.
    """

    ranker: Ranker  # reads the units, and the texts
    neighbours: int = 0  # units on either side that come along with a relevant one
    diversity: float = 0.0  # 0 for relevance alone; above, what repeats better units comes later
    hops: int = 1  # above 1, what the best units name comes up, see `links` and `names`
    calibration: Calibration | None = None  # with one, scores are log-odds that a unit is evidence

    @property
    def name(self) -> str | None:
        """The ranker's model, if it has one."""
        return getattr(self.ranker, "name", None)

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Relevance of each unit; with ``diversity``, minus its place in the order of marginal relevance."""
        chosen = [units.scored() for units in texts]
        lengths = list(map(len, chosen))
        owners = np.repeat(np.arange(len(texts)), lengths)
        relevance = self._relevance(question, texts, titles, owners)
        if self.hops > 1 and len(texts) > 1:
            own = [one for units, scored in zip(texts, chosen, strict=True) for one in units.texts(scored)]
            links = links_between(own, owners, titles)
            relevance = followed(relevance, links, owners, self.hops - 1)
            relevance = named(relevance, own, owners, question, self.hops - 1)
        if self.calibration is not None:
            relevance = self.calibration.log_odds(relevance)
        if self.diversity:
            relevance = -marginal_order(relevance, self._vectors(pieces_of(texts, titles)), self.diversity)
        edges = np.cumsum([0, *lengths]).tolist()
        found = [with_neighbours(relevance[begin:end], self.neighbours) for begin, end in pairwise(edges)]
        least = float(relevance.min(initial=0.0))  # of what is there for others only
        scores: list[FloatArray] = [np.full(len(units), least) for units in texts]
        for one, scored, relevant in zip(scores, chosen, found, strict=True):
            one[scored] = relevant
        return scores

    def probabilities(self, scores: FloatArray) -> FloatArray | None:
        """How likely it is that units with these scores are evidence; None without a calibration."""
        return None if self.calibration is None or self.diversity else probabilities(scores)

    def _relevance(
        self, question: str, texts: Sequence[Units], titles: Sequence[str | None], owners: IntArray
    ) -> FloatArray:
        """Of each unit, its own and that of its text; of one text, or of whole texts, that adds nothing."""
        alone = len(texts) < 2 or np.bincount(owners, minlength=1).max() < 2
        if isinstance(self.ranker, UnitsRanker):
            own, whole = self.ranker.rank_units(question, texts, titles)
            return own if alone else np.asarray(own + whole[owners])
        pieces = pieces_of(texts, titles)
        if alone:
            return self.ranker.rank(question, pieces)
        wholes = wholes_of(texts, titles)
        if isinstance(self.ranker, PartsRanker):
            own, whole = self.ranker.rank_parts(question, pieces, wholes, owners)
        else:
            own, whole = self.ranker.rank(question, pieces), self.ranker.rank(question, wholes)
        return np.asarray(own + whole[owners])

    def _vectors(self, pieces: Sequence[str]) -> FloatArray:
        """What likeness is measured by: the ranker's vectors, if it has any, else counts of words."""
        if hasattr(self.ranker, "vectors"):
            return np.asarray(self.ranker.vectors(pieces))
        from lingua_integrations.core.prune.rankers.lexical import word_vectors

        return word_vectors(pieces)


def with_neighbours(scores: FloatArray, reach: int) -> FloatArray:
    """Lift every score to the best one within ``reach`` units, so that neighbours come along.

    >>> with_neighbours(np.array([0.0, 5.0, 1.0, 2.0]), 1)
    array([5., 5., 5., 2.])
    """
    lifted = scores.copy()
    for shift in range(1, min(reach, len(scores) - 1) + 1):
        lifted[:-shift] = np.maximum(lifted[:-shift], scores[shift:])
        lifted[shift:] = np.maximum(lifted[shift:], scores[:-shift])
    return lifted


def marginal_order(relevance: FloatArray, vectors: FloatArray, diversity: float) -> FloatArray:
    """Place of each unit in the order of maximal marginal relevance (Carbonell and Goldstein 1998).

    Next comes ``argmax (1 - diversity) * relevance - diversity * max likeness to what came before``, with
    relevance scaled to [0, 1], and diversity 1 - lambda. Vectors have length 1, shape [n, dimensions].

    >>> marginal_order(np.array([3.0, 2.9, 1.0]), np.array([[1.0, 0], [1, 0], [0, 1]]), 0.5)
    array([0., 2., 1.])
    """
    spread = np.ptp(relevance) if len(relevance) else 0.0
    worth = (1 - diversity) * (relevance - relevance.min(initial=np.inf)) / (spread or 1.0)
    likeness = np.zeros(len(relevance))
    places = np.full(len(relevance), -1.0)
    for place in range(len(relevance)):
        best = int(np.where(places < 0, worth - diversity * likeness, -np.inf).argmax())
        places[best] = place
        likeness = np.maximum(likeness, vectors @ vectors[best])
    return places
