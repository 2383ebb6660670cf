"""Topics of a text: sentences as a graph by likeness, and its communities (Semantic Compression).

Fei et al. 2023 (arXiv 2312.09571) cut a long text into topics in this way and let a model summarise each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from lingua_integrations.core.models.remembered import unit_length
from lingua_integrations.core.prune.rankers.lexical import terms
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import MissingExtra

STRETCH = 1000
"""Sentences that are compared with one another: a longer text is cut, so that time stays linear in it."""
_NEAREST = 10  # likest sentences to which each is joined
_LIKE = 0.01  # cosine from which on two are alike at all


def stretches(n: int, most: int = STRETCH) -> Iterator[slice]:
    """Equal stretches of ``n`` sentences, of at most ``most``.

    >>> list(stretches(5, 2))
    [slice(0, 1, None), slice(1, 3, None), slice(3, 5, None)]
    """
    edges = np.linspace(0, n, -(-n // most) + 1).astype(int).tolist()
    return (slice(begin, end) for begin, end in pairwise(edges))


def weighted_words(texts: Sequence[str]) -> FloatArray:
    """TF-IDF vectors of length 1, shape [len(texts), words]; words of one text alone do not count.

    >>> vectors = weighted_words(["Emma is rich.", "Emma is kind.", "It rained."])
    >>> (vectors @ vectors.T).round(2)[0]
    array([1., 1., 0.])
    """
    documents = [terms(text) for text in texts]
    held_by: dict[str, int] = {}
    for words in documents:
        for word in set(words):
            held_by[word] = held_by.get(word, 0) + 1
    shared = sorted(word for word, n in held_by.items() if n > 1)
    places = {word: place for place, word in enumerate(shared)}
    vectors = np.zeros((len(texts), max(1, len(places))))
    for row, words in enumerate(documents):
        np.add.at(vectors[row], [places[word] for word in words if word in places], 1.0)
    vectors *= np.array([np.log1p(len(texts) / held_by[word]) for word in shared] or [1.0])
    return unit_length(vectors)


def communities(vectors: FloatArray) -> IntArray:
    """The topic of each sentence, shape [n], from vectors of length 1; a sentence like none is its own topic.

    Each sentence is joined to the ten likest ones, and Louvain's method finds what hangs together
    (Blondel et al. 2008).

    >>> communities(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]))
    array([0, 1, 0, 1])
    """
    try:
        import networkx
    except ImportError as error:
        raise MissingExtra("networkx", "models") from error

    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, 0.0)
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(vectors)))
    for one, row in enumerate(likeness):
        near = np.sort(np.argpartition(-row, min(_NEAREST, len(row) - 1))[:_NEAREST])
        graph.add_weighted_edges_from(
            (one, other, float(row[other])) for other in near.tolist() if row[other] > _LIKE
        )
    topics = np.zeros(len(vectors), dtype=np.int64)
    found = networkx.community.louvain_communities(graph, seed=0)
    for topic, members in enumerate(sorted(found, key=min)):
        topics[list(members)] = topic
    return topics


def merged(topics: IntArray, lengths: IntArray, least: int) -> IntArray:
    """Topics in which short ones have joined what stands before them, or after them at the start; shape [n].

    They are numbered in the order of their first sentences.

    >>> merged(np.array([2, 0, 0, 1, 0]), np.array([1, 5, 5, 1, 5]), 3)
    array([0, 0, 0, 0, 0])
    >>> merged(np.array([0, 1, 0, 1]), np.array([2, 2, 2, 2]), 3)
    array([0, 1, 0, 1])
    """
    sizes = np.bincount(topics, weights=lengths) if len(topics) else np.zeros(0)
    large = sizes[topics] >= least
    if not large.any():
        return np.zeros(len(topics), dtype=np.int64)
    places = np.maximum.accumulate(np.where(large, np.arange(len(topics)), -1))
    joined = topics[np.where(places < 0, int(large.argmax()), places)]
    first = {topic: number for number, topic in enumerate(dict.fromkeys(joined.tolist()))}
    return np.array([first[topic] for topic in joined.tolist()], dtype=np.int64)
