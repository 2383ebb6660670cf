"""What all adapters share: fields and defaults, one budget or one each, what is too small, reports, usage."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableLambda
from llama_index.core.schema import NodeWithScore, TextNode
from whole import keeps_whole_sentences

import laws
import lingua_integrations.langchain as for_langchain
import lingua_integrations.llama_index as for_llama_index
from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor, usage
from lingua_integrations.adapters.compressing import Adapter, Compressing, SpreadingAdapter
from lingua_integrations.adapters.contexts import contexts_of
from lingua_integrations.adapters.keywords import DocumentOptions, ResultOptions, ToolOptions
from lingua_integrations.adapters.options import HowResults
from lingua_integrations.adapters.tool_results import AgentAdapter, ResultAdapter
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.langchain import (
    LinguaContextEdit,
    LinguaDocumentCompressor,
    LinguaExampleSelector,
    LinguaHistoryMiddleware,
    LinguaPromptCompressor,
    LinguaSummarizer,
    LinguaToolMiddleware,
)
from lingua_integrations.llama_index import (
    LinguaMemoryBlock,
    LinguaNodePostprocessor,
    LinguaTool,
    LinguaTransform,
)
from lingua_integrations.llama_index.tools import ToolAdapter

TEXTS = [
    "The cat sat on the mat all day. Dogs bark. It rained in the town again.",
    "No pets are in here at all. Not one of them. Only a house with a garden and a gate.",
    "A cat ate. It was fish.",
]
QUESTION = "Where did the cat sit?"
BEST = "The cat sat on the mat all day."
BM25 = PromptCompressor(config="extractive-bm25")


def documents():
    return [Document(text, id=str(i)) for i, text in enumerate(TEXTS)]


def nodes():
    return [NodeWithScore(node=TextNode(text=text, id_=str(i)), score=1.0) for i, text in enumerate(TEXTS)]


def by_langchain(question=QUESTION, **settings):
    compressor = LinguaDocumentCompressor(**{"method": "extractive-bm25", "min_tokens": 0, **settings})
    return {one.id: one.page_content for one in compressor.compress_documents(documents(), question)}


def by_llama_index(question=QUESTION, **settings):
    postprocessor = LinguaNodePostprocessor(**{"method": "extractive-bm25", "min_tokens": 0, **settings})
    return {one.node_id: one.text for one in postprocessor.postprocess_nodes(nodes(), query_str=question)}


def everything():
    return {str(i): text for i, text in enumerate(TEXTS)}


both = pytest.mark.parametrize("run", [by_langchain, by_llama_index])


def kinds_of(cls):
    """All classes below one."""
    for one in cls.__subclasses__():
        yield one
        yield from kinds_of(one)


FRAMEWORKS = ("lingua_integrations.langchain", "lingua_integrations.llama_index")


def adapters():
    """Every class of both frameworks that compresses, and those inside of middleware and tools."""
    for package in (for_langchain, for_llama_index):
        for name in package.__all__:
            getattr(package, name)  # imported when it is first used
    return [one for one in dict.fromkeys(kinds_of(Compressing)) if one.__module__.startswith(FRAMEWORKS)]


@pytest.mark.parametrize(
    ("options", "adapter"),
    [(ResultOptions, AgentAdapter), (ToolOptions, ToolAdapter), (DocumentOptions, LinguaDocumentCompressor)],
)
def test_typed_options_are_the_fields_of_their_adapter(options, adapter):
    """Whoever takes keywords takes all fields and no others, and none of them has to be given."""
    assert options.__optional_keys__ == adapter.model_fields.keys()
    assert options.__required_keys__ == frozenset()


def test_the_adapters_have_the_same_fields_and_defaults():
    """But for the memory block, which is told how much, and for agents, whose turn goes on where it fails."""
    found = adapters()
    assert len(found) >= 12
    lenient = {AgentAdapter, LinguaContextEdit, ToolAdapter}
    much = {"rate": None, "target_tokens": None, "min_tokens": 200, "when_too_small": "least"}
    how = {"method": None, "model": None, "device": None, "dtype": None, "config": None, "compressor": None}
    for adapter in found:
        fields = {name: field.default for name, field in adapter.model_fields.items()}
        assert fields.items() >= how.items(), adapter
        assert fields["on_error"] == ("passthrough" if adapter in lenient else "raise"), adapter
        if issubclass(adapter, LinguaMemoryBlock):
            assert not fields.keys() & {*much, "spread", "show_progress"}
            assert fields["counter"] == "llama_index"
        else:
            assert fields.items() >= {**much, "counter": "o200k_base"}.items(), adapter
            assert ("spread" in fields) == issubclass(adapter, SpreadingAdapter), adapter
        assert adapter.default_method == ("steps" if adapter is LinguaExampleSelector else None)


def test_no_adapter_has_an_engine():
    """Neither as a field nor as an attribute, and none can be given."""
    assert not [one for one in adapters() if "engine" in one.model_fields or hasattr(one, "engine")]
    built = [
        LinguaDocumentCompressor(),
        LinguaPromptCompressor(),
        LinguaSummarizer(),
        LinguaContextEdit(),
        LinguaExampleSelector(examples=[]),
        LinguaToolMiddleware(),
        LinguaHistoryMiddleware(),
        LinguaNodePostprocessor(),
        LinguaTransform(),
        LinguaMemoryBlock(),
        LinguaTool(lambda query: query),
    ]
    assert not [
        one for one in built if hasattr(one, "engine") or hasattr(getattr(one, "settings", one), "engine")
    ]
    with pytest.raises(ValueError, match="There is no setting"):
        LinguaDocumentCompressor(engine=None)


@pytest.mark.parametrize(
    "beside",
    [
        {"method": "salience"},
        {"model": "all-minilm-l6-v2"},
        {"device": "cpu"},
        {"dtype": "float32"},
        {"counter": "cl100k_base"},
        {"config": CompressionConfig()},
        {"method": "rag", "model": "smollm2-135m-q4_1"},
    ],
)
@pytest.mark.parametrize(
    "build", [LinguaDocumentCompressor, LinguaNodePostprocessor, LinguaToolMiddleware, LinguaMemoryBlock]
)
def test_nothing_that_is_given_beside_a_compressor_is_ignored(build, beside):
    """It is refused, and the message names it."""
    with pytest.raises(InvalidRequest, match=f"{', '.join(beside)} would have no effect beside compressor"):
        build(compressor=BM25, **beside)
    build(compressor=BM25)


def test_when_too_small_is_one_of_three():
    """Anything else is refused, and the message names the three."""
    with pytest.raises(ValueError, match="'least', 'raise' or 'passthrough'"):
        LinguaDocumentCompressor(when_too_small="drop")


def test_every_call_reads_the_fields_anew():
    """A compressor is built from them each time, and the given one is that very object."""
    adapter = Adapter(method="extractive-bm25", target_tokens=9, min_tokens=0)
    assert adapter.compressor_for().config == METHODS["extractive-bm25"].config
    first = adapter.shorten(TEXTS, QUESTION)
    adapter.method, adapter.counter = "steps", "cl100k_base"
    assert adapter.compressor_for().config == METHODS["steps"].config
    second = adapter.shorten(TEXTS, QUESTION)
    assert (first.counter, second.counter) == ("o200k_base", "cl100k_base")
    assert first.texts == ["The cat sat on the mat all day."] != second.texts
    adapter.config, adapter.method = METHODS["salience"].config, None
    assert adapter.compressor_for().config == METHODS["salience"].config
    assert Adapter(compressor=BM25).compressor_for() is BM25
    assert Adapter().compressor_for().config == CompressionConfig()


@both
def test_relevance_decides_without_a_rate(run):
    """What is likely to be evidence stays, a rate is a ceiling, and more certainty keeps less."""
    much, less = run(min_relevance=0.02), run(min_relevance=0.3)
    assert list(less) == ["0"]
    assert less["0"] == BEST
    assert len("".join(much.values())) > len(less["0"])
    assert run(keep_answer=0.3) == less
    assert len("".join(run(keep_answer=0.99).values())) >= len("".join(much.values()))
    assert run(keep_answer=0.99, target_tokens=9) == {"0": BEST}


@both
def test_nothing_comes_out_where_nothing_is_relevant(run):
    assert run(min_relevance=0.999, when_nothing="empty") == {}
    assert run(min_relevance=0.999, when_nothing="best") == run(min_relevance=0.999) == {"0": BEST}


@pytest.mark.parametrize(
    "wrong",
    [{"when_nothing": "empty", "method": "extractive-bm25"},
     {"min_relevance": 0.1, "keep_answer": 0.9}, {"min_relevance": 1.0}, {"keep_answer": 0.0},
     {"min_relevance": 0.1, "method": "salience"}],
    ids=str,
)  # fmt: skip
def test_relevance_that_cannot_be(wrong):
    with pytest.raises(InvalidRequest):
        LinguaDocumentCompressor(**wrong)


def test_relevance_has_a_method_of_its_own():
    """Without a rate of the user's there is none; with a method named, it is that method's ranker."""
    relevant = LinguaDocumentCompressor(keep_answer=0.9).compressor_for().config
    assert (relevant.keep_answer, relevant.min_relevance, relevant.rate) == (0.9, None, 1.0)
    named = LinguaDocumentCompressor(min_relevance=0.1, method="extractive-bm25").compressor_for().config
    assert (named.min_relevance, named.ranker, named.rate) == (0.1, "bm25", 1.0)
    empty = LinguaDocumentCompressor(when_nothing="empty").compressor_for().config
    assert (empty.min_relevance, empty.when_nothing) == (METHODS["relevant"].config.min_relevance, "empty")


@both
def test_one_budget_together_or_the_same_rate_for_each(run, o200k):
    """Together the text with the answer wins; each alone keeps its share, as if the others were not there."""
    results: list[CompressionResult] = []
    each = run(rate=0.6, spread="each", on_result=results.append)
    assert list(each) == ["0", "1", "2"]
    for i, text in enumerate(TEXTS):
        assert o200k(each[str(i)]) <= 0.6 * o200k(text)
        assert each[str(i)] == BM25.compress([text], question=QUESTION, rate=0.6).texts[0]
    (result,) = results
    assert [context.index for context in result.contexts] == [0, 1, 2]
    assert result.tokens_after == sum(map(o200k, each.values())) <= result.budget
    assert result.tokens_before == sum(map(o200k, TEXTS))
    together = run(rate=0.3)
    assert "1" not in together
    assert together["0"].startswith("The cat sat on the mat")


@both
def test_the_least_of_a_call(run, o200k):
    """Without room for the most relevant sentence that one is handed on, and all others are accounted for."""
    results: list[CompressionResult] = []
    with pytest.warns(
        LinguaWarning, match="The smallest that works is 9. That result was passed on"
    ) as warned:
        left = run(target_tokens=1, on_result=results.append)
    assert [one.category for one in warned].count(LinguaWarning) == 1
    assert left == {"0": BEST}
    (result,) = results
    laws.provenance(result, TEXTS)
    laws.budget(result, o200k)
    assert (result.tokens_after, result.budget, len(result.dropped)) == (9, 9, 2)
    assert result.note == "the budget was too small: this is the least that works"
    assert run(target_tokens=9) == left
    with pytest.raises(BudgetTooSmall):
        BM25.compress(TEXTS, question=QUESTION, target_tokens=8)


@given(
    texts=laws.texts,
    target_tokens=st.integers(1, 20),
    spread=st.sampled_from(["together", "each"]),
    method=st.sampled_from(["extractive-bm25", "salience", "rag"]),
)
def test_the_least_is_never_an_error(tiny_scorer, o200k, texts, target_tokens, spread, method):
    """Whatever the texts: all are accounted for, none alone is lost, and one token less would be an error."""
    compressor = PromptCompressor(tiny_scorer if method == "rag" else None, method)
    one = SpreadingAdapter(compressor=compressor, target_tokens=target_tokens, spread=spread, min_tokens=0)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", LinguaWarning)
        result = one.shorten(texts, QUESTION)
    over = [warning for warning in warned if warning.category is LinguaWarning]
    if result is None:
        assert not any(text.strip() for text in texts)
        return
    laws.provenance(result, texts)
    laws.budget(result, o200k)
    if spread == "each":
        assert len(result.contexts) == len(texts)
        return
    assert (result.budget > target_tokens) == bool(over)
    if over:
        with pytest.raises(BudgetTooSmall):
            compressor.compress(texts, question=QUESTION, target_tokens=result.budget - 1)


@both
def test_the_least_counts_what_is_set_aside(run):
    """For templates and titles: it comes on top."""
    config = METHODS["extractive-bm25"].config.with_(overhead_tokens=100)
    results: list[CompressionResult] = []
    settings = {"method": None, "config": config}
    with pytest.warns(LinguaWarning, match="A budget of 50 tokens is too small"):
        left = run(target_tokens=50, on_result=results.append, **settings)
    assert (left, results[0].budget) == ({"0": BEST}, 109)
    with pytest.raises(BudgetTooSmall):
        PromptCompressor(config=config).compress(TEXTS, question=QUESTION, target_tokens=108)


@both
def test_the_least_of_each(run, o200k):
    """A text without room for its best sentence keeps that, whatever the others; no text is lost."""
    results: list[CompressionResult] = []
    assert run(target_tokens=11, spread="each", on_result=results.append)["2"] == TEXTS[2]
    with pytest.warns(LinguaWarning, match="That result was passed on") as warned:
        left = run(target_tokens=3, spread="each", on_result=results.append)
    least = {str(i): text for i, text in enumerate(left.values())}
    assert (least["0"], least["2"]) == (BEST, "A cat ate.")
    assert left == least
    over = [i for i in least if o200k(least[i]) > 3]
    assert [one.category for one in warned].count(LinguaWarning) == len(over) == 3
    result = results[-1]
    laws.provenance(result, TEXTS)
    laws.budget(result, o200k)
    assert (result.dropped, result.tokens_after) == ((), sum(map(o200k, least.values())))
    assert result.budget == sum(max(3, o200k(text)) for text in least.values())
    assert result.note is not None and "the least that works" in result.note
    for i, text in enumerate(TEXTS):
        with pytest.raises(BudgetTooSmall):
            BM25.compress([text], question=QUESTION, target_tokens=o200k(least[str(i)]) - 1)


@both
@pytest.mark.parametrize("spread", ["together", "each"])
def test_everything_passes_where_the_budget_is_too_small(run, spread, o200k):
    """With a warning and a note; each text for itself, so that the others are still shorter."""
    results: list[CompressionResult] = []
    settings = {"spread": spread, "when_too_small": "passthrough", "on_result": results.append}
    with pytest.warns(LinguaWarning, match="passed on uncompressed: A budget of 1 token is too small"):
        assert run(target_tokens=1, **settings) == everything()
    (result,) = results
    assert "passed on uncompressed: A budget of 1 token is too small" in result.note
    assert result.tokens_after == result.tokens_before == result.budget == sum(map(o200k, TEXTS))
    assert result.dropped == ()
    if spread == "each":
        with pytest.warns(LinguaWarning, match="passed on uncompressed: A budget of 8 tokens") as warned:
            left = run(target_tokens=8, **settings)
        assert [one.category for one in warned].count(LinguaWarning) == 1
        assert (left["0"], left["2"]) == (TEXTS[0], TEXTS[2])


@both
@pytest.mark.parametrize("spread", ["together", "each"])
def test_too_small_a_budget_may_be_an_error(run, spread, o200k):
    """It says the least that works; and an error passes where failures are to pass."""
    results: list[CompressionResult] = []
    settings = {"spread": spread, "when_too_small": "raise", "on_result": results.append}
    with pytest.raises(BudgetTooSmall) as caught:
        run(target_tokens=1, **settings)
    assert (caught.value.budget, caught.value.smallest) == (1, o200k(BEST))
    with pytest.warns(LinguaWarning, match="passed on uncompressed: BudgetTooSmall"):
        assert run(target_tokens=1, on_error="passthrough", **settings) == everything()
    assert results == []


@both
def test_blank_texts_alone(run, monkeypatch):
    monkeypatch.setattr(f"{__name__}.TEXTS", [*TEXTS[:2], " \n\t\n  \n"])
    assert run(rate=0.6, spread="each")["2"] == " \n\t\n  \n"


@both
@pytest.mark.parametrize("spread", ["together", "each"])
def test_below_min_tokens_nothing_changes(run, spread, o200k):
    """All texts of a call together: from that many tokens on they are compressed, and not at one less."""
    results: list[CompressionResult] = []
    tokens = sum(map(o200k, TEXTS))
    settings = {"rate": 0.6, "spread": spread, "on_result": results.append}
    for above in (tokens + 1, 1000):
        assert run(min_tokens=above, **settings) == everything()
        assert results[-1].note == f"passed on unchanged: fewer than min_tokens={above}"
        assert results[-1].tokens_after == results[-1].tokens_before == results[-1].budget == tokens
    assert run(min_tokens=tokens, **settings) == run(**settings) != everything()
    assert results[-2].note is None
    assert all(o200k(text) < tokens for text in TEXTS), "not each alone"


@both
def test_200_tokens_are_worth_the_time(run, o200k, monkeypatch):
    """By default what is shorter stays as it is."""
    text = " ".join(["Nobody knew why."] * 50)
    default = {"min_tokens": Adapter.model_fields["min_tokens"].default}
    for long, tokens in ((text, 200), (text.removesuffix("."), 199)):
        assert o200k(long) == tokens
        monkeypatch.setattr(f"{__name__}.TEXTS", [long])
        assert (run(rate=0.5, **default) == everything()) is (tokens < 200)


BODY = TEXTS[0] + " It rained again in the town, as it had for days." * 5
JSON = '{"id": 1815, "body": "' + BODY + '"}'


def json_shortened(text=JSON, **settings):
    plain = {"method": "extractive-bm25", "min_tokens": 0, "gap_marker": None, "landmarks": None}
    made = ResultAdapter(**{**plain, **settings})
    return made.shorten_result(text, QUESTION)


def test_json_goes_by_the_same_settings(o200k):
    """Budget, question, short texts, callback and failure, as for any other text."""
    results: list[CompressionResult] = []
    settings = {"on_result": results.append}
    shorter = json_shortened(rate=0.65, **settings)
    assert json.loads(shorter.texts[0]) == {"id": 1815, "body": "The cat sat on the mat all day."}
    assert results == [shorter]
    assert shorter.tokens_after <= 0.65 * shorter.tokens_before
    spaced = json.dumps(json.loads(JSON), indent=2)
    below = json_shortened(spaced, rate=0.7, min_tokens=o200k(spaced) + 1, **settings)
    assert below.texts == [spaced]
    assert below.note == f"passed on unchanged: fewer than min_tokens={o200k(spaced) + 1}"
    assert json_shortened(spaced, rate=0.7, min_tokens=o200k(spaced)).texts != [spaced]
    between = o200k(JSON) + 1  # the text without white space would fit, so that nothing need go
    assert o200k(spaced) > between
    fits = json_shortened(spaced, target_tokens=between, **settings)
    assert (json.loads(fits.texts[0]), fits.tokens_before) == (json.loads(JSON), o200k(spaced))
    assert "nothing is left out" in fits.note
    assert o200k(fits.texts[0]) <= fits.budget == between
    too_small = {"target_tokens": 1, "when_too_small": "raise", **settings}
    with pytest.raises(BudgetTooSmall):
        json_shortened(**too_small)
    with pytest.warns(LinguaWarning, match="passed on uncompressed"):
        assert json_shortened(on_error="passthrough", **too_small) is None
    assert len(results) == 3


def test_records_of_json_go_whole(o200k):
    """Each that stays has all its keys; how many went stands where they went; errors and extremes stay."""
    rows = [{"id": n, "name": f"item {n}", "price": 100 + n % 7, "state": "ok"} for n in range(60)]
    rows[41] |= {"price": 999, "state": "recalled"}
    data = json.dumps({"total": 60, "items": rows}, indent=1)
    settings = {"method": "extractive-bm25", "min_tokens": 0, "rate": 0.25}
    made = AgentAdapter(**settings).shorten_result(data, "What does item 17 cost?")
    shown = json.loads(made.texts[0])
    assert made.tokens_after <= 0.25 * made.tokens_before
    assert shown["total"] == 60
    kept = [one for one in shown["items"] if isinstance(one, dict)]
    assert all(one in rows for one in kept)
    assert {17, 41, 0, 59} <= {one["id"] for one in kept}
    gone = [one for one in shown["items"] if isinstance(one, str)]
    assert sum(int(one.split()[1]) for one in gone) == 60 - len(kept)
    silent = AgentAdapter(**settings, gap_marker=None, landmarks=None).shorten_result(data, "item 17?")
    assert all(isinstance(one, dict) for one in json.loads(silent.texts[0])["items"])


def test_json_without_room_for_its_keys(o200k):
    """The least is the best sentence with the keys and short values beside it; or all stays as it came."""
    spaced = json.dumps(json.loads(JSON), indent=2)
    results: list[CompressionResult] = []
    with pytest.warns(LinguaWarning, match="That result was passed on, over the budget"):
        least = json_shortened(spaced, target_tokens=1, on_result=results.append)
    assert json.loads(least.texts[0]) == {"id": 1815, "body": "The cat sat on the mat all day."}
    assert least.note == "the budget was too small: this is the least that works"
    assert o200k(least.texts[0]) == least.tokens_after == least.budget
    assert least.tokens_before == o200k(spaced)
    assert results == [least]
    with pytest.raises(BudgetTooSmall):
        BM25.compress([JSON], question=QUESTION, target_tokens=o200k(least.texts[0]) - 1)
    with pytest.warns(LinguaWarning, match="passed on uncompressed: A budget of 1 token is too small"):
        whole = json_shortened(spaced, target_tokens=1, when_too_small="passthrough")
    assert whole.texts == [spaced]
    assert "passed on uncompressed: A budget of 1 token is too small" in whole.note
    assert whole.tokens_after == whole.tokens_before == o200k(spaced)


@pytest.mark.parametrize("returned", [JSON, json.loads(JSON)], ids=type)
@pytest.mark.parametrize("when", ["least", "passthrough", "raise"])
def test_json_of_a_tool_without_room_for_its_keys(returned, when, o200k):
    """The same for what an agent reads; an output goes on as the tool showed it where nothing may go."""
    settings = {"method": "extractive-bm25", "min_tokens": 0, "target_tokens": 1, "when_too_small": when}
    tool = LinguaTool(lambda query: returned, **settings)
    match = (
        "That result was passed on" if when == "least" else "passed on uncompressed: .*A budget of 1 token"
    )
    with pytest.warns(LinguaWarning, match=match) as warned:
        shown = tool.call(query=QUESTION).content
    assert [one.category for one in warned].count(LinguaWarning) == 1
    if when == "least":
        assert json.loads(shown)["body"] == "The cat sat on the mat all day. […]"
    else:
        assert shown == str(returned)
    strict = LinguaTool(lambda query: returned, **settings, on_error="raise")
    if when == "raise":
        with pytest.raises(BudgetTooSmall):
            strict.call(query=QUESTION)


def test_without_a_question_whole_sentences_and_no_model(loads, o200k):
    """The default then is "salience", in every adapter that a question may be missing in."""
    results: list[CompressionResult] = []
    default = {"rate": 0.5, "min_tokens": 0, "on_result": results.append}
    assert by_langchain("", method=None, **default) != everything()
    assert by_llama_index("", method=None, **default) != everything()
    text = " ".join(TEXTS)
    assert LinguaPromptCompressor(**default).invoke(text).text != text
    assert LinguaSummarizer(**default).invoke([AIMessage(text)]) != f"AI: {text}"
    assert LinguaTool(lambda: text, **default).call().content != text
    history = LinguaHistoryMiddleware(trigger_tokens=1, keep=0, **default)
    assert history.before_model({"messages": [AIMessage(text, id="0")]}, None)["messages"][0].content != text
    edited = [ToolMessage(text, tool_call_id="0")]
    LinguaContextEdit(trigger=1, keep=0, **default).apply(edited, count_tokens=len)
    assert edited[0].content != text
    assert len(results) == 7
    for result in results:
        assert 0 < result.tokens_after <= 0.5 * result.tokens_before
        assert keeps_whole_sentences(result)
        assert result.model is None
        marked = METHODS["salience"].config.with_(gap_marker=HowResults.model_fields["gap_marker"].default)
        salient = PromptCompressor(config=marked).compress(
            [one.original for one in sorted([*result.contexts, *result.dropped], key=lambda one: one.index)],
            target_tokens=result.budget,
        )
        plain = PromptCompressor(config="salience").compress(
            [one.original for one in sorted([*result.contexts, *result.dropped], key=lambda one: one.index)],
            target_tokens=result.budget,
        )
        assert result in (salient, plain)  # what tools say is marked
    assert loads == []


def test_progress_over_texts(capsys):
    by_langchain(rate=0.6, spread="each", show_progress=True)
    assert "Compressing: 100%" in capsys.readouterr().err
    by_langchain(rate=0.6, spread="each")
    by_langchain(rate=0.6, show_progress=True)
    assert capsys.readouterr().err == ""


class Outputs(BaseCallbackHandler):
    """Remembers what runs give."""

    def __init__(self):
        self.seen = []

    def on_chain_end(self, outputs, **kwargs):
        self.seen.append(outputs)


def test_the_trace_has_tokens_seconds_and_money():
    handler = Outputs()
    compressor = LinguaDocumentCompressor(
        method="extractive-bm25", rate=0.6, min_tokens=0, price_per_million=2.0
    )
    compressor.compress_documents(documents(), QUESTION, callbacks=[handler])
    (outputs,) = handler.seen
    assert outputs["tokens_after"] < outputs["tokens_before"]
    assert outputs["seconds"] >= 0
    assert outputs["saved"] == pytest.approx((outputs["tokens_before"] - outputs["tokens_after"]) * 2e-6)


async def test_usage_sums_over_threads_and_tasks():
    """Both frameworks, sync, async, in a batch; only what runs inside the block, and each block its own."""
    compressor = LinguaDocumentCompressor(method="extractive-bm25", rate=0.6, min_tokens=0)
    chain = RunnableLambda(lambda text: compressor.compress_documents([Document(text)], QUESTION))
    postprocessor = LinguaNodePostprocessor(method="extractive-bm25", rate=0.6, min_tokens=0)
    compressor.compress_documents(documents(), QUESTION)
    with usage(price_per_million=3.0) as outer:
        with usage() as inner:
            chain.batch(TEXTS[:2])
        await asyncio.gather(
            *(compressor.acompress_documents(documents(), QUESTION) for _ in range(3)),
            postprocessor.apostprocess_nodes(nodes(), query_str=QUESTION),
        )
        with ThreadPoolExecutor(2) as pool:
            pool.submit(copy_context().run, compressor.compress_documents, documents(), QUESTION).result()
            pool.submit(compressor.compress_documents, documents(), QUESTION).result()  # another request
    compressor.compress_documents(documents(), QUESTION)
    assert inner.calls == 2
    assert outer.calls == 2 + 4 + 1
    assert outer.saved == pytest.approx(outer.tokens_saved * 3e-6)
    assert inner.saved is None
    assert str(inner).startswith("2 calls, ")


async def test_two_requests_do_not_see_each_other():
    compressor = LinguaDocumentCompressor(method="extractive-bm25", rate=0.6, min_tokens=0)

    async def request(calls):
        with usage() as total:
            for _ in range(calls):
                await compressor.acompress_documents(documents(), QUESTION)
        return total.calls

    assert await asyncio.gather(*map(request, range(5))) == [0, 1, 2, 3, 4]


def test_sums_are_exact_under_many_threads():
    result = PromptCompressor(config="extractive-bm25").compress(TEXTS, question=QUESTION, rate=0.6)
    with usage() as total:
        threads = [threading.Thread(target=lambda: [total.add(result) for _ in range(500)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (total.calls, total.tokens_before) == (4000, 4000 * result.tokens_before)


def test_usage_in_a_generator_and_as_plain_data():
    """A generator may be closed in another context than it was begun in; sums travel."""

    def requests():
        with usage() as total:
            yield total

    def begun():
        running = requests()
        return running, next(running)

    running, total = copy_context().run(begun)
    running.close()
    with usage() as outer:
        Adapter(method="extractive-bm25", rate=0.5, min_tokens=0).shorten(TEXTS[:1], QUESTION)
    assert (total.calls, outer.calls) == (0, 1)
    assert pickle.loads(pickle.dumps(outer)) == copy.deepcopy(outer) == outer
    assert asdict(outer)["calls"] == 1


@pytest.mark.parametrize("spread", ["together", "each"])
@pytest.mark.parametrize("when", ["least", "passthrough"])
def test_usage_agrees_with_what_is_reported(spread, when):
    """One call for the user is one call, with the tokens of its result: unchanged and dropped ones, too."""
    results: list[CompressionResult] = []
    one = ToolAdapter(
        on_error="raise",
        gap_marker=None,
        method="extractive-bm25",
        spread=spread,
        target_tokens=9,
        min_tokens=0,
        when_too_small=when,
        on_result=results.append,
    )
    texts = [*TEXTS, "Short.", "", "Oneverylongwordthatnobodyknows" * 4 + "."]
    with usage() as total:
        if spread == "each":
            with pytest.warns(LinguaWarning, match="A budget of 9 tokens is too small"):
                one.shorten(texts, QUESTION)
        else:
            one.shorten(texts, QUESTION)
        one.shorten_result('{"a": 1}', QUESTION)
        one.min_tokens = 100
        one.shorten(TEXTS[:1], QUESTION)
        one.shorten_result('{"a": 1}', QUESTION)
    assert total.calls == len(results) == 4
    for name in ("tokens_before", "tokens_after"):
        assert getattr(total, name) == sum(getattr(result, name) for result in results)


def test_blank_texts_hide_nothing(o200k):
    """Beside them, too, a budget that is too small says the least that works for the text that needs it."""
    one = SpreadingAdapter(
        method="extractive-bm25", spread="each", target_tokens=2, min_tokens=0, when_too_small="raise"
    )
    texts = ["", *TEXTS]
    least = o200k(BEST)
    for target_tokens in range(1, least):
        one.target_tokens = target_tokens
        with pytest.raises(BudgetTooSmall) as caught:
            one.shorten(texts, QUESTION)
        assert caught.value.smallest == least
    one.target_tokens = 12
    result = one.shorten(texts, QUESTION)
    laws.provenance(result, texts)
    assert all(context.text for context in result.contexts[1:])
    assert result.budget == len(TEXTS) * 12


def test_words_go_only_where_a_method_prunes_words(tiny_scorer, o200k):
    """Of one long sentence the default keeps all or nothing; "rag" keeps some of its words."""
    text = f"{' and so on'.join(['It went on'] * 30)}."
    words = Adapter(compressor=PromptCompressor(tiny_scorer, "rag"), target_tokens=20, min_tokens=0)
    left = words.shorten([text], QUESTION)
    assert 0 < o200k(left.texts[0]) <= 20
    assert not keeps_whole_sentences(left)
    for method in ("extractive-bm25", "salience"):
        with pytest.warns(LinguaWarning, match="is longer"):
            whole = Adapter(method=method, target_tokens=20, min_tokens=0).shorten([text], QUESTION)
        assert whole.texts == [text]


@pytest.mark.model
def test_the_default_on_real_weights(o200k):
    """Whole sentences by question, over the budget rather than torn; a named method gets its own model."""
    text = f"{TEXTS[0]} {' and so on'.join(['It went on'] * 30)}. The end."
    one = Adapter(target_tokens=30, min_tokens=0)
    sentences = one.shorten([text], QUESTION)
    assert sentences.texts[0].startswith("The cat sat on the mat all day.")
    assert "e5-small" in sentences.model
    one.target_tokens = 2
    with pytest.warns(LinguaWarning, match="The smallest that works is 9"):
        least = one.shorten([text], QUESTION)
    assert least.texts[0] == BEST
    assert keeps_whole_sentences(sentences)
    assert keeps_whole_sentences(least)
    with pytest.raises(InvalidRequest, match="Name the method that it is for: one of rag, longllmlingua"):
        Adapter(model="smollm2-135m-q4_1")
    named = Adapter(model="smollm2-135m-q4_1", method="rag", target_tokens=2, min_tokens=0)
    words = named.shorten([text], QUESTION)
    assert 0 < o200k(words.texts[0]) <= 2
    assert "smollm2" in words.model
    assert "smollm2" in named.shorten([text]).model
    embedded = Adapter(model="multilingual-e5-small", target_tokens=30, min_tokens=0)
    assert embedded.shorten([text], QUESTION) == sentences
    strict = one.model_copy(update={"when_too_small": "raise"})
    with pytest.raises(BudgetTooSmall):
        strict.shorten([text], QUESTION)


@pytest.mark.parametrize(
    ("metadata", "text", "kind"),
    [
        ({"source": "a/fruit.csv"}, "id,fruit,price\n1,fig,2\n2,kiwi,3", "csv"),
        ({"source": "a/fruit.csv"}, "id: 1\nfruit: fig", None),  # as LangChain's CSVLoader hands it on
        ({"source": "https://example.org/a.html"}, "Only the words of the page.", None),
        ({"source": "https://example.org/a.html"}, "<p>The page itself.</p>", "html"),
        ({"file_path": "a.json"}, "One field of the file.", None),
        ({"mime_type": "text/x-python"}, "x = 1", "python"),
        ({"language": "cs"}, "Dobrý den.", None),  # Czech, and not C#
        ({"source": 3}, "x", None),
    ],
)
def test_the_kind_that_metadata_names(metadata, text, kind):
    """A file's name is a hint: loaders often hand on only its words."""
    (context,) = contexts_of([text], [metadata])
    assert context.kind == kind
