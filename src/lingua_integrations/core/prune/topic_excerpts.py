"""The topics of texts as excerpts, which a model may summarise: each sentence with what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lingua_integrations.core.budget.drafts import Draft, with_needs
from lingua_integrations.core.prune.topics import communities, merged, stretches, weighted_words
from lingua_integrations.core.text.excerpt import Excerpt
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import Count


@dataclass(frozen=True)
class TopicExcerpt:
    """The sentences of one topic in the order of their texts, each with what it needs.

    Attributes:
        text: the excerpt.
        tokens: of it.
        sources: where it comes from: the index of a text, and its spans.
    """

    text: str
    tokens: int
    sources: tuple[tuple[int, tuple[Span, ...]], ...]


def topic_excerpts(texts: Sequence[Units], count: Count, least: int, most: int) -> list[TopicExcerpt]:
    """All sentences of some texts, by topic.

    Topics of fewer than ``least`` tokens join what stands before them. One of more than ``most`` tokens comes
    in several excerpts, one after the other.
    """
    places = [(number, unit) for number, units in enumerate(texts) for unit in units.scored().tolist()]
    pieces = [piece for units in texts for piece in units.texts(units.scored())]
    lengths = np.array([count(piece) for piece in pieces], dtype=np.int64)
    found: list[TopicExcerpt] = []
    for part in stretches(len(pieces)):
        topics = merged(communities(weighted_words(pieces[part])), lengths[part], least)
        for topic in range(int(topics.max(initial=-1)) + 1):
            members = part.start + np.flatnonzero(topics == topic)
            runs = np.cumsum(lengths[members]) // max(1, most)
            edges = [0, *(np.flatnonzero(np.diff(runs)) + 1).tolist(), len(members)]
            found += [
                _excerpt(texts, [places[i] for i in members[begin:end].tolist()], count)
                for begin, end in pairwise(edges)
            ]
    return found


def _excerpt(texts: Sequence[Units], places: Sequence[tuple[int, int]], count: Count) -> TopicExcerpt:
    cut: list[tuple[int, Excerpt]] = []
    for number in sorted({text for text, _ in places}):
        units = texts[number]
        kept = np.zeros(len(units), dtype=bool)
        kept[[unit for text, unit in places if text == number]] = True
        draft = with_needs(Draft(units, kept, kept.astype(np.float64), np.zeros(len(units), dtype=bool)))
        cut.append((number, Excerpt.of(units, np.flatnonzero(draft.kept))))
    text = "\n\n".join(excerpt.text for _, excerpt in cut)
    return TopicExcerpt(text, count(text), tuple((number, excerpt.pieces) for number, excerpt in cut))
