"""Refuses settings that an adapter does not have, and suggests the nearest of ours."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import fields
from typing import Any

from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.errors import InvalidRequest

_TOKENS = ("target_tokens", "the tokens of all texts together")
_MODEL = ("model", "one of our names, a folder, or a hub id")
_OWN_EMBEDDINGS = (
    "compressor",
    "PromptCompressor(config='extractive-fusion', ranker=EmbeddingRanker(embeddings)) for your embeddings",
)
_OWN_COUNTER = ("compressor", "PromptCompressor(counter=...) for another model's tokenizer")
_RELEVANT = (
    "min_relevance",
    "the least probability that a sentence is evidence; CompressionConfig(threshold=...) is in the scorer's "
    "own measure",
)
_ELSEWHERE: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("max_tokens", "token_limit", "max_length", "max_tokens_limit", "target_token", "budget"), _TOKENS
    ),
    **dict.fromkeys(
        ("top_n", "top_k", "k", "n", "num_sentences"),
        (
            "target_tokens",
            "tokens, and not documents, are what is limited; a reranker in front keeps a number of documents",
        ),
    ),
    **dict.fromkeys(
        ("ratio", "compression_ratio", "percentile_cutoff"),
        ("rate", "the share to keep: four times shorter is 0.25"),
    ),
    **dict.fromkeys(("compression_rate", "keep_ratio"), ("rate", "the share to keep")),
    **dict.fromkeys(
        ("threshold", "similarity_threshold", "similarity_cutoff", "threshold_cutoff", "score_threshold"),
        _RELEVANT,
    ),
    **dict.fromkeys(("model_name", "model_name_or_path", "model_id", "rerank_model"), _MODEL),
    **dict.fromkeys(("device_map", "device_name"), ("device", "such as 'cuda' or 'cpu'")),
    **dict.fromkeys(("torch_dtype",), ("dtype", "such as 'float32'")),
    **dict.fromkeys(("embeddings", "embed_model", "embedding"), _OWN_EMBEDDINGS),
    **dict.fromkeys(("tokenizer", "llm", "token_counter", "encoding"), _OWN_COUNTER),
    **dict.fromkeys(("callback", "on_compress"), ("on_result", "called with each CompressionResult")),
    **dict.fromkeys(("lang",), ("language", "an ISO 639 code")),
}
"""Names that other compressors, rerankers and LLMs have for something like it: ours, and what it means."""


def check_names(settings: Collection[str], known: Collection[str]) -> None:
    """Refuse settings that are not known.

    Raises:
        InvalidRequest: one is not; says the nearest that is.

    >>> check_names({"max_tokens": 500}, ["rate", "target_tokens"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    lingua_integrations.errors.InvalidRequest: There is no setting 'max_tokens'. Use target_tokens: ...
    """
    unknown = [name for name in settings if name not in known]
    if unknown:
        told = (f"There is no setting {name!r}.{_hint(name, known)}" for name in unknown)
        raise InvalidRequest(" ".join(told))


def _hint(name: str, known: Collection[str]) -> str:
    ours, meaning = _ELSEWHERE.get(name, ("", ""))
    if ours in known:
        return f" Use {ours}: {meaning}."
    if "config" in known and name in _in_config():
        return f" It is part of a configuration: config=CompressionConfig({name}=...)."
    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]!r}?" if near else f" There are {', '.join(sorted(known))}."


def _in_config() -> set[str]:
    return {field.name for field in fields(CompressionConfig)}


def text_or_refused(value: Any, what: str) -> str:
    """A question that somebody gave; none is an empty one.

    Raises:
        InvalidRequest: it is no text.

    >>> text_or_refused(None, "query")
    ''
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidRequest(f"{what} must be text, not {type(value).__name__}.")
    return value
