"""LinguaRetriever: LangChain's own suite, tracing, and what is handed on to the inner retriever."""

from __future__ import annotations

from typing import ClassVar

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_tests.integration_tests import RetrieversIntegrationTests

from lingua_integrations.langchain import LinguaDocumentCompressor, LinguaRetriever

DOCUMENTS = [
    Document(f"The cat sat on mat number {n}. Dogs bark. It rained.", id=str(n), metadata={"n": n})
    for n in range(6)
]
SHORT = LinguaDocumentCompressor(method="extractive-bm25", rate=0.6, min_tokens=0)


class Shelf(BaseRetriever):
    """Finds the first k documents; takes k when asked."""

    k: int = 4
    asked: ClassVar[list] = []

    def _get_relevant_documents(self, query, *, run_manager, k=None):
        self.asked.append(k)
        return DOCUMENTS[: k or self.k]


class Plain(BaseRetriever):
    """Takes nothing but the question."""

    def _get_relevant_documents(self, query, *, run_manager):
        return list(DOCUMENTS)


class TestStandard(RetrieversIntegrationTests):
    """The suite of langchain-tests."""

    @property
    def retriever_constructor(self):
        return LinguaRetriever

    @property
    def retriever_constructor_params(self):
        return {"base_retriever": Shelf(), "base_compressor": SHORT}

    @property
    def retriever_query_example(self):
        return "Where did the cat sit?"


@pytest.mark.parametrize("base", [Shelf(), Plain(), RunnableLambda(lambda question: list(DOCUMENTS))])
async def test_any_retriever_sync_and_async(base):
    """Documents come out shorter, with their ids and metadata, the same way on both paths."""
    retriever = LinguaRetriever(base_retriever=base, base_compressor=SHORT, k=3)
    left = retriever.invoke("cat mat")
    assert left == await retriever.ainvoke("cat mat")
    assert {document.id for document in left} <= {"0", "1", "2"}
    for document in left:
        original = DOCUMENTS[int(document.id)]
        assert document.metadata["n"] == original.metadata["n"]
        assert len(document.page_content) < len(original.page_content)


def test_k_of_a_call_wins():
    shelf = Shelf()
    shelf.asked.clear()
    LinguaRetriever(base_retriever=shelf, base_compressor=SHORT, k=5).invoke("cat", k=2)
    assert shelf.asked == [2]


async def test_runs_are_nested():
    """In a trace the inner retriever and the compressor hang under this retriever, once each."""
    retriever = LinguaRetriever(base_retriever=Plain(), base_compressor=SHORT)
    events = [event async for event in retriever.astream_events("cat mat", version="v2")]
    starts = {event["name"]: event for event in events if event["event"].endswith("_start")}
    assert set(starts) == {"LinguaRetriever", "Plain", "LinguaDocumentCompressor"}
    root = starts["LinguaRetriever"]["run_id"]
    for name in ("Plain", "LinguaDocumentCompressor"):
        assert starts[name]["parent_ids"] == [root]


async def test_nothing_found():
    """The compressor is not asked."""
    broken = LinguaDocumentCompressor(method="llmlingua2")
    retriever = LinguaRetriever(base_retriever=RunnableLambda(lambda q: []), base_compressor=broken)
    assert retriever.invoke("x") == await retriever.ainvoke("x") == []


def test_k_is_checked():
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        LinguaRetriever(base_retriever=Plain(), k=0)
