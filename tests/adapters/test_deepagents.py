"""The tool middleware in the real deepagents, whose own middleware stands around it."""

from __future__ import annotations

import json

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.tools import tool

from lingua_integrations.langchain import LinguaToolMiddleware

create_deep_agent = pytest.importorskip(
    "deepagents", reason="deepagents asks for newer packages than constraints.txt pins"
).create_deep_agent
ROWS = [{"id": n, "name": f"item {n}", "price": n * 7 % 50} for n in range(80)]


class Scripted(GenericFakeChatModel):
    """Says what it is told to."""

    def bind_tools(self, tools, **kwargs):
        return self


@tool
def search(query: str) -> str:
    """Find items."""
    return json.dumps(ROWS)


async def test_results_get_shorter_and_files_stay_exact(o200k):
    written = "\n".join(f"line {n} of the file" for n in range(200))
    script = [
        AIMessage("", tool_calls=[{"name": "search", "args": {"query": "item 42"}, "id": "1"}]),
        AIMessage(
            "",
            tool_calls=[
                {"name": "write_file", "args": {"file_path": "/a.txt", "content": written}, "id": "2"}
            ],
        ),
        AIMessage(
            "", tool_calls=[{"name": "read_file", "args": {"file_path": "/a.txt", "limit": 200}, "id": "3"}]
        ),
        AIMessage("44."),
    ]
    middleware = LinguaToolMiddleware(method="extractive-bm25", rate=0.25, store={})
    agent = create_deep_agent(Scripted(messages=iter(script)), tools=[search], middleware=[middleware])
    state = await agent.ainvoke({"messages": [("human", "What does item 42 cost?")]})
    shown = {one.name: one.text for one in state["messages"] if one.type == "tool"}
    assert o200k(shown["search"]) <= 0.25 * o200k(json.dumps(ROWS))
    assert {"id": 42, "name": "item 42", "price": 44} in json.loads(shown["search"])
    assert all(line in shown["read_file"] for line in written.splitlines()[:90])
    assert "recall" not in shown["read_file"]
