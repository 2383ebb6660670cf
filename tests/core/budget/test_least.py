"""The search for the least budget: exact from any guess, without trying one budget twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.core.budget.least import least_that_works


@given(st.integers(0, 200), st.integers(1, 200), st.integers(1, 200))
def test_it_is_the_least_from_any_guess(fails, more, above):
    least, guess, tried = fails + more, fails + above, []

    def works(budget: int) -> bool:
        tried.append(budget)
        return budget >= least

    assert least_that_works(works, fails, guess, most=1000) == least
    assert len(tried) == len(set(tried))
    assert min(tried) > fails


def test_a_right_guess_takes_two_tries():
    tried = []
    assert least_that_works(lambda budget: tried.append(budget) or budget >= 9, 4, 9, 1000) == 9
    assert tried == [9, 8]


def test_where_nothing_works_the_search_ends():
    assert least_that_works(lambda budget: False, 4, 9, 1000) is None
