"""Our MCP server, asked by the real client: in this process, and over standard input and output."""

from __future__ import annotations

import json
import os
import sys
from contextlib import asynccontextmanager

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.memory import create_connected_server_and_client_session as connected

from lingua_integrations.errors import InvalidRequest
from lingua_integrations.mcp_server import Files, create_server

LINES = [f"{n}: the gauge at post {n} shows {n * 7 % 50} today." for n in range(120)]
TEXT = "\n".join(LINES)
OPTIONS = {"method": "extractive-bm25", "rate": 0.2}


@asynccontextmanager
async def session(*args, **options):
    async with connected(create_server(*args, **{**OPTIONS, **options})._mcp_server) as made:
        yield made


async def called(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    return result.isError, result.content[0].text


async def test_a_text_gets_shorter_and_all_of_it_can_be_had_again():
    async with session() as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["compress", "recall"]
        failed, shorter = await called(client, "compress", text=TEXT, question="What does post 42 show?")
        assert not failed
        assert LINES[42] in shorter.splitlines()
        assert len(shorter) < len(TEXT) / 2
        ref = shorter.rpartition('recall("')[2][:12]
        assert await called(client, "recall", ref=ref) == (False, TEXT)
        assert await called(client, "recall", ref=ref, lines="8-9") == (False, "\n".join(LINES[7:9]) + "\n")
        assert LINES[77] in (await called(client, "recall", ref=ref, query="post 77"))[1]
        assert "no longer kept" in (await called(client, "recall", ref="0" * 12))[1]


async def test_a_call_says_how_much_stays():
    async with session() as client:
        lengths = [
            len(
                (
                    await called(
                        client, "compress", text=TEXT, question="What do the gauges show today?", **how
                    )
                )[1]
            )
            for how in ({"target_tokens": 200}, {"rate": 0.2}, {"rate": 0.6})
        ]
        assert lengths == sorted(lengths) and lengths[0] < lengths[2] < len(TEXT)
        assert await called(client, "compress", text="short") == (False, "short")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"text": TEXT, "rate": 7}, "rate must be in"),
        ({"text": TEXT, "rate": 0.5, "target_tokens": 9}, "not both"),
        ({"question": "Who?"}, "text"),
        ({"text": TEXT}, "needs a question"),
        ({"text": 7}, "string"),
    ],
)
async def test_what_is_wrong_is_said(arguments, says):
    async with session() as client:
        failed, text = await called(client, "compress", **arguments)
        assert failed
        assert says in text


async def test_files_of_some_folders_and_no_others(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "log.txt").write_text(TEXT)
    (inside / "picture").write_bytes(b"GIF89a\0\1\0\1" * 20)
    (inside / "latin.txt").write_bytes(b"caf\xe9 " + TEXT.encode())
    (inside / "link").symlink_to(outside / "log.txt")
    async with session({}, Files([inside])) as client:
        for name in ("log.txt", str(inside / "log.txt"), "../in/log.txt"):
            failed, shorter = await called(client, "compress", file=name, question="post 42")
            assert not failed
            assert LINES[42] in shorter
        assert "\ufffd" in (await called(client, "compress", file="latin.txt", rate=1.0))[1]
        for name in ("../out/log.txt", str(outside / "log.txt"), "link", "none", "", "a\0b", "/etc/hostname"):
            failed, text = await called(client, "compress", file=name)
            assert failed
            assert "no such file" in text
        for arguments in ({"file": "picture"}, {"file": "log.txt", "text": "a"}, {}):
            assert (await called(client, "compress", **arguments))[0]
    with pytest.raises(InvalidRequest, match="no folder"):
        Files([inside / "none"])
    with pytest.raises(InvalidRequest, match="longer than"):
        Files([inside], max_bytes=10)("log.txt")


async def test_the_process(tmp_path):
    """Nothing but the protocol is on its standard output, and its store outlives it."""
    args = [
        "-m",
        "lingua_integrations",
        "mcp",
        "-m",
        "extractive-bm25",
        "--rate",
        "0.2",
        "--store",
        str(tmp_path),
    ]
    rows = json.dumps([{"id": n, "name": f"item {n}", "price": n * 7 % 50} for n in range(80)])
    process = StdioServerParameters(command=sys.executable, args=args, env=dict(os.environ))
    async with stdio_client(process) as streams, ClientSession(*streams) as client:
        await client.initialize()
        _, shorter = await called(client, "compress", text=rows, question="What does item 42 cost?")
        assert {"id": 42, "name": "item 42", "price": 44} in json.loads(shorter)
    (kept,) = tmp_path.glob("*.txt")
    assert kept.read_text() == rows
