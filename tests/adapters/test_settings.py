"""What all adapters share: one budget or one each, the break-even guard, reports, usage."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from llama_index.core.schema import NodeWithScore, TextNode

from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor, usage
from lingua_integrations.adapters.settings import Settings
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.langchain import LinguaDocumentCompressor
from lingua_integrations.llama_index import LinguaNodePostprocessor

TEXTS = [
    "The cat sat on the mat all day. Dogs bark. It rained in the town again.",
    "No pets are in here at all. Not one of them. Only a house with a garden and a gate.",
    "A cat ate. It was fish.",
]
QUESTION = "Where did the cat sit?"


def documents():
    return [Document(text, id=str(i)) for i, text in enumerate(TEXTS)]


def nodes():
    return [NodeWithScore(node=TextNode(text=text, id_=str(i)), score=1.0) for i, text in enumerate(TEXTS)]


def by_langchain(**settings):
    compressor = LinguaDocumentCompressor(method="extractive-bm25", **settings)
    return {one.id: one.page_content for one in compressor.compress_documents(documents(), QUESTION)}


def by_llama_index(**settings):
    postprocessor = LinguaNodePostprocessor(method="extractive-bm25", **settings)
    return {one.node_id: one.text for one in postprocessor.postprocess_nodes(nodes(), query_str=QUESTION)}


@pytest.mark.parametrize("run", [by_langchain, by_llama_index])
def test_one_budget_together_or_the_same_rate_for_each(run, o200k):
    """Together the text with the answer wins; each alone keeps its share, as if the others were not there."""
    results: list[CompressionResult] = []
    each = run(rate=0.6, spread="each", on_result=results.append)
    assert list(each) == ["0", "1", "2"]
    for i, text in enumerate(TEXTS):
        assert o200k(each[str(i)]) <= 0.6 * o200k(text)
        alone = PromptCompressor(config="extractive-bm25").compress([text], question=QUESTION, rate=0.6)
        assert each[str(i)] == alone.texts[0]
    (result,) = results
    assert [context.index for context in result.contexts] == [0, 1, 2]
    assert result.tokens_after == sum(map(o200k, each.values())) <= result.budget
    assert result.tokens_before == sum(map(o200k, TEXTS))
    together = run(rate=0.3)
    assert "1" not in together
    assert together["0"].startswith("The cat sat on the mat")


@pytest.mark.parametrize("run", [by_langchain, by_llama_index])
def test_each_drops_what_has_no_room_and_says_why(run):
    results: list[CompressionResult] = []
    left = run(target_tokens=5, spread="each", on_result=results.append)
    assert list(left) == ["0", "1", "2"]
    assert left["2"] == "A cat ate."
    left = run(target_tokens=4, spread="each", on_result=results.append)
    assert "1" not in left or left["1"]
    gone = {one.index: one.reason for one in results[-1].dropped}
    assert {str(i) for i in gone} | set(left) == {"0", "1", "2"}
    assert all("smallest that works" in reason for reason in gone.values())
    with pytest.raises(BudgetTooSmall):
        run(target_tokens=1, spread="each")


@pytest.mark.parametrize("run", [by_langchain, by_llama_index])
def test_blank_texts_alone(run, monkeypatch):
    monkeypatch.setattr(f"{__name__}.TEXTS", [*TEXTS[:2], " \n\t\n  \n"])
    assert run(rate=0.6, spread="each")["2"] == " \n\t\n  \n"


@pytest.mark.parametrize("run", [by_langchain, by_llama_index])
def test_below_break_even_nothing_changes(run):
    """What is short goes on as it is, and the result says so; a model is not even named."""
    results: list[CompressionResult] = []
    everything = {str(i): text for i, text in enumerate(TEXTS)}
    assert run(rate=0.3, min_tokens=1000, on_result=results.append) == everything
    assert results[0].note == "handed on unchanged: fewer than min_tokens=1000"
    assert results[0].tokens_after == results[0].tokens_before == results[0].budget
    assert run(rate=0.3, min_tokens=20) == run(rate=0.3)
    each = run(rate=0.6, min_tokens=10, spread="each", on_result=results.append)
    assert each["2"] == TEXTS[2]
    assert each["0"] != TEXTS[0]
    assert results[-1].note is None


def test_json_goes_by_the_same_settings():
    """Budget, question, break-even, callback and failure, as for any other text."""
    text = '{"id": 1815, "body": "' + TEXTS[0] + '"}'
    results: list[CompressionResult] = []

    def run(text=text, **settings):
        made = Settings(**{"method": "extractive-bm25", "on_result": results.append, **settings})
        return made.engine.compress_json(made, text, QUESTION)

    shorter = run(rate=0.65)
    assert json.loads(shorter.text) == {"id": 1815, "body": "The cat sat on the mat all day."}
    assert results == [shorter.result]
    assert shorter.result.tokens_after <= 0.65 * shorter.result.tokens_before
    spaced = json.dumps(json.loads(text), indent=2)
    compact = Settings().engine.built(CompressionConfig(), "o200k_base").counter
    below = run(spaced, rate=0.7, min_tokens=1000)
    assert (below.text, below.result.note) == (spaced, "handed on unchanged: fewer than min_tokens=1000")
    between = compact.count(text) + 1  # the text without white space would fit, so that nothing need go
    assert compact.count(spaced) > between
    fits = run(spaced, target_tokens=between)
    assert (json.loads(fits.text), fits.result.tokens_before) == (json.loads(text), compact.count(spaced))
    assert compact.count(fits.text) <= fits.result.budget == between
    for bad, error in ((text[:-1], InvalidRequest), (text, BudgetTooSmall)):
        with pytest.raises(error):
            run(bad, target_tokens=1)
        with pytest.warns(LinguaWarning, match="handed on uncompressed"):
            assert run(bad, target_tokens=1, on_error="passthrough") is None
    assert len(results) == 3
    twice = '{"a": "' + TEXTS[0] + '", "a": 1}'
    with pytest.warns(LinguaWarning, match="a key twice"):
        assert run(twice, rate=0.7, on_error="passthrough") is None


def test_progress_over_texts(capsys):
    by_langchain(rate=0.6, spread="each", show_progress=True)
    assert "Compressing: 100%" in capsys.readouterr().err
    by_langchain(rate=0.6, spread="each")
    assert capsys.readouterr().err == ""


class Outputs(BaseCallbackHandler):
    """Remembers what runs give."""

    def __init__(self):
        self.seen = []

    def on_chain_end(self, outputs, **kwargs):
        self.seen.append(outputs)


def test_the_trace_has_tokens_seconds_and_money():
    handler = Outputs()
    compressor = LinguaDocumentCompressor(method="extractive-bm25", rate=0.6, price_per_million=2.0)
    compressor.compress_documents(documents(), QUESTION, callbacks=[handler])
    (outputs,) = handler.seen
    assert outputs["tokens_after"] < outputs["tokens_before"]
    assert outputs["seconds"] >= 0
    assert outputs["saved"] == pytest.approx((outputs["tokens_before"] - outputs["tokens_after"]) * 2e-6)


async def test_usage_sums_over_threads_and_tasks():
    """Both frameworks, sync, async, in a batch; only what runs inside the block, and each block its own."""
    compressor = LinguaDocumentCompressor(method="extractive-bm25", rate=0.6)
    chain = RunnableLambda(lambda text: compressor.compress_documents([Document(text)], QUESTION))
    postprocessor = LinguaNodePostprocessor(method="extractive-bm25", rate=0.6)
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
    compressor = LinguaDocumentCompressor(method="extractive-bm25", rate=0.6)

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
        one = Settings(method="extractive-bm25", rate=0.5)
        one.engine.compress(one, TEXTS[:1], QUESTION)
    assert (total.calls, outer.calls) == (0, 1)
    assert pickle.loads(pickle.dumps(outer)) == copy.deepcopy(outer) == outer
    assert asdict(outer)["calls"] == 1


@pytest.mark.parametrize("spread", ["together", "each"])
def test_usage_agrees_with_what_is_reported(spread):
    """One call for the user is one call, with the tokens of its result: unchanged and dropped ones, too."""
    results: list[CompressionResult] = []
    one = Settings(method="extractive-bm25", spread=spread, on_result=results.append, target_tokens=9)
    texts = [*TEXTS, "Short.", "", "Oneverylongwordthatnobodyknows" * 4 + "."]
    with usage() as total:
        one.engine.compress(one, texts, QUESTION)
        one.engine.compress_json(one, '{"a": 1}', QUESTION)
        one.min_tokens = 100
        one.engine.compress(one, TEXTS[:1], QUESTION)
    assert total.calls == len(results) == 3
    for name in ("tokens_before", "tokens_after"):
        assert getattr(total, name) == sum(getattr(result, name) for result in results)


def test_the_smallest_that_works_is_told_for_each(o200k):
    """Blank texts beside do not hide that nothing fits; a dropped text's budget is in the sum."""
    one = Settings(method="extractive-bm25", spread="each", target_tokens=2)
    with pytest.raises(BudgetTooSmall) as caught:
        one.engine.compress(one, ["", *TEXTS], QUESTION)
    one.target_tokens = caught.value.smallest
    result = one.engine.compress(one, ["", *TEXTS], QUESTION)
    assert any(context.text for context in result.contexts)
    assert result.budget == len(TEXTS) * caught.value.smallest
    one.target_tokens = caught.value.smallest - 1
    with pytest.raises(BudgetTooSmall):
        one.engine.compress(one, ["", *TEXTS], QUESTION)


@pytest.mark.model
def test_the_default_is_sentences_and_words_where_none_fits(o200k):
    """Without a question words, too; and who names a method gets that one, or its error."""
    text = f"{TEXTS[0]} {' and so on'.join(['It went on'] * 30)}. The end."
    one = Settings(target_tokens=30)
    sentences = one.engine.compress(one, [text], QUESTION)
    assert sentences.texts[0].startswith("The cat sat on the mat all day.")
    assert "minilm" in sentences.model
    one.target_tokens = 2
    words = one.engine.compress(one, [text], QUESTION)
    assert 0 < o200k(words.texts[0]) <= 2
    assert "smollm2" in words.model
    assert "smollm2" in one.engine.compress(one, [text]).model
    named = one.model_copy(update={"model": "smollm2-135m-q4_1"})
    assert "smollm2" in named.engine.compress(named, [text], QUESTION).model
    one.method = "extractive-fusion"
    with pytest.raises(BudgetTooSmall):
        one.engine.compress(one, [text], QUESTION)
