"""Stages 2 and 3 by hand: Eq. 2, Eq. 3, Algorithm 1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import BudgetTooSmall
from lingua_integrations.core.budget.shares import Lengths, Shares, allocate, arrange, return_leftover, select


def test_eq2_by_hand():
    """tau = 0.2 of L = 1000 + 50 + 50: tau_dems = (220 - 0.85 * 50 - 0.9 * 50) / 1000 = 0.1325."""
    shares = allocate(220, Lengths(50, 1000, 50), 0.85, 0.9)
    assert shares.contexts / 1000 == pytest.approx(0.1325)


def test_eq2_names_the_smallest_budget():
    """Instruction and question alone need 85 + 45 tokens; one more is for the contexts."""
    with pytest.raises(BudgetTooSmall) as caught:
        allocate(130, Lengths(100, 500, 50), 0.85, 0.9)
    assert caught.value.smallest == 131
    assert allocate(131, Lengths(100, 500, 50), 0.85, 0.9).contexts == 1


def test_eq3_by_hand():
    """k = 2, share 370, selected 725: 15 tokens left over 150 raise both rates by 0.1, capped at 1."""
    shares = return_leftover(Shares(85.0, 370.0, 45.0), Lengths(100, 2000, 50), 725, 2.0)
    assert shares == Shares(95.0, 355.0, 50.0)


@given(
    st.integers(0, 300), st.integers(1, 5000), st.integers(0, 300), st.floats(0.01, 1), st.integers(0, 6000)
)
def test_the_sum_stays_the_budget(instruction, contexts, question, rate, selected):
    """Eq. 3 moves tokens between the parts; it neither makes nor loses any, and no rate exceeds 1."""
    lengths = Lengths(instruction, contexts, question)
    budget = int(rate * sum(lengths))
    try:
        shares = allocate(budget, lengths, 0.85, 0.9)
    except BudgetTooSmall:
        return
    moved = return_leftover(shares, lengths, selected, 2.0)
    assert sum(moved) == pytest.approx(sum(shares))
    assert moved.instruction <= instruction
    assert moved.question <= question
    assert moved.contexts > 0


@pytest.mark.parametrize(
    ("relevance", "lengths", "budget", "chosen"),
    [
        ([0.1, 0.9, 0.5], [60, 50, 60], 60, [1, 2]),  # 110 <= 120, the third would make 170
        ([0.9, 0.1], [10, 500], 100, [0, 1]),  # 10 tokens alone could not fill a budget of 100
        ([0.9, 0.1], [500, 10], 100, [0]),  # the best one is taken though it exceeds k * budget
        ([0.5, 0.5, 0.5], [100, 100, 100], 100, [0, 1]),  # ties keep their order
    ],
)
def test_select(relevance, lengths, budget, chosen):
    """Whole contexts, best first, up to twice the budget, and never fewer tokens than the budget."""
    assert select(np.array(relevance), lengths, budget, 2.0) == chosen


def test_eq3_leaves_the_contexts_something():
    """20 tokens for the contexts, which instruction and question could take to the last one: they do not."""
    shares = Shares(10.0, 20.0, 10.0)
    assert return_leftover(shares, Lengths(20, 100, 20), 0, 2.0) == shares
    assert return_leftover(shares, Lengths(20, 100, 19), 0, 2.0) == Shares(20.0, 1.0, 19.0)


def test_what_must_stay_may_fill_the_budget_to_the_last_token():
    """30 + 30 of 60 tokens fit; a token more of either, and the second context is passed over."""
    for second, chosen in ((30, [0, 1]), (31, [0])):
        assert select(np.array([0.9, 0.5]), [50, 50], 60, 2.0, [30, second]) == chosen


def test_the_best_stand_at_both_edges():
    """Relevance falls towards the middle, from either side."""
    relevance = np.array([5.0, 4.0, 3.0, 2.0, 1.0, 0.0])
    assert arrange(relevance, "edges") == [0, 2, 4, 5, 3, 1]
