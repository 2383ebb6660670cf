"""Tools of a real MCP server, in this process, through LangChain's adapters and in an agent."""

from __future__ import annotations

import json

from agents import Scripted
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_mcp_adapters.tools import load_mcp_tools
from mcp.server.fastmcp import FastMCP, Image
from mcp.shared.memory import create_connected_server_and_client_session as connected

from lingua_integrations.langchain import LinguaToolInterceptor, LinguaToolMiddleware

ROWS = [{"id": n, "name": f"item {n}", "price": n * 7 % 50} for n in range(80)]
SETTINGS = {"method": "extractive-bm25", "rate": 0.25}


def server():
    made = FastMCP("shop")

    @made.tool(structured_output=False)
    def search(query: str) -> str:
        """Find items."""
        return json.dumps(ROWS)

    @made.tool(structured_output=False)
    def read_file(path: str) -> str:
        """Read a file."""
        return json.dumps(ROWS)

    @made.tool(structured_output=False)
    def picture() -> list:
        """Text beside an image."""
        return [json.dumps(ROWS), Image(data=b"abc", format="png")]

    @made.tool()
    def stock(query: str) -> list[dict]:
        """What there is, a block for each row."""
        return ROWS

    @made.tool(structured_output=False)
    def few() -> list:
        """Few rows, and an image between them."""
        return [json.dumps(ROWS[0]), Image(data=b"abc", format="png"), json.dumps(ROWS[1]), "end"]

    @made.tool()
    def fail() -> str:
        """Go wrong."""
        raise ValueError("no " * 500)

    return made._mcp_server


def texts(content):
    return [one["text"] for one in content if one["type"] == "text"]


async def test_what_a_server_says_gets_shorter(o200k):
    store = {}
    interceptor = LinguaToolInterceptor(**SETTINGS, store=store)
    async with connected(server()) as session:
        tools = {one.name: one for one in await load_mcp_tools(session, tool_interceptors=[interceptor])}
        (shown,) = texts(await tools["search"].ainvoke({"query": "price of item 42"}))
        assert o200k(shown) <= 0.25 * o200k(json.dumps(ROWS))
        assert {"id": 42, "name": "item 42", "price": 44} in json.loads(shown)
        assert len(store) == 1
        (name,) = store
        assert json.loads(interceptor.recall.invoke({"ref": name})) == ROWS
        (exact,) = texts(await tools["read_file"].ainvoke({"path": "a.json"}))
        assert json.loads(exact) == ROWS
        both = await tools["picture"].ainvoke({})
        assert [one["type"] for one in both] == ["text", "image"]
        assert o200k(both[0]["text"]) <= 0.25 * o200k(json.dumps(ROWS))
        assert "no " * 500 in str(await tools["fail"].ainvoke({}))


async def test_rows_that_come_in_a_block_each_are_read_together(o200k):
    """As servers send lists: none of the blocks is long enough by itself. Where nothing goes, they stay."""
    store = {}
    async with connected(server()) as session:
        interceptor = LinguaToolInterceptor(**SETTINGS, store=store)
        tools = {one.name: one for one in await load_mcp_tools(session, tool_interceptors=[interceptor])}
        (shown,) = texts(await tools["stock"].ainvoke({"query": "price of item 42"}))
        assert o200k(shown) <= 0.25 * o200k(json.dumps(ROWS))
        assert ROWS[0] in json.loads(shown)
        assert "items left out" in shown
        assert [json.loads(text) for text in store.values()] == [ROWS]
        blocks = await tools["few"].ainvoke({})
        assert [one["type"] for one in blocks] == ["text", "image", "text", "text"]
        assert json.loads(blocks[2]["text"]) == ROWS[1]


async def test_in_an_agent(o200k):
    """There the middleware does it, by the question as well."""
    async with connected(server()) as session:
        script = [
            AIMessage("", tool_calls=[{"name": "search", "args": {"query": "items"}, "id": "1"}]),
            AIMessage("44."),
        ]
        agent = create_agent(
            Scripted(messages=iter(script)),
            await load_mcp_tools(session),
            middleware=[LinguaToolMiddleware(**SETTINGS)],
        )
        state = await agent.ainvoke({"messages": [("human", "What does item 42 cost?")]})
    (message,) = [one for one in state["messages"] if one.type == "tool"]
    (shown,) = texts(message.content)
    assert o200k(shown) <= 0.25 * o200k(json.dumps(ROWS))
    assert {"id": 42, "name": "item 42", "price": 44} in json.loads(shown)
