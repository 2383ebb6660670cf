"""Arguments of the older adapters: each becomes ours, warns that it has no effect, or is refused."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from langchain_core.documents import Document

from lingua_integrations import CompressionConfig, MustKeep, PromptCompressor
from lingua_integrations.adapting.migration import RANKERS, TRANSLATED, WITHOUT_EFFECT
from lingua_integrations.core.methods import METHODS
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.langchain import LinguaDocumentCompressor

PAGE = (Path(__file__).parent.parent.parent / "docs" / "migration.md").read_text("utf-8")


def config_of(**compress):
    made = LinguaDocumentCompressor.from_llmlingua(additional_compress_kwargs=compress)
    return made.config.with_(ranker="bm25", target_tokens=None)


def test_the_defaults_are_the_older_adapters():
    """Without a word of ours: 300 tokens, by LongLLMLingua's ranking and contrast, sorted."""
    made = LinguaDocumentCompressor.from_llmlingua()
    assert made.model is None
    assert made.config == CompressionConfig(
        target_tokens=300,
        ranker="question-perplexity",
        scorer="contrastive",
        order="relevance",
        dynamic_rate=0.4,
        coarse_factor=1 + 100 / 300,
    )


def test_model_device_and_fields_of_ours():
    made = LinguaDocumentCompressor.from_llmlingua(
        model_name="gpt2", device_map="cpu", target_token=-1, on_error="passthrough", metadata_key=None
    )
    assert (made.model, made.device, made.on_error, made.metadata_key) == ("gpt2", "cpu", "passthrough", None)
    assert made.config.target_tokens is None
    assert LinguaDocumentCompressor.from_llmlingua(device_map="auto").device is None


@pytest.mark.parametrize(
    ("compress", "expected"),
    [
        ({"rate": 0.3}, {"rate": 0.3}),
        ({"iterative_size": 100}, {"segment_tokens": 100}),
        ({"reorder_context": "two_stage"}, {"order": "edges"}),
        ({"context_budget": "*3"}, {"coarse_factor": 3.0}),
        ({"use_context_level_filter": False}, {"coarse_factor": None}),
        ({"use_context_level_filter": True}, {}),
        ({"condition_compare": False}, {}),
        ({"use_sentence_level_filter": True}, {"filter": METHODS["extractive"].config}),
        ({"keep_first_sentence": 2, "keep_last_sentence": 1}, {"must_keep": MustKeep(first=2, last=1)}),
        (
            {"force_tokens": ["?"], "force_reserve_digit": True},
            {"must_keep": MustKeep(rules=("numbers",), tokens=("?",))},
        ),
    ],
)
def test_arguments_become_ours(compress, expected):
    assert config_of(**compress) == CompressionConfig(**expected)


def test_rankers():
    for theirs, ours in RANKERS.items():
        assert LinguaDocumentCompressor.from_llmlingua(rank_method=theirs).config.ranker == ours
    with pytest.raises(InvalidRequest, match="rank_method='voyageai' is not here"):
        LinguaDocumentCompressor.from_llmlingua(rank_method="voyageai")


def test_what_has_no_effect_says_why():
    with pytest.warns(LinguaWarning, match="instruction: the adapter hands on documents alone") as seen:
        LinguaDocumentCompressor.from_llmlingua(
            instruction="Answer.", additional_compress_kwargs={"token_budget_ratio": 1.4}
        )
    assert len(seen) == 1
    assert "token_budget_ratio: budgets are exact" in str(seen[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LinguaDocumentCompressor.from_llmlingua(model_config={}, open_api_config={})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target_tokens_": 3}, "no argument 'target_tokens_'"),
        ({"additional_compress_kwargs": {"iterative_sizes": 3}}, "Did you mean 'iterative_size'"),
        ({"additional_compress_kwargs": {"reorder_context": "random"}}, "reorder_context must be one of"),
        ({"additional_compress_kwargs": {"context_budget": "100"}}, "context_budget must be like"),
        (
            {"additional_compress_kwargs": {"context_budget": "__import__('os')"}},
            "context_budget must be like",
        ),
        ({"additional_compress_kwargs": {"rate": 3}}, "rate must lie in"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(InvalidRequest, match=message):
        LinguaDocumentCompressor.from_llmlingua(**arguments)


def test_it_compresses(tiny_scorer, o200k):
    """With a compressor of ours for what it was told."""
    made = LinguaDocumentCompressor.from_llmlingua(
        target_token=8, rank_method="bm25", additional_compress_kwargs={"force_tokens": ["Emma"]}
    )
    made.compressor = PromptCompressor(tiny_scorer, made.config)
    documents = [Document("Emma is by Jane Austen. It came in 1815.", id="a"), Document("Not this.", id="b")]
    (left,) = made.compress_documents(documents, "Who wrote Emma?")
    assert left.id == "a"
    assert "Emma" in left.page_content
    assert o200k(left.page_content) <= 8


def test_the_page_names_every_argument():
    for name in [*TRANSLATED, *WITHOUT_EFFECT, "model_name", "device_map", "target_token", "rank_method"]:
        assert f"`{name}`" in PAGE, name
