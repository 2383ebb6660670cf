"""Originals of what was compressed come back, from whichever store, and only where something was left out."""

from __future__ import annotations

import json
import os
import re
import time

import diskcache
import pytest
from agents import Scripted
from cachetools import TTLCache
from hypothesis import given
from hypothesis import strategies as st
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.store.memory import InMemoryStore
from llama_index.core.base.llms.types import TextBlock
from llama_index.core.storage.kvstore import SimpleKVStore
from llama_index.core.tools import ToolOutput

import laws
from lingua_integrations import PromptCompressor
from lingua_integrations.adapters.backends import Folder
from lingua_integrations.adapters.originals import Originals, reference
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.text.data.literals import is_json
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain import LinguaToolMiddleware
from lingua_integrations.llama_index import LinguaTool, recall_tool
from lingua_integrations.llama_index.tools import ToolAdapter, shortened

BM25 = PromptCompressor(config="extractive-bm25")
ROWS = [{"id": n, "name": f"item {n}", "price": n * 7 % 50} for n in range(80)]
TEXT = json.dumps(ROWS)
SETTINGS = {"method": "extractive-bm25", "rate": 0.25}
STORES = {
    "mapping": lambda folder: {},
    "folder": lambda folder: folder / "originals",
    "folder by name": lambda folder: str(folder / "originals"),
    "langgraph": lambda folder: InMemoryStore(),
    "llama-index": lambda folder: SimpleKVStore(),
    "diskcache": lambda folder: diskcache.Cache(str(folder)),
}


@pytest.mark.parametrize("kind", STORES)
def test_every_store_gives_back_what_it_was_given(kind, tmp_path):
    store = STORES[kind](tmp_path)
    texts = [
        "",
        "a\r\nb\u2028c",
        "漢字 🎉 \ud800" if "folder" in kind or kind == "mapping" else "漢字 🎉",
        TEXT,
    ]
    names = [Originals(store).keep(text) for text in texts]
    assert [Originals(store).get(name) for name in names] == texts
    assert Originals(store).get("f" * 12) is None
    assert all(re.fullmatch("[0-9a-f]{12}", name) for name in names)


@given(laws.anything)
def test_a_name_says_nothing_and_is_the_same_for_the_same_text(text):
    originals = Originals({})
    assert originals.keep(text) == originals.keep(text) is not None
    assert originals.get(originals.keep(text)) == text
    assert Originals({}, max_characters=0).keep(text + "x") is None


@pytest.mark.parametrize("name", ["secret", "../secret", "../../etc/passwd", "", "x" * 12, "0" * 13])
def test_what_is_no_reference_finds_nothing(name, tmp_path):
    folder = tmp_path / "originals"
    folder.mkdir()
    for place in (folder, tmp_path):
        (place / "secret.txt").write_text("no")
    assert Originals(folder).get(name) is None
    assert "There is no original" in Originals(folder).recalled(BM25, name)


def test_other_stores_are_refused():
    with pytest.raises(InvalidRequest, match="store must be a folder"):
        Originals(3)
    with pytest.raises(InvalidRequest):
        LinguaToolMiddleware(store=object())


def test_a_folder_forgets_the_oldest(tmp_path):
    folder = Folder(tmp_path, max_bytes=25, max_age=3600)
    now = time.time()
    a, b, c, d, e = (letter * 12 for letter in "abcde")
    for number, name in enumerate((a, b, c)):
        folder.put(name, name[:10])
        os.utime(tmp_path / f"{name}.txt", (0, now - 100 + number))
    folder.put(d, d[:10])
    assert [folder.get(name) for name in (a, b, c, d)] == [None, None, c[:10], d[:10]]
    os.utime(tmp_path / f"{c}.txt", (0, now - 4000))
    folder.put(e, e[:1])
    assert not (tmp_path / f"{c}.txt").exists()


def test_a_folder_hands_out_nothing_that_is_too_old(tmp_path):
    """Also where nothing was put since then; and what is kept again is new."""
    folder = Folder(tmp_path, max_age=3600)
    folder.put("a", "text")
    for age, found in ((3500, "text"), (3700, None)):
        os.utime(tmp_path / "a.txt", (0, time.time() - age))
        assert folder.get("a") == found
    folder.put("a", "text")
    assert folder.get("a") == "text"


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
def test_nobody_else_may_read_what_a_folder_keeps(tmp_path):
    name = Originals(tmp_path / "new").keep("secret")
    assert (tmp_path / "new").stat().st_mode & 0o77 == 0
    assert (tmp_path / "new" / f"{name}.txt").stat().st_mode & 0o77 == 0


def test_other_files_in_the_folder_stay(tmp_path):
    """A folder may be one of the user's own, with old files and with folders."""
    own = [tmp_path / name for name in ("notes.txt", "0123456789ab.md", "0123456789abc.txt", ".env")]
    for file in own:
        file.write_text("mine" * 50)
        os.utime(file, (0, 0))
    (tmp_path / "0123456789ab").mkdir()
    originals = Originals(Folder(tmp_path, max_bytes=100, max_age=3600))
    names = [originals.keep(f"{n}" * 60) for n in range(2)]
    assert [file.read_text() for file in own] == ["mine" * 50] * len(own)
    assert [originals.get(name) is None for name in names] == [True, False]


NOW = [0.0]
SPACE = ("lingua", "originals")
FORGETTING = {
    "mapping": (lambda folder: {}, dict.pop),
    "cachetools": (
        lambda folder: TTLCache(10, ttl=60, timer=lambda: NOW[-1]),
        lambda store, name: NOW.append(NOW[-1] + 61),
    ),
    "folder": (
        lambda folder: folder,
        lambda store, name: os.utime(store / f"{name}.txt", (0, time.time() - 8 * 86400)),
    ),
    "langgraph": (lambda folder: InMemoryStore(), lambda store, name: store.delete(SPACE, name)),
    "llama-index": (
        lambda folder: SimpleKVStore(),
        lambda store, name: store.delete(name, collection=".".join(SPACE)),
    ),
    "diskcache": (
        lambda folder: diskcache.Cache(str(folder)),
        lambda store, name: store.touch(name, expire=-1),
    ),
}


@pytest.mark.parametrize("kind", FORGETTING)
def test_what_a_store_no_longer_keeps_is_not_handed_out(kind, tmp_path):
    """By its age or by whatever the store goes by: the agent reads that it is gone, and what to do."""
    make, forget = FORGETTING[kind]
    store = make(tmp_path)
    originals = Originals(store)
    name = originals.keep(TEXT)
    assert originals.recalled(BM25, name) == TEXT
    forget(store, name)
    assert originals.get(name) is None
    for asked in ({}, {"lines": "1"}, {"query": "item 3"}):
        said = originals.recalled(BM25, name, **asked)
        assert said == f"The original {name} is no longer kept. Call the tool again that gave the result."
    assert originals.keep(TEXT) == name
    assert originals.recalled(BM25, name) == TEXT


@given(
    st.recursive(
        st.none() | st.text(max_size=5),
        lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=3), one, max_size=3),
    )
)
def test_json_with_a_reference_is_json(data):
    text = json.dumps(data)
    shown = reference(text, "0" * 12)
    assert shown.count("0" * 12) == 1
    assert is_json(shown) == is_json(text)


def test_parts_of_an_original():
    originals = Originals({})
    text = "\n".join(f"line {n}: the {'cat' if n == 50 else 'dog'} sat" for n in range(1, 301))
    name = originals.keep(text)
    assert originals.recalled(BM25, name) == text
    for said in (f'"{name}"', f"recall({name})", f'[recall("{name}") has all of it]'):
        assert originals.recalled(BM25, said, lines="50") == "line 50: the cat sat\n"
    assert "no original" in originals.recalled(BM25, f"{name}0", lines="50")
    assert originals.recalled(BM25, name, lines="299-400").splitlines() == text.splitlines()[298:]
    for bad in ("0", "301", "x", "5-1x"):
        assert "from 1 to 300" in originals.recalled(BM25, name, lines=bad)
    shown = originals.recalled(BM25, name, query="Where was the cat?", target_tokens=60)
    assert "line 50" in shown
    assert BM25.counter.count(shown) <= 60
    assert "line 50" in originals.recalled(BM25, name, query="Where was the cat?", target_tokens=1)


def agent_with(middleware, *said):
    @tool
    def search(query: str) -> str:
        """Look something up."""
        return TEXT

    return create_agent(Scripted(messages=iter(said)), [search], middleware=[middleware])


def calls(name, **arguments):
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": f"call-{name}"}])


def test_an_agent_recalls(o200k):
    """The result names its original, the agent has the tool for it, whose answer is not compressed again."""
    store, told = {}, []
    middleware = LinguaToolMiddleware(**SETTINGS, store=store, on_result=told.append)
    name = Originals({}).keep(TEXT)
    agent = agent_with(
        middleware, calls("search", query="item 3"), calls("recall", ref=name, lines="1"), AIMessage("Done.")
    )
    messages = agent.invoke({"messages": [HumanMessage("What does item 3 cost?")]})["messages"]
    shown, recalled = [one for one in messages if isinstance(one, ToolMessage)]
    assert store == {name: TEXT}
    assert name in shown.text
    assert is_json(shown.text)
    assert o200k(shown.text) <= 0.25 * o200k(TEXT)
    assert shown.response_metadata["lingua"]["tokens_after"] == o200k(shown.text)
    assert [one.budget for one in told] == [int(0.25 * o200k(TEXT))], "of text and reference together"
    assert recalled.text == TEXT


@pytest.mark.parametrize("tokens", [60, 90, 150])
def test_a_budget_that_is_used_up_has_room_for_the_reference(tokens, o200k):
    text = " ".join(f"In {year} the cat of town {year - 1900} sat on a mat." for year in range(1900, 1960))
    config = METHODS["extractive-bm25"].config.with_(floor=None)
    adapter = ToolAdapter(config=config, target_tokens=tokens)
    output = ToolOutput(content=text, tool_name="get", raw_input={}, raw_output=None)
    (block,), _ = shortened(adapter, output, "Where did the cat sit?", Originals({}))
    assert tokens - 20 < o200k(block.text) <= tokens
    assert "recall" in block.text


def test_no_reference_where_nothing_was_left_out_or_nobody_can_fetch_it():
    for middleware, text in (
        (LinguaToolMiddleware(**SETTINGS), TEXT),
        (LinguaToolMiddleware(**SETTINGS, store={}), '{"a": 1}'),
        (LinguaToolMiddleware(method="extractive-bm25", rate=0.9, store={}), json.dumps(ROWS, indent=4)),
    ):
        request = type(
            "Request", (), {"tool_call": {"name": "search", "args": {}}, "state": [HumanMessage("item 3?")]}
        )()
        message = ToolMessage(text, tool_call_id="1")
        shown = middleware.wrap_tool_call(request, lambda _, message=message: message).content
        assert "recall" not in shown
        assert [one.name for one in middleware.tools] == (["recall"] if middleware.results.originals else [])


def test_in_llama_index():
    store = SimpleKVStore()
    fetch = LinguaTool(lambda query: TEXT, **SETTINGS, store=store)
    shown = fetch.call(query="item 3").content
    name = re.search("[0-9a-f]{12}", shown).group()
    recall = recall_tool(store, method="extractive-bm25")
    assert recall.metadata.name == "recall"
    assert recall.call(ref=name).content == TEXT
    assert '"id":3,' in recall.call(ref=name, query="item 3").content.replace(" ", "")


def test_each_of_several_texts_names_its_original():
    """Where an output has more than one, each can be fetched back."""
    prose = ["The cat sat on the mat. " + f"It rained for {word} days. " * 60 for word in ("two", "three")]
    store = {}
    texts = [TextBlock(text=text) for text in prose]
    output = ToolOutput(blocks=texts, tool_name="get", raw_input={}, raw_output=None)
    blocks, _ = shortened(ToolAdapter(**SETTINGS), output, "Where did the cat sit?", Originals(store))
    names = [re.search("[0-9a-f]{12}", block.text).group() for block in blocks]
    assert [store[name] for name in names] == prose
