"""LinguaDocumentCompressor: identity, tracing, composition, and what the older adapter got wrong."""

from __future__ import annotations

import asyncio
import copy
import threading
import time

import pytest
from langchain_classic.retrievers import ContextualCompressionRetriever
from langchain_classic.retrievers.document_compressors import DocumentCompressorPipeline
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaWarning, UnknownModel
from lingua_integrations.langchain import LinguaDocumentCompressor

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

    def on_chain_start(self, serialized, inputs, **kwargs):
        self.events.append(("start", kwargs.get("name")))

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
    config = CompressionConfig(coarse_factor=100)  # so that nothing is dropped whole
    return LinguaDocumentCompressor(rate=0.6, compressor=PromptCompressor(tiny_scorer, config))


def test_identity_survives(compressor, documents):
    """Ids and metadata are those of the input that the text comes from, numbers at its ends or not."""
    before = copy.deepcopy(documents)
    compressed = compressor.compress_documents(documents, "cat?")
    assert documents == before
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
    compressor = LinguaDocumentCompressor(rate=0.9, compressor=PromptCompressor(tiny_scorer))
    for one in compressor.compress_documents(documents, ""):
        assert set(one.page_content.split()) <= {"born", "in", str(1960 + one.metadata["n"])}


def test_subclasses_stay_subclasses(compressor):
    """A document of a class of its own comes back as one."""

    class Chunk(Document):
        page: int = 0

    (one,) = compressor.compress_documents([Chunk(page_content=TEXTS[1], page=7)], "cat?")
    assert isinstance(one, Chunk)
    assert one.page == 7


def test_empty_and_blank(compressor, documents):
    """Nothing in, nothing out, without loading anything; blank documents pass untouched."""
    assert LinguaDocumentCompressor(model="no-such-model").compress_documents([], "q") == []
    blank = Document(page_content="  \n", id="blank")
    empty = Document(page_content="", id="empty")
    compressed = {
        doc.id: doc.page_content for doc in compressor.compress_documents([blank, empty, *documents], "q")
    }
    assert compressed["blank"] == "  \n"
    assert compressed["empty"] == ""
    assert all(text.strip() for key, text in compressed.items() if key.startswith("id"))


def test_dropped_documents_are_not_handed_on(tiny_scorer, documents):
    """A budget for one document leaves no empty ones behind."""
    compressor = LinguaDocumentCompressor(target_tokens=5, compressor=PromptCompressor(tiny_scorer))
    compressed = compressor.compress_documents(documents, "cat")
    assert compressed[0].id == "id-1"
    assert all(doc.page_content.strip() for doc in compressed)


@pytest.mark.parametrize("use_async", [False, True])
async def test_one_run_per_call(compressor, documents, use_async):
    """Traced once, named after the class, with documents and counts as outputs."""
    handler = Handler()
    if use_async:
        await compressor.acompress_documents(documents, "cat?", callbacks=[handler])
    else:
        compressor.compress_documents(documents, "cat?", callbacks=[handler])
    assert handler.events == [("start", "LinguaDocumentCompressor"), ("end", None)]
    assert handler.outputs[0]["tokens_after"] < handler.outputs[0]["tokens_before"]


@pytest.mark.parametrize("use_async", [False, True])
async def test_errors_reach_the_trace(tiny_scorer, documents, use_async):
    """A failing call is one run that ends in its error."""
    compressor = LinguaDocumentCompressor(
        rate=0.5, compressor=PromptCompressor(tiny_scorer, CompressionConfig(overhead_tokens=1000))
    )
    handler = Handler()
    with pytest.raises(BudgetTooSmall):
        if use_async:
            await compressor.acompress_documents(documents, "q", callbacks=[handler])
        else:
            compressor.compress_documents(documents, "q", callbacks=[handler])
    assert handler.events == [("start", "LinguaDocumentCompressor"), ("error", "BudgetTooSmall")]


async def test_the_event_loop_stays_free(compressor, documents, monkeypatch):
    """While a slow compression runs, other tasks go on."""
    slow = compressor.compressor.compress
    monkeypatch.setattr(
        compressor.compressor, "compress", lambda *a, **k: (time.sleep(0.3), slow(*a, **k))[1]
    )
    beats = 0

    async def heart():
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    task = asyncio.create_task(heart())
    await compressor.acompress_documents(documents, "cat?")
    task.cancel()
    assert beats > 5


async def test_in_a_contextual_compression_retriever(compressor, documents):
    """Composes with langchain-classic's retriever and pipeline, sync and async, under the retriever's run."""
    pipeline = DocumentCompressorPipeline(transformers=[compressor])
    retriever = ContextualCompressionRetriever(
        base_compressor=pipeline, base_retriever=RunnableLambda(lambda query: documents)
    )
    handler = Handler()
    compressed = retriever.invoke("cat?", config={"callbacks": [handler]})
    assert handler.events.count(("start", "LinguaDocumentCompressor")) == 1
    assert [doc.id for doc in compressed] == ["id-0", "id-1", "id-2"]
    assert await retriever.ainvoke("cat?") == compressed


def test_passthrough_warns_and_loses_nothing(documents):
    """on_error="passthrough" hands the inputs on; "raise" is the default."""
    with pytest.raises(UnknownModel, match="smollm2"):
        LinguaDocumentCompressor(model="smolm2").compress_documents(documents, "q")
    lenient = LinguaDocumentCompressor(model="smolm2", on_error="passthrough")
    with pytest.warns(LinguaWarning, match="handed on uncompressed"):
        assert lenient.compress_documents(documents, "q") == documents


def test_settings_are_checked_at_once():
    """A contradictory budget fails where it is written, with our words."""
    with pytest.raises(ValueError, match="either rate or target_tokens"):
        LinguaDocumentCompressor(rate=0.5, target_tokens=100)
    with pytest.raises(ValueError, match=r"rate must lie in \(0, 1\]"):
        LinguaDocumentCompressor(rate=1.5)
    with pytest.raises(ValueError, match="Extra inputs"):
        LinguaDocumentCompressor(rat=0.5)
    assert issubclass(InvalidRequest, ValueError)


def test_whole_result_to_a_callback(compressor, documents):
    """on_result sees every result; the key in the metadata can be switched off."""
    seen = []
    quiet = compressor.model_copy(update={"on_result": seen.append, "metadata_key": None})
    compressed = quiet.compress_documents(documents, "cat?")
    assert [doc.metadata for doc in compressed] == [doc.metadata for doc in documents]
    assert seen[0].texts == [doc.page_content for doc in compressed]


def test_many_threads_build_one_compressor(monkeypatch, tiny_scorer, documents):
    """The compressor is built once, by whichever thread comes first."""
    built = []

    def build(*args, **kwargs):
        time.sleep(0.05)
        built.append(threading.get_ident())
        return PromptCompressor(tiny_scorer)

    monkeypatch.setattr(PromptCompressor, "from_pretrained", build)
    compressor = LinguaDocumentCompressor(rate=0.5)
    threads = [
        threading.Thread(target=compressor.compress_documents, args=(documents, "q")) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1


@pytest.mark.model
def test_with_defaults_on_real_weights(documents):
    """The constructor without arguments works, and the question's document leads."""
    compressed = LinguaDocumentCompressor().compress_documents(documents, "Which text is about a cat?")
    assert "id-1" in [doc.id for doc in compressed]
    assert sum(doc.metadata["lingua"]["tokens_after"] for doc in compressed) <= 0.5 * sum(
        len(doc.page_content.split()) * 2 for doc in documents
    )
