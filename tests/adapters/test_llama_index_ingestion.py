"""LinguaTransform: no question, no node lost, a complete cache key, workers, events."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from pydoc_data.topics import topics

import pytest
from llama import Broken, listening
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.ingestion import IngestionCache, IngestionPipeline
from llama_index.core.ingestion.pipeline import get_transformation_hash
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import (
    Document,
    ImageNode,
    IndexNode,
    MediaResource,
    MetadataMode,
    Node,
    NodeRelationship,
    RelatedNodeInfo,
    TextNode,
)
from whole import keeps_whole_sentences

from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor
from lingua_integrations.core.methods import METHODS, needs_question
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.prune.rankers.cross_encoder import CrossEncoderRanker
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.llama_index import LinguaTransform
from slow import Slow, beats_during

TEXTS = [
    "1999 was good, and the revenue of the whole company came to 12",
    "a text about a cat that sat on the mat and that ends in 42",
    "she was, as far as anybody at the office knew, born in 1969",
]
ONE_WORD = "Donaudampfschifffahrtsgesellschaftskapitän"


@pytest.fixture
def nodes():
    made = [
        TextNode(text=text, id_=f"id-{i}", metadata={"source": f"{i}.txt"}) for i, text in enumerate(TEXTS)
    ]
    for node in made:
        node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id="document")
    return made


@pytest.fixture
def compressor(tiny_scorer):
    return PromptCompressor(tiny_scorer, "rag")


def ours(**settings):
    return LinguaTransform(**{"min_tokens": 0, **settings})


async def run(transform, nodes, use_async):
    return await transform.acall(nodes) if use_async else transform(nodes)


@pytest.mark.parametrize("use_async", [False, True])
async def test_each_node_alone_to_the_same_rate(compressor, nodes, o200k, use_async):
    """The same as if there were no others; identity stays; one span and one event each way."""
    before = copy.deepcopy(nodes)
    results = []
    transform = ours(rate=0.6, compressor=compressor, metadata_key="lingua", on_result=results.append)
    with listening() as heard:
        compressed = await run(transform, nodes, use_async)
    assert heard.counts("LinguaTransform") == (1, 1, 1)
    assert nodes == before
    for new, old in zip(compressed, nodes, strict=True):
        assert new.text == compressor.compress([old.text], rate=0.6).texts[0] != old.text
        assert o200k(new.text) <= 0.6 * o200k(old.text)
        assert (new.node_id, new.ref_doc_id) == (old.node_id, "document")
        assert " ".join(old.text[start:end] for start, end in new.metadata["lingua"]["spans"]) == new.text
        assert "lingua" not in new.get_content(metadata_mode=MetadataMode.EMBED)
    (result,) = results
    end = heard.events[1]
    assert (end.tokens_before, end.tokens_after, end.nodes) == (result.tokens_before, result.tokens_after, 3)


def test_metadata_stays_flat_by_default(compressor, nodes):
    """Vector stores take no nested metadata."""
    compressed = ours(compressor=compressor)(nodes)
    assert [node.metadata for node in compressed] == [node.metadata for node in nodes]
    assert all(new.text != old.text for new, old in zip(compressed, nodes, strict=True))


def test_all_kinds_of_nodes(compressor):
    """What has text is shortened in place; what has none is the very same object."""
    text = "the cat sat on the mat and ran and ran, " * 4
    kinds = [
        TextNode(text=text, embedding=[0.5]),
        Document(text=text),
        Node(text_resource=MediaResource(text=text, mimetype="text/markdown")),
        IndexNode(text=text, index_id="i", obj={"kept": True}),
        ImageNode(text=text, image_url="http://example.org/x.png"),
    ]
    untouched = [ImageNode(image_url="http://example.org/y.png"), TextNode(text=" \n"), Node()]
    compressed = ours(compressor=compressor)([*kinds, *untouched])
    for new, old in zip(compressed, kinds, strict=False):
        content = new.get_content(metadata_mode=MetadataMode.NONE)
        assert 0 < len(content) < len(text)
        assert (type(new), new.embedding) == (type(old), None)
    assert all(new is old for new, old in zip(compressed[5:], untouched, strict=True))
    assert ours(compressor=compressor)(untouched) == untouched
    assert ours(method="llmlingua", model="no-such-model")([]) == []


@pytest.mark.parametrize("when", ["least", "passthrough", "raise"])
def test_no_node_is_lost(compressor, nodes, o200k, when):
    """A node without room for a word: the least of it, or all, or an error; the others are still shorter."""
    mixed = [*nodes, TextNode(text=f"{ONE_WORD} {ONE_WORD}", metadata={"n": 3})]
    results = []
    settings = {"target_tokens": 6, "compressor": compressor, "when_too_small": when}
    transform = ours(**settings, on_result=results.append)
    if when == "raise":
        with pytest.raises(BudgetTooSmall, match=f"smallest that works is {o200k(ONE_WORD)}"):
            transform(mixed)
        lenient = ours(**settings, on_error="passthrough")
        with pytest.warns(LinguaWarning, match="passed on uncompressed: BudgetTooSmall"):
            assert lenient(mixed) == mixed
        return
    match = "passed on, over the budget" if when == "least" else "passed on uncompressed"
    with pytest.warns(LinguaWarning, match=match) as warned:
        compressed = transform(mixed)
    assert [one.category for one in warned].count(LinguaWarning) == 1
    assert compressed[3].text == (ONE_WORD if when == "least" else mixed[3].text)
    assert (compressed[3].node_id, compressed[3].metadata) == (mixed[3].node_id, {"n": 3})
    assert all(new.text != old.text for new, old in zip(compressed[:3], nodes, strict=True))
    assert [context.index for context in results[0].contexts] == [0, 1, 2, 3]
    assert results[0].dropped == ()
    with pytest.warns(LinguaWarning, match=match):
        assert transform([mixed[3]]) == [compressed[3]]
    assert ("the least that works" in results[1].note) == (when == "least")
    with pytest.raises(BudgetTooSmall):
        compressor.compress([mixed[3].text], target_tokens=o200k(ONE_WORD) - 1)


@pytest.mark.parametrize("use_async", [False, True])
async def test_passthrough_is_for_any_failure(nodes, use_async):
    lenient = ours(compressor=Broken(), on_error="passthrough")
    with pytest.warns(LinguaWarning, match="passed on uncompressed: RuntimeError"), listening() as heard:
        assert await run(lenient, nodes, use_async) == nodes
    assert heard.counts("LinguaTransform") == (1, 1, 1)
    with pytest.raises(RuntimeError):
        await run(ours(compressor=Broken()), nodes, use_async)


async def test_the_event_loop_stays_free(tiny_scorer, nodes):
    assert await beats_during(ours(compressor=Slow(tiny_scorer, "rag")).acall(nodes)) > 5


def test_what_needs_a_question_is_refused_at_once():
    """By name, by configuration, in a given compressor; and the message names what works."""
    needing = [name for name, method in METHODS.items() if needs_question(method.config)]
    assert needing == [name for name, method in METHODS.items() if "question" in method.needs.split("; a ")]
    assert len(needing) == 9
    for name in needing:
        given = [
            {"method": name},
            {"config": METHODS[name].config},
            {"compressor": PromptCompressor(config=name)},
        ]
        for settings in given:
            with pytest.raises(InvalidRequest, match="Use salience, llmlingua, llmlingua2"):
                LinguaTransform(**settings)
    for name in set(METHODS) - set(needing):
        assert LinguaTransform(method=name).method == name
    assert LinguaTransform().method is None


@pytest.mark.parametrize(
    "settings",
    [
        {"spread": "together"},
        {"rat": 0.5},
        {"rate": 0.5, "target_tokens": 5},
        {"rate": 0},
        {"method": "ragg"},
    ],
)
def test_bad_settings(settings):
    with pytest.raises(ValueError, match=r"spread|rat|either|rag"):
        LinguaTransform(**settings)


def key_of(**settings):
    return get_transformation_hash([TextNode(text="text", id_="1")], LinguaTransform(**settings))


def test_the_cache_key_is_complete(monkeypatch, tiny_scorer):
    """Whatever changes the output changes the key, a given compressor and this package's version included."""
    variants = [
        {},
        {"rate": 0.3},
        {"target_tokens": 9},
        {"min_tokens": 9},
        {"method": "llmlingua"},
        {"method": "llmlingua", "model": "other"},
        {"when_too_small": "passthrough"},
        {"device": "cpu"},
        {"dtype": "float32"},
        {"counter": "cl100k_base"},
        {"config": CompressionConfig.rag().with_(segment_tokens=50)},
        {"metadata_key": "lingua"},
        {"compressor": PromptCompressor.from_pretrained("a", "rag")},
        {"compressor": PromptCompressor.from_pretrained("b", "rag")},
        {"compressor": PromptCompressor.from_pretrained("b", "rag", dtype="float32")},
        {"compressor": PromptCompressor(CausalLM("b"), "rag")},
        {"compressor": PromptCompressor(CausalLM("b", dtype="float32"), "rag")},
        {"compressor": PromptCompressor(config="rag", ranker=CrossEncoderRanker("b"))},
        {"compressor": PromptCompressor(config="rag", ranker=CrossEncoderRanker("b", dtype="float32"))},
        {"compressor": PromptCompressor.from_pretrained("a", "llmlingua")},
        {"compressor": PromptCompressor.from_pretrained("a", "rag", counter=lambda text: len(text))},
        {"compressor": PromptCompressor.from_pretrained("a", "rag", counter=lambda text: len(text) // 2)},
        {"compressor": PromptCompressor(tiny_scorer, "rag")},
    ]
    keys = [key_of(**settings) for settings in variants]
    assert len(set(keys)) == len(variants)
    assert keys[:-1] == [key_of(**settings) for settings in variants[:-1]]
    monkeypatch.setattr("lingua_integrations.llama_index.ingestion.__version__", "9.9.9")
    assert not set(keys) & {key_of(**settings) for settings in variants}


def test_two_scorers_of_ones_own_do_not_share_a_key(tiny_scorer):
    """Even where they say nothing about themselves but their address."""

    class Own:
        def score(self, units, question):
            raise NotImplementedError

    first, second = Own(), Own()
    keys = {key_of(compressor=PromptCompressor(one, "llmlingua2")) for one in (first, second)}
    assert len(keys) == 2
    assert key_of(compressor=PromptCompressor(first, "llmlingua2")) in keys


def test_a_used_compressor_keeps_its_key(compressor, nodes):
    transform = ours(compressor=compressor)
    before = get_transformation_hash(nodes, transform)
    assert transform(nodes) != nodes
    assert get_transformation_hash(nodes, transform) == before


async def test_in_a_pipeline_with_a_cache(compressor, nodes):
    """Splitter, ours, embedding: stored vectors belong to the short text; a cached run is free."""
    calls = []
    transform = ours(compressor=compressor, rate=0.6, on_result=calls.append)
    pipeline = IngestionPipeline(
        transformations=[SentenceSplitter(chunk_size=64, chunk_overlap=0), transform, MockEmbedding(4)],
        cache=IngestionCache(),
    )
    documents = [Document(text=" ".join(TEXTS), id_="document", metadata={"a": 1})]
    first = pipeline.run(documents=documents)
    assert len(calls) == 1
    assert all(len(node.embedding) == 4 for node in first)
    assert {node.ref_doc_id for node in first} == {"document"}
    again = await pipeline.arun(documents=documents)
    assert len(calls) == 1
    assert [node.text for node in again] == [node.text for node in first]
    transform.rate = 0.3
    shorter = pipeline.run(documents=documents)
    assert len(calls) == 2
    assert sum(len(node.text) for node in shorter) < sum(len(node.text) for node in first)


def test_round_trips(compressor, caplog):
    """Dumps, JSON and pickles keep every setting; what is live stays behind."""
    config = CompressionConfig.rag().with_(segment_tokens=50)
    first = LinguaTransform(rate=0.3, config=config, metadata_key="k", on_error="passthrough")
    assert LinguaTransform.from_dict(first.to_dict()).to_dict() == first.to_dict()
    assert LinguaTransform.from_json(json.dumps(first.to_dict())).config == config
    assert pickle.loads(pickle.dumps(first)).to_dict() == first.to_dict()
    assert first.to_dict()["class_name"] == "LinguaTransform"
    live = LinguaTransform(compressor=compressor, on_result=print)
    with caplog.at_level(logging.WARNING):
        assert pickle.loads(pickle.dumps(live)).compressor is None
    assert "leaves out what is live: compressor, on_result" in caplog.text


def test_progress(compressor, nodes, capsys):
    ours(compressor=compressor, show_progress=True)(nodes)
    assert "Compressing: 100%" in capsys.readouterr().err
    ours(compressor=compressor)(nodes)
    assert capsys.readouterr().err == ""


def test_a_copy_loads_its_own_model(tiny_encoders, nodes):
    """What a worker gets is small, and gives the same."""
    transform = ours(method="llmlingua2", model=tiny_encoders["classifier"], rate=0.6)
    expected = [node.text for node in transform(nodes)]
    assert expected != TEXTS
    packed = pickle.dumps(transform)
    assert len(packed) < 5_000
    assert [node.text for node in pickle.loads(packed)(nodes)] == expected


def test_in_worker_processes():
    """The framework starts its workers anew; models in such processes have tests of their own."""
    nodes = [TextNode(text=topics[name], id_=name) for name in ("del", "pass")]
    transform = ours(rate=0.5)
    expected = [node.text for node in transform(nodes)]
    assert expected != [node.text for node in nodes]
    pipeline = IngestionPipeline(transformations=[transform], disable_cache=True)
    assert [node.text for node in pipeline.run(nodes=nodes, num_workers=2)] == expected


def test_with_defaults(o200k, loads):
    """The constructor without arguments works; without a question no model is loaded, and sentences stay."""
    nodes = [TextNode(text=topics[name], id_=name) for name in ("del", "pass")]
    results = []
    compressed = LinguaTransform(on_result=results.append)(nodes)
    assert results[0].model is None
    assert loads == []
    for new, old in zip(compressed, nodes, strict=True):
        assert new.node_id == old.node_id
        assert 0.4 * o200k(old.text) < o200k(new.text) <= 0.5 * o200k(old.text)
    assert keeps_whole_sentences(results[0])
