"""LinguaPromptCompressor: what may change in a prompt and what may not; chains, traces, serialisation."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.load import dumpd, dumps, load
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompt_values import ChatPromptValue, ImagePromptValue, StringPromptValue
from langchain_core.prompts import ChatPromptTemplate, PromptTemplate
from langchain_core.runnables import ConfigurableField

from lingua_integrations import CompressionConfig, MustKeep, usage
from lingua_integrations.adapters.questions import split_question
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaWarning
from lingua_integrations.langchain import LinguaPromptCompressor
from lingua_integrations.langchain.messages import MARK, NOTHING_LEFT, Place, passages
from slow import Slow, beats_during

MARKED = {"lingua": {"tokens_before": 1, "tokens_after": 1}}
LONG = "The cat sat on the mat all day long. Dogs bark at night. It rained in the town again and again."
QUESTION = "Where did the cat sit?"
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
SIGNED = {"type": "thinking", "thinking": "Let me think about dogs.", "signature": "c2ln"}
CITED = {"type": "text", "text": LONG, "citations": [{"start": 0}]}
TEXT = {"type": "text", "text": LONG}


def short(**settings):
    if "target_tokens" not in settings:
        settings = {"rate": 0.5} | settings
    return LinguaPromptCompressor(**{"method": "extractive-bm25", "min_tokens": 0} | settings)


def run(compressor, value):
    return compressor.invoke(value).to_messages()


def test_only_the_roles_asked_for():
    messages = [SystemMessage(LONG), HumanMessage(LONG), AIMessage(LONG), HumanMessage(QUESTION)]
    after = run(short(roles=("human",)), messages)
    assert [one.content == LONG for one in after] == [True, False, True, False]
    assert after[-1].content == QUESTION
    assert after[1].content == "The cat sat on the mat all day long."


@pytest.mark.parametrize(
    "kept",
    [
        SystemMessage(LONG, id="s"),
        AIMessage(LONG, tool_calls=[{"name": "f", "args": {"x": LONG}, "id": "1"}]),
        AIMessage(LONG, invalid_tool_calls=[{"name": "f", "args": "{", "id": "1", "error": "no JSON"}]),
        AIMessage([SIGNED, CITED]),
        HumanMessage([IMAGE, {**TEXT, "cache_control": {"type": "ephemeral"}}]),
        HumanMessage([TEXT, {"type": "tool_use", "id": "1", "name": "f", "input": {}}, {"cachePoint": {}}]),
        ToolMessage(LONG, tool_call_id="1", status="error"),
        ToolMessage(LONG, tool_call_id="1", response_metadata=MARKED),
    ],
    ids="system,calls,broken call,signed and cited,cached block,before a cache point,error,done".split(","),
)  # fmt: skip
def test_what_stays_byte_for_byte(kept):
    """And the text beside it is compressed all the same."""
    messages = [kept, HumanMessage(LONG, id="text"), HumanMessage(QUESTION)]
    before = copy.deepcopy(messages)
    after = run(short(), messages)
    assert messages == before
    assert after[0] == kept
    assert dumps(after[0]) == dumps(kept)
    assert after[1].id == "text"
    assert after[1].content != LONG


def test_blocks_beside_text_stay():
    """In the same message: image and reasoning stay, text blocks and plain strings get shorter."""
    message = AIMessage([SIGNED, dict(TEXT), IMAGE, LONG, CITED], id="m", name="n")
    after = run(short(), [message, HumanMessage(QUESTION)])[0]
    assert (after.id, after.name) == ("m", "n")
    assert [after.content[i] for i in (0, 2, 4)] == [SIGNED, IMAGE, CITED]
    assert after.content[1]["text"] in LONG
    assert len(after.content[1]["text"]) + len(after.content[3]) < 2 * len(LONG)


def test_tool_results_after_the_question():
    """In an agent's turn; the call keeps its result, even if nothing of it is worth its tokens."""
    call = AIMessage(
        "", tool_calls=[{"name": "f", "args": {}, "id": "1"}, {"name": "g", "args": {}, "id": "2"}]
    )
    results = [
        ToolMessage(LONG, tool_call_id="1", artifact=[1]),
        ToolMessage("Dogs bark.", tool_call_id="2", name="g"),
    ]  # fmt: skip
    after = run(short(target_tokens=10), [HumanMessage(QUESTION), call, *results])
    assert after[0].content == QUESTION
    assert after[2].content == "The cat sat on the mat all day long."
    assert (after[2].tool_call_id, after[2].artifact) == ("1", [1])
    assert (after[3].content, after[3].tool_call_id, after[3].name) == (NOTHING_LEFT, "2", "g")


def test_a_message_of_which_nothing_is_left_goes():
    after = run(
        short(target_tokens=10), [HumanMessage(LONG), AIMessage("Dogs bark."), HumanMessage(QUESTION)]
    )
    assert [one.content for one in after] == ["The cat sat on the mat all day long.", QUESTION]


def test_the_budget_holds_over_all_texts(o200k):
    messages = [
        HumanMessage(LONG),
        AIMessage(LONG),
        ToolMessage(LONG, tool_call_id="1"),
        HumanMessage(QUESTION),
    ]
    after = run(short(rate=0.4), messages)
    left = sum(o200k(one.content) for one in after if one.content not in (QUESTION, NOTHING_LEFT))
    assert left <= 0.4 * 3 * o200k(LONG)


@pytest.mark.parametrize(
    "value", [f"{LONG}\n\n{QUESTION}\n", StringPromptValue(text=f"{LONG}\n\n{QUESTION}\n")]
)
def test_strings_keep_their_last_paragraph(value):
    after = short().invoke(value)
    assert isinstance(after, StringPromptValue)
    assert after.text == f"The cat sat on the mat all day long.\n\n{QUESTION}\n"


def test_the_question_may_share_a_message_with_the_documents():
    """The prompt that everybody has: one human message with everything in it."""
    prompt = ChatPromptTemplate([("human", "Context: {context}\n\nQuestion: {question}")])
    value = prompt.invoke({"context": LONG, "question": QUESTION})
    assert run(short(), value)[0].content == value.to_messages()[0].content
    (after,) = run(short(question="paragraph"), value)
    assert after.content == f"Context: The cat sat on the mat all day long.\n\nQuestion: {QUESTION}"


def test_the_paragraphs_above_a_question_follow_the_same_rules():
    """Roles, marks and what a provider caches; a message of one line is all question."""
    text = f"{LONG}\n\n{QUESTION}"
    by_line = run(short(question="paragraph"), [HumanMessage(f"{LONG}\n{QUESTION}")])
    assert by_line[0].content == f"The cat sat on the mat all day long.\n{QUESTION}"
    marked = HumanMessage(text, response_metadata={MARK: {"tokens_before": 1}})
    cached = AIMessage([{"type": "text", "text": "Hm.", "cache_control": {"type": "ephemeral"}}])
    for settings, messages in (
        ({"roles": ("ai",)}, [HumanMessage(text)]),
        ({}, [marked]),
        ({}, [HumanMessage(text), cached]),
        ({}, [HumanMessage(LONG)]),
    ):
        assert run(short(question="paragraph", **settings), messages) == messages


def test_messages_that_carry_more_than_text_stay():
    """A call as older models write it; reasoning, of which the text alone goes."""
    call = AIMessage(LONG, additional_kwargs={"function_call": {"name": "f", "arguments": "{}"}})
    reasoned = AIMessage("Dogs bark at night.", additional_kwargs={"reasoning_content": "Hm."})
    odd = HumanMessage([{"type": "text"}, {"type": "text", "text": LONG}])
    after = run(short(), [call, reasoned, odd, HumanMessage(QUESTION)])
    assert after[0] == call
    assert (after[1].content, after[1].additional_kwargs) == (NOTHING_LEFT, reasoned.additional_kwargs)
    assert after[2].content[0] == {"type": "text"}
    assert len(after[2].content[1]["text"]) < len(LONG)


def test_the_cached_block_itself_stays(monkeypatch):
    """Also where nothing else about it would keep it: a cache reaches up to its mark and holds that block."""
    plain = {"type", "text", "cache_control"}
    monkeypatch.setattr("lingua_integrations.langchain.blocks._PLAIN", plain)
    cached = {**TEXT, "cache_control": {"type": "ephemeral"}}
    given = [HumanMessage([dict(TEXT), cached, dict(TEXT)]), HumanMessage(QUESTION)]
    assert [one.place for one in passages(given, ("human",))] == [Place(0, (2,))]
    after = run(short(), given)
    assert after[0].content[:2] == [TEXT, cached]
    assert len(after[0].content[2]["text"]) < len(LONG)


@given(text=st.text(alphabet="ab \n\r\t", max_size=40))
def test_a_split_question_loses_nothing(text):
    body, tail = split_question(text)
    assert body + tail == text
    assert tail == "" or tail.strip()


def test_images_pass():
    value = ImagePromptValue(image_url={"url": "http://a.b/c.png"})
    assert short().invoke(value) is value


async def test_sync_async_and_batch_agree():
    compressor = short()
    values = [ChatPromptValue(messages=[HumanMessage(LONG), HumanMessage(QUESTION)]), f"{LONG}\n\n{QUESTION}"]
    one_by_one = [compressor.invoke(value) for value in values]
    assert compressor.batch(values) == one_by_one
    assert await compressor.abatch(values) == one_by_one


async def test_in_a_chain_with_streaming():
    """Tokens still stream from the model behind it; the run is traced once, with one event."""
    prompt = ChatPromptTemplate([("system", "Be brief."), ("human", "{text}"), ("human", "{question}")])
    chain = (
        prompt
        | short(price_per_million=1.0)
        | GenericFakeChatModel(messages=iter([AIMessage("On the mat.")] * 3))
    )
    inputs = {"text": LONG, "question": QUESTION}
    with usage() as total:
        chunks = [chunk async for chunk in chain.astream(inputs)]
        assert len(chunks) > 1
        assert all(isinstance(chunk, AIMessageChunk) for chunk in chunks)
        events = [event async for event in chain.astream_events(inputs, version="v2")]
        list(chain.stream(inputs))
    assert total.calls == 3
    starts = [event for event in events if event["event"] == "on_chain_start" and "Lingua" in event["name"]]
    assert len(starts) == 1
    (told,) = [event for event in events if event["event"] == "on_custom_event"]
    assert told["name"] == "lingua_compression"
    assert told["data"]["tokens_after"] < told["data"]["tokens_before"]
    assert told["data"]["saved"] > 0
    assert starts[0]["run_id"] in (told["run_id"], *told["parent_ids"])


async def test_the_event_loop_stays_free(tiny_scorer):
    slow = short(method=None, compressor=Slow(tiny_scorer, "rag"))
    assert await beats_during(slow.ainvoke(f"{LONG}\n\n{QUESTION}")) > 5


def test_dumps_and_loads():
    """Through JSON; the configuration with rules and filters in it comes back."""
    config = CompressionConfig.rag().with_(
        must_keep=MustKeep(rules=("numbers",)), filter=CompressionConfig(unit="sentence")
    )
    compressor = LinguaPromptCompressor(config=config, rate=0.3, roles=("tool",), on_result=print)
    plain = json.loads(json.dumps(dumpd(compressor)))
    assert plain["type"] == "constructor"
    again = load(plain, allowed_objects=[LinguaPromptCompressor], valid_namespaces=["lingua_integrations"])
    assert again.model_dump() == compressor.model_dump()
    assert again.config == config


def test_configurable_fields(loads, tiny_encoders):
    """A rate by call; the model is not loaded again for it."""
    model = tiny_encoders["classifier"]
    compressor = short(method="llmlingua2", model=model).configurable_fields(
        rate=ConfigurableField(id="rate")
    )
    value = f"{LONG}\n\n{QUESTION}"
    lengths = [
        len(compressor.invoke(value, {"configurable": {"rate": rate}}).text) for rate in (0.2, 0.5, 0.9, 1.0)
    ]
    assert lengths == sorted(set(lengths))
    assert lengths[-1] == len(value)
    assert loads == [model]


def test_failing():
    """The least that works, or the error, or the prompt as it was; the question stays in any case."""
    value = [HumanMessage(LONG), HumanMessage(QUESTION)]
    with pytest.warns(LinguaWarning, match="passed on, over the budget"):
        assert run(short(target_tokens=1), value) == [
            HumanMessage("The cat sat on the mat all day long."),
            value[1],
        ]
    with pytest.raises(BudgetTooSmall):
        short(target_tokens=1, when_too_small="raise").invoke(value)
    for settings in (
        {"when_too_small": "passthrough"},
        {"when_too_small": "raise", "on_error": "passthrough"},
    ):
        with pytest.warns(LinguaWarning, match="passed on uncompressed: .*too small"):
            assert run(short(target_tokens=1, **settings), value) == value
    with pytest.raises(ValueError, match="roles"):
        short(roles=("system",))
    with pytest.raises(InvalidRequest, match="either rate or target_tokens"):
        LinguaPromptCompressor(rate=0.5, target_tokens=9)


def test_nothing_to_compress():
    """Only a question, nothing at all, a string of one paragraph without a method for it."""
    assert run(short(), [HumanMessage(QUESTION)]) == [HumanMessage(QUESTION)]
    assert run(short(), []) == []
    assert short().invoke("").text == ""
    with pytest.raises(InvalidRequest, match="needs a question"):
        short().invoke(LONG)


def test_without_a_question_whole_sentences_and_no_model(loads, o200k):
    """The default then keeps what says most of the text."""
    left = LinguaPromptCompressor(rate=0.5, min_tokens=0).invoke(LONG).text
    assert 0 < o200k(left) <= 0.5 * o200k(LONG)
    kept = [f"{sentence}." for sentence in left.removesuffix(".").split(". ")]
    assert set(kept) <= {f"{sentence}." for sentence in LONG.removesuffix(".").split(". ")}
    assert loads == []


@pytest.mark.model
def test_with_defaults_on_real_weights(o200k):
    """Sentences by embeddings and words together; without a question what says most, and always sentences."""
    prompt = PromptTemplate.from_template("{text}\n\n{question}")
    compressor = LinguaPromptCompressor(rate=0.5, min_tokens=0)
    after = (prompt | compressor).invoke({"text": LONG, "question": QUESTION})
    assert after.text == f"The cat sat on the mat all day long.\n\n{QUESTION}"
    alone = compressor.invoke(LONG).text
    assert 0 < o200k(alone) <= 0.5 * o200k(LONG)
    assert alone == "It rained in the town again and again."
