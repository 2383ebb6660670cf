"""LinguaDocumentTransformer: documents before they are stored; none is lost, no question is needed."""

from __future__ import annotations

import pytest
from langchain_classic.retrievers.document_compressors import DocumentCompressorPipeline
from langchain_core.documents import Document
from langchain_text_splitters import CharacterTextSplitter

from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor
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
    return LinguaDocumentTransformer(rate=0.6, compressor=PromptCompressor(tiny_scorer))


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


def test_none_is_lost():
    """A text of which nothing fits is an error, or stays whole with a warning; the others get shorter."""
    config = CompressionConfig(unit="sentence", scorer="relevance", ranker="perplexity", coarse_factor=None)

    class Length:
        def rank(self, question, texts):
            return [float(len(text)) for text in texts]

    compressor = PromptCompressor(config=config, ranker=Length())
    strict = LinguaDocumentTransformer(rate=0.7, compressor=compressor)
    with pytest.raises(BudgetTooSmall):
        strict.transform_documents(documents())
    lenient = strict.model_copy(update={"on_error": "passthrough"})
    with pytest.warns(LinguaWarning, match="BudgetTooSmall"):
        after = lenient.transform_documents(documents())
    assert [one.page_content for one in after][1:3] == TEXTS[1:3]
    assert len(after[0].page_content) < len(TEXTS[0])


def test_no_question_is_known():
    for settings in ({"method": "extractive"}, {"compressor": PromptCompressor(config="longllmlingua")}):
        with pytest.raises(InvalidRequest, match="no question is known"):
            LinguaDocumentTransformer(**settings)
    with pytest.raises(ValueError, match="Input should be 'each'"):
        LinguaDocumentTransformer(spread="together")


def test_between_splitter_and_compressor(transformer):
    """In langchain-classic's pipeline, which hands transformers no question."""
    short = LinguaDocumentCompressor(method="extractive-bm25", target_tokens=8)
    splitter = CharacterTextSplitter(chunk_size=1000, chunk_overlap=0)
    pipeline = DocumentCompressorPipeline(transformers=[splitter, transformer, short])
    left = pipeline.compress_documents(documents(), "cat")
    assert left
    assert all(one.metadata["n"] in range(4) for one in left)


@pytest.mark.model
def test_with_defaults_on_real_weights(o200k):
    (one,) = LinguaDocumentTransformer(rate=0.6).transform_documents(documents()[:1])
    assert 0 < o200k(one.page_content) <= 0.6 * o200k(TEXTS[0])
