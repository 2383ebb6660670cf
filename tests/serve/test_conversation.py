"""Which texts of a chat may get shorter: laws over any request, then shapes by hand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor
from lingua_integrations.serve import Settings, Upstream
from lingua_integrations.serve.conversation import Choice, documents, offers_recall, passages, replaced
from lingua_integrations.serve.metrics import Metrics
from lingua_integrations.serve.shortening import Shortener, Wishes

LONG = "Emma is by Jane Austen. " + "It rained in the town again. " * 20 + "It came out in 1815."
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)
TEXT = st.sampled_from([LONG, "short", "", " ", LONG * 2])
PART = st.fixed_dictionaries({"type": st.just("text"), "text": TEXT}) | ANYTHING
CONTENT = TEXT | st.lists(PART, max_size=3) | ANYTHING
CALL = st.fixed_dictionaries({
    "id": st.sampled_from("abc"),
    "type": st.just("function"),
    "function": st.fixed_dictionaries({
        "name": st.sampled_from(["search", "read_file", "recall"]),
        "arguments": st.sampled_from(['{"query": "Emma"}', "{", "[1]"]),
    }),
})  # fmt: skip
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "developer", "user", "assistant", "tool"]), "content": CONTENT},
    optional={
        "tool_calls": st.lists(CALL, max_size=2) | ANYTHING,
        "tool_call_id": st.sampled_from("abc") | ANYTHING,
        "name": ANYTHING,
    },
)
REQUEST = st.fixed_dictionaries(
    {"messages": st.lists(MESSAGE | ANYTHING, max_size=6) | ANYTHING},
    optional={
        "documents": st.lists(TEXT | ANYTHING, max_size=3),
        "model": ANYTHING,
        "stream": ANYTHING,
        "tools": ANYTHING,
    },
)


def shortener(**upstream):
    settings = Settings(
        methods=("extractive-bm25",), token=None, min_tokens=20, rate=0.3,
        upstream=Upstream(url="http://127.0.0.1:1/v1", **upstream),
    )  # fmt: skip
    return Shortener(PromptCompressor(config="extractive-bm25"), settings, Metrics())


@pytest.mark.filterwarnings("ignore:passed on uncompressed")  # BM25 among requests that ask nothing
@given(request=REQUEST, user_contexts=st.booleans())
def test_nothing_else_changes(request, user_contexts):
    """Of any request: what gets shorter are texts of tools and documents, and all else is the same."""
    body = json.dumps(request).encode()
    made = shortener(user_contexts=user_contexts).shorter(body, Wishes())
    after = json.loads(made.body)
    allowed = [*passages(request, Choice(user_contexts=user_contexts)), *documents(request)]
    back = replaced(after, {one.path: one.text + one.tail for one in allowed})
    assert back == request
    assert list(after) == list(request)
    for one in allowed:
        if one.path[0] == "messages":
            roles = {"tool", "user"} if user_contexts else {"tool"}
            assert request["messages"][one.path[1]]["role"] in roles
    assert made.tokens_after <= made.tokens_before
    if not allowed:
        assert made.body == body


@given(request=REQUEST)
def test_a_conversation_begins_the_same_in_each_turn(request):
    """What is added later changes nothing of what a provider has in its cache."""
    messages = request["messages"]
    if not isinstance(messages, list):
        return
    one = shortener()
    before = json.loads(one.shorter(json.dumps({"messages": messages}).encode(), Wishes()).body)["messages"]
    later = [
        *messages,
        {"role": "assistant", "content": "Well."},
        {"role": "user", "content": "Who wrote Ulysses?"},
    ]
    after = json.loads(shortener().shorter(json.dumps({"messages": later}).encode(), Wishes()).body)[
        "messages"
    ]
    assert after[: len(messages)] == before


def conversation(tool="search", content=LONG, call_id="a", **result):
    call = {"id": call_id, "type": "function", "function": {"name": tool, "arguments": '{"query": "1815"}'}}
    return [
        {"role": "system", "content": LONG},
        {"role": "user", "content": "Who wrote Emma?"},
        {"role": "assistant", "content": "Let me look.", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call_id, "content": content, **result},
    ]


def found(messages, **choice):
    return list(passages({"messages": messages}, Choice(**choice)))


def test_a_result_is_read_for_what_stands_before_it():
    later = [*conversation(), {"role": "user", "content": "And Ulysses?"}]
    (one,) = found(later)
    assert (one.path, one.text, one.tool) == (("messages", 3, "content"), LONG, "search")
    assert one.question == "Who wrote Emma?\nLet me look.\n1815"


def test_text_parts_are_texts_and_others_stay():
    parts = [
        {
            "type": "text",
            "text": LONG,
            "cache_control": {"type": "ephemeral"},
        },  # the mark moves from turn to turn
        {"type": "image_url", "image_url": {"url": "data:"}},
        {"type": "text", "text": LONG, "annotations": [1]},
    ]
    assert [one.path for one in found(conversation(content=parts))] == [("messages", 3, "content", 0, "text")]


@pytest.mark.parametrize(
    ("messages", "choice"),
    [
        (conversation("read_file"), {}),
        (conversation("mcp__files__read_file"), {}),
        (conversation("recall"), {}),
        (conversation("recall"), {"only": ["recall"]}),
        (conversation("search"), {"exclude": ["search"]}),
        (conversation("mcp__web__search"), {"exclude": ["search"]}),
        (conversation("search"), {"only": ["sql"]}),
        (conversation("search"), {"pinned": ["a"]}),
        (conversation("search")[3:], {}),  # nobody knows of which tool it is
    ],
)
def test_what_stays(messages, choice):
    assert not found(messages, **choice)


@pytest.mark.parametrize(
    ("tool", "choice"), [("read_file", {"only": ["read_file"]}), ("search", {"pinned": ["b"]})]
)
def test_what_may_get_shorter(tool, choice):
    assert len(found(conversation(tool), **choice)) == 1


def test_older_calls_of_functions():
    call = {"name": "search", "arguments": '{"query": "Emma"}'}
    messages = [
        {"role": "user", "content": "Who?"},
        {"role": "assistant", "content": None, "function_call": call},
        {"role": "function", "name": "search", "content": LONG},
    ]
    assert [one.question for one in found(messages)] == ["Who?\nEmma"]


def test_what_stands_above_the_question_if_that_is_wanted():
    message = {"role": "user", "content": f"{LONG}\n\nWho wrote Emma?"}
    assert not found([message])
    (one,) = found([message], user_contexts=True)
    assert (one.text, one.question, one.tail) == (LONG, "Who wrote Emma?", "\n\nWho wrote Emma?")
    parts = {
        "role": "user",
        "content": [{"type": "text", "text": LONG}, {"type": "text", "text": "Who wrote Emma?"}],
    }
    (one,) = found([parts], user_contexts=True)
    assert (one.path, one.question) == (("messages", 0, "content", 0, "text"), "Who wrote Emma?")


def test_documents_of_the_shapes_that_there_are():
    given_ = [
        LONG,
        {"title": "a", "text": LONG},
        {"content": LONG},
        {"id": "1", "data": {"text": LONG}},
        {"url": "a"},
        3,
        " ",
    ]
    request = {"messages": [{"role": "user", "content": "Be brief.\n\nWho wrote Emma?"}], "documents": given_}
    assert [(one.path[1:], one.question) for one in documents(request)] == [
        (path, "Who wrote Emma?") for path in ((0,), (1, "text"), (2, "content"), (3, "data", "text"))
    ]


def test_documents_stay_where_nothing_is_asked():
    for messages in ([], [{"role": "user", "content": " "}], None):
        assert not list(documents({"messages": messages, "documents": [LONG]}))


def test_documents_have_one_budget_and_keep_their_places():
    request = {
        "messages": [{"role": "user", "content": "Who wrote Emma?"}],
        "documents": [{"id": "x", "text": "Trains go every hour. " * 30}, {"id": "y", "text": LONG}],
    }
    made = json.loads(shortener().shorter(json.dumps(request).encode(), Wishes()).body)["documents"]
    assert [one["id"] for one in made] == ["x", "y"]
    assert made[0]["text"] == "…"
    assert "Emma is by Jane Austen." in made[1]["text"] and len(made[1]["text"]) < len(LONG)


def test_a_reference_is_given_where_the_model_can_follow_it(tmp_path):
    one = shortener(store=str(tmp_path))
    tools = [{"type": "function", "function": {"name": "mcp__lingua__recall"}}]
    for request in ({"messages": conversation()}, {"messages": conversation(), "tools": tools}):
        text = json.loads(one.shorter(json.dumps(request).encode(), Wishes()).body)["messages"][3]["content"]
        assert len(text) < len(LONG)
        assert ('recall("' in text) == offers_recall(request) == ("tools" in request)
    (kept,) = tmp_path.glob("*.txt")
    assert kept.read_text() == LONG
    assert kept.stem in text


def test_numbers_stay_as_they_were_written():
    body = (
        json.dumps({"messages": conversation()})[:-1]
        + ', "temperature": 1.10, "seed": 1e400, "n": 12345678901234567890}'
    )
    made = shortener().shorter(body.encode(), Wishes()).body.decode()
    assert len(made) < len(body)
    assert made.endswith('"temperature":1.10,"seed":1e400,"n":12345678901234567890}')


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b'{"a": 1, "a": 2}', b"[" * 100_000, b""])
def test_what_cannot_be_written_again_stays(body):
    assert shortener().shorter(body, Wishes()).body == body


def test_what_was_made_of_a_text_is_remembered(monkeypatch):
    one, body = shortener(), json.dumps({"messages": conversation()}).encode()
    first = one.shorter(body, Wishes())
    monkeypatch.setattr(PromptCompressor, "compress", None)
    assert one.shorter(body, Wishes()) == first
    with pytest.warns(UserWarning, match="TypeError"):
        assert one.shorter(body, Wishes(rate=0.6)).body == body  # another wish is another text


def test_a_text_whose_compression_fails_goes_on_and_is_counted(monkeypatch):
    def fail(*_, **__):
        raise RuntimeError(LONG)

    one, body = shortener(), json.dumps({"messages": conversation()}).encode()
    monkeypatch.setattr(PromptCompressor, "compress", fail)
    with pytest.warns(UserWarning, match="RuntimeError$"):
        assert one.shorter(body, Wishes()).body == body
    assert b'lingua_chat_texts_total{outcome="failed"} 1.0' in one.metrics.page()


def test_what_is_left_when_time_runs_out_goes_on_as_it_came(monkeypatch):
    ticks = iter([0.0, 1.0, 99.0, 99.0])
    monkeypatch.setattr("lingua_integrations.serve.shortening.time.monotonic", lambda: next(ticks))
    messages = [*conversation(call_id="a"), *conversation(call_id="b")[2:]]
    made = json.loads(shortener().shorter(json.dumps({"messages": messages}).encode(), Wishes()).body)[
        "messages"
    ]
    assert len(made[3]["content"]) < len(LONG) == len(made[5]["content"])


@pytest.mark.parametrize("rate", ["0", "2", "nan", "much"])
def test_a_wish_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="x-lingua-rate must be in"):
        Wishes.of({"x-lingua-rate": rate})
