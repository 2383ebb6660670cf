"""Arguments of LlamaIndex's LongLLMLinguaPostprocessor: all are known, and do what the table says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from llama_index.core.schema import NodeWithScore, TextNode

from lingua_integrations import CompressionConfig
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.mustkeep import MustKeep
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.llama_index import LinguaNodePostprocessor
from lingua_integrations.llama_index.migration import (
    CHOICES,
    CONFIGURATION,
    MUST_KEEP,
    SETTINGS,
    WITHOUT_EFFECT,
)

LONG = METHODS["longllmlingua"].config
# The parameters of version 0.7.0's constructor, and of LLMLingua 0.2.2's compress_prompt but for the prompt.
THEIRS = """model_name device_map model_config open_api_config instruction_str target_token rank_method
    additional_compress_kwargs use_llmlingua2""".split()
COMPRESS_PROMPT = """rate target_token iterative_size force_context_ids force_context_number
    use_sentence_level_filter use_context_level_filter use_token_level_filter keep_split keep_first_sentence
    keep_last_sentence keep_sentence_number high_priority_bonus context_budget token_budget_ratio
    condition_in_question reorder_context dynamic_context_compression_ratio condition_compare add_instruction
    rank_method concate_question context_segs context_segs_rate context_segs_compress target_context
    context_level_rate context_level_target_token return_word_label word_sep label_sep token_to_word
    force_tokens force_reserve_digit drop_consecutive chunk_end_tokens strict_preserve_uncompressed""".split()


def migrated(**arguments):
    return LinguaNodePostprocessor.from_longllmlingua(**arguments)


def test_every_argument_is_known_once():
    tables = [CHOICES, SETTINGS, CONFIGURATION, MUST_KEEP, WITHOUT_EFFECT]
    known = [name for table in tables for name in table]
    assert len(known) == len(set(known))
    assert not {*THEIRS, *COMPRESS_PROMPT} - set(known)


def test_without_arguments():
    """LongLLMLingua as published, to half of the tokens."""
    made = migrated()
    assert (made.config, made.rate, made.target_tokens, made.model, made.device) == (
        LONG,
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"target_token": 300}, {"target_tokens": 300, "rate": None}),
        ({"target_token": 300.0}, {"target_tokens": 300}),
        ({"target_token": -1}, {"target_tokens": None}),
        ({"target_token": 300, "rate": 0.3}, {"target_tokens": 300, "rate": None}),
        ({"model_name": "gpt2", "device_map": "cuda"}, {"model": "gpt2", "device": "cuda"}),
        ({"device_map": "auto"}, {"device": None}),
        ({"additional_compress_kwargs": {"rate": 0.3}}, {"rate": 0.3}),
        ({"additional_compress_kwargs": None, "model_config": {}, "open_api_config": None}, {"config": LONG}),
        ({"ratio": 0.75}, {"rate": 0.25}),
        ({"rank_method": "llmlingua"}, {"config": METHODS["llmlingua"].config}),
        ({"rank_method": "bm25"}, {"config": CompressionConfig.rag()}),
        ({"rank_method": "bge"}, {"config": CompressionConfig(ranker="embedding")}),
        ({"rank_method": "bge_reranker"}, {"config": CompressionConfig(ranker="cross-encoder")}),
        ({"use_llmlingua2": True, "model_name": "c"}, {"config": METHODS["llmlingua2"].config, "model": "c"}),
        ({"use_llmlingua2": True, "condition_compare": True}, {"config": METHODS["llmlingua2"].config}),
        ({"iterative_size": 100}, {"config": LONG.with_(segment_tokens=100)}),
        ({"reorder_context": "sort"}, {"config": LONG.with_(order="relevance")}),
        ({"reorder_context": "two_stage"}, {"config": LONG.with_(order="edges")}),
        ({"dynamic_context_compression_ratio": 0.4}, {"config": LONG.with_(dynamic_rate=0.4)}),
        (
            {"rank_method": "bm25", "condition_compare": True},
            {"config": CompressionConfig(scorer="contrastive")},
        ),
        ({"context_budget": "*1.5"}, {"config": LONG.with_(coarse_factor=1.5)}),
        ({"condition_in_question": "after"}, {"config": LONG}),
        (
            {"force_tokens": ["?"], "force_reserve_digit": True, "keep_first_sentence": 1},
            {"config": LONG.with_(must_keep=MustKeep(tokens=("?",), rules=("numbers",), first=1))},
        ),
    ],
)
def test_what_they_become(arguments, expected):
    made = migrated(**arguments)
    assert {name: getattr(made, name) for name in expected} == expected


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_without_effect(name):
    """Accepted, with the reason, at the line that gave it."""
    with pytest.warns(LinguaWarning, match=f"^{name} has no effect: .*[^.]\\.$") as warned:
        made = migrated(**{name: "something"})
    assert made.config == LONG
    assert len(warned) == 1


def test_a_sum_is_no_factor():
    """What LLMLingua's own examples give; the rest of them is understood."""
    kwargs = {"condition_compare": True, "condition_in_question": "after", "reorder_context": "sort"}
    with pytest.warns(LinguaWarning, match="only a multiple"):
        made = migrated(additional_compress_kwargs={**kwargs, "context_budget": "+100"})
    assert made.config == LONG.with_(order="relevance")


def test_bad_arguments():
    for arguments, words in [
        ({"target_tokens": 5}, "no argument 'target_tokens'. Did you mean 'target_token'"),
        ({"additional_compress_kwargs": {"rte": 5}}, "no argument 'rte'. Did you mean 'rate'"),
        ({"rank_method": "cohere"}, "rank_method='cohere' has no counterpart here; there are longllmlingua"),
        ({"reorder_context": "random"}, "there are original, sort, two_stage"),
        ({"rate": 2}, "rate must lie in"),
    ]:
        with pytest.raises(InvalidRequest, match=re.escape(words)):
            migrated(**arguments)


def test_the_page_names_every_argument():
    """Those of the constructor and those that are understood have a row."""
    page = (Path(__file__).parents[2] / "docs" / "migration.md").read_text("utf-8")
    rows = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE))))
    assert {*THEIRS, *SETTINGS, *CONFIGURATION, *MUST_KEEP} <= rows


@pytest.mark.model
def test_on_real_weights():
    """Nodes in, the same nodes out."""
    texts = [
        "Emma is a novel by Jane Austen. It came out in 1815.",
        "Ulysses is by James Joyce. It came later.",
    ]
    nodes = [NodeWithScore(node=TextNode(text=text, id_=str(i)), score=i) for i, text in enumerate(texts)]
    made = migrated(target_token=20, rank_method="longllmlingua")
    shorter = made.postprocess_nodes(nodes, query_str="Who wrote Emma?")
    assert "0" in [node.node_id for node in shorter]
    assert all(node.score == int(node.node_id) for node in shorter)
