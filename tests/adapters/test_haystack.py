"""Our compactor in the real Haystack: its rules for compactors, and an agent with its hook."""

from __future__ import annotations

import asyncio
import copy
import json

import pytest

dataclasses = pytest.importorskip(
    "haystack.dataclasses", reason="haystack-ai is not installed", exc_type=ImportError
)
compaction = pytest.importorskip(
    "haystack.hooks.compaction", reason="before 3.4 Haystack has no compactors", exc_type=ImportError
)
from haystack.token_counters import ApproximateTokenCounter  # noqa: E402

from lingua_integrations.haystack import MARK, LinguaCompactor  # noqa: E402

ChatMessage, ToolCall = dataclasses.ChatMessage, dataclasses.ToolCall
ROWS = [{"id": n, "name": f"item {n}", "price": n * 7 % 50} for n in range(80)]
TEXT = json.dumps(ROWS)
SETTINGS = {"method": "extractive-bm25", "rate": 0.25}
COUNTER = ApproximateTokenCounter()


def step(name, result, call_id="1", **more):
    call = ToolCall(name, {}, id=call_id)
    return [
        ChatMessage.from_assistant(tool_calls=[call]),
        ChatMessage.from_tool(result, origin=call, **more),
    ]


def conversation(*steps):
    return [
        ChatMessage.from_system("Be brief."),
        ChatMessage.from_user("What does item 42 cost?"),
        *(message for one in steps for message in one),
    ]


def compacted(messages, target=0, **settings):
    return LinguaCompactor(**{**SETTINGS, **settings}).compact(messages, target, COUNTER)


def test_older_results_get_shorter_in_place():
    """Calls, ids, order and what was given stay; the last step, errors and quoted files as they are."""
    messages = conversation(
        step("search", TEXT),
        step("read_file", TEXT, "2"),
        step("search", TEXT, "3", error=True),
        step("search", [dataclasses.TextContent(TEXT)], "4"),
        step("search", TEXT, "5"),
    )
    before = copy.deepcopy(messages)
    after = compacted(messages)
    assert messages == before
    assert len(after) == len(messages)
    changed = [at for at, (new, old) in enumerate(zip(after, messages, strict=True)) if new is not old]
    assert changed == [3, 9]
    first, other = after[3].tool_call_result, after[9].tool_call_result
    assert {"id": 42, "name": "item 42", "price": 44} in json.loads(first.result)
    assert first.result == other.result[0].text
    assert (first.origin, first.error) == (messages[3].tool_call_result.origin, False)
    assert after[3].meta[MARK] == {"strategy": "lingua"}
    assert compacted(after) is None, "once is enough"


def test_the_oldest_first_until_it_fits():
    messages = conversation(*(step("search", TEXT, str(n)) for n in range(4)))
    total = COUNTER.count(messages=messages)
    one = compacted(messages, total - 10)
    assert [new is not old for new, old in zip(one, messages, strict=True)].index(True) == 3
    assert sum(new is not old for new, old in zip(one, messages, strict=True)) == 1
    assert compacted(messages, total) is None
    assert COUNTER.count(messages=compacted(messages)) < total / 2


@pytest.mark.parametrize("messages", [[], conversation(), conversation(step("search", "Short."))])
def test_nothing_to_do(messages):
    assert compacted(messages) is None
    assert asyncio.run(LinguaCompactor().compact_async(messages, 0, COUNTER)) is None


def test_originals_come_back():
    store = {}
    compactor = LinguaCompactor(**SETTINGS, store=store)
    after = compactor.compact(conversation(step("search", TEXT), step("search", "x")), 0, COUNTER)
    ((name, whole),) = store.items()
    assert (whole, name in after[3].tool_call_result.result) == (TEXT, True)
    assert compactor.recall.invoke(ref=name) == TEXT
    assert LinguaCompactor().recall is None


def test_it_is_saved_and_loaded_with_the_hook():
    """Haystack loads classes of other packages only where it is told to."""
    from haystack.core.serialization import allow_deserialization_module

    allow_deserialization_module("lingua_integrations.haystack")
    hook = compaction.CompactionHook(compactor=LinguaCompactor(rate=0.1, min_tokens=9), context_window=9000)
    again = compaction.CompactionHook.from_dict(hook.to_dict())
    assert (again.compactor.settings.rate, again.compactor.settings.min_tokens) == (0.1, 9)


def test_in_an_agent():
    """The hook asks it before a call of the model, which then reads less."""
    from haystack import component
    from haystack.components.agents import Agent
    from haystack.tools import create_tool_from_function

    read = []

    @component
    class Scripted:
        """Searches three times, then answers."""

        @component.output_types(replies=list[ChatMessage])
        def run(self, messages: list[ChatMessage], tools: list | None = None, **kwargs):
            read.append(list(messages))
            if len(read) == 4:
                return {"replies": [ChatMessage.from_assistant("44.")]}
            call = ToolCall("search", {"query": "item 42"}, id=str(len(read)))
            return {"replies": [ChatMessage.from_assistant(tool_calls=[call])]}

    def search(query: str) -> str:
        """Find items."""
        return TEXT

    hook = compaction.CompactionHook(
        compactor=LinguaCompactor(**SETTINGS), context_window=4000, compact_at=0.5, compact_to=0.2
    )
    agent = Agent(
        chat_generator=Scripted(), tools=[create_tool_from_function(search)], hooks={"before_llm": [hook]}
    )
    agent.run(messages=[ChatMessage.from_user("What does item 42 cost?")])
    first, *rest = [one.tool_call_result.result for one in read[-1] if one.tool_call_result]
    assert len(first) < len(TEXT) / 3
    assert {"id": 42, "name": "item 42", "price": 44} in json.loads(first)
    assert rest[-1] == TEXT
