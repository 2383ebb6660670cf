"""Requests for vectors, for relevance and for labels of tokens, and how the answers are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lingua_integrations.core.models.remote.answers import Malformed, counted, finite, in_order
from lingua_integrations.core.models.remote.client import Ask
from lingua_integrations.core.types import FloatArray

EncoderServer = Literal["tei", "openai", "infinity", "vllm"]
RankerServer = Literal["tei", "infinity", "vllm", "cohere"]


@dataclass(frozen=True)
class EncoderShape:
    """A server that makes vectors of texts."""

    ask: Callable[[str, Sequence[str]], Ask]  # of a model and texts
    vectors: Callable[[Any, int], FloatArray]  # of an answer about n texts, shape [n, dimensions]
    most: int = 32  # texts of a request


@dataclass(frozen=True)
class RankerShape:
    """A server that says how relevant texts are."""

    ask: Callable[[str, str, Sequence[str]], Ask]  # of a model, a question and texts
    scores: Callable[[Any, int], FloatArray]  # of an answer about n texts, shape [n]
    most: int = 32


def _tei_embed(model: str, texts: Sequence[str]) -> Ask:
    return Ask("/embed", {"inputs": list(texts), "truncate": True})


def tei_embed_all(texts: Sequence[str]) -> Ask:
    """A vector for each token."""
    return Ask("/embed_all", {"inputs": list(texts), "truncate": True})


def vectors_of_tokens(answer: Any, n: int) -> list[FloatArray]:
    """Vectors of the tokens of each of n texts, shape [tokens, dimensions]."""
    return [finite(one, 2) for one in counted(answer, n)]


def _tei_vectors(answer: Any, n: int) -> FloatArray:
    return finite(counted(answer, n), 2)


def _openai_embed(path: str) -> Callable[[str, Sequence[str]], Ask]:
    def ask(model: str, texts: Sequence[str]) -> Ask:
        return Ask(path, {"model": model, "input": list(texts), "encoding_format": "float"})

    return ask


def _openai_vectors(answer: Any, n: int) -> FloatArray:
    return finite([one["embedding"] for one in in_order(answer["data"], n)], 2)


def _tei_rerank(model: str, question: str, texts: Sequence[str]) -> Ask:
    return Ask("/rerank", {"query": question, "texts": list(texts), "raw_scores": True, "truncate": True})


def _tei_scores(answer: Any, n: int) -> FloatArray:
    return finite([one["score"] for one in in_order(answer, n)], 1)


def _rerank(model: str, question: str, texts: Sequence[str]) -> Ask:
    return Ask("/rerank", {"model": model, "query": question, "documents": list(texts), "top_n": len(texts)})


def _reranked(answer: Any, n: int) -> FloatArray:
    return finite([one["relevance_score"] for one in in_order(answer["results"], n)], 1)


def _vllm_score(model: str, question: str, texts: Sequence[str]) -> Ask:
    body = {"model": model, "text_1": question, "text_2": list(texts), "truncate_prompt_tokens": -1}
    return Ask("/score", body)


def _vllm_scores(answer: Any, n: int) -> FloatArray:
    return finite([one["score"] for one in in_order(answer["data"], n)], 1)


ENCODER_SHAPES: dict[str, EncoderShape] = {
    "tei": EncoderShape(_tei_embed, _tei_vectors),
    "openai": EncoderShape(_openai_embed("/embeddings"), _openai_vectors),
    "infinity": EncoderShape(_openai_embed("/embeddings"), _openai_vectors),
    "vllm": EncoderShape(_openai_embed("/v1/embeddings"), _openai_vectors),
}
RANKER_SHAPES: dict[str, RankerShape] = {
    "tei": RankerShape(_tei_rerank, _tei_scores),
    "infinity": RankerShape(_rerank, _reranked),
    "vllm": RankerShape(_vllm_score, _vllm_scores),
    "cohere": RankerShape(_rerank, _reranked),
}


def pooling_ask(model: str, rows: Sequence[Sequence[int]]) -> Ask:
    """What vLLM's token classifiers say of rows of token ids, special ones included."""
    ids = [list(row) for row in rows]
    return Ask("/pooling", {"model": model, "input": ids, "task": "token_classify", "use_activation": True})


def kept(answer: Any, lengths: Sequence[int], label: int) -> list[FloatArray]:
    """Probability of a label at each token of rows of these lengths.

    Raises:
        Malformed: rows have other lengths, there is no such label, or numbers are no probabilities.

    >>> kept({"data": [{"index": 0, "data": [[0.25, 0.75], [1, 0]]}]}, [2], 1)
    [array([0.75, 0.  ])]
    """
    found = [finite(one["data"], 2) for one in in_order(answer["data"], len(lengths))]
    for one, length in zip(found, lengths, strict=True):
        if len(one) != length:
            raise Malformed(f"it has {len(one)} labels for {length} tokens")
        if one.shape[1] <= label:
            raise Malformed(f"it has {one.shape[1]} labels, and number {label} is to mean keep")
        if (one < 0).any() or (one > 1).any():
            raise Malformed("its labels have no probabilities")
    return [one[:, label] for one in found]
