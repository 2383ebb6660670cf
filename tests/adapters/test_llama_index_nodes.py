"""LinguaNodePostprocessor: identity, all kinds of nodes, citations, events, pickling."""

from __future__ import annotations

import asyncio
import copy
import pickle
import time

import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.bridge.pydantic import Field
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.span_handlers import SimpleSpanHandler
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import CitationQueryEngine, RetrieverQueryEngine
from llama_index.core.retrievers import BaseRetriever
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

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.errors import LinguaWarning, UnknownModel
from lingua_integrations.llama_index import LinguaNodePostprocessor

TEXTS = [
    "1999 was good, and the revenue of the whole company came to 12",
    "a text about a cat that sat on the mat and that ends in 42",
    "she was, as far as anybody at the office knew, born in 1969",
]


@pytest.fixture
def nodes():
    made = []
    for i, text in enumerate(TEXTS):
        node = TextNode(text=text, id_=f"id-{i}", metadata={"source": f"{i}.txt"}, embedding=[0.1, 0.2])
        node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=f"doc-{i}")
        node.start_char_idx, node.end_char_idx = 5, 5 + len(text)
        made.append(NodeWithScore(node=node, score=1.0 - i / 10))
    return made


@pytest.fixture
def postprocessor(tiny_scorer):
    config = CompressionConfig(coarse_factor=100)  # so that nothing is dropped whole
    return LinguaNodePostprocessor(rate=0.6, compressor=PromptCompressor(tiny_scorer, config))


class Events(BaseEventHandler):
    """Remembers the names of events."""

    seen: list = Field(default_factory=list)

    def handle(self, event, **kwargs):
        self.seen.append(event)


def test_identity_survives(postprocessor, nodes):
    """One node out for one in: id, score, relationships and metadata stay; the old text's belongings go."""
    before = copy.deepcopy(nodes)
    compressed = postprocessor.postprocess_nodes(nodes, query_str="cat?")
    assert [n.model_dump() for n in nodes] == [n.model_dump() for n in before]
    for new, old in zip(compressed, before, strict=True):
        assert (new.node_id, new.score) == (old.node_id, old.score)
        assert new.node.relationships == old.node.relationships
        assert new.node.ref_doc_id == old.node.ref_doc_id
        spans = new.node.metadata["lingua"]["spans"]
        assert " ".join(old.text[start:end] for start, end in spans) == new.text
        assert new.node.embedding is None
        assert new.node.start_char_idx is None


def test_metadata_never_enters_the_prompt_by_our_hand(postprocessor, nodes):
    """Our key is hidden from LLM and embedding model; the user's metadata is as visible as before."""
    for new in postprocessor.postprocess_nodes(nodes, query_str="cat?"):
        for mode in (MetadataMode.LLM, MetadataMode.EMBED):
            assert "lingua" not in new.node.get_content(metadata_mode=mode)
        assert "source: " in new.node.get_content(metadata_mode=MetadataMode.LLM)
    assert nodes[0].node.excluded_llm_metadata_keys == []


def test_all_kinds_of_nodes(postprocessor):
    """TextNode, Document, Node, IndexNode and ImageNode are right; nodes without text are left alone."""
    text = "the cat sat on the mat and ran and ran, " * 4
    kinds = [
        TextNode(text=text),
        Document(text=text, metadata={"a": 1}),
        Node(text_resource=MediaResource(text=text, mimetype="text/markdown")),
        IndexNode(text=text, index_id="i", obj={"kept": True}),
        ImageNode(text=text, image_url="http://example.org/x.png"),
    ]
    untouched = [ImageNode(image_url="http://example.org/y.png"), TextNode(text=""), Node()]
    scored = [NodeWithScore(node=node, score=0.5) for node in [*kinds, *untouched]]
    compressed = postprocessor.postprocess_nodes(scored, query_str="cat?")
    assert [type(n.node) for n in compressed] == [type(n) for n in [*kinds, *untouched]]
    for new, old in zip(compressed, kinds, strict=False):
        content = new.node.get_content(metadata_mode=MetadataMode.NONE)
        assert 0 < len(content) < len(text)
        assert old.get_content(metadata_mode=MetadataMode.NONE).strip() == text.strip()
    assert compressed[2].node.text_resource.mimetype == "text/markdown"
    assert compressed[3].node.obj == {"kept": True}
    assert [n.node for n in compressed[5:]] == untouched


@pytest.mark.parametrize("use_async", [False, True])
async def test_events_and_span_once(postprocessor, nodes, use_async):
    """One start event, one end event and one span per call."""
    events, spans = Events(), SimpleSpanHandler()
    root = get_dispatcher()
    root.add_event_handler(events)
    root.add_span_handler(spans)
    try:
        if use_async:
            await postprocessor.apostprocess_nodes(nodes, query_str="cat?")
        else:
            postprocessor.postprocess_nodes(nodes, query_str="cat?")
    finally:
        root.event_handlers.remove(events)
        root.span_handlers.remove(spans)
    names = [event.class_name() for event in events.seen]
    assert names == ["LinguaCompressionStartEvent", "LinguaCompressionEndEvent"]
    assert events.seen[1].tokens_after < events.seen[1].tokens_before
    assert len([s for s in spans.completed_spans if "LinguaNodePostprocessor" in s.id_]) == 1


async def test_the_event_loop_stays_free(postprocessor, nodes, monkeypatch):
    """While a slow compression runs, other tasks go on."""
    compressor = postprocessor._engine.get()
    slow = compressor.compress
    monkeypatch.setattr(compressor, "compress", lambda *a, **k: (time.sleep(0.3), slow(*a, **k))[1])
    beats = 0

    async def heart():
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    task = asyncio.create_task(heart())
    await postprocessor.apostprocess_nodes(nodes, query_str="cat?")
    task.cancel()
    assert beats > 5


def test_round_trip_of_settings():
    """to_dict and from_dict keep every setting, also those that are not the default."""
    config = CompressionConfig(segment_tokens=50, unit_score="max")
    first = LinguaNodePostprocessor(
        rate=0.3, model="m", device="cpu", config=config, metadata_key="k", on_error="passthrough"
    )
    again = LinguaNodePostprocessor.from_dict(first.to_dict())
    assert again.to_dict() == first.to_dict()
    assert again.config == config
    assert LinguaNodePostprocessor.from_json(first.to_json()).config == config


def test_pickles_without_the_model(postprocessor, nodes):
    """A pickle is small, holds no weights, and the copy has the same settings."""
    data = pickle.dumps(postprocessor)
    assert len(data) < 20_000
    copy_ = pickle.loads(data)
    assert copy_.to_dict() == postprocessor.to_dict()
    assert copy_._engine.compressor is None
    assert postprocessor.postprocess_nodes(nodes, query_str="cat?")


def test_without_a_query(postprocessor, nodes):
    """LLMLingua needs no question."""
    assert len(postprocessor.postprocess_nodes(nodes)) == 3
    assert postprocessor.postprocess_nodes([]) == []


def test_passthrough_warns_and_loses_nothing(nodes):
    """on_error="passthrough" hands the inputs on; "raise" is the default."""
    with pytest.raises(UnknownModel):
        LinguaNodePostprocessor(model="smolm2").postprocess_nodes(nodes, query_str="q")
    with pytest.warns(LinguaWarning, match="handed on uncompressed"):
        lenient = LinguaNodePostprocessor(model="smolm2", on_error="passthrough")
        assert lenient.postprocess_nodes(nodes, query_str="q") == nodes


def test_settings_are_checked_at_once():
    """A contradictory budget fails where it is written."""
    with pytest.raises(ValueError, match="either rate or target_tokens"):
        LinguaNodePostprocessor(rate=0.5, target_tokens=100)


class Fixed(BaseRetriever):
    """Always the same nodes: shared objects, as some retrievers return them."""

    def __init__(self, nodes):
        super().__init__()
        self.nodes = nodes

    def _retrieve(self, query_bundle):
        return self.nodes


async def test_in_a_query_engine(postprocessor, nodes):
    """The LLM sees the compressed text and nothing of ours; the response's sources are the right nodes."""
    prompts = []
    llm = MockLLM()
    engine = RetrieverQueryEngine.from_args(Fixed(nodes), llm=llm, node_postprocessors=[postprocessor])
    response = engine.query("cat?")
    prompts.append(str(response))  # MockLLM answers with its prompt
    assert "lingua" not in prompts[0]
    assert [n.node_id for n in response.source_nodes] == ["id-0", "id-1", "id-2"]
    for source in response.source_nodes:
        assert source.text in prompts[0]
    assert (await engine.aquery("cat?")).source_nodes == response.source_nodes


def test_citations_point_at_the_right_nodes(postprocessor, nodes):
    """CitationQueryEngine numbers our nodes; number i is made of node i's text and metadata."""
    engine = CitationQueryEngine.from_args(
        VectorStoreIndex([], embed_model=MockEmbedding(8)),
        llm=MockLLM(),
        retriever=Fixed(nodes),
        node_postprocessors=[postprocessor],
    )
    response = engine.query("cat?")
    compressed = {
        n.metadata["source"]: n.text for n in postprocessor.postprocess_nodes(nodes, query_str="cat?")
    }
    assert len(response.source_nodes) == 3
    for number, source in enumerate(response.source_nodes, 1):
        label, _, text = source.text.partition("\n")
        assert label == f"Source {number}:"
        assert text.strip() == compressed[source.metadata["source"]].strip()
        assert source.node.ref_doc_id == f"doc-{number - 1}"


@pytest.mark.model
def test_with_defaults_on_real_weights(nodes):
    """The constructor without arguments works, and the question's node leads."""
    compressed = LinguaNodePostprocessor().postprocess_nodes(nodes, query_str="Which text is about a cat?")
    assert "id-1" in [n.node_id for n in compressed]
