"""What compression saves of a bill: both sides of every length and number at which it begins to pay."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lingua_integrations.core.prices import Prices
from lingua_integrations.evaluation.caching import (
    Work,
    bill,
    most_calls,
    pays_from,
    saved_per_token,
    waits_less_from,
)

amounts = st.floats(0.01, 100, allow_nan=False)
rates = st.floats(0.01, 1)
calls = st.integers(1, 50)
works = st.builds(Work, fixed=st.floats(0.001, 10), per_token=st.floats(0, 0.01), machine_per_hour=amounts)


@st.composite
def sheets(draw):
    """A cache that is dearer to write than to read, and cheaper to read than no cache."""
    paid = draw(amounts)
    return Prices(
        input=paid, cache_read=paid * draw(st.floats(0, 1)), cache_write=paid * draw(st.floats(1, 2))
    )


def gained(tokens, rate, number, prices, work, cached):
    """The whole account, written out anew."""
    before = bill(tokens, number, prices, cached=cached)
    after = bill(rate * tokens, number, prices, cached=False)
    return before - after - number * work.price(tokens)


@given(rates, calls, sheets(), works, st.booleans())
def test_from_that_length_on_it_gains_and_below_it_loses(rate, number, prices, work, cached):
    length = pays_from(rate, number, prices, work, cached=cached)
    if length is None:
        assert gained(1e9, rate, number, prices, work, cached) <= 1e-3
    else:
        assume(length < 1e12)
        least = abs(gained(0, rate, number, prices, work, cached))
        assert gained(1.01 * length, rate, number, prices, work, cached) > -1e-6 * least
        assert gained(0.99 * length, rate, number, prices, work, cached) < 1e-6 * least


@given(rates, sheets())
def test_up_to_that_many_calls_it_saves_and_beyond_it_costs(rate, prices):
    most = most_calls(rate, prices)
    number = 1000 if most is None else int(most)
    assume(number < 1e6)
    if number >= 1:
        assert saved_per_token(rate, number, prices, cached=True) > -1e-9
    if most is not None:
        assert saved_per_token(rate, number + 2, prices, cached=True) < 0


@given(rates, st.integers(2, 50), sheets())
def test_a_cache_never_makes_compression_save_more_than_its_first_write(rate, number, prices):
    without = saved_per_token(rate, number, prices, cached=False)
    assert (
        saved_per_token(rate, number, prices, cached=True)
        <= without + (prices.write - prices.input) / 1e6 + 1e-12
    )


@given(rates, st.floats(100, 1e5), works)
def test_waiting_is_shorter_from_that_length_on(rate, speed, work):
    length = waits_less_from(rate, speed, work)
    reading, compressing = (1 - rate) / speed, work.per_token
    if length is None:
        assert reading <= compressing
    else:
        assert length * reading == pytest.approx(work.fixed + length * compressing, rel=1e-3, abs=1e-3)


def test_by_hand():
    """Ten questions about 10,000 tokens at 10x: 30 cents without a cache, 3 cents compressed, 6.45 cached."""
    prices = Prices(input=3, cache_read=0.3, cache_write=3.75)
    assert bill(10_000, 10, prices, cached=False) == pytest.approx(0.30)
    assert bill(1_000, 10, prices, cached=False) == pytest.approx(0.03)
    assert bill(10_000, 10, prices, cached=True) == pytest.approx(0.0645)
    assert most_calls(0.1, prices) is None
    assert most_calls(0.5, prices) == pytest.approx(2.875)
