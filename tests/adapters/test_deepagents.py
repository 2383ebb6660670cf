"""The tool middleware in the real deepagents, whose own middleware stands around it."""

from __future__ import annotations

import json
from importlib.metadata import entry_points

import pytest
from agents import Scripted
from langchain_core.messages import AIMessage
from langchain_core.tools import tool

from lingua_integrations.adapters.originals import Originals
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain import LinguaToolMiddleware
from lingua_integrations.langchain.deepagents import register, register_profile

deepagents = pytest.importorskip("deepagents", reason="deepagents is not installed; it needs Python 3.11")
create_deep_agent = deepagents.create_deep_agent
ROWS = [{"id": n, "name": f"item {n}", "price": n * 7 % 50} for n in range(80)]


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


def searching(name="search", **arguments):
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": f"call-{name}"}])


async def test_originals_lie_among_the_agents_files():
    """In its state, where its own tools read them as well."""
    name = Originals({}).keep(json.dumps(ROWS))
    path = f"/lingua/originals/{name}.txt"
    script = [
        searching(query="item 42"),
        searching("recall", ref=name, lines="1"),
        searching("read_file", file_path=path),
        AIMessage("44."),
    ]
    backend = deepagents.backends.StateBackend()
    middleware = LinguaToolMiddleware(method="extractive-bm25", rate=0.25, store=backend)
    agent = create_deep_agent(
        Scripted(messages=iter(script)), tools=[search], middleware=[middleware], backend=backend
    )
    state = await agent.ainvoke({"messages": [("human", "What does item 42 cost?")]})
    shown = {one.name: one.text for one in state["messages"] if one.type == "tool"}
    assert name in shown["search"]
    assert json.loads(shown["recall"]) == ROWS
    assert '"name": "item 1"' in shown["read_file"]
    assert path in state["files"]


def test_originals_on_a_disk(tmp_path):
    backend = deepagents.backends.FilesystemBackend(root_dir=tmp_path, virtual_mode=True)
    originals = Originals(backend)
    names = [originals.keep(text) for text in ("", "a\r\nb\u2028c", "漢字 🎉")]
    assert [originals.get(name) for name in names] == ["", "a\r\nb\u2028c", "漢字 🎉"]
    assert originals.get("0" * 12) is None
    assert repr(originals) == "Originals(FilesystemBackend)"
    with pytest.raises(InvalidRequest, match="cannot be kept"):
        originals.keep("half a pair: \ud800")


@pytest.fixture
def profiles():
    """The registry, as it was before."""
    from deepagents.profiles._builtin_profiles import _ensure_builtin_profiles_loaded
    from deepagents.profiles.harness.harness_profiles import _HARNESS_PROFILES

    _ensure_builtin_profiles_loaded()
    before = dict(_HARNESS_PROFILES)
    yield _HARNESS_PROFILES
    _HARNESS_PROFILES.clear()
    _HARNESS_PROFILES.update(before)


class Provided(Scripted):
    """A model whose provider deepagents can tell."""

    def _get_ls_params(self, **kwargs):
        return {"ls_provider": "scripted", "ls_model_name": "one"}


async def test_a_profile_compresses_in_every_agent_of_a_provider(profiles, o200k):
    register_profile("scripted", method="extractive-bm25", rate=0.25)
    agent = create_deep_agent(
        Provided(messages=iter([searching(query="item 42"), AIMessage("44.")])), tools=[search]
    )
    state = await agent.ainvoke({"messages": [("human", "What does item 42 cost?")]})
    (shown,) = [one.text for one in state["messages"] if one.type == "tool"]
    assert o200k(shown) <= 0.25 * o200k(json.dumps(ROWS))
    with pytest.raises(InvalidRequest):
        register_profile("scripted", rate=2)


async def test_middleware_of_the_user_takes_the_place_of_the_profiles(profiles):
    """They have the same name, so an agent has one of them, and no result is compressed twice."""
    register_profile("scripted", method="extractive-bm25", rate=0.25)
    agent = create_deep_agent(
        Provided(messages=iter([searching(query="item 42"), AIMessage("44.")])),
        tools=[search],
        middleware=[LinguaToolMiddleware(method="extractive-bm25", rate=0.25, exclude=["search"])],
    )
    state = await agent.ainvoke({"messages": [("human", "What does item 42 cost?")]})
    assert [one.text for one in state["messages"] if one.type == "tool"] == [json.dumps(ROWS)]


def test_deepagents_finds_the_entry_point():
    (found,) = entry_points(group="deepagents.harness_profiles", name="lingua")
    assert found.load() is register


def test_the_entry_point_asks_the_environment(profiles, monkeypatch):
    """Without the variable an installed package changes nothing."""
    before = dict(profiles)
    monkeypatch.delenv("LINGUA_DEEPAGENTS", raising=False)
    register()
    assert profiles == before
    monkeypatch.setenv("LINGUA_DEEPAGENTS", "openai, scripted:one,")
    register()
    assert {"openai", "scripted:one"} <= profiles.keys()
    (made,) = profiles["scripted:one"].extra_middleware()
    assert isinstance(made, LinguaToolMiddleware)
