"""LinguaTool: it is the tool it wraps, with shorter text; in agents and workflows, too."""

# No "from __future__ import annotations": FunctionTool finds its Context by the annotation itself.
import copy
import json

import pytest
from llama import Broken, listening
from llama_index.core import VectorStoreIndex
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import (
    ChatMessage,
    ImageBlock,
    MessageRole,
    TextBlock,
    ToolCallBlock,
)
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.llms.mock import MockFunctionCallingLLM
from llama_index.core.schema import Document
from llama_index.core.tools import BaseTool, FunctionTool, QueryEngineTool, ToolMetadata, ToolOutput
from llama_index.core.tools.calling import acall_tool, call_tool
from llama_index.core.workflow import Context, StartEvent, StopEvent, Workflow, step
from whole import keeps_whole_sentences

from lingua_integrations import PromptCompressor
from lingua_integrations.core.text.data.json_forms import as_json
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.llama_index import LinguaTool
from slow import Slow, beats_during

TEXT = (
    "The cat sat on the mat all day. Dogs bark at the gate. It rained in the town again. Emma came in 1815."
)
ANSWER = "The cat sat on the mat all day."
QUESTION = "Where did the cat sit, on the mat?"


def search(query: str) -> str:
    """Searches."""
    return TEXT


SETTINGS = {"method": "extractive-bm25", "rate": 0.4, "min_tokens": 0, "gap_marker": None}


def wrapped(tool=search, **settings):
    return LinguaTool(tool, **{**SETTINGS, **settings})


def tool_of(output, name="get", **more):
    """A tool that always gives the same blocks or text."""
    made = (
        output
        if isinstance(output, ToolOutput)
        else ToolOutput(name, **output, raw_input={}, raw_output="raw", **more)
    )

    def get(query: str) -> str:
        """Gets."""

    return FunctionTool.from_defaults(get, callback=lambda _: made), made


async def run(tool, use_async, **arguments):
    return await tool.acall(**arguments) if use_async else tool.call(**arguments)


@pytest.mark.parametrize("use_async", [False, True])
async def test_text_gets_shorter(use_async):
    """By the question in the call; raw output and input stay; one span and one event each way."""
    results = []
    tool = wrapped(on_result=results.append)
    with listening() as heard:
        output = await run(tool, use_async, query=QUESTION)
    assert heard.counts("LinguaTool") == (1, 1, 1)
    assert heard.counts("FunctionTool")[2] == 1
    assert (heard.events[0].query, heard.events[0].nodes) == (QUESTION, 1)
    assert heard.events[1].tokens_after == results[0].tokens_after < results[0].tokens_before
    assert output.content == str(output) == ANSWER
    assert (output.raw_output, output.tool_name, output.is_error) == (TEXT, "search", False)
    assert output.raw_input == {"args": (), "kwargs": {"query": QUESTION}}


def test_it_is_the_tool_it_wraps():
    """The same metadata, whatever is wrapped; the LLM sees no difference."""
    inner = FunctionTool.from_defaults(search, name="other", return_direct=True)
    assert wrapped(inner).metadata is inner.metadata
    assert wrapped().metadata.to_openai_tool() == FunctionTool.from_defaults(search).metadata.to_openai_tool()
    assert wrapped(wrapped(), rate=1).call(query=QUESTION).content == ANSWER


@pytest.mark.parametrize(
    ("parameters", "arguments", "settings", "question"),
    [
        ("query", {"query": "a"}, {}, "a"),
        ("question, query", {"question": "b", "query": "a"}, {}, "a"),
        ("input, question", {"input": "c", "question": "b"}, {}, "b"),
        ("input, question=None", {"input": "c"}, {}, "c"),
        ("query, input", {"query": 5, "input": "c"}, {}, "c"),
        ("query, topic", {"query": "a", "topic": "d"}, {"question_argument": "topic"}, "d"),
        ("url", {"url": "http://a.org"}, {}, "http://a.org"),
        ("query, topic=None", {"query": "a"}, {"question_argument": "topic"}, ""),
    ],
)
def test_what_the_output_is_read_for(tiny_scorer, parameters, arguments, settings, question):
    """The argument that was named, or the first that tools commonly have; by position as well."""
    scope = {}
    exec(f"def get({parameters}):\n    return {TEXT!r}", scope)  # signatures are what is tested here
    compressor = PromptCompressor(tiny_scorer, "rag")
    tool = LinguaTool(scope["get"], compressor=compressor, **{"min_tokens": 0, **settings})
    with listening() as heard:
        tool.call(**arguments)
        tool(*arguments.values())
    assert [event.query for event in heard.events[::2]] == [question, question]


def test_without_a_question(tiny_scorer):
    """A function without arguments."""

    def news() -> str:
        return TEXT

    tool = LinguaTool(news, compressor=PromptCompressor(tiny_scorer, "rag"), rate=0.5, min_tokens=0)
    assert 0 < len(tool.call().content) < len(TEXT)


def test_blocks():
    """Text blocks share a budget, in order, and what has no room goes; the tool's own output stays."""
    image = ImageBlock(url="http://example.org/x.png")
    blocks = [TextBlock(text="Dogs bark."), image, TextBlock(text=TEXT), TextBlock(text=" ")]
    inner, made = tool_of({"blocks": blocks})
    before = copy.deepcopy(made)
    output = wrapped(inner, rate=0.3).call(query=QUESTION)
    assert output.blocks[0] is image
    assert output.content.startswith(ANSWER)
    assert made == before
    assert output.raw_output == "raw"
    each = wrapped(inner, rate=None, target_tokens=9, spread="each").call(query=QUESTION)
    assert [type(block) for block in each.blocks] == [TextBlock, ImageBlock, TextBlock, TextBlock]
    assert each.blocks[0].text == "Dogs bark."


@pytest.mark.parametrize("use_async", [False, True])
async def test_errors_and_empty_outputs_stay(use_async):
    """An error's text is for reading whole; where there is no text nothing happens."""
    error = ValueError("no")
    inner, made = tool_of({"content": TEXT}, is_error=True, exception=error)
    output = await run(wrapped(inner), use_async, query="cat?")
    assert output == made
    assert output.exception is error
    for blocks in ([], [ImageBlock(url="http://example.org/x.png")], [TextBlock(text=" \n")]):
        inner, made = tool_of({"blocks": blocks})
        assert await run(wrapped(inner), use_async, query="cat?") == made


def test_a_tool_that_raises():
    def fail(query: str) -> str:
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        wrapped(fail).call(query="cat?")


LONG = {
    "id": 1815,
    "title": "Pets",
    "body": TEXT * 8,
    "tags": ["a", "b"],
    "more": {"score": 0.5, "none": None},
}


@pytest.mark.parametrize("returned", [json.dumps(LONG), json.dumps([LONG], indent=2), LONG, [LONG]], ids=type)
def test_json_stays_json(returned, o200k):
    """Text or data: keys, numbers and short strings stay, and the budget bounds the whole text."""
    results = []

    def fetch(query: str) -> str | dict | list:
        return returned

    output = wrapped(fetch, rate=0.7, on_result=results.append).call(query=QUESTION)
    data = json.loads(output.content)
    (item,) = data if isinstance(data, list) else [data]
    assert item.pop("body").startswith(ANSWER)
    assert item == {key: value for key, value in LONG.items() if key != "body"}
    assert output.raw_output is returned
    (result,) = results
    assert o200k(output.content) == result.tokens_after <= result.budget < result.tokens_before


@pytest.mark.parametrize(
    "returned", ['{"a": "b"}', "[1, 2,\n 3]", {"a": "b"}, ["x"], "{}", "1999", "true", '"a b"', "{a, b}"]
)
def test_what_needs_no_shortening_stays_as_it_was_written(returned):
    def fetch(query: str) -> str | dict | list:
        return returned

    assert wrapped(fetch, rate=None, target_tokens=50).call(query="cat?").content == str(returned)
    below = wrapped(lambda query: json.dumps(LONG, indent=2), min_tokens=1000)
    assert below.call(query="cat?").content == json.dumps(LONG, indent=2)


def test_looks_like_json_but_is_none():
    """Square brackets, NaN and objects of Python's own are prose."""
    for text in ("[see above] " + TEXT, "{" + TEXT, TEXT + " {}"):
        assert len(wrapped(lambda query, text=text: text).call(query=QUESTION).content) < len(text)
    for odd in ([object()], {"a": float("nan")}, {(1, 2): "a"}):
        assert as_json(str(odd), odd) is None


@pytest.mark.parametrize("use_async", [False, True])
@pytest.mark.parametrize("returned", [TEXT, json.dumps(LONG)])
async def test_an_agent_goes_on_by_default(use_async, returned):
    """A failure hands the output on with a warning; on_error="raise" is for who wants to know."""
    broken = PromptCompressor(config="extractive-bm25")
    broken.compress = Broken().compress

    def fetch(query: str) -> str:
        return returned

    with pytest.warns(LinguaWarning, match="passed on uncompressed: RuntimeError"), listening() as heard:
        output = await run(LinguaTool(fetch, compressor=broken, min_tokens=0), use_async, query="cat?")
    assert output.content == returned
    assert heard.counts("LinguaTool") == (1, 1, 1)
    with pytest.raises(RuntimeError):
        await run(
            LinguaTool(fetch, compressor=broken, min_tokens=0, on_error="raise"), use_async, query="cat?"
        )


def test_bad_settings():
    with pytest.raises(InvalidRequest, match="search has no argument 'topic'; it has query"):
        wrapped(question_argument="topic")
    for settings, words in (
        ({"rate": 2}, "rate must be in"),
        ({"rat": 0.5}, "There is no setting"),
        ({"target_tokens": 5}, "either rate or target_tokens"),
        ({"method": "ragg"}, "Did you mean 'rag'"),
    ):
        with pytest.raises(ValueError, match=words):
            wrapped(**settings)


async def test_async_functions_and_plain_tools():
    """Whatever a tool is made of."""

    async def afind(query: str) -> str:
        return TEXT

    class Plain(BaseTool):
        """Neither async nor a function."""

        @property
        def metadata(self):
            return ToolMetadata(name="plain", description="Plain.")

        def __call__(self, input):
            return ToolOutput("plain", content=TEXT, raw_input={"input": input}, raw_output=TEXT)

    for tool, argument in ((afind, "query"), (Plain(), "input")):
        made = wrapped(tool)
        assert (await made.acall(**{argument: QUESTION})).content == ANSWER
        assert made.call(**{argument: QUESTION}).content == ANSWER
        assert call_tool(made, {argument: QUESTION}).content == ANSWER
        assert (await acall_tool(made, {argument: QUESTION})).content == ANSWER


def test_around_a_query_engine():
    index = VectorStoreIndex.from_documents([Document(text=TEXT)], embed_model=MockEmbedding(8))
    engine = index.as_query_engine(llm=MockLLM())
    tool = wrapped(QueryEngineTool.from_defaults(engine, name="index", description="Pets."), rate=0.7)
    output = tool.call(input=QUESTION)
    assert ANSWER in output.content
    assert len(output.content) < len(str(output.raw_output))  # MockLLM answers with its prompt


async def test_the_event_loop_stays_free():
    slow = wrapped(method=None, compressor=Slow(config="extractive-bm25"))
    assert await beats_during(slow.acall(query="cat?")) > 5


def calling(name, **arguments):
    """An LLM that calls one tool, and then answers with what it read; and what it was given."""
    seen = []

    def answer(messages, **kwargs):
        seen.append(list(messages))
        if messages[-1].role == MessageRole.TOOL:
            return ChatMessage(f"Read: {messages[-1].content}", role="assistant")
        call = ToolCallBlock(tool_call_id="1", tool_name=name, tool_kwargs=arguments)
        return ChatMessage(role="assistant", blocks=[call])

    return MockFunctionCallingLLM(response_generator=answer, is_chat_model=True), seen


@pytest.mark.parametrize("streaming", [False, True])
async def test_in_a_function_agent(streaming):
    """The agent's LLM reads the short text; the tool ran once; the trace has it once."""
    llm, seen = calling("search", query=QUESTION)
    agent = FunctionAgent(tools=[wrapped()], llm=llm, streaming=streaming)
    with listening() as heard:
        response = await agent.run("Where is my cat?")
    assert heard.counts("LinguaTool") == (1, 1, 1)
    assert str(response) == f"Read: {ANSWER}"
    assert [message.content for message in seen[-1] if message.role == MessageRole.TOOL] == [ANSWER]
    (call,) = response.tool_calls
    assert call.tool_output.raw_output == TEXT


async def test_a_tool_that_asks_for_the_workflow_context():
    """Agents hand it to who declares it; it is no argument of the LLM's."""

    async def remember(ctx: Context, query: str) -> str:
        """Remembers."""
        await ctx.store.set("asked", query)
        return TEXT

    tool = wrapped(remember)
    assert list(tool.metadata.get_parameters_dict()["properties"]) == ["query"]
    llm, _ = calling("remember", query=QUESTION)
    agent = FunctionAgent(tools=[tool], llm=llm)
    ctx = Context(agent)
    assert str(await agent.run("Where is my cat?", ctx=ctx)) == f"Read: {ANSWER}"
    assert await ctx.store.get("asked") == QUESTION


async def test_in_an_agent_an_error_stays_readable():
    def fail(query: str) -> str:
        """Fails."""
        raise ValueError("the first word, the second word and the third word are all wrong")

    llm, _ = calling("fail", query="the second word")
    response = await FunctionAgent(tools=[wrapped(fail, rate=0.2)], llm=llm).run("Try.")
    assert "the first word, the second word and the third word are all wrong" in str(response)


async def test_in_a_workflow_step():
    class Flow(Workflow):
        """One step that calls the tool."""

        @step
        async def look(self, ev: StartEvent) -> StopEvent:
            return StopEvent(result=(await wrapped().acall(query=ev.question)).content)

    assert await Flow().run(question=QUESTION) == ANSWER


@pytest.mark.model
def test_with_defaults_on_real_weights(o200k):
    """Whole sentences, with a question and without one; JSON stays JSON."""
    assert (
        "cat sat"
        in LinguaTool(search, min_tokens=0, gap_marker=None).call(query="What did the pet do?").content
    )

    def news() -> str:
        return TEXT

    results = []
    short = LinguaTool(news, min_tokens=0, on_result=results.append).call().content
    assert 0.3 * o200k(TEXT) < o200k(short) <= 0.5 * o200k(TEXT)
    assert keeps_whole_sentences(results[0])
    data = json.loads(
        LinguaTool(lambda query: json.dumps(LONG), rate=0.7, min_tokens=0).call(query="cat?").content
    )
    assert data["id"] == 1815
    assert "cat sat" in data["body"] != TEXT
