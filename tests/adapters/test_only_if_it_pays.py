"""`only_if_it_pays`: what compression would make dearer is handed on as it came."""

from __future__ import annotations

import json

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from lingua_integrations import usage
from lingua_integrations.core.trace import Rewritten, read_trace
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain import (
    LinguaHistoryMiddleware,
    LinguaToolInterceptor,
    LinguaToolMiddleware,
    Payback,
    Prices,
)

PRICES = Prices(input=3.0, cache_read=0.3, cache_write=3.75, output=15.0)
NOISE = "Dogs bark at night. It rained in the town again and again. Nobody went out. The sea was calm. "
LONG = NOISE * 5 + "The cat sat on the mat all day long. " + NOISE * 5
ROWS = json.dumps([{"id": n, "name": f"item {n}", "price": n * 7 % 50} for n in range(80)])
SETTINGS = {"method": "extractive-bm25", "rate": 0.2}
QUESTION = HumanMessage("Where did the cat sit?")


def told(middleware, text, before=()):
    call = {"name": "search", "args": {}, "id": "1"}
    request = type("Request", (), {"tool_call": call, "state": [*before, QUESTION]})()
    return middleware.wrap_tool_call(request, lambda _: ToolMessage(text, tool_call_id="1"))


@pytest.mark.parametrize("text", [LONG, ROWS])
def test_a_result_that_might_be_fetched_back(text):
    """By a call that reads a long conversation: only then, and only where there is a store for it."""
    long_before = [AIMessage("word " * 50_000)]
    dear = Payback(prices=PRICES, calls=2, recalls=0.5)
    store = {}
    middleware = LinguaToolMiddleware(**SETTINGS, store=store, only_if_it_pays=dear)
    with usage() as total:
        whole = told(middleware, text, long_before)
    assert (whole.content, store) == (text, {})
    assert (
        whole.response_metadata["lingua"]["tokens_after"]
        == whole.response_metadata["lingua"]["tokens_before"]
    )
    assert total.tokens_saved == 0
    for pays in (
        told(middleware, text),
        told(LinguaToolMiddleware(**SETTINGS, only_if_it_pays=dear), text, long_before),
        told(LinguaToolMiddleware(**SETTINGS, store={}), text, long_before),
        told(
            LinguaToolMiddleware(**SETTINGS, store={}, only_if_it_pays=Payback(prices=PRICES, recalls=0.01)),
            text,
            long_before,
        ),
    ):
        assert len(pays.content) < len(text) / 2


def test_without_prices_of_ones_own():
    """Usual prices tell the same, since only their ratios count."""
    assert len(told(LinguaToolMiddleware(**SETTINGS, only_if_it_pays=True), LONG).content) < len(LONG) / 2
    dear = told(
        LinguaToolMiddleware(**SETTINGS, store={}, only_if_it_pays=True), LONG, [AIMessage("word " * 50_000)]
    )
    assert dear.content == LONG
    assert LinguaHistoryMiddleware(only_if_it_pays=False).expected is None
    with pytest.raises(InvalidRequest, match="only_if_it_pays"):
        LinguaToolMiddleware(only_if_it_pays=PRICES)


def conversation(behind):
    """An old result, and so many messages behind it that the model has read."""
    return [
        QUESTION,
        ToolMessage(LONG * 4, tool_call_id="1", id="1", name="search"),
        *(
            HumanMessage("Go on, please, with whatever comes next in your plan.", id=f"a{n}")
            for n in range(behind)
        ),
        AIMessage("Done.", id="2"),
        HumanMessage("And?", id="3"),
    ]


@pytest.mark.parametrize(("behind", "calls", "due"), [(5, 10, True), (200, 10, False), (200, 200, True)])
def test_history(behind, calls, due):
    """It is written to the cache again from the first change on: saved tokens must pay for that in time."""
    expected = Payback(prices=PRICES, calls=calls)
    settings = {"trigger_tokens": 100, "keep": 3, "roles": ["tool"], **SETTINGS}
    middleware = LinguaHistoryMiddleware(**settings, only_if_it_pays=expected)
    done = middleware.before_model({"messages": conversation(behind)}, None)
    assert ([one.id for one in done["messages"]] if done else []) == ["1"] * due
    assert LinguaHistoryMiddleware(**settings).before_model({"messages": conversation(behind)}, None)


def test_where_nothing_is_cached_history_always_pays():
    middleware = LinguaHistoryMiddleware(
        trigger_tokens=100, keep=3, **SETTINGS, only_if_it_pays=Payback(prices=Prices(input=3.0), calls=1)
    )
    assert middleware.before_model({"messages": conversation(200)}, None)


def test_what_has_to_be_written_again_stands_in_the_trace(tmp_path, o200k):
    """From the first changed message on, shortened, to the last that the model had read."""
    with usage(trace=tmp_path / "run.jsonl"):
        middleware = LinguaHistoryMiddleware(trigger_tokens=100, keep=3, roles=["tool"], **SETTINGS)
        done = middleware.before_model({"messages": conversation(5)}, None)
    compressed, rewritten = read_trace((tmp_path / "run.jsonl").read_text().splitlines())
    assert (compressed.tool, compressed.tokens_before) == ("(history)", o200k(LONG * 4))
    read = [done["messages"][0], *conversation(5)[2:7]]
    assert rewritten == Rewritten(sum(o200k(one.content) for one in read))


def test_the_interceptor_takes_the_same_settings():
    """One place for them: `ToolResults`."""
    settings = {"only": ["a"], "exclude": ["b"], "tools": {"c": {"rate": 0.5}}, "holdout": 0.5}
    for make in (LinguaToolMiddleware, LinguaToolInterceptor):
        results = make(**settings, store={}, only_if_it_pays=Payback(prices=PRICES), **SETTINGS).results
        assert [results.compresses(name) for name in "abcd"] == [True, False, True, False]
        assert (results.holdout, results.expected.recalls) == (0.5, 0.1)
        with pytest.raises(ValueError, match="There is no setting"):
            make(only_if_it_payz=True)
        with pytest.raises(InvalidRequest):
            make(holdout=2)
