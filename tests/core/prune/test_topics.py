"""Topics: communities of sentences, what each may keep, and the excerpts that stand for them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import laws
from lingua_integrations.core.prune import topics as topics_module
from lingua_integrations.core.prune.topic_excerpts import topic_excerpts
from lingua_integrations.core.prune.topics import (
    communities,
    merged,
    stretches,
    weighted_words,
)
from lingua_integrations.core.text.documents import read

FOOD = "Tea needs hot water. Green tea needs less hot water. Tea with milk needs hot milk."
BIKES = "The bike has two wheels. Each wheel has spokes. A wheel of the bike can break."
labelled = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 50)), min_size=1, max_size=40)


@given(n=st.integers(0, 500), most=st.integers(1, 60))
def test_stretches_cover_all_and_none_is_too_long(n, most):
    found = list(stretches(n, most))
    assert [i for part in found for i in range(part.start, part.stop)] == list(range(n))
    assert all(0 < part.stop - part.start <= most for part in found)


def test_sentences_of_one_subject_are_one_topic():
    """Whatever their order: words that only one sentence has, and the order, decide nothing."""
    pieces = [*read(FOOD).strings(), *read(BIKES).strings()]
    mixed = [0, 3, 1, 4, 2, 5]
    topics = communities(weighted_words([pieces[i] for i in mixed]))
    assert topics.tolist() == [0, 1, 0, 1, 0, 1]


@given(vectors=arrays.arrays(np.float64, st.tuples(st.integers(0, 30), st.just(3)), elements=st.floats(0, 1)))
def test_every_sentence_has_a_topic_and_topics_are_numbered_by_their_first(vectors):
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 1e-9)
    topics = communities(vectors)
    firsts = [topics.tolist().index(topic) for topic in range(topics.max(initial=-1) + 1)]
    assert topics.shape == (len(vectors),) and firsts == sorted(firsts)
    assert np.array_equal(topics, communities(vectors))


@given(found=labelled, least=st.integers(1, 120))
def test_no_topic_is_short_unless_it_is_the_only_one(found, least):
    topics, lengths = map(np.array, zip(*found, strict=True))
    joined = merged(topics, lengths, least)
    sizes = np.bincount(joined, weights=lengths)
    assert len(sizes) == 1 or sizes.min() >= least
    assert [joined.tolist().index(topic) for topic in range(len(sizes))] == sorted(
        joined.tolist().index(topic) for topic in range(len(sizes))
    )
    large = np.bincount(topics, weights=lengths)[topics] >= least
    for one, other in pairwise(np.flatnonzero(large).tolist()):  # who is long enough keeps its company
        assert (joined[one] == joined[other]) == (topics[one] == topics[other])


@pytest.mark.parametrize("stretch", [1000, 3])
@given(inputs=laws.texts, least=st.integers(1, 30), most=st.integers(30, 60))
def test_every_sentence_stands_in_an_excerpt_that_says_where_it_is_from(stretch, inputs, least, most):
    """Nothing is lost, however many sentences are compared at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topics_module.stretches, "__defaults__", (stretch,))
        units = [read(text) for text in inputs]
        found = topic_excerpts(units, len, least, most)
    covered = [np.zeros(len(text), dtype=int) for text in inputs]
    for excerpt in found:
        assert excerpt.tokens == len(excerpt.text)
        for number, spans in excerpt.sources:
            for start, end in spans:
                covered[number][start:end] += 1
    for text, one, times in zip(inputs, units, covered, strict=True):
        for unit in one.scored().tolist():
            assert times[one.starts[unit] : one.ends[unit]].min(initial=1) >= 1, text


def test_a_heading_comes_along_with_what_stands_under_it():
    text = f"# Tea\n\n{FOOD}\n\n# Bikes\n\n{BIKES}"
    tea, bikes = (excerpt.text for excerpt in topic_excerpts([read(text)], len, 20, 1000))
    assert tea == f"# Tea\n\n{FOOD}"
    assert bikes == f"# Bikes\n\n{BIKES}"


def test_a_long_topic_comes_in_parts():
    found = topic_excerpts([read(FOOD)], len, 1, 30)
    assert [excerpt.text for excerpt in found] == [
        "Tea needs hot water.",
        "Green tea needs less hot water.",
        "Tea with milk needs hot milk.",
    ]
