"""`lingua usage report`: the receipt of a trace, and what it says where there is none."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from lingua_integrations.cli.app import app
from lingua_integrations.core.trace import Called, Compressed, Recalled, line_of

SEARCH = Compressed(50_000, 10_000, "search", "extractive-bm25")
SQL = Compressed(2_000, 1_900, "sql", "salience")
HELD = Compressed(0, 0, "search", holdout=True)
CALLS = [Called(30_000, 500, 0, 30_000), Called(31_000, 500, 30_000, 1_000)]
PRICES = {"input": 3.0, "cache_read": 0.3, "cache_write": 3.75, "output": 15.0}


@pytest.fixture
def report(tmp_path):
    def run(events, prices=None, **more):
        trace = tmp_path / "run.jsonl"
        trace.write_text(
            "".join(f"{line_of(event)}\n" for event in events) if isinstance(events, list) else events
        )
        options = []
        if prices is not None:
            file = tmp_path / "prices.json"
            file.write_text(json.dumps(prices))
            options = ["--prices", str(file)]
        done = CliRunner().invoke(app, ["usage", "report", str(trace), *options], env={"COLUMNS": "120"})
        return done.exit_code, " ".join(done.output.split())

    return run


def test_by_tool_and_method(report):
    code, said = report([SEARCH, SQL, HELD, *CALLS], PRICES)
    assert code == 0
    assert "search │ extractive-bm25 │ 1 │ 50,000 │ 10,000 │ 20% │ 0.162" in said
    assert (
        "read 30,000 tokens from the cache, 31,000 that were written to it and 0 besides, and wrote 1,000"
        in said
    )
    assert "Held out: 1 of 3 results (33%)." in said
    assert "paid 0.14025 instead of 0.302655: saved 0.162405 (54%)" in said
    assert "not pay" not in said


def test_it_says_where_it_does_not_pay(report):
    """Tools that lost, and the whole of it."""
    back = [Called(60_000, 10, 60_000, recall=True), Recalled(48_000), Called(110_000, 10, 0, 110_000)]
    longer = Compressed(100, 120, "sql", "salience")
    code, said = report([SEARCH, longer, *CALLS, *back], PRICES)
    assert code == 0
    assert "Does not pay: sql, salience: -" in said
    assert "search, extractive-bm25: " not in said
    assert "(fetched back)" in said
    code, said = report([Compressed(1000, 900, "search"), *CALLS, *back], PRICES)
    assert "more than without compression" in said
    assert "All in all compression did not pay." in said


def test_held_out_results_are_compared(report):
    held = Compressed(40_000, 40_000, "search", holdout=True)
    _, said = report([SEARCH, held, *CALLS], PRICES)
    assert "too few results to compare: 1 left whole, 1 compressed" in said
    _, said = report([SEARCH, held] * 10 + CALLS, PRICES)
    assert "a compressed result cost 0.0405 (mean of 10, with fetching back)" in said
    assert "one left whole 0.162 (mean of 10)" in said
    assert "0.1215 less (95% interval" in said
    assert "too few" not in report([SEARCH, *CALLS], PRICES)[1]


def test_without_prices_or_calls(report):
    assert "Give --prices" in report([SEARCH, *CALLS])[1]
    for prices in (None, PRICES):
        code, said = report([SEARCH], prices)
        assert (code, "No call of a model is in the trace" in said, "saved" in said) == (0, True, False)
    assert report([])[0] == 0


def test_what_a_tool_is_called_is_no_command_for_the_terminal(report):
    _, said = report([Compressed(10, 10, "[/oops]\x1b[31m", "x"), *CALLS], PRICES)
    assert r"[/oops]\x1b[31m" in said


@pytest.mark.parametrize(
    ("events", "prices", "word"),
    [
        ("no trace\n", None, "Line 1 of the trace"),
        ([SEARCH], {"inputs": 3}, "must hold prices as JSON"),
        ([SEARCH], [3], "must hold prices as JSON"),
        ([SEARCH], {"input": "3"}, "must hold prices as JSON"),
        ([SEARCH], {"input": -3}, "negative"),
    ],
)
def test_bad_files(report, events, prices, word):
    code, said = report(events, prices)
    assert code == 2
    assert word in said
    missing = CliRunner().invoke(app, ["usage", "report", "/no/such/file"])
    assert missing.exit_code == 2
