"""Agents: middleware for tool results and history, and parts for LangChain's own middleware."""

from __future__ import annotations

import copy
import inspect
import json
import sys

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import ContextEditingMiddleware, SummarizationMiddleware
from langchain.tools.tool_node import ToolCallRequest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from lingua_integrations import CompressionConfig, PromptCompressor, usage
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.langchain import (
    LinguaContextEdit,
    LinguaHistoryMiddleware,
    LinguaSummarizer,
    LinguaToolMiddleware,
)
from slow import Slow, beats_during

CAT = "The cat sat on the mat all day long. "
NOISE = "Dogs bark at night. It rained in the town again and again. Nobody went out. The sea was calm. "
LONG = NOISE * 5 + CAT + NOISE * 5
QUESTION = "Where did the cat sit?"
SETTINGS = {"method": "extractive-bm25", "rate": 0.2}


class Model(GenericFakeChatModel):
    """Says what it is told to, and remembers what it was shown."""

    shown: list = []  # noqa: RUF012

    def bind_tools(self, tools, **kwargs):
        return self

    def _generate(self, messages, *args, **kwargs):
        self.shown.append(copy.deepcopy(messages))
        return super()._generate(messages, *args, **kwargs)


def model(*replies):
    return Model(messages=iter(replies), shown=[])


def calls(*names):
    return AIMessage("", tool_calls=[{"name": name, "args": {}, "id": f"call-{name}"} for name in names])


@tool
def search() -> str:
    """Look something up."""
    return LONG


@tool
def records() -> str:
    """Rows as JSON."""
    return json.dumps([{"id": i, "body": LONG} for i in range(2)])


@tool(response_format="content_and_artifact")
def picture() -> tuple[list, list]:
    """Text beside an image."""
    return [{"type": "text", "text": LONG}, {"type": "image", "url": "http://a.b/c.png"}], [1, 2]


@tool
def short() -> str:
    """Not worth it."""
    return "On the mat."


@tool
def update() -> Command:
    """Gives a command."""
    return Command(update={"messages": [ToolMessage(LONG, tool_call_id="call-update", name="update")]})


@tool
def broken() -> str:
    """Fails, at length."""
    raise ValueError(LONG)


TOOLS = [search, records, picture, short, update]


async def run(agent, messages, use_async, **config):
    inputs = {"messages": messages}
    return (await agent.ainvoke(inputs, config) if use_async else agent.invoke(inputs, config))["messages"]


class Events(BaseCallbackHandler):
    """Counts our custom events."""

    def __init__(self):
        self.told = []

    def on_custom_event(self, name, data, **kwargs):
        if name == "lingua_compression":
            self.told.append(data)


@pytest.mark.parametrize("use_async", [False, True])
async def test_tool_results_get_shorter_as_they_arrive(use_async, o200k):
    """What enters the state is what the model is shown, now and later; one event for each result."""
    shown = model(calls("search"), calls("update"), AIMessage("On the mat."))
    agent = create_agent(shown, TOOLS, middleware=[LinguaToolMiddleware(**SETTINGS)])
    handler = Events()
    with usage() as total:
        messages = await run(agent, [HumanMessage(QUESTION)], use_async, callbacks=[handler])
    results = [one for one in messages if isinstance(one, ToolMessage)]
    assert [(one.tool_call_id, one.name) for one in results] == [
        ("call-search", "search"),
        ("call-update", "update"),
    ]
    for one in results:
        assert CAT.strip() in one.content
        assert o200k(one.content) <= 0.2 * o200k(LONG)
        mark = one.response_metadata["lingua"]
        assert mark == {"tokens_before": o200k(LONG), "tokens_after": o200k(one.content)}
    assert shown.shown[-1][2].content == results[0].content
    assert [prompt[:3] for prompt in shown.shown[1:]] == [messages[:3]] * 2, "the prefix stays"
    assert len(handler.told) == total.calls == 2
    assert handler.told[0]["tokens_before"] == o200k(LONG)


async def test_blocks_json_and_short_results():
    shown = model(calls("records", "picture", "short"), AIMessage("Done."))
    agent = create_agent(shown, TOOLS, middleware=[LinguaToolMiddleware(**SETTINGS)])
    rows, seen, little = (
        one for one in await run(agent, [HumanMessage(QUESTION)], True) if isinstance(one, ToolMessage)
    )
    data = json.loads(rows.content)
    assert [row["id"] for row in data] == [0, 1]
    assert CAT.strip() in data[0]["body"]
    assert len(rows.content) < len(LONG)
    text, image = seen.content
    assert CAT.strip() in text["text"]
    assert len(text["text"]) < len(LONG) / 3
    assert image == {"type": "image", "url": "http://a.b/c.png"}
    assert seen.artifact == [1, 2]
    assert little.content == "On the mat."


def test_which_tools():
    agent = create_agent(
        model(calls("search", "update"), AIMessage("Done.")),
        TOOLS,
        middleware=[
            LinguaToolMiddleware(only=["search"], name="one", **SETTINGS),
            LinguaToolMiddleware(exclude=["search", "update"], name="two", **SETTINGS),
        ],
    )
    messages = agent.invoke({"messages": [HumanMessage(QUESTION)]})["messages"]
    found = {one.name: one.content for one in messages if isinstance(one, ToolMessage)}
    assert len(found["search"]) < len(LONG) / 3
    assert found["update"] == LONG
    with pytest.raises(InvalidRequest, match=r"as a list: \['search'\]"):
        LinguaToolMiddleware(only="search")
    with pytest.raises(InvalidRequest, match="either rate or target_tokens"):
        LinguaToolMiddleware(rate=0.2, target_tokens=7)
    with pytest.raises(ValueError, match="no setting 'spread'"):
        LinguaToolMiddleware(spread="together")


def test_errors_stay():
    broken.handle_tool_error = True
    request = type("Request", (), {"tool_call": {"name": "broken"}, "state": {"messages": []}})()
    message = ToolMessage(LONG, tool_call_id="1", status="error")
    assert LinguaToolMiddleware(**SETTINGS).wrap_tool_call(request, lambda _: message) == message


@pytest.mark.parametrize("use_async", [False, True])
async def test_a_failure_is_a_warning(use_async):
    """The agent's turn goes on; the error is one only if asked for."""

    class Broken(PromptCompressor):
        def compress(self, *args, **kwargs):
            raise RuntimeError("the wire is cut")

    def agent(**settings):
        middleware = LinguaToolMiddleware(compressor=Broken(), min_tokens=0, **settings)
        return create_agent(model(calls("search"), AIMessage("Done.")), TOOLS, middleware=[middleware])

    with pytest.warns(LinguaWarning, match="passed on uncompressed: RuntimeError"):
        messages = await run(agent(), [HumanMessage(QUESTION)], use_async)
    assert messages[2].content == LONG
    with pytest.raises(RuntimeError, match="the wire is cut"):
        await run(agent(on_error="raise"), [HumanMessage(QUESTION)], use_async)


async def test_the_event_loop_stays_free(tiny_scorer):
    slow = Slow(config="extractive-bm25")
    middleware = [
        LinguaToolMiddleware(compressor=slow, rate=0.2),
        LinguaHistoryMiddleware(compressor=slow, rate=0.2, trigger_tokens=10, keep=1),
    ]
    agent = create_agent(model(calls("search"), AIMessage("Done.")), TOOLS, middleware=middleware)
    assert await beats_during(run(agent, [AIMessage(LONG), HumanMessage(QUESTION)], True)) > 10


@pytest.mark.parametrize("use_async", [False, True])
async def test_old_history_once_it_is_long(use_async, o200k):
    """Below the trigger nothing happens; then all old messages at once, in place, and never again."""
    middleware = LinguaHistoryMiddleware(trigger_tokens=600, keep=2, **SETTINGS)
    talker = model(*[AIMessage(LONG) for _ in range(6)])
    agent = create_agent(
        talker, [], middleware=[middleware], system_prompt="Be brief.", checkpointer=InMemorySaver()
    )
    thread = {"configurable": {"thread_id": "1"}}
    states = [
        await run(agent, [HumanMessage(f"{QUESTION} {turn}")], use_async, **thread) for turn in range(6)
    ]
    marked = [[i for i, one in enumerate(state) if "lingua" in one.response_metadata] for state in states]
    assert marked[0] == []
    assert marked == sorted(marked, key=len)
    assert len(marked[-1]) >= 2
    assert len({len(one) for one in marked}) < len(marked), "not at every turn"
    for before, after, done in zip(states, states[1:], marked, strict=False):
        assert [one.id for one in after[: len(before)]] == [one.id for one in before]
        for i in done:
            assert after[i] == before[i], "compressed once"
    last = states[-1]
    for i in marked[-1]:
        assert last[i].type == "ai"
        assert o200k(last[i].content) <= 0.2 * o200k(LONG)
        assert "cat" in last[i].content
    assert all(one.content.startswith(QUESTION) for one in last if one.type == "human")
    assert last[-1].content == LONG


def test_history_keeps_calls_with_their_results_and_what_is_cached():
    call = calls("search")
    messages = [
        HumanMessage([{"type": "text", "text": LONG, "cache_control": {"type": "ephemeral"}}], id="0"),
        HumanMessage(LONG, id="1"),
        call.model_copy(update={"id": "2", "content": LONG}),
        ToolMessage(LONG, tool_call_id="call-search", id="3"),
        AIMessage("On the mat.", id="4"),
        HumanMessage(QUESTION, id="5"),
        AIMessage(LONG, id="6"),
    ]
    middleware = LinguaHistoryMiddleware(trigger_tokens=100, keep=1, **SETTINGS)
    changed = middleware.before_model({"messages": messages}, None)["messages"]
    assert [one.id for one in changed] == ["1", "3"]
    assert changed[1].tool_call_id == "call-search"
    after = [next((new for new in changed if new.id == old.id), old) for old in messages]
    assert middleware.before_model({"messages": after}, None) is None
    only = LinguaHistoryMiddleware(trigger_tokens=100, keep=1, roles=["tool"], **SETTINGS)
    assert [one.id for one in only.before_model({"messages": messages}, None)["messages"]] == ["3"]


OLD = [AIMessage(LONG, id="0"), AIMessage(LONG, id="1"), HumanMessage(QUESTION, id="2")]


def test_history_is_compressed_from_the_trigger_on():
    """At that many tokens of old messages, and not at one less."""
    tokens = count_tokens_approximately(OLD[:2])
    at = LinguaHistoryMiddleware(trigger_tokens=tokens, keep=1, **SETTINGS)
    assert [one.id for one in at.before_model({"messages": OLD}, None)["messages"]] == ["0", "1"]
    above = LinguaHistoryMiddleware(trigger_tokens=tokens + 1, keep=1, **SETTINGS)
    assert above.before_model({"messages": OLD}, None) is None


def test_old_messages_of_min_tokens_are_compressed(o200k):
    """From that many tokens on, of each text alone; one of less neither counts nor gets shorter."""
    tokens = o200k(LONG)
    messages = [AIMessage(LONG, id="0"), AIMessage(LONG.rstrip(), id="1"), HumanMessage(QUESTION)]
    assert o200k(messages[1].content) == tokens - 1
    at = LinguaHistoryMiddleware(trigger_tokens=1, keep=1, min_tokens=tokens, **SETTINGS)
    (changed,) = at.before_model({"messages": messages}, None)["messages"]
    assert changed.id == "0"
    assert len(changed.content) < len(LONG) / 3
    above = LinguaHistoryMiddleware(trigger_tokens=1, keep=1, min_tokens=tokens + 1, **SETTINGS)
    assert above.before_model({"messages": messages}, None) is None


def test_an_edit_from_the_trigger_on():
    """At that many tokens by the middleware's count, and not at one less."""
    edit = LinguaContextEdit(trigger=100, keep=0, **SETTINGS)
    for tokens, edited in ((99, False), (100, True), (101, True)):
        messages = [HumanMessage(QUESTION), ToolMessage(LONG, tool_call_id="a")]
        edit.apply(messages, count_tokens=lambda _, tokens=tokens: tokens)
        assert (messages[1].content != LONG) is edited


@pytest.mark.parametrize("when", ["least", "passthrough", "raise"])
@pytest.mark.parametrize("as_json", [False, True])
def test_a_result_without_room_for_a_sentence(when, as_json, o200k):
    """The least of it is shown, or all of it; a turn of the agent is never lost for that."""
    text = json.dumps({"id": 7, "body": LONG}) if as_json else LONG
    request = type("Request", (), {"tool_call": {"name": "search"}, "state": [HumanMessage(QUESTION)]})()
    message = ToolMessage(text, tool_call_id="1")
    settings = {"method": "extractive-bm25", "target_tokens": 1, "when_too_small": when}
    match = "passed on, over the budget" if when == "least" else "passed on uncompressed"
    with pytest.warns(LinguaWarning, match=match) as warned:
        shown = LinguaToolMiddleware(**settings).wrap_tool_call(request, lambda _: message).content
    assert [one.category for one in warned].count(LinguaWarning) == 1
    if when != "least":
        assert shown == text
        return
    if as_json:
        assert CAT.strip() in json.loads(shown)["body"]
    else:
        assert CAT.strip() in shown


def told(tool_name, middleware, text=LONG, state=(), **arguments):
    """What the middleware makes of a text that a tool said."""
    call = {"name": tool_name, "args": arguments, "id": "1"}
    request = type("Request", (), {"tool_call": call, "state": list(state) or [HumanMessage(QUESTION)]})()
    return middleware.wrap_tool_call(request, lambda _: ToolMessage(text, tool_call_id="1")).content


def test_settings_of_single_tools(o200k):
    tools = {"search": {"method": "salience"}, "sql": False, "read_file": True}
    middleware = LinguaToolMiddleware(**SETTINGS, tools=tools)
    assert o200k(told("search", middleware)) <= 0.2 * o200k(LONG)
    assert told("search", middleware) != told("fetch", middleware)
    assert told("sql", middleware) == LONG
    assert told("read_file", middleware) == told("fetch", middleware)
    with pytest.raises(InvalidRequest, match="rate"):
        LinguaToolMiddleware(tools={"search": {"rate": 2}})


@pytest.mark.parametrize("name", ["read_file", "edit_file", "str_replace_editor"])
def test_what_an_agent_quotes_stays_exact(name):
    assert told(name, LinguaToolMiddleware(**SETTINGS)) == LONG
    assert told(name, LinguaToolMiddleware(**SETTINGS, only=[name])) != LONG


def test_a_result_is_read_for_what_was_asked_of_the_tool():
    """The user says go on; the arguments, or the model's words, say for what."""
    go_on = HumanMessage("Go on with the plan.")
    middleware = LinguaToolMiddleware(**SETTINGS)
    assert CAT.strip() in told("search", middleware, state=[go_on], query=QUESTION)
    said = AIMessage(QUESTION, tool_calls=[{"name": "search", "args": {}, "id": "1"}])
    assert CAT.strip() in told("search", middleware, state=[go_on, said])
    own = LinguaToolMiddleware(**SETTINGS, question=lambda request: QUESTION)
    assert CAT.strip() in told("search", own, state=[go_on])


def test_somebody_elses_mark_switches_nothing_off():
    request = type(
        "Request", (), {"tool_call": {"name": "search", "args": {}}, "state": [HumanMessage(QUESTION)]}
    )()
    message = ToolMessage(LONG, tool_call_id="1", response_metadata={"lingua": "franca"})
    assert LinguaToolMiddleware(**SETTINGS).wrap_tool_call(request, lambda _: message).content != LONG


@pytest.mark.parametrize("more", [{"annotations": []}, {"extras": {}}, {"citations": None}])
def test_blocks_that_say_nothing_more_are_text(more):
    block = {"type": "text", "text": LONG, **more}
    request = type(
        "Request", (), {"tool_call": {"name": "search", "args": {}}, "state": [HumanMessage(QUESTION)]}
    )()
    message = ToolMessage([block], tool_call_id="1")
    (shown,) = LinguaToolMiddleware(**SETTINGS).wrap_tool_call(request, lambda _: message).content
    assert shown["text"] != LONG
    assert shown.keys() == block.keys()


@pytest.mark.parametrize(
    "more", [{"cache_control": {"type": "ephemeral"}}, {"metadata": {"page": 3}}, {"annotations": {"x": "y"}}]
)
def test_what_stands_beside_the_text_of_a_result_stays_beside_it(more):
    """Of a tool's block; not where it may be said of places in the text, or a model may have signed it."""
    block = {"type": "text", "text": LONG, **more}
    cited = {"type": "text", "text": LONG, "annotations": [{"start_index": 1, "end_index": 9}]}
    request = type(
        "Request", (), {"tool_call": {"name": "search", "args": {}}, "state": [HumanMessage(QUESTION)]}
    )()
    message = ToolMessage([block, cited], tool_call_id="1")
    shown = LinguaToolMiddleware(**SETTINGS).wrap_tool_call(request, lambda _: message).content
    assert len(shown[0]["text"]) < len(LONG) / 2
    assert {**shown[0], "text": LONG} == block
    assert shown[1] == cited
    state = [AIMessage([block], id="0"), HumanMessage(QUESTION, id="1")]
    assert LinguaHistoryMiddleware(**SETTINGS, trigger_tokens=1, keep=1).before_model(
        {"messages": state}, None
    ) in (None, {"messages": []})


@pytest.mark.parametrize("form", [str, lambda text: {"type": "text", "text": text, "id": "x"}])
def test_short_texts_of_a_result_are_read_together(form):
    """A line in each block; long ones, and what stands between, part them; short ones that stay, stay so."""
    lines = [f"{n}: the {'cat' if n == 40 else 'dog'} sat on chair {n}" for n in range(90)]
    image = {"type": "image", "base64": "x", "mime_type": "image/png"}
    content = [form(line) for line in lines[:-2]] + [image] + [form(line) for line in lines[-2:]]
    request = type(
        "Request", (), {"tool_call": {"name": "search", "args": {}}, "state": [HumanMessage(QUESTION)]}
    )()
    message = ToolMessage(content, tool_call_id="1")
    first, *rest = LinguaToolMiddleware(**SETTINGS).wrap_tool_call(request, lambda _: message).content
    said = first if isinstance(first, str) else first["text"]
    assert lines[40] in said.splitlines()
    assert len(said) < len("".join(lines)) / 3
    assert rest[0] == image
    few = ToolMessage(content[:4], tool_call_id="1")
    assert LinguaToolMiddleware(**SETTINGS).wrap_tool_call(request, lambda _: few).content == content[:4]


def test_history_by_a_share_of_the_window(o200k):
    """Nothing happens below it; from it on all that is old gets shorter, but not what is quoted."""
    messages = [
        ToolMessage(LONG, tool_call_id="1", id="1", name="search"),
        ToolMessage(LONG, tool_call_id="2", id="2", name="read_file"),
        HumanMessage(QUESTION, id="3"),
    ]
    total = count_tokens_approximately(messages)
    for window, due in ((total * 2, True), (total * 2 + 10, False)):
        middleware = LinguaHistoryMiddleware(**SETTINGS, trigger=("fraction", 0.5), window=window, keep=1)
        done = middleware.before_model({"messages": messages}, None)
        assert ([one.id for one in done["messages"]] if done else []) == ["1"] * due


def test_history_waits_for_a_batch_where_the_room_is_full():
    """Each rewriting costs what stands behind it in the cache: not one for each message above the trigger."""
    size = count_tokens_approximately([AIMessage(LONG)])
    middleware = LinguaHistoryMiddleware(**SETTINGS, trigger=("tokens", 15 * size), keep=1)
    short = [HumanMessage("word " * 100, id=f"s{n}") for n in range(400)]  # none is worth the time

    def due(new):
        state = [*short, *(AIMessage(LONG, id=f"{n}") for n in range(new)), HumanMessage(QUESTION)]
        return middleware.before_model({"messages": state}, None) is not None

    assert [due(new) for new in (0, 1, 2, 3)] == [False, False, True, True]
    below = LinguaHistoryMiddleware(**SETTINGS, trigger=("tokens", 15 * size), keep=1)
    state = [AIMessage(LONG, id=f"{n}") for n in range(14)]
    assert below.before_model({"messages": state}, None) is None


GOAL = "Move the invoices to the new database. " + LONG
LAW = "Never deploy on Friday. " + LONG + "Do not touch the table of users. " + LONG


def test_what_the_user_laid_down_stays(o200k):
    """The goal whole; of what was said later the sentences that forbid or demand, beside the rest cut."""
    messages = [
        HumanMessage(GOAL, id="0"),
        AIMessage(LONG, id="1"),
        HumanMessage(LAW, id="2"),
        HumanMessage(QUESTION, id="3"),
    ]
    middleware = LinguaHistoryMiddleware(trigger_tokens=100, keep=1, **SETTINGS)

    def shown(given):
        done = middleware.before_model({"messages": given}, None)
        return {one.id: one.content for one in done["messages"]}

    changed = shown(messages)
    assert changed.keys() == {"1", "2"}
    assert "Never deploy on Friday." in changed["2"]
    assert "Do not touch the table of users." in changed["2"]
    assert o200k(changed["2"]) <= 0.2 * o200k(LAW)
    found = {"type": "search_result", "source": "a", "content": [{"type": "text", "text": LONG}]}
    handed = [HumanMessage([{"type": "text", "text": GOAL}, found], id="0"), *messages[1:]]
    changed = shown(handed)
    assert changed["0"][0]["text"] == GOAL, "what it says itself"
    assert changed["0"][1]["content"][0]["text"] != LONG, "what was found for it"


def test_an_edit_leaves_what_an_agent_quotes():
    calls_of = [{"name": name, "args": {}, "id": name} for name in ("read_file", "search", "sql")]
    messages = [HumanMessage(QUESTION), AIMessage("", tool_calls=calls_of)]
    messages += [ToolMessage(LONG, tool_call_id=call["name"]) for call in calls_of]
    edit = LinguaContextEdit(trigger=0, keep=0, exclude_tools=("sql",), **SETTINGS)
    edit.apply(messages, count_tokens=count_tokens_approximately)
    assert [one.content == LONG for one in messages[2:]] == [True, False, True]


def test_history_settings_are_checked():
    wrong = (
        {"trigger": ("fraction", 0.7)},
        {"window": 1000},
        {"trigger": ("fraction", 2), "window": 9},
        {"trigger": ("tokens", 100), "window": 9},
        {"trigger": ("tokens", 0)},
        {"trigger": ("messages", 10)},
    )
    for settings in (*wrong, {"trigger_tokens": 0}, {"keep": -1}, {"roles": ["system"]}, {"rate": 2}):
        with pytest.raises(InvalidRequest):
            LinguaHistoryMiddleware(**settings)
    assert "trigger_tokens=4000" in repr(LinguaHistoryMiddleware())
    assert "rate=0.2" in repr(LinguaToolMiddleware(rate=0.2))


@pytest.mark.skipif(
    "summarizer" not in inspect.signature(SummarizationMiddleware).parameters,
    reason="langchain 1.4.5 added it",
)
@pytest.mark.parametrize("use_async", [False, True])
async def test_as_langchains_summarizer(use_async, o200k):
    """SummarizationMiddleware says when; the words are ours, and no LLM is asked for them."""
    summarizer = LinguaSummarizer(**SETTINGS)
    talker = model(AIMessage("On the mat."))
    middleware = SummarizationMiddleware(
        talker,
        trigger=("messages", 3),
        keep=("messages", 1),
        summarizer=summarizer,
        trim_tokens_to_summarize=None,
    )
    agent = create_agent(talker, [], middleware=[middleware])
    past = [HumanMessage(QUESTION), AIMessage(LONG), HumanMessage("And again?")]
    handler = Events()
    messages = await run(agent, past, use_async, callbacks=[handler])
    summary = messages[0].content
    assert f"Human: {QUESTION}" in summary
    assert CAT.strip() in summary
    assert o200k(summary) < 0.3 * o200k(LONG)
    assert len(talker.shown) == 1
    inherits = sys.version_info >= (3, 11) or not use_async  # LangChain does not hand callbacks on itself
    assert len(handler.told) == inherits


def test_a_summary_names_who_speaks():
    talk = [
        SystemMessage("Be brief."),
        AIMessage(LONG),
        ToolMessage("", tool_call_id="1"),
        HumanMessage(QUESTION),
    ]
    summary = LinguaSummarizer(**SETTINGS).invoke(talk).split("\n")
    assert summary[-1] == f"Human: {QUESTION}"
    assert summary[0].startswith(("System: ", "AI: "))
    assert LinguaSummarizer(**SETTINGS).invoke([]) == ""
    assert LinguaSummarizer(**SETTINGS).invoke([HumanMessage(QUESTION)]) == f"Human: {QUESTION}"


@pytest.mark.parametrize("use_async", [False, True])
async def test_as_langchains_context_edit(use_async):
    """The state keeps the original; what the model is shown is the same at every later call."""
    results = []
    edit = LinguaContextEdit(
        trigger=500, keep=1, exclude_tools=("update",), on_result=results.append, **SETTINGS
    )
    shown = model(calls("search"), calls("update"), calls("search"), calls("short"), AIMessage("Done."))
    agent = create_agent(shown, TOOLS, middleware=[ContextEditingMiddleware(edits=[edit])])
    messages = await run(agent, [HumanMessage(QUESTION)], use_async)
    assert [one.content for one in messages if one.type == "tool"][:3] == [LONG, LONG, LONG]
    first, *later = [prompt[2].content for prompt in shown.shown[1:]]
    assert first == LONG
    assert len(set(later)) == 1
    assert CAT.strip() in later[0]
    assert len(later[0]) < len(LONG) / 3
    assert shown.shown[-1][4].content == LONG, "excluded"
    assert len(results) == 1, "the same text is compressed once"


@pytest.mark.parametrize("keep", [0, 1, 2, 3, 9])
def test_an_edit_keeps_the_last_results(keep):
    """Also where there are fewer of them than it keeps; what pydantic cannot dump does no harm."""
    messages = [
        HumanMessage(QUESTION),
        *(ToolMessage(LONG, tool_call_id=str(i), artifact={"open": object()}) for i in range(3)),
    ]
    before = list(messages)
    edit = LinguaContextEdit(trigger=1, keep=keep, **SETTINGS)
    edit.apply(messages, count_tokens=len)
    edited = max(0, 3 - keep)
    assert all(len(one.content) < len(LONG) for one in messages[1 : 1 + edited])
    assert messages[1 + edited :] == before[1 + edited :]
    assert [one.artifact for one in messages[1:]] == [one.artifact for one in before[1:]]
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        LinguaContextEdit(keep=-1)


def test_an_edit_remembers_by_compressor():
    """What failed warns once and is not tried again; another compressor is asked again."""

    failed = []

    class Twice(PromptCompressor):
        def compress(self, *args, **kwargs):
            failed.append(args)
            raise RuntimeError("the wire is cut")

    def edited(edit):
        messages = [HumanMessage(QUESTION), ToolMessage(LONG, tool_call_id="a")]
        edit.apply(messages, count_tokens=len)
        return messages[1].content

    edit = LinguaContextEdit(trigger=1, keep=0, min_tokens=0, compressor=Twice())
    with pytest.warns(LinguaWarning, match="passed on uncompressed: RuntimeError"):
        assert edited(edit) == LONG
    assert edited(edit) == LONG
    assert len(failed) == 1
    edit.compressor = PromptCompressor(config="extractive-bm25")
    edit.target_tokens = 30
    assert CAT.strip() in edited(edit)
    filled = CompressionConfig(ranker="bm25", floor=None)
    other = edit.model_copy(update={"compressor": PromptCompressor(config=filled)})
    other.target_tokens = 40
    assert edited(other) != edited(edit)


@pytest.mark.parametrize("use_async", [False, True])
async def test_a_tool_may_give_a_list(use_async):
    """Messages and commands each become shorter; what is neither stays."""
    outcome = [
        ToolMessage(LONG, tool_call_id="a"),
        Command(update={"messages": [ToolMessage(LONG, tool_call_id="b")], "seen": 1}),
        Command(update={"messages": ToolMessage(LONG, tool_call_id="c")}),
        Command(goto="end"),
        "something else",
    ]
    request = ToolCallRequest(
        tool_call={"name": "search", "args": {}, "id": "a"},
        tool=None,
        state={"messages": [HumanMessage(QUESTION)]},
        runtime=None,
    )
    middleware = LinguaToolMiddleware(**SETTINGS)

    async def later(request):
        return outcome

    if use_async:
        message, command, single, jump, rest = await middleware.awrap_tool_call(request, later)
    else:
        message, command, single, jump, rest = middleware.wrap_tool_call(request, lambda request: outcome)
    shorter = {
        message.content,
        command.update["messages"][0].content,
        single.update["messages"][0].content,
    }
    assert len(shorter) == 1
    assert CAT.strip() in shorter.pop()
    assert command.update["seen"] == 1
    assert (jump, rest) == (Command(goto="end"), "something else")


def test_history_passes_where_nothing_can_be_counted():
    """A wrong encoding is a warning, as any other failure."""
    history = LinguaHistoryMiddleware(trigger_tokens=1, keep=0, counter="no-such-encoding")
    state = {"messages": [AIMessage(LONG), HumanMessage(QUESTION)]}
    with pytest.warns(LinguaWarning, match="no-such-encoding"):
        assert history.before_model(state, None) is None


def test_an_edit_asks_what_was_asked_then():
    """By the human message before the result, not the last one: the edit of a message never changes."""
    texts = ["The cat sat on the mat. Dogs bark at night. It rained again."] * 2
    messages = [
        HumanMessage("cat mat"),
        calls("search"),
        ToolMessage(texts[0], tool_call_id="call-search"),
        HumanMessage("dogs bark"),
        calls("search"),
        ToolMessage(texts[1], tool_call_id="call-search"),
    ]
    edit = LinguaContextEdit(
        trigger=1, keep=0, min_tokens=0, method="extractive-bm25", rate=0.5, gap_marker=None
    )
    edit.apply(messages, count_tokens=len)
    assert [messages[i].content for i in (2, 5)] == ["The cat sat on the mat.", "Dogs bark at night."]


@pytest.mark.model
@pytest.mark.parametrize("use_async", [False, True])
async def test_with_defaults_on_real_weights(use_async, o200k):
    """The five-line agent: the sentence asked for comes through."""
    agent = create_agent(
        model(calls("search"), AIMessage("On the mat.")), TOOLS, middleware=[LinguaToolMiddleware(rate=0.2)]
    )
    messages = await run(agent, [HumanMessage(QUESTION)], use_async)
    assert CAT.strip() in messages[2].content
    assert o200k(messages[2].content) <= 0.2 * o200k(LONG)


def test_what_a_message_says_about_itself_stays(o200k):
    """The mark that it was compressed stands beside it."""
    request = type("Request", (), {"tool_call": {"name": "search"}, "state": [HumanMessage(QUESTION)]})()
    message = ToolMessage(LONG, tool_call_id="1", response_metadata={"server": "a"})
    shown = LinguaToolMiddleware(**SETTINGS).wrap_tool_call(request, lambda _: message)
    assert shown.response_metadata.keys() == {"server", "lingua"}
    assert message.response_metadata == {"server": "a"}
