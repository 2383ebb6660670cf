"""LinguaDocumentCompressor: identity, tracing, composition, and what the older adapter got wrong."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pydoc_data.topics import topics

import numpy as np
import pytest
from langchain_classic.retrievers import ContextualCompressionRetriever
from langchain_classic.retrievers.document_compressors import DocumentCompressorPipeline
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from lingua_integrations import CompressionConfig, MustKeep, PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaWarning, UnknownModel
from lingua_integrations.langchain import LinguaDocumentCompressor
from slow import Slow, beats_during

TEXTS = [
    "1999 was good, and the revenue of the whole company came to 12",
    "a text about a cat that sat on the mat and that ends in 42",
    "she was, as far as anybody at the office knew, born in 1969",
]


class Handler(BaseCallbackHandler):
    """Counts runs."""

    def __init__(self):
        self.events = []
        self.outputs = []
        self.retriever_run = None
        self.parent = None

    def on_retriever_start(self, serialized, query, *, run_id, **kwargs):
        self.retriever_run = run_id

    def on_chain_start(self, serialized, inputs, *, parent_run_id=None, **kwargs):
        self.events.append(("start", kwargs.get("name")))
        if kwargs.get("name") == "LinguaDocumentCompressor":
            self.parent = parent_run_id

    def on_chain_end(self, outputs, **kwargs):
        self.events.append(("end", None))
        self.outputs.append(outputs)

    def on_chain_error(self, error, **kwargs):
        self.events.append(("error", type(error).__name__))


@pytest.fixture
def documents():
    return [
        Document(page_content=text, id=f"id-{i}", metadata={"source": f"{i}.txt", "nested": {"page": [i]}})
        for i, text in enumerate(TEXTS)
    ]


@pytest.fixture
def compressor(tiny_scorer):
    config = CompressionConfig.rag().with_(coarse_factor=100)  # so that nothing is dropped whole
    return LinguaDocumentCompressor(rate=0.6, min_tokens=0, compressor=PromptCompressor(tiny_scorer, config))


class Listening:
    """A ranker that remembers what it was shown."""

    def rank(self, question, texts):
        self.question, self.texts = question, list(texts)
        return -np.arange(len(texts), dtype=float)


class Broken(PromptCompressor):
    """Fails with an error that is none of ours."""

    def compress(self, *args, **kwargs):
        raise RuntimeError("the wire is cut")


async def compress(compressor, documents, query, use_async, **kwargs):
    if use_async:
        return await compressor.acompress_documents(documents, query, **kwargs)
    return compressor.compress_documents(documents, query, **kwargs)


@pytest.mark.parametrize("use_async", [False, True])
async def test_identity_survives(compressor, documents, use_async):
    """Ids and metadata are those of the input that the text comes from, numbers at its ends or not."""
    before = [doc.model_dump_json() for doc in documents]
    compressed = await compress(compressor, documents, "cat?", use_async)
    assert [doc.model_dump_json() for doc in documents] == before
    assert [doc.id for doc in compressed] == ["id-0", "id-1", "id-2"]
    for one, original in zip(compressed, documents, strict=True):
        note = one.metadata["lingua"]
        assert {k: v for k, v in one.metadata.items() if k != "lingua"} == original.metadata
        assert one.metadata is not original.metadata
        pieces = [original.page_content[start:end] for start, end in note["spans"]]
        assert " ".join(pieces) == one.page_content
        assert note["tokens_after"] <= note["tokens_before"]


def test_numbers_are_not_taken_for_tags(tiny_scorer):
    """A year at the end of a document is text: whole or gone, and it never picks another document."""
    documents = [Document(page_content=f"born in {1960 + i}", metadata={"n": i}) for i in range(10)]
    compressor = LinguaDocumentCompressor(
        rate=0.9, min_tokens=0, compressor=PromptCompressor(tiny_scorer, "rag")
    )
    compressed = compressor.compress_documents(documents, "")
    assert [one.page_content for one in compressed] != [one.page_content for one in documents]
    for one in compressed:
        assert set(one.page_content.split()) <= {"born", "in", str(1960 + one.metadata["n"])}


def test_the_note_is_plain_and_deterministic(compressor, documents):
    """What we add to the metadata is JSON, and no timing gets into it: equal calls, equal documents."""
    first, second = (compressor.compress_documents(documents, "cat?") for _ in range(2))
    assert first == second
    notes = [doc.metadata["lingua"] for doc in first]
    assert json.loads(json.dumps(notes)) == notes
    assert [sorted(note) for note in notes] == [
        ["index", "places", "spans", "tokens_after", "tokens_before"]
    ] * 3


def test_titles_help_to_rank(tiny_scorer, documents):
    """A title from the metadata reaches the ranker, and is not compressed text."""
    documents[1].metadata["title"] = "Cats"
    documents[2].metadata["title"] = 7  # not text: no title
    ranker = Listening()
    compressor = LinguaDocumentCompressor(
        target_tokens=5, min_tokens=0, compressor=PromptCompressor(tiny_scorer, "rag", ranker=ranker)
    )
    compressed = compressor.compress_documents(documents, "cat?")
    assert ranker.question == "cat?"
    assert ranker.texts == [TEXTS[0], f"Cats\n{TEXTS[1]}", TEXTS[2]]
    assert not any("Cats" in doc.page_content for doc in compressed)


def test_without_a_question(compressor, documents):
    """The empty query is none, not a question of no words."""
    assert [doc.id for doc in compressor.compress_documents(documents, "")] == ["id-0", "id-1", "id-2"]


def test_subclasses_stay_subclasses(compressor):
    """A document of a class of its own comes back as one."""

    class Chunk(Document):
        page: int = 0

    (one,) = compressor.compress_documents([Chunk(page_content=TEXTS[1], page=7)], "cat?")
    assert isinstance(one, Chunk)
    assert one.page == 7


async def test_nothing_in_nothing_out():
    """An empty list needs no model, and no run."""
    compressor, handler = LinguaDocumentCompressor(method="rag", model="no-such-model"), Handler()
    for use_async in (False, True):
        assert await compress(compressor, [], "q", use_async, callbacks=[handler]) == []
    assert handler.events == []


def test_blank_documents_pass_untouched(compressor, documents):
    """Also when there is nothing else, in which case no model is needed and no budget is too small."""
    blanks = [Document(page_content="  \n", id="blank"), Document(page_content="", id="empty")]
    compressed = compressor.compress_documents([*blanks, *documents], "q")
    assert all(one is blank for one, blank in zip(compressed, blanks, strict=False))
    assert [doc.metadata["lingua"]["index"] for doc in compressed[2:]] == [2, 3, 4]
    assert all(doc.page_content.strip() for doc in compressed[2:])
    alone = LinguaDocumentCompressor(method="rag", model="no-such-model", target_tokens=1, min_tokens=0)
    assert alone.compress_documents([Document(page_content=" \n \t\n  ")] * 3, "q")


def test_dropped_documents_are_not_handed_on(tiny_scorer, documents):
    """A budget for one document leaves no empty ones behind."""
    compressor = LinguaDocumentCompressor(
        target_tokens=5, min_tokens=0, compressor=PromptCompressor(tiny_scorer, "rag")
    )
    compressed = compressor.compress_documents(documents, "cat")
    assert compressed[0].id == "id-1"
    assert all(doc.page_content.strip() for doc in compressed)


@pytest.mark.parametrize("use_async", [False, True])
async def test_one_run_per_call(compressor, documents, use_async):
    """Traced once, named after the class, with documents and counts as outputs."""
    handler = Handler()
    compressed = await compress(compressor, documents, "cat?", use_async, callbacks=[handler])
    assert handler.outputs[0]["documents"] == compressed
    assert handler.events == [("start", "LinguaDocumentCompressor"), ("end", None)]
    assert handler.outputs[0]["tokens_after"] < handler.outputs[0]["tokens_before"]


@pytest.mark.parametrize("use_async", [False, True])
async def test_errors_reach_the_trace(tiny_scorer, documents, use_async):
    """A failing call is one run that ends in its error."""
    config = CompressionConfig.rag().with_(overhead_tokens=1000)
    compressor = LinguaDocumentCompressor(
        rate=0.5,
        min_tokens=0,
        when_too_small="raise",
        compressor=PromptCompressor(tiny_scorer, config),
    )
    handler = Handler()
    with pytest.raises(BudgetTooSmall):
        await compress(compressor, documents, "q", use_async, callbacks=[handler])
    assert handler.events == [("start", "LinguaDocumentCompressor"), ("error", "BudgetTooSmall")]


async def test_the_event_loop_stays_free(tiny_scorer, documents):
    """While a slow compression runs, other tasks go on."""
    compressor = LinguaDocumentCompressor(rate=0.6, min_tokens=0, compressor=Slow(tiny_scorer, "rag"))
    assert await beats_during(compressor.acompress_documents(documents, "cat?")) > 5


async def test_in_a_contextual_compression_retriever(compressor, documents):
    """Composes with langchain-classic's retriever and pipeline, sync and async, under the retriever's run."""
    pipeline = DocumentCompressorPipeline(transformers=[compressor])
    retriever = ContextualCompressionRetriever(
        base_compressor=pipeline, base_retriever=RunnableLambda(lambda query: documents)
    )
    compressed = retriever.invoke("cat?")
    assert [doc.id for doc in compressed] == ["id-0", "id-1", "id-2"]
    assert await retriever.ainvoke("cat?") == compressed
    direct = retriever.model_copy(update={"base_compressor": compressor})
    assert direct.invoke("cat?") == compressed
    for use_async in (False, True):
        handler = Handler()
        config = {"callbacks": [handler]}
        await retriever.ainvoke("cat?", config) if use_async else retriever.invoke("cat?", config)
        assert handler.events.count(("start", "LinguaDocumentCompressor")) == 1
        assert handler.parent == handler.retriever_run is not None


@pytest.mark.parametrize("use_async", [False, True])
async def test_passthrough_is_for_any_failure(documents, use_async):
    """Not only our own errors: the chain gets its documents; by default it gets the error."""
    with pytest.raises(RuntimeError, match="the wire is cut"):
        await compress(LinguaDocumentCompressor(min_tokens=0, compressor=Broken()), documents, "q", use_async)
    lenient = LinguaDocumentCompressor(min_tokens=0, compressor=Broken(), on_error="passthrough")
    handler = Handler()
    with pytest.warns(LinguaWarning, match="passed on uncompressed: RuntimeError"):
        handed_on = await compress(lenient, documents, "q", use_async, callbacks=[handler])
    assert handed_on == documents
    assert handler.events == [("start", "LinguaDocumentCompressor"), ("end", None)]


def test_passthrough_warns_and_loses_nothing(documents):
    """on_error="passthrough" hands the inputs on; "raise" is the default."""
    misspelt = {"method": "rag", "model": "smolm2", "min_tokens": 0}
    with pytest.raises(UnknownModel, match="smollm2"):
        LinguaDocumentCompressor(**misspelt).compress_documents(documents, "q")
    lenient = LinguaDocumentCompressor(**misspelt, on_error="passthrough")
    with pytest.warns(LinguaWarning, match="passed on uncompressed"):
        assert lenient.compress_documents(documents, "q") == documents


def test_settings_are_checked_at_once():
    """A contradictory budget fails where it is written, with our words."""
    for settings, words in [
        ({"rate": 0.5, "target_tokens": 100}, "either rate or target_tokens"),
        ({"rate": 1.5}, r"rate must be in \(0, 1\]"),
        ({"target_tokens": 0}, "target_tokens must be a whole number of at least 1"),
        ({"compressor": "smollm2"}, "compressor must be a PromptCompressor, not str"),
        ({"model": "smollm2-135m-q4_1"}, "is a causal language model. Name the method"),
        ({"model": "owner/name"}, "Name the method that 'owner/name' is for"),
        ({"model": "gpt-4o"}, "not the LLM that gets the prompt"),
        ({"model": "smollm2-135m-q4_1", "method": "salience"}, "uses no model"),
    ]:
        with pytest.raises(InvalidRequest, match=words):
            LinguaDocumentCompressor(**settings)
    with pytest.raises(ValueError, match="There is no setting"):
        LinguaDocumentCompressor(rat=0.5)
    with pytest.raises(ValueError, match="unexpected keyword argument 'rat'"):
        LinguaDocumentCompressor(config={"rat": 0.5})


def test_settings_survive_a_dump():
    """What is not live goes through JSON and comes back; live objects stay out."""
    config = CompressionConfig.rag().with_(segment_tokens=50, unit_score="max")
    first = LinguaDocumentCompressor(
        rate=0.3, model="m", device="cpu", config=config, metadata_key="k", on_error="passthrough"
    )
    again = LinguaDocumentCompressor.model_validate_json(first.model_dump_json())
    assert again.model_dump() == first.model_dump()
    assert again.config == config
    assert "on_result" not in LinguaDocumentCompressor(on_result=print).model_dump()
    assert LinguaDocumentCompressor.model_json_schema()


def test_copies_follow_their_own_settings(tiny_encoders, loads, tmp_path, documents):
    """A copy with another model uses that one; a model is loaded once, and no copy or pickle carries it."""
    one = tiny_encoders["classifier"]
    two = str(shutil.copytree(one, tmp_path / "two"))
    results = []
    settings = {"method": "llmlingua2", "model": one, "rate": 0.5, "min_tokens": 0}
    first = LinguaDocumentCompressor(**settings, on_result=results.append)
    expected = first.compress_documents(documents, "q")
    assert loads == [one]
    lower = first.model_copy(update={"rate": 0.3})
    assert lower.compress_documents(documents, "q") != expected
    assert results[1].budget < results[0].budget
    assert copy.deepcopy(first).compress_documents(documents, "q") == expected
    data = pickle.dumps(first)
    assert len(data) < 5_000
    assert pickle.loads(data).compress_documents(documents, "q") == expected
    assert loads == [one]
    other = first.model_copy(update={"model": two, "device": "cpu"})
    other.compress_documents(documents, "q")
    assert loads == [one, two]
    assert [result.model.split("@")[0] for result in results] == [one, one, one, two]


def test_whole_result_to_a_callback(compressor, documents):
    """on_result sees every result; the key in the metadata can be switched off."""
    seen = []
    quiet = compressor.model_copy(update={"on_result": seen.append, "metadata_key": None})
    compressed = quiet.compress_documents(documents, "cat?")
    assert [doc.metadata for doc in compressed] == [doc.metadata for doc in documents]
    assert seen[0].texts == [doc.page_content for doc in compressed]


def test_many_threads_load_one_model(tiny_encoders, loads, documents):
    """It is loaded once, by whichever thread comes first, and all of them get the same from it."""
    model = tiny_encoders["classifier"]
    compressor = LinguaDocumentCompressor(method="llmlingua2", model=model, rate=0.5, min_tokens=0)
    together = threading.Barrier(6)

    def work(_):
        together.wait()
        return compressor.compress_documents(documents, "q")

    with ThreadPoolExecutor(6) as pool:
        first, *others = pool.map(work, range(6))
    assert loads == [model]
    assert all(other == first for other in others)
    assert first != documents


@pytest.mark.model
def test_with_defaults_on_real_weights():
    """The constructor without arguments works, and the question's document comes through."""
    documents = [Document(page_content=topics[name], id=name) for name in ("del", "pass", "assert")]
    results = []
    compressor = LinguaDocumentCompressor(on_result=results.append)
    query = "What does the assert statement raise?"
    compressed = compressor.compress_documents(documents, query)
    assert "assert" in [doc.id for doc in compressed]
    assert all(doc.page_content.strip() for doc in compressed)
    assert results[0].model.startswith("multilingual-e5-small@")
    spent = sum(doc.metadata["lingua"]["tokens_after"] for doc in compressed)
    assert spent == results[0].tokens_after <= 0.5 * results[0].tokens_before
    assert compressor.compress_documents(documents, query) == compressed


def test_a_method_by_name():
    """Whole sentences by BM25, without any model; ids and metadata stay."""
    documents = [
        Document("Dogs bark. It rained.", id="a", metadata={"n": 1}),
        Document("The cat sat on the mat. It rained.", id="b", metadata={"n": 2}),
    ]
    compressor = LinguaDocumentCompressor(method="extractive-bm25", target_tokens=8, min_tokens=0)
    (left,) = compressor.compress_documents(documents, "Where did the cat sit on?")
    assert left.page_content == "The cat sat on the mat."
    assert (left.id, left.metadata["n"]) == ("b", 2)


def test_contexts_in_another_order(tiny_scorer):
    """Reordered documents keep what is theirs."""
    documents = [Document(f"{text} cat" * (i + 1), id=str(i)) for i, text in enumerate(TEXTS)]
    config = CompressionConfig.rag().with_(order="relevance", coarse_factor=None)
    compressor = LinguaDocumentCompressor(
        rate=0.9, min_tokens=0, compressor=PromptCompressor(tiny_scorer, config)
    )
    left = compressor.compress_documents(documents, "cat")
    assert sorted(document.id for document in left) == ["0", "1", "2"]
    for document in left:
        assert document.metadata["lingua"]["index"] == int(document.id)
        assert document.page_content[:5] in documents[int(document.id)].page_content


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "extractve"}, "mean 'extractive'"),
        ({"method": "rag", "config": CompressionConfig()}, "either method or config"),
    ],
)
def test_methods_are_checked_at_once(settings, message):
    with pytest.raises(InvalidRequest, match=message):
        LinguaDocumentCompressor(**settings)


def test_nested_settings_round_trip():
    """A configuration with a filter and rules in it comes back from its plain form."""
    config = METHODS["hybrid"].config.with_(must_keep=MustKeep(rules=("numbers",)))
    compressor = LinguaDocumentCompressor(config=config)
    plain = json.loads(compressor.model_dump_json())
    assert LinguaDocumentCompressor(**plain).config == config


def test_files_of_source_code_keep_their_lines():
    """Loaders say where a document comes from; code is cut by lines."""
    code = "def cat():\n    return 'cat'\n\ndef dog():\n    return 'dog'\n"
    compressor = LinguaDocumentCompressor(method="extractive-bm25", rate=0.6, min_tokens=0)
    (left,) = compressor.compress_documents([Document(code, metadata={"source": "pets/cat.py"})], "cat")
    assert set(left.page_content.split("\n")) <= set(code.split("\n"))
    assert "    return 'cat'" in left.page_content.split("\n")
