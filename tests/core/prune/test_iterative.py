"""Stage 5 by hand: scores of units, segments, thresholds, and the carry from one to the next."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.core.protocols import Source, Tokens
from lingua_integrations.core.prune.iterative import Pruner, keep_above_threshold, segments, unit_scores
from lingua_integrations.core.text.atoms import segment


class Recorded:
    """A stream that reads its surprisals from a list, and remembers what it was told to keep."""

    def __init__(self, surprisals):
        self.surprisals = list(surprisals)
        self.kept = []

    def score(self, ids):
        scores, self.surprisals = self.surprisals[: len(ids)], self.surprisals[len(ids) :]
        self.ids = ids
        return np.array(scores)

    def keep(self, mask):
        self.kept.append(self.ids[mask].tolist())


def words(text):
    return len(text.split())


def prune(text, surprisals, rate, segment_tokens, forced=(), count=words, **options):
    units = segment(text)
    tokens = Tokens(np.arange(len(units)), np.stack([units.starts, units.ends], axis=1))
    must = np.isin(np.arange(len(units)), forced)
    pruner, stream = Pruner(count, segment_tokens, "mean", **options), Recorded(surprisals)
    return pruner.prune(units, Source(tokens, stream), must, rate), pruner, stream


def test_the_score_of_a_token_decides_about_that_token():
    """Only token 2 is surprising, so token 2 stays: not its neighbour."""
    draft, _, _ = prune("a b c d e", [0, 0, 9, 0, 0], 0.2, 100)
    assert draft.text == "c"


def test_every_segment_has_its_own_threshold():
    """The second half is ten times as surprising; all the same both keep half of theirs."""
    draft, _, _ = prune("a b c d e f g h", [1, 2, 3, 4, 10, 20, 30, 40], 0.5, 4)
    assert draft.text == "c d g h"
    assert draft.margin.tolist() == [-1, 0, 1, 2, -10, 0, 10, 20]


def test_what_rounding_leaves_is_carried_over():
    """Three words at rate 0.5 keep 1; the half left over lets the next three keep 2."""
    draft, pruner, _ = prune("a b c d e f", [1, 2, 3, 1, 2, 3], 0.5, 3)
    assert draft.text == "c e f"
    assert pruner.carry == 0


def test_the_stream_keeps_what_the_text_keeps():
    """Later segments are scored given what was kept (Eq. 5)."""
    _, _, stream = prune("a b c d e f", [1, 2, 3, 1, 2, 3], 0.5, 3)
    assert stream.kept == [[2], [4, 5]]


def test_what_costs_nothing_is_kept_where_no_fit_adds_it():
    """A full stop that is no token of its own: at the end of a text it may be left to the fit."""

    def free(text):
        return words(text.replace(".", ""))

    draft, _, stream = prune("a b c.", [9, 8, 7, 0], 0.5, 100, count=free)
    assert draft.text == "a ."
    assert stream.kept == [[0, 3]]
    draft, _, _ = prune("a b c.", [9, 8, 7, 0], 0.5, 100, count=free, left_to_fit=True)
    assert draft.text == "a"
    draft, _, stream = prune("a b c. d e f.", [9, 8, 7, 0, 9, 8, 7, 0], 0.5, 4, count=free, left_to_fit=True)
    assert stream.kept[0] == [0, 3], "the text goes on"
    assert stream.kept[1] == [4, 5]


def test_forced_units_come_first():
    """Units that must stay are paid for before any other."""
    draft, _, _ = prune("a b c d", [1, 2, 3, 4], 0.5, 100, forced=[0])
    assert draft.text == "a d"


def test_what_a_segment_leaves_lets_the_next_one_keep_more():
    """Law 7: at rate 0.4 of 5 and 5 words, two words each; a unit of three costs what two segments have."""
    text, nats = "a b c d e f g h i j", [5, 4, 3, 2, 1, 5, 4, 3, 2, 1]
    draft, pruner, _ = prune(
        text, nats, 0.5, 5
    )  # 2.5 words of the first five: 2 stay, and half a word is left
    assert draft.text == "a b f g h"
    assert pruner.carry == 0


def test_what_a_text_leaves_is_spent_by_the_next():
    """The pruner goes from text to text, and so does what is left."""
    pruner = Pruner(words, 100, "mean")

    def one(text, nats):
        units = segment(text)
        tokens = Tokens(np.arange(len(units)), np.stack([units.starts, units.ends], axis=1))
        return pruner.prune(units, Source(tokens, Recorded(nats)), np.zeros(len(units), dtype=bool), 0.5)

    assert one("a b c", [3, 2, 1]).text == "a"
    assert pruner.carry == 0.5
    assert one("d e f", [3, 2, 1]).text == "d e"
    assert pruner.carry == 0


def test_forced_units_stay_below_a_threshold():
    """What must stay stays, though everything else that scores as low goes."""
    draft, _, _ = prune("a b c d", [1, 2, 3, 4], 0.9, 100, forced=[0], floor=3.5)
    assert draft.text == "a d"


@pytest.mark.parametrize(
    ("how", "expected"), [("mean", [2.0, 5.0, 0.0]), ("max", [3.0, 5.0, 0.0]), ("sum", [4.0, 5.0, 0.0])]
)
def test_unit_scores(how, expected):
    """Two tokens in the first unit, one in the second, none in the third."""
    owners = np.array([0, 0, 1])
    assert unit_scores(np.array([1.0, 3.0, 5.0]), owners, owners, 3, how).tolist() == expected


def test_a_token_scores_every_unit_it_touches():
    """Token 1 spans units 0 and 1."""
    scores = unit_scores(np.array([1.0, 4.0]), np.array([0, 0]), np.array([0, 1]), 2, "max")
    assert scores.tolist() == [4.0, 4.0]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=300), st.integers(1, 50))
def test_segments_cut_at_units(steps, size):
    """Segments follow one another without holes, whatever tokens the units have."""
    first = np.cumsum(steps)
    n = int(first[-1]) + 1
    cuts = segments(first, n, size)
    assert [begin for begin, _ in cuts] == [0, *[end for _, end in cuts[:-1]]]
    assert cuts[-1][1] == n
    assert all(begin < end for begin, end in cuts)


def test_equal_scores_keep_the_earlier_unit():
    """Ties are broken by place; the reference's strict comparison would keep none."""
    kept, threshold = keep_above_threshold(
        np.ones(4), np.zeros(4, dtype=bool), 2, lambda chosen: int(chosen.sum())
    )
    assert kept.tolist() == [True, True, False, False]
    assert threshold == 1.0


@given(st.lists(st.floats(0, 20), min_size=1, max_size=60), st.floats(0, 60))
def test_the_threshold_divides(scores, target):
    """Nothing kept scores below the threshold, nothing dropped above it, and the target holds."""
    scores = np.array(scores)
    kept, threshold = keep_above_threshold(
        scores, np.zeros(len(scores), dtype=bool), target, lambda chosen: int(chosen.sum())
    )
    assert kept.sum() == min(len(scores), int(target))
    assert (scores[kept] >= threshold).all()
    assert (scores[~kept] <= threshold).all()


def test_the_carry_goes_from_segment_to_segment():
    """Law 7: three segments of three words at rate 0.5 keep 1, 2 and 1; the last one settles what is left."""
    draft, _, _ = prune("a b c d e f g h i", [1, 2, 3] * 3, 0.5, 3)
    assert draft.text == "c e f i"
