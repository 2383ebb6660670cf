"""What an agent's run cost, and what it would have cost without compression."""

from __future__ import annotations

import pytest
from agents import Scripted
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.types import Command

from lingua_integrations import usage
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain import LinguaToolMiddleware, LinguaUsageHandler, Prices, receipt

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
            tokens = shown.response_metadata["lingua"]["tokens_after"]
            assert receipt([shown, said(5)], PRICES).comparison.whole == tokens > 1000
    assert 40 <= whole <= 80
    for bad in (-0.1, 1.1):
        with pytest.raises(InvalidRequest):
            LinguaToolMiddleware(holdout=bad)


@pytest.mark.parametrize("form", ["text", "blocks", "command", "list"])
def test_what_is_held_out_is_counted_as_what_is_compressed(form):
    """Each text of a result: both sorts are the same but for their lengths, and the block says so."""
    texts = [f"It rained again in the town of {name}. " * 100 for name in ("Bath", "Rome")]
    blocks = [{"type": "text", "text": text} for text in texts]
    outcomes = {
        "text": ToolMessage(texts[0], tool_call_id="1"),
        "blocks": ToolMessage(blocks, tool_call_id="1"),
        "command": Command(update={"messages": [ToolMessage(texts[0], tool_call_id="1")]}),
        "list": [ToolMessage(text, tool_call_id="1") for text in texts],
    }
    call = {"name": "search", "args": {}, "id": "1"}
    request = type("Request", (), {"tool_call": call, "state": [HumanMessage("Where?")]})()
    events = []
    for share in (0.0, 1.0):
        middleware = LinguaToolMiddleware(method="extractive-bm25", rate=0.2, holdout=share)
        with usage(prices=PRICES) as total:
            outcome = middleware.wrap_tool_call(request, lambda _: outcomes[form])
        events.append(total.events)
    compressed, held = events
    assert [one.tokens_before for one in compressed] == [one.tokens_after for one in held]
    assert {(one.tool, one.holdout) for one in held} == {("search", True)}
    assert sum(one.tokens_after for one in compressed) < sum(one.tokens_after for one in held)
    found = outcome.update["messages"] if form == "command" else outcome
    for message in found if isinstance(found, list) else [found]:
        assert message.response_metadata["lingua"]["holdout"] is True
        assert message.content in (*texts, blocks)


def test_an_agent_with_held_out_results():
    """Of a run through a real agent, the receipt compares both, in the block and from the messages."""

    @tool
    def search(query: str) -> str:
        """Look something up."""
        return "It rained again in the town. " * 200

    script = []
    for number in range(60):
        call = {"name": "search", "args": {"query": "rain"}, "id": f"call-{number}"}
        script.append(said(1000, tool_calls=[call]))
    middleware = LinguaToolMiddleware(method="extractive-bm25", rate=0.2, holdout=0.4)
    agent = create_agent(Scripted(messages=iter([*script, said(1000)])), [search], middleware=[middleware])
    config = {"callbacks": [LinguaUsageHandler()], "recursion_limit": 200}
    with usage(prices=PRICES) as total:
        state = agent.invoke({"messages": [HumanMessage("Where did it rain?")]}, config)
    found = receipt(state["messages"], PRICES).comparison
    assert found.held_out + found.results == 60
    assert found.held_out > 10
    assert found.interval[0] > 0
    assert found.whole > 3 * found.compressed
    assert total.receipt.comparison == found
    assert f"mean of {found.held_out}" in str(total)
