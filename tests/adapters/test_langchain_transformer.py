"""LinguaDocumentTransformer: documents before they are stored; none is lost, no question is needed."""

from __future__ import annotations

import pytest
from langchain_classic.retrievers.document_compressors import DocumentCompressorPipeline
from langchain_core.documents import Document
from langchain_text_splitters import CharacterTextSplitter

from lingua_integrations import BudgetTooSmall, PromptCompressor
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.langchain import LinguaDocumentCompressor, LinguaDocumentTransformer

TEXTS = [
    "The cat sat on the mat all day. Dogs bark. It rained in the town again.",
    "Short.",
    " \n",
    "A cat ate. Fish.",
]


def documents():
    return [Document(text, id=str(i), metadata={"n": i}) for i, text in enumerate(TEXTS)]


@pytest.fixture
def transformer(tiny_scorer):
    compressor = PromptCompressor(tiny_scorer, "rag")
    return LinguaDocumentTransformer(rate=0.6, min_tokens=0, compressor=compressor)


async def test_one_for_each(transformer, o200k):
    before = documents()
    after = transformer.transform_documents(before)
    assert after == await transformer.atransform_documents(before)
    assert before == documents()
    assert [one.id for one in after] == ["0", "1", "2", "3"]
    assert [one.metadata for one in after] == [one.metadata for one in before]
    for one, text in zip(after, TEXTS, strict=True):
        assert o200k(one.page_content) <= max(1, int(0.6 * o200k(text))) or not text.strip()
    alone = transformer.transform_documents(before[:1])
    assert alone == after[:1], "its neighbours do not matter"
    assert transformer.transform_documents([]) == []


@pytest.mark.parametrize("when", ["least", "passthrough", "raise"])
def test_none_is_lost(when, o200k):
    """A text without room for a sentence: the least of it, or all, or an error; the others get shorter."""
    compressor = PromptCompressor(config="salience")
    results = []
    settings = {"target_tokens": 5, "min_tokens": 0, "compressor": compressor, "when_too_small": when}
    transformer = LinguaDocumentTransformer(**settings, on_result=results.append)
    given = [*documents(), Document("It rained all day long. Nobody went out at all.", id="4")]
    if when == "raise":
        with pytest.raises(BudgetTooSmall):
            transformer.transform_documents(given)
        lenient = transformer.model_copy(update={"on_error": "passthrough"})
        with pytest.warns(LinguaWarning, match="passed on uncompressed: BudgetTooSmall"):
            assert lenient.transform_documents(given) == given
        return
    match = "passed on, over the budget" if when == "least" else "passed on uncompressed"
    with pytest.warns(LinguaWarning, match=match) as warned:
        after = transformer.transform_documents(given)
    assert [one.category for one in warned].count(LinguaWarning) == 1
    assert [(one.id, one.metadata) for one in after] == [(one.id, one.metadata) for one in given]
    assert [one.page_content for one in after][:4] == ["Dogs bark.", *TEXTS[1:3], "A cat ate."]
    least = "Nobody went out at all."
    assert after[4].page_content == (least if when == "least" else given[4].page_content)
    assert [context.index for context in results[0].contexts] == [0, 1, 2, 3, 4]
    assert results[0].dropped == ()
    with pytest.raises(BudgetTooSmall):
        compressor.compress([given[4].page_content], target_tokens=o200k(least) - 1)


def test_no_question_is_known():
    for settings in ({"method": "extractive"}, {"compressor": PromptCompressor(config="longllmlingua")}):
        with pytest.raises(InvalidRequest, match="at ingestion there is none"):
            LinguaDocumentTransformer(**settings)
    with pytest.raises(ValueError, match="There is no setting"):
        LinguaDocumentTransformer(spread="together")


def test_between_splitter_and_compressor(transformer):
    """In langchain-classic's pipeline, which hands transformers no question."""
    short = LinguaDocumentCompressor(method="extractive-bm25", target_tokens=12, min_tokens=0)
    splitter = CharacterTextSplitter(chunk_size=1000, chunk_overlap=0)
    pipeline = DocumentCompressorPipeline(transformers=[splitter, transformer, short])
    left = pipeline.compress_documents(documents(), "cat")
    assert left
    assert all(one.metadata["n"] in range(4) for one in left)


def test_with_defaults(o200k, loads):
    """Without a question sentences are kept by what they say, and no model is loaded for that."""
    (one,) = LinguaDocumentTransformer(rate=0.6, min_tokens=0).transform_documents(documents()[:1])
    assert one.page_content == "The cat sat on the mat all day. Dogs bark."
    assert loads == []
    assert 0 < o200k(one.page_content) <= 0.6 * o200k(TEXTS[0])
