"""The postprocessor in LlamaIndex's own engines: sync, async and streaming; once per question, in order."""

from __future__ import annotations

import copy
from pydoc_data.topics import topics

import pytest
from llama import Fixed, listening
from llama_index.core import VectorStoreIndex
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.chat_engine import CondensePlusContextChatEngine, ContextChatEngine
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor import LongContextReorder, SimilarityPostprocessor
from llama_index.core.query_engine import (
    CitationQueryEngine,
    RetrieverQueryEngine,
    SubQuestionQueryEngine,
    TransformQueryEngine,
)
from llama_index.core.question_gen.types import BaseQuestionGenerator, SubQuestion
from llama_index.core.response_synthesizers import ResponseMode
from llama_index.core.schema import (
    Document,
    ImageNode,
    IndexNode,
    MediaResource,
    MetadataMode,
    Node,
    NodeRelationship,
    NodeWithScore,
    RelatedNodeInfo,
    TextNode,
)
from llama_index.core.tools import QueryEngineTool

from lingua_integrations import CompressionConfig
from lingua_integrations.core.methods import METHODS
from lingua_integrations.llama_index import LinguaNodePostprocessor

TEXTS = [
    "The cat sat on the mat all day. It was made of wool from the north.",
    "Dogs bark at the gate of the house. The gate is old and made of iron.",
    "The cat likes fish and a warm mat. It rained in the town again and again.",
    "Emma is a novel by Jane Austen. The first edition came out in December 1815.",
]
QUESTION = "Where did the cat sit, on the mat?"
KEPT = "The cat sat on the mat all day."
GONE = "It was made of wool from the north."


def with_scores(nodes):
    return [NodeWithScore(node=node, score=1.0 - i / 10) for i, node in enumerate(nodes)]


@pytest.fixture
def nodes():
    made = [TextNode(text=text, id_=f"id-{i}", metadata={"file": f"{i}.txt"}) for i, text in enumerate(TEXTS)]
    for i, node in enumerate(made):
        node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=f"doc-{i}")
    return with_scores(made)


@pytest.fixture
def unchanged(nodes):
    """The retriever's nodes are what they were, whatever an engine did."""
    before = copy.deepcopy(nodes)
    yield
    assert nodes == before


def ours(**settings):
    defaults = {"method": "extractive-bm25", "rate": 0.65, "spread": "each", "min_tokens": 0}
    return LinguaNodePostprocessor(**defaults | settings)


async def text_of(response):
    """What a query engine answers, streamed or not. MockLLM answers with its prompt."""
    parts = getattr(response, "response_gen", None)
    if parts is None:
        return str(response)
    return "".join([part async for part in parts] if hasattr(parts, "__aiter__") else parts)


def assert_right(response, text, nodes):
    """The LLM saw the short texts and nothing of ours; the sources are the right nodes, in order."""
    assert KEPT in text
    assert GONE not in text
    assert "lingua" not in text
    assert "spans" not in text
    assert [source.node_id for source in response.source_nodes] == [node.node_id for node in nodes]
    assert [source.score for source in response.source_nodes] == [node.score for node in nodes]
    for source, node in zip(response.source_nodes, nodes, strict=True):
        assert source.text in text
        assert source.text != node.text
        assert source.node.ref_doc_id == node.node.ref_doc_id


@pytest.mark.parametrize("use_async", [False, True])
@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("mode", [ResponseMode.COMPACT, ResponseMode.SIMPLE_SUMMARIZE])
async def test_retriever_query_engine(nodes, unchanged, use_async, streaming, mode):
    engine = RetrieverQueryEngine.from_args(
        Fixed(nodes), llm=MockLLM(), node_postprocessors=[ours()], streaming=streaming, response_mode=mode
    )
    with listening() as heard:
        response = await engine.aquery(QUESTION) if use_async else engine.query(QUESTION)
        text = await text_of(response)
    assert heard.counts("LinguaNodePostprocessor") == (1, 1, 1)
    assert heard.events[0].query == QUESTION
    assert_right(response, text, nodes)


@pytest.mark.parametrize("use_async", [False, True])
async def test_citations(nodes, unchanged, use_async):
    """Number i is made of node i."""
    engine = CitationQueryEngine.from_args(
        VectorStoreIndex([], embed_model=MockEmbedding(8)),
        llm=MockLLM(),
        retriever=Fixed(nodes),
        node_postprocessors=[ours()],
    )
    with listening() as heard:
        response = await engine.aquery(QUESTION) if use_async else engine.query(QUESTION)
    assert heard.counts("LinguaNodePostprocessor") == (1, 1, 1)
    assert len(response.source_nodes) == len(nodes)
    for number, (source, node) in enumerate(zip(response.source_nodes, nodes, strict=True), 1):
        label, _, text = source.text.partition("\n")
        assert label == f"Source {number}:"
        assert text.strip() in node.text
        assert source.metadata["file"] == node.metadata["file"]
        assert source.node.ref_doc_id == node.node.ref_doc_id


class TwoQuestions(BaseQuestionGenerator):
    """Always the same two."""

    def generate(self, tools, query):
        names = [tool.name for tool in tools]
        return [
            SubQuestion(sub_question=QUESTION, tool_name=names[0]),
            SubQuestion(sub_question="Who is Emma by, Jane Austen?", tool_name=names[1]),
        ]

    async def agenerate(self, tools, query):
        return self.generate(tools, query)

    def _get_prompts(self):
        return {}

    def _update_prompts(self, prompts):
        """It has none."""


@pytest.mark.parametrize("use_async", [False, True])
async def test_sub_questions(nodes, unchanged, use_async):
    """Each sub-question compresses by itself, although the engines share one postprocessor."""
    shared = ours(rate=0.3, spread="together")
    engines = [
        RetrieverQueryEngine.from_args(Fixed(nodes), llm=MockLLM(), node_postprocessors=[shared])
        for _ in range(2)
    ]
    engine = SubQuestionQueryEngine.from_defaults(
        [
            QueryEngineTool.from_defaults(one, name=name, description=name)
            for one, name in zip(engines, ("cats", "books"), strict=True)
        ],
        llm=MockLLM(),
        question_gen=TwoQuestions(),
        use_async=use_async,
        verbose=False,
    )
    with listening() as heard:
        response = await engine.aquery("Cats and books?") if use_async else engine.query("Cats and books?")
    assert heard.counts("LinguaNodePostprocessor") == (2, 2, 2)
    starts = [event.query for event in heard.events if "Start" in event.class_name()]
    assert sorted(starts) == sorted([QUESTION, "Who is Emma by, Jane Austen?"])
    sources = {source.node_id: source.text for source in response.source_nodes}
    assert sources["id-0"] == KEPT
    assert sources["id-3"].startswith("Emma is a novel by Jane Austen.")
    assert GONE not in str(response)


async def chat(engine, message, how):
    """One turn, in any of the four ways: the response and its text."""
    response = getattr(engine, how)(message)
    if how.startswith("a"):
        response = await response
    if how == "stream_chat":
        return response, "".join(response.response_gen)
    if how == "astream_chat":
        return response, "".join([part async for part in response.async_response_gen()])
    return response, str(response)


WAYS = ["chat", "achat", "stream_chat", "astream_chat"]


@pytest.mark.parametrize("how", WAYS)
async def test_context_chat_engine(nodes, unchanged, how):
    engine = ContextChatEngine.from_defaults(Fixed(nodes), llm=MockLLM(), node_postprocessors=[ours()])
    with listening() as heard:
        response, text = await chat(engine, QUESTION, how)
    assert heard.counts("LinguaNodePostprocessor") == (1, 1, 1)
    assert heard.events[0].query == QUESTION
    assert_right(response, text, nodes)


@pytest.mark.parametrize("how", WAYS)
async def test_condense_plus_context(nodes, unchanged, how):
    """A later turn is compressed by the condensed question."""
    engine = CondensePlusContextChatEngine.from_defaults(
        Fixed(nodes),
        llm=MockLLM(),
        node_postprocessors=[ours()],
        chat_history=[ChatMessage("Tell me about pets."), ChatMessage("Gladly.", role="assistant")],
        condense_prompt="{question}",
    )
    with listening() as heard:
        response, text = await chat(engine, QUESTION, how)
    assert heard.counts("LinguaNodePostprocessor") == (1, 1, 1)
    assert heard.events[0].query.strip() == QUESTION
    assert_right(response, text, nodes)


def test_all_kinds_of_nodes_in_an_engine():
    """The prompt holds the short text of each kind that LlamaIndex shows; what has no text stays a source."""
    kinds = [
        TextNode(text=TEXTS[0]),
        Document(text=TEXTS[0]),
        Node(text_resource=MediaResource(text=TEXTS[0], mimetype="text/markdown")),
        IndexNode(text=TEXTS[0], index_id="i"),
        ImageNode(text=TEXTS[0], image_url="http://example.org/x.png"),
    ]
    bare = ImageNode(image_url="http://example.org/y.png")
    plain, engine = (
        RetrieverQueryEngine.from_args(
            Fixed(with_scores([*kinds, bare])), llm=MockLLM(), node_postprocessors=processors
        )
        for processors in ([], [ours()])
    )
    response, expected = engine.query(QUESTION), plain.query(QUESTION)
    assert str(response).count(KEPT) == str(expected).count(KEPT) >= 3, "older versions show no other kinds"
    assert GONE not in str(response)
    assert [type(one.node) for one in response.source_nodes] == [
        type(one.node) for one in expected.source_nodes
    ]
    assert response.source_nodes[-1].node is bare
    for source in response.source_nodes[:-1]:
        assert source.node.get_content(metadata_mode=MetadataMode.NONE) == KEPT


@pytest.mark.parametrize("spread", ["each", "together"])
def test_order_after_other_postprocessors(nodes, unchanged, spread):
    """What earlier steps sorted or left out stays so; ours changes no order unless the config says so."""
    cut_off = SimilarityPostprocessor(similarity_cutoff=0.75)
    engine = RetrieverQueryEngine.from_args(
        Fixed(nodes),
        llm=MockLLM(),
        node_postprocessors=[cut_off, LongContextReorder(), ours(rate=0.7, spread=spread)],
    )
    before = LongContextReorder().postprocess_nodes(cut_off.postprocess_nodes(nodes))
    ids = [node.node_id for node in before]
    assert ids not in (sorted(ids), [node.node_id for node in nodes])
    response = engine.query(QUESTION)
    left = [source.node_id for source in response.source_nodes]
    assert left == [one for one in ids if one in left]
    assert "id-3" not in left
    places = [str(response).index(source.text) for source in response.source_nodes]
    assert places == sorted(places)


def test_order_by_relevance(nodes):
    """The configuration's order is a choice of the user's."""
    config = METHODS["extractive-bm25"].config.with_(order="relevance")
    postprocessor = LinguaNodePostprocessor(config=config, rate=0.6, min_tokens=0)
    (first, *_) = postprocessor.postprocess_nodes(nodes[::-1], query_str=QUESTION)
    assert first.node_id == "id-0"
    assert isinstance(postprocessor.config, CompressionConfig)


def test_nothing_retrieved():
    """An engine without nodes answers as it does without us."""
    engine = RetrieverQueryEngine.from_args(Fixed([]), llm=MockLLM(), node_postprocessors=[ours()])
    assert str(engine.query(QUESTION)) == "Empty Response"


async def test_a_transformed_query(nodes):
    """Ours sees the question that was used to retrieve."""

    class Rewrite:
        def run(self, query, metadata=None):
            query.query_str = QUESTION
            return query

    inner = RetrieverQueryEngine.from_args(Fixed(nodes), llm=MockLLM(), node_postprocessors=[ours()])
    with listening() as heard:
        TransformQueryEngine(inner, query_transform=Rewrite()).query("That?")
    assert heard.events[0].query == QUESTION


@pytest.mark.model
async def test_with_defaults_on_real_weights():
    """The index's own retriever, every node a chunk of documentation."""
    names = ("assert", "pass", "continue")  # short, so that the synthesizer cuts nothing
    index = VectorStoreIndex.from_documents(
        [Document(text=topics[name], id_=name) for name in names], embed_model=MockEmbedding(8)
    )
    engine = RetrieverQueryEngine.from_args(
        index.as_retriever(similarity_top_k=3),
        llm=MockLLM(),
        node_postprocessors=[LinguaNodePostprocessor()],
    )
    response = await engine.aquery("What does the assert statement raise?")
    assert "assert" in [source.node.ref_doc_id for source in response.source_nodes]
    assert all(source.text.strip() in str(response) for source in response.source_nodes)
    whole = sum(len(topics[name]) for name in names)
    assert sum(len(source.text) for source in response.source_nodes) < 0.7 * whole
