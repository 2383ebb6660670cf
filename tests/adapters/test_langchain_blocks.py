"""Blocks of a message: texts at any depth get shorter, and all that stands beside them stays."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, FunctionMessage, HumanMessage, ToolMessage
from langgraph.types import Command

from lingua_integrations.langchain import (
    LinguaContextEdit,
    LinguaHistoryMiddleware,
    LinguaPromptCompressor,
    LinguaSummarizer,
    LinguaToolMiddleware,
)
from lingua_integrations.langchain.blocks import texts_of, with_texts

CAT = "The cat sat on the mat all day long."
NOISE = "Dogs bark at night. It rained in the town again and again. Nobody went out. The sea was calm. "
LONG = NOISE * 5 + CAT + " " + NOISE * 5
QUESTION = "Where did the cat sit?"
SETTINGS = {"method": "extractive-bm25", "rate": 0.2}
EPHEMERAL = {"type": "ephemeral"}


def found(*texts, **more):
    blocks = [{"type": "text", "text": text} for text in texts]
    return {"type": "search_result", "source": "a.org", "title": "Cats", "content": blocks, **more}


def result(content, **more):
    return {"type": "tool_result", "tool_use_id": "call-1", "content": content, **more}


more = st.dictionaries(
    st.sampled_from(["id", "score", "cache_control", "citations"]), st.integers(), max_size=2
)
image = st.just({"type": "image", "source": {"type": "base64", "data": "…"}})
text = st.text(max_size=8)
plain = st.builds(lambda text, extra: {"type": "text", "text": text, **extra}, text, more)
search = st.builds(
    lambda blocks, extra: {"type": "search_result", "content": blocks, **extra},
    st.lists(plain | image, max_size=3),
    more,
)
held = text | st.lists(plain | search | image | text, max_size=3)
tool = st.builds(
    lambda held, failed, extra: {"type": "tool_result", "content": held, "is_error": failed, **extra},
    held,
    st.booleans(),
    more,
)
odd = st.sampled_from(
    [
        {},
        {"type": 3},
        {"type": ["text"]},
        {"type": "text"},
        {"type": "text", "text": 1},
        {"type": "tool_result"},
    ]
    + [{"type": kind, "content": {"text": "a"}} for kind in ("tool_result", "search_result")]
    + [{"type": "search_result", "content": "a"}, {"type": "tool_result", "content": [None, 3, [LONG]]}]
)
contents = st.lists(text | plain | search | tool | image | odd, max_size=5) | text


def masked(content):
    """A content with the same shape in which every text that is open says nothing."""
    return with_texts(content, {path: "…" for path, _ in texts_of(content)})


@given(contents)
def test_what_is_written_back_stands_where_it_was_read(content):
    """Order, ids and keys that nobody knows survive; nothing given is changed."""
    before = copy.deepcopy(content)
    told = {path: f"{number}!" for number, (path, _) in enumerate(texts_of(content))}
    after = with_texts(content, told)
    assert dict(texts_of(after)) == told
    assert masked(after) == masked(content)
    assert content == before


def empty(content):
    """How many blocks hold nothing, at any depth."""
    inside = [block.get("content") for block in content if isinstance(block, dict)]
    return sum(one in ("", []) for one in inside) + sum(empty(one) for one in inside if isinstance(one, list))


@given(st.lists(plain | search | tool, max_size=5))
def test_no_block_is_emptied(content):
    """A result says that nothing is left of it; a search result of which nothing is left goes."""
    after = with_texts(content, {path: "" for path, _ in texts_of(content)})
    assert empty(after) <= empty(content)
    kept = [sum(one["type"] == "tool_result" for one in blocks) for blocks in (content, after)]
    assert kept[0] == kept[1]


def test_an_error_and_what_is_deeper_than_it_can_be_stay():
    deep = result(LONG)
    for _ in range(5000):
        deep = result([deep])
    assert list(texts_of([deep, result(LONG, is_error=True), found(), found(found(LONG))])) == []


CONTENTS = {
    "string": [result(LONG, cache_control=EPHEMERAL)],
    "blocks": [result([{"type": "text", "text": LONG}, {"type": "image", "source": {}}])],
    "found": [found(LONG, citations={"enabled": True})],
    "found by a tool": [result([found(LONG, citations={"enabled": True}), found("Short.")])],
}


def request(name="search"):
    call = {"name": name, "args": {}, "id": "call-1"}
    return type("Request", (), {"tool_call": call, "state": [HumanMessage(QUESTION)]})()


def shorter(before, after):
    """The texts of both, where everything else is the same."""
    assert masked(before) == masked(after)
    return [text for _, text in texts_of(after)]


@pytest.mark.parametrize("name", CONTENTS)
def test_a_result_in_blocks(name):
    content = CONTENTS[name]
    message = ToolMessage(copy.deepcopy(content), tool_call_id="call-1")
    shown = LinguaToolMiddleware(**SETTINGS).wrap_tool_call(request(), lambda _: message)
    first, *rest = shorter(content, shown.content)
    assert CAT in first
    assert len(first) < len(LONG) / 3
    assert rest in ([], ["Short."])
    assert message.content == content


def test_json_in_a_block_stays_json():
    rows = json.dumps([{"id": n, "name": f"item {n}"} for n in range(200)])
    message = ToolMessage([result([{"type": "text", "text": rows}])], tool_call_id="call-1")
    shown = LinguaToolMiddleware(**SETTINGS).wrap_tool_call(request(), lambda _: message)
    (text,) = shorter(message.content, shown.content)
    assert len(text) < len(rows) / 2
    assert json.loads(text)


def test_function_messages_are_results():
    """Alone, in a command, and in a command among others, which stay."""
    said = FunctionMessage(LONG, name="search")
    middleware = LinguaToolMiddleware(**SETTINGS)
    assert len(middleware.wrap_tool_call(request(), lambda _: said).content) < len(LONG) / 3
    command = Command(update={"messages": [said, AIMessage(LONG), HumanMessage([result(LONG), LONG])]})
    done = middleware.wrap_tool_call(request(), lambda _: command).update["messages"]
    assert [len(one.content) < len(LONG) for one in done[:2]] == [True, False]
    assert done[2].content[1] == LONG
    assert CAT in done[2].content[0]["content"]
    assert len(done[2].content[0]["content"]) < len(LONG)


def conversation(*last):
    """As Anthropic's own client has it: calls and results are blocks, results in the user's messages."""
    return [
        HumanMessage(QUESTION, id="0"),
        AIMessage([{"type": "tool_use", "id": "call-1", "name": "search", "input": {}}], id="1"),
        HumanMessage([result(LONG)], id="2"),
        AIMessage([{"type": "tool_use", "id": "call-2", "name": "read_file", "input": {}}], id="3"),
        HumanMessage([{**result(LONG), "tool_use_id": "call-2"}], id="4"),
        *last,
    ]


def test_history_of_blocks():
    """The question is what the user said, not the results after it; what a tool is quoted for stays."""
    middleware = LinguaHistoryMiddleware(trigger_tokens=1, keep=0, roles=["tool"], **SETTINGS)
    (changed,) = middleware.before_model({"messages": conversation()}, None)["messages"]
    assert changed.id == "2"
    assert CAT in changed.content[0]["content"]
    humans = LinguaHistoryMiddleware(trigger_tokens=1, keep=0, roles=["human"], **SETTINGS)
    assert humans.before_model({"messages": conversation()}, None) is None


@pytest.mark.parametrize("block", [found(LONG), result([found(LONG)])])
def test_what_was_found_beside_the_question(block):
    """It is shortened, and the question in the same message is not; in a cached prefix nothing is."""
    asked = {"type": "text", "text": QUESTION}
    (after,) = LinguaPromptCompressor(**SETTINGS).invoke([HumanMessage([block, asked])]).to_messages()
    assert after.content[1] == asked
    assert len(next(texts_of(after.content))[1]) < len(LONG) / 3
    cached = copy.deepcopy(block)
    inner = cached["content"][0]
    inner["cache_control"] = EPHEMERAL
    given_ = [HumanMessage([LONG, cached, asked])]
    assert LinguaPromptCompressor(**SETTINGS).invoke(given_).to_messages() == given_


def test_an_edit_of_results_in_blocks():
    edit = LinguaContextEdit(trigger=0, keep=0, exclude_tools=("read_file",), **SETTINGS)
    messages = conversation(HumanMessage(QUESTION))
    edit.apply(messages, count_tokens=lambda _: 10)
    assert len(messages[2].content[0]["content"]) < len(LONG) / 3
    assert messages[4].content[0]["content"] == LONG


def test_a_summary_has_what_tools_said_in_blocks():
    said = [HumanMessage(QUESTION), HumanMessage([result(CAT), result("It broke.", is_error=True)])]
    assert LinguaSummarizer(**SETTINGS).invoke(said).split("\n") == [
        f"Human: {QUESTION}",
        f"Human: {CAT}",
        "It broke.",
    ]
