"""Scores of sentences by hand: relevance to a question, and salience without one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import laws
from lingua_integrations import Context
from lingua_integrations.core.prune.one_pass import above_threshold, keep_best
from lingua_integrations.core.prune.scorers.relevance import RelevanceScorer, marginal_order
from lingua_integrations.core.prune.scorers.salience import SalienceScorer, salience
from lingua_integrations.core.prune.worth import with_next_rows
from lingua_integrations.core.request import Part
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.documents import read


class ByTable:
    """A ranker that looks its scores up."""

    name = None

    def __init__(self, **scores):
        self.scores, self.asked = scores, []

    def rank(self, question, texts):
        self.asked.append(list(texts))
        return np.array([self.scores.get(text.rstrip(".").lower().replace(" ", "_"), 0.0) for text in texts])


def scores(ranker, *texts, titles=None, **options):
    units = [read(text) for text in texts]
    found = RelevanceScorer(ranker, **options).score(units, "?", titles or [None] * len(texts))
    return [one.tolist() for one in found]


def test_a_sentence_has_its_own_relevance_and_that_of_its_text():
    """Of two sentences that look alike, the one in the text about the question comes first."""
    ranker = ByTable(
        it_rained=1.0, emma_came=2.0, **{"emma_came._it_rained": 10.0, "ulysses._it_rained": 4.0}
    )
    assert scores(ranker, "Emma came. It rained.", "Ulysses. It rained.") == [[12.0, 11.0], [4.0, 5.0]]


def test_of_one_text_alone_the_text_adds_nothing():
    ranker = ByTable(it_rained=1.0)
    assert scores(ranker, "Emma came. It rained.") == [[0.0, 1.0]]
    assert len(ranker.asked) == 1


def test_a_sentence_is_read_under_its_title():
    ranker = ByTable()
    scores(ranker, "It rained.", titles=["Emma"])
    assert ranker.asked == [["Emma\nIt rained."]]


def test_neighbours_come_along():
    ranker = ByTable(b=5.0)
    assert scores(ranker, "A.\n\nB.\n\nC.\n\nD.", neighbours=1) == [[5.0, 5.0, 5.0, 0.0]]


def test_what_repeats_better_units_comes_later():
    """Of three equally relevant ones the two that say the same are not taken together."""
    order = marginal_order(np.ones(3), np.array([[1.0, 0], [1, 0], [0, 1]]), 0.5)
    assert order.tolist() == [0.0, 2.0, 1.0]


TEXT = "It began. Emma is rich. Emma is clever and rich. It rained. It rained. It ended."


def test_first_and_last_sentences_come_before_all_others():
    (found,) = SalienceScorer().score([read(TEXT)], "", [None])
    assert set(np.argsort(-found)[:2].tolist()) == {0, 5}


def test_what_was_said_already_counts_half():
    """Of two sentences that are the same, the second comes later than others that were nearly as good."""
    found = salience([["emma", "rich"], ["emma", "rich"], ["emma", "poor"]])
    assert found.argmin() == 1


def test_words_that_come_up_often_count_more():
    """The call speaks of Emma; a word that comes up once weighs less."""
    words = [["emma", "a"], ["emma", "b"], ["emma", "c"], ["x", "y"], ["p", "q"], ["r", "s"], ["t", "u"]]
    assert salience(words).argmax() in (0, 1, 2)


@given(st.lists(laws.prose, max_size=4))
def test_every_unit_gets_a_finite_score(texts):
    """Also blank texts, and texts of no word."""
    units = [read(text) for text in texts]
    found = SalienceScorer().score(units, "", [None] * len(texts))
    assert [len(one) for one in found] == [len(one) for one in units]
    assert all(np.isfinite(one).all() for one in found)


def test_what_must_stay_stays_below_the_floor_and_above_the_budget():
    must = np.array([True, True, False])
    kept, _ = above_threshold(np.array([1.0, 2.0, 3.0]), must, np.array([5, 5, 5]), 4.0)
    assert kept.tolist() == [True, True, False]
    part = Part(Context("a b c", keep=((0, 1),)), 3, segment, lambda _: ())
    (draft,) = keep_best([part], [0.9], [np.array([1.0, 2.0, 3.0])], 2.5, lambda text: len(text.split()))
    assert draft.kept.tolist() == [True, False, True]


@given(st.sets(st.integers(1, 20), min_size=1), st.floats(0.0, 0.1))
def test_all_rows_that_match_come_before_the_rows_beside_one_of_them(matches, apart):
    """Where several rows match about as well, a question asks for these, and not for what comes after one."""
    table = read("id,name\n" + "".join(f"{n},fig\n" for n in range(1, 21)), "csv")
    given_scores = np.array([0.0] + [1.0 - apart * (n % 2) if n in matches else 0.0 for n in range(1, 21)])
    lifted = with_next_rows(table, given_scores)
    rest = [n for n in range(1, 21) if n not in matches]
    assert (lifted[list(matches)] == given_scores[list(matches)]).all()
    assert (lifted >= given_scores).all()
    if rest and len(matches) < 10:  # where most rows match, the mean is near the best
        assert lifted[list(matches)].min() > lifted[rest].max()
