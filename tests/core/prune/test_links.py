"""Texts that name one another: what a question's first hop names is looked at next."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import CompressionConfig, Context
from lingua_integrations.core.prune.links import Links, followed, links_between
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.prune.scorers.relevance import RelevanceScorer
from lingua_integrations.core.text.documents import read
from lingua_integrations.errors import InvalidRequest

FILM = Context(
    "Night Train is a film of 1959. It was directed by Jerzy Kawalerowicz.", title="Night Train (film)"
)
DIRECTOR = Context(
    "Jerzy Kawalerowicz was a Pole. He was born in Gwozdziec. He won a prize.",
    title="Jerzy Kawalerowicz",
)
OTHERS = [
    Context(f"{name} directed a film about a train. He was born in {place}. He won a prize.", title=name)
    for name, place in (
        ("Ann Lee", "Oslo"),
        ("Bob Ray", "Rome"),
        ("Cy Day", "Lima"),
        ("Di Fox", "Bern"),
        ("Ed Orr", "Kyiv"),
    )
]
QUESTION = "Where was the director of Night Train born?"


def pairs(links):
    return list(zip(links.units.tolist(), links.texts.tolist(), strict=True))


def test_a_name_links_and_a_part_of_it_does_not():
    titles = ["Emma (novel)", "Jane Austen", "Austen", "A", None]
    links = links_between(
        ["EMMA is by Jane  Austen.", "A novel.", "Jane said: no."], np.array([0, 0, 4]), titles
    )
    assert pairs(links) == [(0, 1), (0, 2)]


def test_what_a_text_says_of_itself_or_of_its_namesakes_links_nothing():
    """Chunks of one document have one title."""
    links = links_between(["Emma came.", "Emma went."], np.array([0, 1]), ["Emma", "Emma"])
    assert pairs(links) == []


def test_a_title_that_many_texts_name_is_a_word():
    titles = ["with", "Emma", "for", "del"]
    texts = ["It goes with Emma.", "It goes with x.", "It goes with y.", "See with."]
    assert pairs(links_between(texts, np.array([1, 2, 3, 2]), titles)) == []
    assert pairs(links_between(texts[:1], np.array([1]), titles)) == [(0, 0)]


@given(
    st.lists(st.floats(-3, 3), min_size=1, max_size=12).flatmap(
        lambda scores: st.tuples(
            st.just(np.array(scores)),
            st.lists(st.integers(0, 3), min_size=len(scores), max_size=len(scores)).map(sorted),
            st.lists(st.tuples(st.integers(0, len(scores) - 1), st.integers(0, 3)), max_size=8).map(sorted),
        )
    ),
    st.integers(1, 3),
)
def test_links_only_lift_as_far_as_what_names_them(drawn, rounds):
    """The best stays the best, nothing sinks, and the order within a text stays but for its first unit."""
    scores, owners, found = drawn
    owners = np.array(owners)
    found = [(unit, text) for unit, text in found if owners[unit] != text]
    links = Links(*(np.array([pair[k] for pair in found], dtype=np.int64) for k in (0, 1)))
    lifted = followed(scores, links, owners, rounds)
    assert (lifted >= scores).all()
    assert lifted.max() == pytest.approx(scores.max())
    for text in set(owners.tolist()):
        own = np.flatnonzero(owners == text)[1:]
        order = np.argsort(scores[own], kind="stable")
        assert (np.diff(lifted[own][order]) > -1e-9).all()


def test_a_link_is_worth_two_deviations_at_most_and_takes_nothing_away():
    scores, owners = np.array([10.0] + [0.0] * 10), np.array([0] + [1] * 10)
    lifted = followed(scores, Links(np.array([0]), np.array([1])), owners)
    assert lifted[1:5] == pytest.approx(scores.std() * np.array([2.75, 2, 2, 0]))  # 0.75 is the first one's
    weak = followed(np.array([0.0, 2.0]), Links(np.array([0]), np.array([1])), np.array([0, 1]))
    assert weak.tolist() == [0, 2]


@pytest.mark.parametrize("hops", [1, 2])
def test_the_second_hop_finds_the_answer(hops):
    """Of five who were born somewhere the one whom the film's text names; by words alone they are alike."""
    contexts = [*OTHERS, FILM, DIRECTOR]
    units = [read(context.text) for context in contexts]
    titles = [context.title for context in contexts]
    scores = RelevanceScorer(BM25Ranker(), hops=hops).score(units, QUESTION, titles)
    born = [float(score[1]) for score in (*scores[:5], scores[6])]
    assert (born[-1] > max(born[:-1])) is (hops == 2)


def test_hops_are_checked():
    with pytest.raises(InvalidRequest, match="hops must be at least 1"):
        CompressionConfig(hops=0)
