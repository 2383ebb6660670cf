"""LinguaNodePostprocessor: identity, all kinds of nodes, citations, events, pickling."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
import threading
from pydoc_data.topics import topics
from typing import ClassVar

import pytest
from llama import Fixed
from llama_index.core import VectorStoreIndex
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.span_handlers import SimpleSpanHandler
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import CitationQueryEngine, RetrieverQueryEngine
from llama_index.core.schema import (
    Document,
    ImageDocument,
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
from pydantic import ConfigDict

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.models.loading import unload
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaWarning, UnknownModel
from lingua_integrations.llama_index import LinguaNodePostprocessor
from slow import Slow, beats_during

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
    config = CompressionConfig.rag().with_(coarse_factor=100)  # so that nothing is dropped whole
    return ours(rate=0.6, compressor=PromptCompressor(tiny_scorer, config))


def ours(**settings):
    return LinguaNodePostprocessor(**{"min_tokens": 0, **settings})


class Events(BaseEventHandler):
    """Remembers events."""

    seen: ClassVar[list] = []

    def handle(self, event, **kwargs):
        self.seen.append(event)


@pytest.fixture
def heard():
    """What handlers at the root hear while the test runs: events and finished or dropped spans."""
    events, spans = Events(), SimpleSpanHandler()
    events.seen.clear()
    root = get_dispatcher()
    root.add_event_handler(events)
    root.add_span_handler(spans)
    yield events.seen, spans
    root.event_handlers.remove(events)
    root.span_handlers.remove(spans)


class Broken(PromptCompressor):
    """Fails with an error that is none of ours, and must never be pickled."""

    def compress(self, *args, **kwargs):
        raise RuntimeError("the wire is cut")

    def __reduce__(self):
        raise AssertionError("serialised")


async def postprocess(postprocessor, nodes, use_async, query="cat?"):
    if use_async:
        return await postprocessor.apostprocess_nodes(nodes, query_str=query)
    return postprocessor.postprocess_nodes(nodes, query_str=query)


@pytest.mark.parametrize("use_async", [False, True])
async def test_identity_survives(postprocessor, nodes, use_async):
    """One node out for one in: id, score, relationships and metadata stay; the old text's belongings go."""
    before = copy.deepcopy(nodes)
    compressed = await postprocess(postprocessor, nodes, use_async)
    assert [n.to_json() for n in nodes] == [n.to_json() for n in before]
    for new, old in zip(compressed, before, strict=True):
        assert (new.node_id, new.score) == (old.node_id, old.score)
        assert {k: v for k, v in new.metadata.items() if k != "lingua"} == old.metadata
        assert new.node.relationships == old.node.relationships
        assert new.node.ref_doc_id == old.node.ref_doc_id
        spans = new.node.metadata["lingua"]["spans"]
        assert " ".join(old.text[start:end] for start, end in spans) == new.text
        assert new.node.embedding is None
        assert new.node.start_char_idx is None


class Lax(TextNode):
    """A node that takes over what it is given, where others copy it to validate it."""

    model_config = ConfigDict(validate_assignment=False)


@pytest.mark.parametrize("cls", [TextNode, Lax])
@pytest.mark.parametrize("settings", [{}, {"metadata_key": None}, {"target_tokens": 10_000, "rate": None}])
def test_copies_share_no_container(postprocessor, cls, settings):
    """Whoever changes an output later does not change the input, which a store or cache may still hold."""
    given = [
        cls(
            text=text,
            metadata={"source": "a.txt", "page": 1},
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id="document")},
            excluded_llm_metadata_keys=["page"],
            excluded_embed_metadata_keys=["source"],
        )
        for text in TEXTS
    ]
    before = [node.to_json() for node in given]
    scored = [NodeWithScore(node=node, score=0.5) for node in given]
    compressed = postprocessor.model_copy(update=settings).postprocess_nodes(scored, query_str="cat?")
    assert [node.to_json() for node in given] == before, "nor does the adapter itself"
    for new, old in zip(compressed, given, strict=True):
        assert new.node.excluded_llm_metadata_keys[:1] == ["page"]
        assert new.node.excluded_embed_metadata_keys[:1] == ["source"]
        assert new.node.relationships == old.relationships
        new.node.metadata["more"] = 1
        new.node.excluded_llm_metadata_keys.append("more")
        new.node.excluded_embed_metadata_keys.append("more")
        new.node.relationships.clear()
        assert old.to_json() in before
    assert [node.to_json() for node in given] == before


def test_numbers_are_not_taken_for_tags(tiny_scorer):
    """A year at the end of a node is text: whole or gone, and it never picks or merges nodes."""
    nodes = [
        NodeWithScore(node=TextNode(text=f"born in {1960 + i}", metadata={"n": i}), score=i)
        for i in range(10)
    ]
    postprocessor = ours(rate=0.9, compressor=PromptCompressor(tiny_scorer, "rag"))
    compressed = postprocessor.postprocess_nodes(nodes)
    assert [new.text for new in compressed] != [old.text for old in nodes]
    for new in compressed:
        number = new.metadata["n"]
        assert new.node_id == nodes[number].node_id
        assert new.score == number
        assert set(new.text.split()) <= {"born", "in", str(1960 + number)}


def test_what_stayed_whole_keeps_its_embedding(tiny_scorer, nodes):
    """Embedding and offsets still belong to a text that nothing was taken from."""
    postprocessor = ours(target_tokens=10_000, compressor=PromptCompressor(tiny_scorer, "rag"))
    for new, old in zip(postprocessor.postprocess_nodes(nodes), nodes, strict=True):
        assert new.text == old.text
        assert new.node.embedding == old.node.embedding
        assert new.node.start_char_idx == old.node.start_char_idx
        assert new.metadata["lingua"]["spans"] == [[0, len(old.text)]]


def test_a_note_is_optional_and_plain(postprocessor, nodes):
    """JSON and no timings; without a key the metadata are the user's alone."""
    notes = [[n.metadata["lingua"] for n in postprocessor.postprocess_nodes(nodes)] for _ in range(2)]
    assert notes[0] == notes[1] == json.loads(json.dumps(notes[0]))
    seen = []
    quiet = postprocessor.model_copy(update={"metadata_key": None, "on_result": seen.append})
    compressed = quiet.postprocess_nodes(nodes)
    assert [n.metadata for n in compressed] == [n.metadata for n in nodes]
    assert compressed[0].node.excluded_llm_metadata_keys == []
    assert seen[0].texts == [n.text for n in compressed]


def test_scored_nodes_keep_their_class(postprocessor, nodes):
    """Retrievers may return more than node and score."""

    class Ranked(NodeWithScore):
        rank: int = 0

    (new,) = postprocessor.postprocess_nodes([Ranked(node=nodes[0].node, score=0.5, rank=3)])
    assert (type(new), new.rank, new.score) == (Ranked, 3, 0.5)


def test_dropped_nodes_are_not_handed_on(tiny_scorer, nodes):
    """A budget for one node leaves no empty ones behind."""
    postprocessor = ours(target_tokens=5, compressor=PromptCompressor(tiny_scorer, "rag"))
    compressed = postprocessor.postprocess_nodes(nodes, query_str="cat")
    assert compressed[0].node_id == "id-1"
    assert all(new.text.strip() for new in compressed)


def test_metadata_never_enters_the_prompt_by_our_hand(postprocessor, nodes):
    """Our key is hidden from LLM and embedding model; the user's metadata is as visible as before."""
    for new in postprocessor.postprocess_nodes(nodes, query_str="cat?"):
        for mode in (MetadataMode.LLM, MetadataMode.EMBED):
            assert "lingua" not in new.node.get_content(metadata_mode=mode)
        assert "source: " in new.node.get_content(metadata_mode=MetadataMode.LLM)
    assert nodes[0].node.excluded_llm_metadata_keys == []


def test_all_kinds_of_nodes(postprocessor):
    """All kinds that hold text are right; nodes without text come back as they are."""
    text = "the cat sat on the mat and ran and ran, " * 4
    kinds = [
        TextNode(text=text),
        Document(text=text, metadata={"a": 1}),
        Node(text_resource=MediaResource(text=text, mimetype="text/markdown")),
        IndexNode(text=text, index_id="i", obj={"kept": True}),
        ImageNode(text=text, image_url="http://example.org/x.png"),
        ImageDocument(text=text, image=b"x"),
    ]
    untouched = [
        ImageNode(image_url="http://example.org/y.png"),
        ImageDocument(image=b"x"),
        TextNode(text=""),
        TextNode(text=" \n", embedding=[0.5]),
        Node(),
        Node(text_resource=MediaResource(url="http://example.org/z.pdf")),
    ]
    scored = [NodeWithScore(node=node, score=0.5) for node in [*kinds, *untouched]]
    compressed = postprocessor.postprocess_nodes(scored, query_str="cat?")
    assert [type(n.node) for n in compressed] == [type(n) for n in [*kinds, *untouched]]
    for new, old in zip(compressed, kinds, strict=False):
        content = new.node.get_content(metadata_mode=MetadataMode.NONE)
        assert 0 < len(content) < len(text)
        assert old.get_content(metadata_mode=MetadataMode.NONE).strip() == text.strip()
    assert compressed[2].node.text_resource.mimetype == "text/markdown"
    assert compressed[3].node.obj == {"kept": True}
    assert compressed[2].node.text_resource.embeddings is None
    assert compressed[5].node.image_resource == kinds[5].image_resource
    assert all(new.node is old for new, old in zip(compressed[6:], untouched, strict=True))


def test_only_blank_nodes(nodes):
    """Nothing to compress: no model is needed, and no budget is too small."""
    blanks = [NodeWithScore(node=TextNode(text=" \n \t\n ")), NodeWithScore(node=Node())]
    postprocessor = ours(method="rag", model="no-such-model", target_tokens=1)
    assert postprocessor.postprocess_nodes(blanks) == blanks


@pytest.mark.parametrize("use_async", [False, True])
async def test_events_and_span_once(postprocessor, nodes, use_async, heard):
    """One start event, one end event and one span per call."""
    events, spans = heard
    await postprocess(postprocessor, nodes, use_async)
    start, end = events
    assert start.class_name() == "LinguaCompressionStartEvent"
    assert (start.query, start.nodes, start.model_name) == ("cat?", 3, None)
    assert end.class_name() == "LinguaCompressionEndEvent"
    assert (end.nodes, end.model_name) == (3, "tiny")
    assert end.tokens_after < end.tokens_before
    assert len([s for s in spans.completed_spans if "LinguaNodePostprocessor" in s.id_]) == 1


async def test_a_failure_ends_the_span(tiny_scorer, nodes, heard):
    """One span, dropped with the error; no event says that compression is done."""
    events, spans = heard
    config = CompressionConfig.rag().with_(overhead_tokens=1000)
    failing = ours(when_too_small="raise", compressor=PromptCompressor(tiny_scorer, config))
    with pytest.raises(BudgetTooSmall):
        failing.postprocess_nodes(nodes)
    assert [event.class_name() for event in events] == ["LinguaCompressionStartEvent", "SpanDropEvent"]
    assert len(spans.dropped_spans) == 1
    assert spans.completed_spans == []


async def test_the_event_loop_stays_free(tiny_scorer, nodes):
    """While a slow compression runs, other tasks go on."""
    postprocessor = ours(rate=0.6, compressor=Slow(tiny_scorer, "rag"))
    assert await beats_during(postprocessor.apostprocess_nodes(nodes, query_str="cat?")) > 5


def test_round_trip_of_settings():
    """to_dict and from_dict keep every setting, also those that are not the default."""
    config = CompressionConfig.rag().with_(segment_tokens=50, unit_score="max")
    first = LinguaNodePostprocessor(
        rate=0.3, model="m", device="cpu", config=config, metadata_key="k", on_error="passthrough"
    )
    again = LinguaNodePostprocessor.from_dict(first.to_dict())
    assert again.to_dict() == first.to_dict()
    assert again.config == config
    assert LinguaNodePostprocessor.from_json(first.to_json()).config == config
    assert LinguaNodePostprocessor.model_validate(first.to_dict()).config == config
    assert type(first.to_dict()["config"]) is dict
    assert LinguaNodePostprocessor.class_name() == first.to_dict()["class_name"] == "LinguaNodePostprocessor"
    assert {"compressor", "on_result"}.isdisjoint(LinguaNodePostprocessor(on_result=print).to_dict())
    assert LinguaNodePostprocessor.model_json_schema()


def test_pickles_without_what_is_live(caplog):
    """Compressor, callback and callback manager are left out without being serialised, and it says so."""
    live = LinguaNodePostprocessor(rate=0.3, compressor=Broken(), on_result=lambda _: None)
    live.callback_manager.unpicklable = threading.Lock()
    before = dict(live.__dict__)
    again = pickle.loads(pickle.dumps(live))
    assert "leaves out what is live: callback_manager, compressor, on_result" in caplog.text
    assert live.__dict__ == before
    assert again.to_dict() == live.to_dict()
    assert again.compressor is again.on_result is None
    config = CompressionConfig.rag().with_(segment_tokens=50)
    assert pickle.loads(pickle.dumps(LinguaNodePostprocessor(config=config))).config == config


def test_pickles_carry_no_weights(loads, tiny_encoders, tmp_path, nodes):
    """While one thread pickles, another one compresses; copies share what is in memory and load the rest."""
    model = tiny_encoders["classifier"]
    first = ours(method="llmlingua2", model=model, rate=0.5)
    assert loads == []
    expected = first.postprocess_nodes(nodes)
    pickling = threading.Thread(target=lambda: [pickle.dumps(first) for _ in range(300)])
    pickling.start()
    while pickling.is_alive():
        assert first.postprocess_nodes(nodes) == expected
    data = pickle.dumps(first)
    assert len(data) < 5_000
    again = pickle.loads(data)
    assert again.postprocess_nodes(nodes) == expected != nodes
    assert copy.deepcopy(again).postprocess_nodes(nodes) == expected
    assert loads == [model]
    unload()
    assert again.postprocess_nodes(nodes) == expected
    assert loads == [model, model], "lazily, at its next call"
    other = str(shutil.copytree(model, tmp_path / "other"))
    again.model_copy(update={"model": other}).postprocess_nodes(nodes)
    assert loads == [model, model, other]


def test_without_a_query(postprocessor, nodes):
    """LLMLingua needs no question."""
    assert len(postprocessor.postprocess_nodes(nodes)) == 3
    assert postprocessor.postprocess_nodes([]) == []


def test_passthrough_warns_and_loses_nothing(nodes):
    """on_error="passthrough" hands the inputs on; "raise" is the default."""
    misspelt = {"method": "rag", "model": "smolm2"}
    with pytest.raises(UnknownModel):
        ours(**misspelt).postprocess_nodes(nodes, query_str="q")
    with pytest.warns(LinguaWarning, match="passed on uncompressed"):
        lenient = ours(**misspelt, on_error="passthrough")
        assert lenient.postprocess_nodes(nodes, query_str="q") == nodes


@pytest.mark.parametrize("use_async", [False, True])
async def test_passthrough_is_for_any_failure(nodes, use_async, heard):
    """Not only our own errors; the events say that nothing was counted."""
    lenient = ours(compressor=Broken(), on_error="passthrough")
    with pytest.warns(LinguaWarning, match="passed on uncompressed: RuntimeError"):
        assert await postprocess(lenient, nodes, use_async) == nodes
    start, end = heard[0]
    assert (start.nodes, end.nodes, end.tokens_before, end.model_name) == (3, 3, None, None)


def test_settings_are_checked_at_once():
    """Settings that cannot work fail where they are written, with our words."""
    for settings, words in [
        ({"rate": 0.5, "target_tokens": 100}, "either rate or target_tokens"),
        ({"rate": float("nan")}, r"rate must be in \(0, 1\]"),
        ({"target_tokens": 0}, "target_tokens must be a whole number of at least 1"),
        ({"compressor": "smollm2"}, "compressor must be a PromptCompressor, not str"),
    ]:
        with pytest.raises(InvalidRequest, match=words):
            LinguaNodePostprocessor(**settings)
    with pytest.raises(ValueError, match="There is no setting"):
        LinguaNodePostprocessor(rat=0.5)
    with pytest.raises(ValueError, match="unexpected keyword argument 'rat'"):
        LinguaNodePostprocessor(config={"rat": 0.5})


async def test_in_a_query_engine(postprocessor, nodes):
    """The LLM sees the compressed text and nothing of ours; the response's sources are the right nodes."""
    engine = RetrieverQueryEngine.from_args(Fixed(nodes), llm=MockLLM(), node_postprocessors=[postprocessor])
    response = engine.query("cat?")
    prompt = str(response)  # MockLLM answers with its prompt
    assert "lingua" not in prompt
    assert [n.node_id for n in response.source_nodes] == ["id-0", "id-1", "id-2"]
    for source, node in zip(response.source_nodes, nodes, strict=True):
        assert source.text in prompt
        assert node.text not in prompt
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
def test_with_defaults_on_real_weights():
    """The constructor without arguments works, and the question's node comes through."""
    nodes = [NodeWithScore(node=TextNode(text=topics[name], id_=name)) for name in ("del", "pass", "assert")]
    results = []
    postprocessor = LinguaNodePostprocessor(on_result=results.append)
    query = "What does the assert statement raise?"
    compressed = postprocessor.postprocess_nodes(nodes, query_str=query)
    assert "assert" in [n.node_id for n in compressed]
    assert all(n.text.strip() for n in compressed)
    assert results[0].model.startswith("multilingual-e5-small@")
    spent = sum(n.metadata["lingua"]["tokens_after"] for n in compressed)
    assert spent == results[0].tokens_after <= 0.5 * results[0].tokens_before
    again = pickle.loads(pickle.dumps(postprocessor))
    assert again.postprocess_nodes(nodes, query_str=query) == compressed


def test_a_method_by_name(nodes):
    """Whole sentences by BM25, without any model; ids and scores stay."""
    postprocessor = ours(method="extractive-bm25", target_tokens=18)
    (left,) = postprocessor.postprocess_nodes(nodes, query_str="Where did the cat sit? On the mat?")
    assert (left.node.node_id, left.node.text) == ("id-1", nodes[1].node.text)
    assert left.score == nodes[1].score
    again = LinguaNodePostprocessor.from_dict(postprocessor.to_dict())
    assert again.method == "extractive-bm25"
