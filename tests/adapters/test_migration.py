"""Arguments of the older adapters: each becomes ours, warns that it has no effect, or is refused."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from langchain_core.documents import Document
from llama_index.core.schema import NodeWithScore, TextNode

from lingua_integrations import CompressionConfig, MustKeep, PromptCompressor
from lingua_integrations.adapters.migration import RANKERS, TRANSLATED, WITHOUT_EFFECT
from lingua_integrations.core.methods import METHODS
from lingua_integrations.errors import InvalidRequest, LinguaWarning
from lingua_integrations.langchain import LinguaDocumentCompressor
from lingua_integrations.llama_index import LinguaNodePostprocessor

# The parameters of the two constructors, and of LLMLingua 0.2.2's compress_prompt but for the prompt itself.
THEIRS = """model_name device_map model_config model_configuration open_api_config instruction instruction_str
    target_token rank_method additional_compress_kwargs use_llmlingua2 lingua""".split()
COMPRESS_PROMPT = """rate target_token iterative_size force_context_ids force_context_number
    use_sentence_level_filter use_context_level_filter use_token_level_filter keep_split keep_first_sentence
    keep_last_sentence keep_sentence_number high_priority_bonus context_budget token_budget_ratio
    condition_in_question reorder_context dynamic_context_compression_ratio condition_compare add_instruction
    rank_method concate_question context_segs context_segs_rate context_segs_compress target_context
    context_level_rate context_level_target_token return_word_label word_sep label_sep token_to_word
    force_tokens force_reserve_digit drop_consecutive chunk_end_tokens strict_preserve_uncompressed""".split()
PAGE = (Path(__file__).parent.parent.parent / "docs" / "migration.md").read_text("utf-8")


def config_of(**compress):
    made = LinguaDocumentCompressor.from_llmlingua(additional_compress_kwargs=compress)
    return made.config.with_(ranker="bm25", target_tokens=None)


def test_the_defaults_are_the_older_adapters():
    """Without a word of ours: 300 tokens, by LongLLMLingua's ranking and contrast, sorted."""
    made = LinguaDocumentCompressor.from_llmlingua()
    assert made.model is None
    assert made.config == CompressionConfig.rag().with_(
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
    assert config_of(**compress) == CompressionConfig.rag().with_(**expected)


def test_rankers():
    for theirs, ours in RANKERS.items():
        assert LinguaDocumentCompressor.from_llmlingua(rank_method=theirs).config.ranker == ours
    with pytest.raises(InvalidRequest, match="rank_method='voyageai' is not supported"):
        LinguaDocumentCompressor.from_llmlingua(rank_method="voyageai")


def test_what_has_no_effect_says_why():
    with pytest.warns(LinguaWarning, match="instruction: the adapter hands on documents alone") as seen:
        LinguaDocumentCompressor.from_llmlingua(
            instruction="Answer.", additional_compress_kwargs={"token_budget_ratio": 1.4}
        )
    (told,) = (str(one.message) for one in seen if one.category is LinguaWarning)
    assert "token_budget_ratio: budgets are exact" in told
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
        ({"additional_compress_kwargs": {"rate": 3}}, "rate must be in"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(InvalidRequest, match=message):
        LinguaDocumentCompressor.from_llmlingua(**arguments)


def test_it_compresses(tiny_scorer, o200k):
    """With a compressor of ours for what it was told."""
    made = LinguaDocumentCompressor.from_llmlingua(
        target_token=8,
        rank_method="bm25",
        additional_compress_kwargs={"force_tokens": ["Emma"]},
        min_tokens=0,
    )
    made.compressor = PromptCompressor(tiny_scorer, made.config)
    documents = [Document("Emma is by Jane Austen. It came in 1815.", id="a"), Document("Not this.", id="b")]
    (left,) = made.compress_documents(documents, "Who wrote Emma?")
    assert left.id == "a"
    assert "Emma" in left.page_content
    assert o200k(left.page_content) <= 8


def test_the_page_names_every_argument():
    """And every argument is known."""
    read = {"model_name", "device_map", "target_token", "rank_method", "use_llmlingua2"}
    known = {*TRANSLATED, *WITHOUT_EFFECT, *read, "additional_compress_kwargs"}
    assert not {*THEIRS, *COMPRESS_PROMPT} - known
    assert not set(TRANSLATED) & set(WITHOUT_EFFECT)
    for name in known:
        assert f"`{name}`" in PAGE, name


def test_the_postprocessors_arguments():
    """Ranked by the question, to half of the tokens; its own arguments, and ours beside them."""
    made = LinguaNodePostprocessor.from_longllmlingua()
    assert made.config == CompressionConfig.rag().with_(ranker="question-perplexity")
    made = LinguaNodePostprocessor.from_longllmlingua(
        target_token=300.0,
        device_map="cuda",
        use_llmlingua2=True,
        model_name="c",
        additional_compress_kwargs={"force_tokens": ["?"], "condition_compare": True},
        model_config={},
        open_api_config=None,
        on_error="passthrough",
    )
    expected = METHODS["llmlingua2"].config.with_(target_tokens=300, must_keep=MustKeep(tokens=("?",)))
    assert (made.config, made.device, made.model, made.on_error) == (expected, "cuda", "c", "passthrough")
    with pytest.warns(LinguaWarning, match="metadata_mode: a node's own text"):
        LinguaNodePostprocessor.from_longllmlingua(metadata_mode="all")
    with pytest.raises(InvalidRequest, match="Did you mean 'target_token'"):
        LinguaNodePostprocessor.from_longllmlingua(target_toke=5)


@pytest.mark.model
def test_the_postprocessor_on_real_weights(o200k):
    """Nodes in, the same nodes out."""
    texts = [
        "Emma is a novel by Jane Austen. It came out in 1815.",
        "Ulysses is by James Joyce. It came later.",
    ]
    nodes = [NodeWithScore(node=TextNode(text=text, id_=str(i)), score=i) for i, text in enumerate(texts)]
    made = LinguaNodePostprocessor.from_longllmlingua(
        target_token=20, rank_method="longllmlingua", min_tokens=0
    )
    shorter = made.postprocess_nodes(nodes, query_str="Who wrote Emma?")
    assert "0" in [node.node_id for node in shorter]
    assert all(node.score == int(node.node_id) for node in shorter)
    assert sum(o200k(node.text) for node in shorter) <= 20
