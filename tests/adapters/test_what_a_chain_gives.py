"""What chains hand to adapters although no type says so, and settings as other tools name them."""

from __future__ import annotations

import pytest
from langchain_core.documents import Document
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from lingua_integrations import CompressionConfig, LinguaError
from lingua_integrations.adapters.hints import check_names
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain import (
    LinguaDocumentCompressor,
    LinguaDocumentTransformer,
    LinguaToolMiddleware,
    compress_context,
)
from lingua_integrations.llama_index import LinguaNodePostprocessor, LinguaTransform

TEXT = "The cat sat on the mat all day long. Dogs bark at night. It rained in the town again and again."
SHORT = "The cat sat on the mat all day long."
QUESTION = "Where did the cat sit?"
SETTINGS = {"method": "extractive-bm25", "rate": 0.5, "min_tokens": 0}


@pytest.mark.parametrize("given", [TEXT, [TEXT], (TEXT,), iter([TEXT]), Document(TEXT), [Document(TEXT)]])
async def test_texts_are_documents_in_langchain(given):
    shorter = LinguaDocumentCompressor(**SETTINGS).compress_documents(given, QUESTION)
    assert [type(one) for one in shorter] == [Document]
    assert [one.page_content for one in shorter] == [SHORT]


async def test_texts_are_documents_in_threads_and_at_ingestion():
    shorter = await LinguaDocumentCompressor(**SETTINGS).acompress_documents([TEXT, Document(TEXT)], QUESTION)
    assert {one.page_content for one in shorter} == {SHORT}
    (stored,) = LinguaDocumentTransformer(rate=0.5, min_tokens=0).transform_documents([TEXT])
    assert 0 < len(stored.page_content) < len(TEXT)


@pytest.mark.parametrize(
    "given",
    [TEXT, [TEXT], TextNode(text=TEXT), [TextNode(text=TEXT)], [NodeWithScore(node=TextNode(text=TEXT))]],
)
def test_texts_and_bare_nodes_are_nodes_in_llama_index(given):
    (shorter,) = LinguaNodePostprocessor(**SETTINGS).postprocess_nodes(given, query_str=QUESTION)
    assert isinstance(shorter, NodeWithScore)
    assert shorter.text == SHORT


def test_a_question_may_stand_where_a_bundle_belongs():
    nodes = [NodeWithScore(node=TextNode(text=TEXT))]
    compress = LinguaNodePostprocessor(**SETTINGS).postprocess_nodes
    assert compress(nodes, QUESTION) == compress(nodes, QueryBundle(QUESTION))


async def test_no_question_is_an_empty_one():
    """The default then keeps what says most, and does not fail."""
    compressor = LinguaDocumentCompressor(rate=0.5, min_tokens=0)
    without = compressor.compress_documents([Document(TEXT)], None)
    assert without == compressor.compress_documents([Document(TEXT)], "")
    assert without == await compressor.acompress_documents([Document(TEXT)], None)
    assert 0 < len(without[0].page_content) < len(TEXT)
    nodes = LinguaNodePostprocessor(rate=0.5, min_tokens=0).postprocess_nodes([TextNode(text=TEXT)])
    assert nodes[0].text == without[0].page_content


@pytest.mark.parametrize("given", [None, 7, [7], [TEXT, None], [{"text": TEXT}]])
def test_what_is_no_text_is_named(given):
    with pytest.raises(InvalidRequest, match=r"must be Documents or texts, not (NoneType|int|dict)"):
        LinguaDocumentCompressor(**SETTINGS).compress_documents(given, QUESTION)
    with pytest.raises(InvalidRequest, match=r"must be nodes or texts, not (NoneType|int|dict)"):
        LinguaNodePostprocessor(**SETTINGS).postprocess_nodes(given, query_str=QUESTION)


@pytest.mark.parametrize("query", [7, ["why?"], {"question": "why?"}])
def test_a_question_that_is_no_text_is_named(query):
    with pytest.raises(InvalidRequest, match=f"query must be text, not {type(query).__name__}"):
        LinguaDocumentCompressor(**SETTINGS).compress_documents([TEXT], query)
    with pytest.raises(InvalidRequest, match=f"must be text, not {type(query).__name__}"):
        LinguaNodePostprocessor(**SETTINGS).postprocess_nodes([TEXT], query)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("top_n", "Use target_tokens"),
        ("k", "Use target_tokens"),
        ("max_tokens", "Use target_tokens"),
        ("ratio", "Use rate: the share to keep: four times shorter is 0.25"),
        ("threshold", "It is part of a configuration|Use min_relevance"),
        ("similarity_cutoff", "Use min_relevance"),
        ("model_name", "Use model"),
        ("device_map", "Use device"),
        ("embeddings", "ranker=EmbeddingRanker"),
        ("tokenizer", r"PromptCompressor\(counter=...\)"),
        ("must_keep", r"config=CompressionConfig\(must_keep=...\)"),
        ("rat", "Did you mean 'rate'"),
        ("target_token", "Use target_tokens"),
        ("xyzzy", "There are .*rate"),
    ],
)
@pytest.mark.parametrize(
    "build", [LinguaDocumentCompressor, LinguaNodePostprocessor, compress_context, LinguaToolMiddleware]
)
def test_an_unknown_setting_is_answered_with_ours(build, name, ours):
    with pytest.raises(InvalidRequest, match=rf"There is no setting '{name}'\. .*({ours})"):
        build(**{name: 3})


def test_no_hint_names_what_an_adapter_does_not_have():
    """A memory has no budget of its own; ingestion no question."""
    for name in ("top_n", "max_tokens", "embeddings"):
        with pytest.raises(InvalidRequest) as refused:
            check_names([name], ["kind", "language"])
        assert "Use" not in str(refused.value)
    with pytest.raises(LinguaError, match=r"no setting 'a'.* no setting 'b'"):
        check_names(["a", "b"], ["kind"])


def test_every_field_is_known():
    """The check knows all fields, those of the frameworks' classes as well; dumps come back."""
    for adapter in (LinguaDocumentCompressor, LinguaNodePostprocessor, LinguaTransform):
        check_names(adapter.model_fields, adapter.model_fields)
        one = adapter(rate=0.5)
        assert adapter.model_validate(one.model_dump(exclude={"fingerprint"})).rate == 0.5
    assert LinguaDocumentCompressor(config=CompressionConfig(order="edges")).config.order == "edges"
