"""LinguaTool and recall with the real MCP tools of LlamaIndex, alone and in an agent workflow."""

from __future__ import annotations

import json

import pytest
from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.core.base.llms.types import (
    ChatMessage,
    ImageBlock,
    MessageRole,
    TextBlock,
    ToolCallBlock,
)
from llama_index.core.llms.mock import MockFunctionCallingLLM
from mcp.server.fastmcp import FastMCP, Image
from mcp.shared.memory import create_connected_server_and_client_session as connected

from lingua_integrations.llama_index import LinguaTool, recall_tool

McpToolSpec = pytest.importorskip(
    "llama_index.tools.mcp", reason="llama-index-tools-mcp is not installed"
).McpToolSpec
ROWS = [{"id": n, "name": f"item {n}", "price": n * 7 % 50} for n in range(80)]
SETTINGS = {"method": "extractive-bm25", "rate": 0.25}


def server():
    made = FastMCP("shop", log_level="ERROR")

    @made.tool(structured_output=False)
    def search(query: str) -> str:
        """Find items."""
        return json.dumps(ROWS)

    @made.tool()
    def stock(query: str = "") -> list[dict[str, int | str]]:
        """What there is, as data."""
        return ROWS

    @made.tool(structured_output=False)
    def picture(query: str) -> list:
        """Text beside an image."""
        return [json.dumps(ROWS), Image(data=b"\x89PNG\r\n", format="png")]

    @made.tool()
    def fail() -> str:
        """Go wrong."""
        raise ValueError("no " * 500)

    return made._mcp_server


async def tools_of(session, **settings):
    tools = await McpToolSpec(session).to_tool_list_async()
    return {one.metadata.name: LinguaTool(one, **{**SETTINGS, **settings}) for one in tools}


async def test_what_a_server_says_gets_shorter(o200k):
    """It is the server's text, and not what Python shows of the result; images and errors stay."""
    async with connected(server()) as session:
        tools = await tools_of(session)
        assert list(tools["search"].metadata.get_parameters_dict()["properties"]) == ["query"]
        output = await tools["search"].acall(query="price of item 42")
        assert o200k(output.content) <= 0.25 * o200k(json.dumps(ROWS))
        assert {"id": 42, "name": "item 42", "price": 44} in json.loads(output.content)
        assert json.loads(output.raw_output.content[0].text) == ROWS
        text, image = (await tools["picture"].acall(query="item 42")).blocks
        assert isinstance(text, TextBlock)
        assert o200k(text.text) <= 0.25 * o200k(json.dumps(ROWS))
        assert isinstance(image, ImageBlock)
        assert image.resolve_image().read() == b"\x89PNG\r\n"
        assert image.image_mimetype == "image/png"
        broken = await tools["fail"].acall()
        assert broken.is_error
        assert "no " * 499 in broken.content


async def test_rows_that_come_in_a_block_each_are_read_together(o200k):
    """As servers send lists; the store has them as one."""
    store = {}
    async with connected(server()) as session:
        tools = await tools_of(session, store=store)
        (block,) = (await tools["stock"].acall(query="price of item 42")).blocks
        assert o200k(block.text) <= 0.25 * o200k(json.dumps(ROWS))
        assert ROWS[0] in json.loads(block.text)
        assert [json.loads(text) for text in store.values()] == [ROWS]
        tools = await tools_of(session, min_tokens=100_000)
        assert len((await tools["stock"].acall(query="price")).blocks) == len(ROWS)


async def test_fields_of_what_a_server_says():
    """Of a result in one block for each record, as servers send lists, too."""
    async with connected(server()) as session:
        tools = await tools_of(session, keep_fields=["id"], min_tokens=0, rate=1)
        shown = json.loads((await tools["search"].acall(query="all")).content)
        assert shown == [*({"id": n} for n in range(80)), "only id of each record"]
        blocks = (await tools["stock"].acall()).blocks
        assert [json.loads(one.text)["id"] for one in blocks] == list(range(80))


async def test_in_an_agent_workflow_with_recall():
    """The agent reads the short result, fetches back what it lacks, and hands over; the store has it all."""
    store, read = {}, []
    steps = iter(
        [
            ("search", {"query": "item 3"}),
            ("recall", {"lines": "1"}),
            None,
        ]
    )

    def answer(messages, **kwargs):
        read.append([one.content for one in messages if one.role == MessageRole.TOOL])
        step = next(steps)
        if step is None:
            return ChatMessage("Done.", role="assistant")
        name, arguments = step
        if name == "recall":
            arguments = {"ref": next(iter(store)), **arguments}
        call = ToolCallBlock(tool_call_id=name, tool_name=name, tool_kwargs=arguments)
        return ChatMessage(role="assistant", blocks=[call])

    async with connected(server()) as session:
        tools = await tools_of(session, store=store)
        llm = MockFunctionCallingLLM(response_generator=answer, is_chat_model=True)
        agent = FunctionAgent(
            name="shop", description="Sells.", tools=[tools["search"], recall_tool(store)], llm=llm
        )
        response = await AgentWorkflow(agents=[agent], root_agent="shop").run("What does item 3 cost?")
    assert str(response) == "Done."
    ((name, whole),) = store.items()
    assert json.loads(whole) == ROWS
    short, recalled = read[-1]
    assert name in short
    assert {"id": 3, "name": "item 3", "price": 21} in json.loads(short)
    assert len(short) < len(whole) / 3
    assert json.loads(recalled) == ROWS
