"""What an agent's run cost, and what it would have cost without compression."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain import LinguaToolMiddleware, Prices, receipt

PRICES = Prices(input=1e6, output=5e6, cache_read=1e5, cache_write=1.25e6)  # of one token: 1, 5, 0.1, 1.25


def said(tokens, read=0, written=0, output=1, **more):
    details = {"cache_read": read, "cache_creation": written}
    used = {"input_tokens": tokens, "output_tokens": output, "total_tokens": tokens + output}
    return AIMessage("", usage_metadata={**used, "input_token_details": details}, **more)


def result(before, after, name="search"):
    mark = {"lingua": {"tokens_before": before, "tokens_after": after}}
    return ToolMessage("x", tool_call_id="1", name=name, response_metadata=mark)


def test_what_was_left_out_is_written_once_and_read_after_that():
    """By hand: 90 tokens are missing: once at 1.25, then twice at 0.1."""
    run = [
        HumanMessage("?"),
        result(100, 10),
        said(50, written=50),
        said(60, read=50, written=10),
        said(60, read=60),
    ]
    made = receipt(run, PRICES)
    assert made.paid == pytest.approx((50 * 1.25 + 5) + (50 * 0.1 + 10 * 1.25 + 5) + (60 * 0.1 + 5))
    assert made.without == pytest.approx(made.paid + 90 * 1.25 + 2 * 90 * 0.1)
    assert made.saved == pytest.approx(130.5)
    assert (made.calls, made.recalls) == (3, 0)


def test_a_provider_without_a_cache():
    """Everything is read anew, by each call."""
    made = receipt([result(100, 10), said(50), said(60)], Prices(input=1e6))
    assert (made.paid, made.without) == (110, 290)


def test_what_is_fetched_back_is_paid_and_was_not_needed_without():
    """A call more, and its result in all later ones: a loss is told as one."""
    recall = said(100, tool_calls=[{"name": "recall", "args": {}, "id": "1"}])
    back = ToolMessage("word " * 400, tool_call_id="1", name="recall")
    made = receipt([result(120, 100), said(100), recall, back, said(600)], Prices(input=1e6))
    assert made.recalls == 1
    assert made.saved < 0
    assert "more than without compression" in str(made)


def test_calls_that_nobody_counted_cost_nothing():
    made = receipt([result(100, 10), AIMessage("hm"), HumanMessage("?")], PRICES)
    assert (made.paid, made.without, made.calls) == (0, 0, 0)


def test_prices_are_checked():
    with pytest.raises(InvalidRequest):
        Prices(input=-1)


def test_a_share_is_held_out():
    """By the call's id: the same each time; about as many as were asked for; and they say so."""
    middleware = LinguaToolMiddleware(method="extractive-bm25", rate=0.2, holdout=0.3)
    text = "It rained again in the town. " * 200
    whole = 0
    for number in range(200):
        call = {"name": "search", "args": {}, "id": f"call-{number}"}
        request = type("Request", (), {"tool_call": call, "state": [HumanMessage("?")]})()
        held = middleware.results.held_out(call)
        message = ToolMessage(text if held else "a", tool_call_id="1")
        shown = middleware.wrap_tool_call(request, lambda _, message=message: message)
        if shown.text == text:
            whole += 1
            assert receipt([shown], PRICES).held_out == 1
    assert 40 <= whole <= 80
    for bad in (-0.1, 1.1):
        with pytest.raises(InvalidRequest):
            LinguaToolMiddleware(holdout=bad)
