"""Traces: what is written can be read, and is priced so that the parts add up to the whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor, usage
from lingua_integrations.core.prices import Payback, Prices, gained_by_rewriting, gained_on_arrival
from lingua_integrations.core.receipt import RECALLING, REWRITING, priced
from lingua_integrations.core.trace import (
    HISTORY,
    Called,
    Compressed,
    Recalled,
    Rewritten,
    line_of,
    read_trace,
)
from lingua_integrations.core.usage import of_tool, record
from lingua_integrations.errors import InvalidRequest, LinguaWarning

PRICES = Prices(input=1e6, output=5e6, cache_read=1e5, cache_write=1.25e6)  # of one token: 1, 5, 0.1, 1.25
tokens = st.integers(0, 10_000)
tools = st.none() | st.sampled_from(["", "search", "sql", HISTORY])
compressed = st.builds(
    Compressed, tokens, tokens, tool=tools, method=st.none() | st.text(max_size=4), holdout=st.booleans()
)
called = st.builds(
    lambda read, written, rest, output, recall: Called(read + written + rest, output, read, written, recall),
    tokens,
    tokens,
    tokens,
    tokens,
    st.booleans(),
)
runs = st.lists(compressed | st.builds(Recalled, tokens) | st.builds(Rewritten, tokens) | called, max_size=12)
prices = st.builds(
    lambda numbers: Prices(
        input=numbers[0], output=numbers[1], cache_read=numbers[2], cache_write=numbers[3]
    ),
    st.lists(st.integers(0, 20), min_size=4, max_size=4),
)


@given(runs)
def test_what_is_written_is_read(run):
    lines = [line_of(event) for event in run]
    assert not any("\n" in line for line in lines)
    assert list(read_trace([*lines, "", " \n"])) == run


@given(runs, prices)
def test_what_rows_saved_is_what_the_run_saved(run, money):
    made = priced(run, money)
    assert sum(row.saved for row in made.rows) == pytest.approx(made.saved)
    assert made.calls == sum(isinstance(event, Called) for event in run)
    assert made.held_out == sum(isinstance(event, Compressed) and event.holdout for event in run)


@given(runs, prices)
def test_a_run_without_compression_saved_nothing(run, money):
    """And what it paid, the provider's counts say alone."""
    calls = [event for event in run if isinstance(event, Called)]
    plain = priced([replace(event, recall=False) for event in calls], money)
    assert plain.saved == 0
    assert plain.paid == pytest.approx(priced(run, money).paid)


def called_with(read=0, written=0, rest=0):
    return Called(read + written + rest, 0, read, written)


def test_by_hand():
    """Of a tool: written once, then read. Of history: read. Of what no tool said: once, and never again."""
    calls = [called_with(written=50), called_with(read=50), called_with(read=50)]
    for tool, saved in (("search", 1.25 + 0.1 + 0.1), (HISTORY, 0 + 0.1 + 0.1), (None, 1.25)):
        run = [Compressed(100, 10, tool), *calls]
        made = priced(run, PRICES)
        (row,) = made.rows
        wanted = 90 * saved if tool != HISTORY else 90 * (1 + 0.1 + 0.1)  # nothing was cached at the first
        assert row.saved == pytest.approx(wanted)
    run = [called_with(written=500), Compressed(100, 10, HISTORY), Rewritten(300), called_with(100, 310)]
    rows = {row.tool: row.saved for row in priced(run, PRICES).rows}
    assert rows == {HISTORY: pytest.approx(90 * 0.1), REWRITING: pytest.approx(-300 * 1.15)}
    run = [Compressed(100, 10, "sql"), called_with(rest=10), replace(called_with(rest=20), recall=True)]
    rows = {row.tool: row.saved for row in priced([*run, Recalled(80), called_with(rest=99)], PRICES).rows}
    assert rows == {"sql": pytest.approx(180), RECALLING: pytest.approx(-20 - 80)}


@given(tokens, tokens, tokens, st.integers(1, 30), prices)
def test_what_is_gained_is_what_the_receipt_says(before, after, cached, calls, money):
    """A forecast that comes true: the same as if the calls had been made."""
    expected = Payback(prices=money, calls=calls, recalls=0)
    warm = [called_with(read=1, written=1)] * calls
    arrival = priced([Compressed(before, after, "a"), *warm], money)
    assert gained_on_arrival(before, after, cached, expected) == pytest.approx(arrival.saved)
    if money.write >= money.read:
        history = priced([Compressed(before, after, HISTORY), Rewritten(cached), *warm], money)
        assert gained_by_rewriting(before, after, cached, expected) == pytest.approx(history.saved)


@given(runs, prices)
def test_what_results_cost_by_chance(run, money):
    """Counted out call by call: once anew, then again and again; fetching back is for those compressed."""
    costs = {False: [], True: []}
    waiting, known = [], []
    for event in run:
        if isinstance(event, Compressed) and event.tool not in (None, HISTORY) and event.tokens_before:
            waiting.append([event, 0.0])
        elif isinstance(event, Called) and not event.recall:
            for result in known:
                result[1] += result[0].tokens_after * (money.read if event.cache_read else money.input)
            for result in waiting:
                result[1] += result[0].tokens_after * (money.write if event.cache_write else money.input)
            known, waiting = [*known, *waiting], []
    for event, cost in known:
        costs[event.holdout].append(cost / 1e6)
    made = priced(run, money)
    found = made.comparison
    assert (found is None) == (not costs[True])
    if found is not None:
        back = sum(row.saved for row in made.rows if row.tool == RECALLING)
        assert (found.results, found.held_out) == (len(costs[False]), len(costs[True]))
        assert found.whole * found.held_out == pytest.approx(sum(costs[True]))
        total = sum(costs[False]) - back
        assert found.compressed * found.results == pytest.approx(total if costs[False] else 0)
        assert found.interval is None


def mixed(compressed, whole, *more):
    """A run of one call after all results, at 1 a token."""
    run = [Compressed(900, tokens, "search") for tokens in compressed]
    run += [Compressed(tokens, tokens, "search", holdout=True) for tokens in whole]
    return priced([*run, *more, called_with(rest=9000)], Prices(input=1e6)).comparison


def test_held_out_results_beside_compressed_ones():
    """With an interval, and no more certain than it is."""
    found = mixed([200, 240] * 20, [800, 1000] * 6)
    assert (found.results, found.held_out, found.compressed, found.whole) == (40, 12, 220, 900)
    assert found.interval == pytest.approx((613.44, 746.56), rel=1e-3)  # Welch's, from tables of t
    assert "mean of 40" in str(found)
    assert "680 less (95% interval of what is saved: 613.5 to 746.5)" in str(found)
    unclear = mixed([100, 1500] * 10, [100, 1600] * 5)
    assert unclear.interval[0] < 0 < unclear.interval[1]
    assert "50 less, which may be chance" in str(unclear)
    dear = mixed([890, 900] * 10, [300, 310] * 5)
    assert dear.interval[1] < 0
    assert "590 more (95%" in str(dear)


def test_fetching_back_is_what_compressed_results_cost():
    recalled = [called_with(rest=50), replace(called_with(rest=1600), recall=True), Recalled(2400)]
    plain, back = mixed([200] * 10, [800] * 10), mixed([200] * 10, [800] * 10, *recalled)
    assert (plain.compressed, plain.interval) == (200, (600, 600))
    assert back.compressed == 400 + (1600 + 2400) / 10
    assert back.whole == 1600


@pytest.mark.parametrize(("compressed", "whole"), [(40, 9), (9, 40), (0, 1)])
def test_too_few_to_compare(compressed, whole):
    found = mixed([200] * compressed, [800] * whole)
    assert found.interval is None
    assert f"too few results to compare: {whole} left whole, {compressed} compressed" in str(found)
    assert mixed([200] * 40, []) is None


@pytest.mark.parametrize("wrong", [{"calls": 0}, {"recalls": -0.1}, {"recalls": 1.1}])
def test_expectations_are_checked(wrong):
    with pytest.raises(InvalidRequest, match="Payback"):
        Payback(prices=PRICES, **wrong)
    with pytest.raises(InvalidRequest):
        Prices(input=float("nan"))


@pytest.mark.parametrize(
    "line",
    [
        "x", "[]", "3", "{}", '{"event":"x"}', '{"event":"called"}', '{"event":["called"]}', "[" * 100_000,
        '{"event":"recalled","tokens":-1}', '{"event":"recalled","tokens":"2"}',
        '{"event":"recalled","tokens":1,"more":1}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_event_is_named(line):
    with pytest.raises(InvalidRequest, match="Line 2 of the trace"):
        list(read_trace([line_of(Recalled(1)), line]))


TEXT = "Emma is by Jane Austen. It came in 1815."


def compress(method="extractive-bm25"):
    PromptCompressor(config=method).compress([TEXT], question="Who wrote Emma?", target_tokens=8)


def events(file):
    read = read_trace(file.read_text("utf-8").split("\n"))
    return [replace(one, seconds=0.0) if isinstance(one, Compressed) else one for one in read]


def test_a_block_leaves_a_trace(tmp_path):
    """One line a compression, in all blocks that are open; a file that is there goes on."""
    outer, inner = tmp_path / "outer.jsonl", tmp_path / "inner.jsonl"
    with usage(trace=outer):
        compress()
        with of_tool("search"), usage(trace=str(inner)):
            compress()
        with usage():
            compress()
    with usage(trace=outer):
        record(Recalled(3))
    compress()
    one = Compressed(13, 6, method="extractive-bm25")
    assert events(outer) == [one, replace(one, tool="search"), one, Recalled(3)]
    assert events(inner) == [replace(one, tool="search")]
    assert json.loads(outer.read_text().split("\n")[0])["seconds"] > 0


def test_a_block_with_prices_has_the_bill():
    """That of `priced` over what happened in it; without prices nothing is kept."""
    prices = Prices(input=1e6)
    with usage(prices=prices) as total, usage() as other:
        for event in (Compressed(100, 20, "search"), Called(50, 0), Called(60, 0)):
            record(event)
    assert total.receipt == priced(total.events, prices)
    assert (total.receipt.paid, total.receipt.without) == (110.0, 270.0)
    assert "paid 110 instead of 270" in str(total)
    assert (other.receipt, other.events) == (None, [])
    with usage(prices=prices) as total:
        compress()
    assert [event.tokens_before for event in total.events] == [total.tokens_before]


def test_a_trace_that_cannot_be_written(tmp_path):
    """At the beginning an error; later a warning, once, and the call goes on."""
    with pytest.raises(InvalidRequest, match="cannot be written"), usage(trace=tmp_path / "no" / "file"):
        pass
    with usage(trace=tmp_path / "file") as total:
        (tmp_path / "file").unlink()
        (tmp_path / "file").mkdir()
        with pytest.warns(LinguaWarning, match="The trace ends here"):
            compress()
        compress()
    assert total.calls == 2
