"""Embeddings: texts whose vectors point where the question's does come first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from cachetools import LRUCache

from lingua_integrations.core.protocols import FloatArray
from lingua_integrations.errors import InvalidRequest

DEFAULT_EMBEDDING = "all-minilm-l6-v2"
Embed = Callable[[Sequence[str]], FloatArray]
REMEMBERED = 10_000
"""Texts whose vectors are kept: 30 MB with 384 dimensions."""


class EmbeddingRanker:
    """Cosine between the vectors of the question and of each text.

    Vectors of texts are remembered, the latest `REMEMBERED` of them: a document that is retrieved again, for
    another question or to another rate, is not embedded again.

    Args:
        embeddings: a model's name (ours, a folder, a hub id: a sentence-transformers encoder), a LangChain
            ``Embeddings``, a LlamaIndex ``BaseEmbedding``, or an object whose ``encode`` takes texts.
        device: where a model that is named here runs; by default the best there is.
        dtype: of its numbers, see `CausalLM`.
    """

    def __init__(
        self, embeddings: Any = DEFAULT_EMBEDDING, *, device: str | None = None, dtype: str | None = None
    ) -> None:
        if isinstance(embeddings, str):
            from lingua_integrations.core.scorers.encoder import SentenceEncoder

            embeddings = SentenceEncoder(embeddings, device=device, dtype=dtype)
        self.__setstate__({"embeddings": embeddings})

    def __getstate__(self) -> dict[str, Any]:
        return {"embeddings": self.embeddings}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.embeddings = state["embeddings"]
        self._questions, self._texts = _functions_of(self.embeddings)
        self._known: LRUCache[str, FloatArray] = LRUCache(REMEMBERED)
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"EmbeddingRanker({self.embeddings!r})"

    @property
    def name(self) -> str:
        """The model."""
        return str(getattr(self.embeddings, "name", None) or type(self.embeddings).__name__)

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Cosine of each text with the question, shape [len(texts)]."""
        if not len(texts):
            return np.zeros(0)
        return np.asarray(self.vectors(texts) @ _unit(self._questions([question]))[0])

    def vectors(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of length 1, shape [len(texts), dimensions]."""
        with self._lock:
            found = {text: self._known[text] for text in dict.fromkeys(texts) if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found |= zip(missing, _unit(self._texts(missing)), strict=True)
            with self._lock:
                self._known.update((text, found[text]) for text in missing)
        return np.stack([found[text] for text in texts]) if found else np.zeros((0, 0))


def _functions_of(embeddings: Any) -> tuple[Embed, Embed]:
    """What embeds questions and what embeds texts, whichever framework the object comes from."""
    if hasattr(embeddings, "embed_query") and hasattr(embeddings, "embed_documents"):  # LangChain
        return (
            lambda texts: np.array([embeddings.embed_query(text) for text in texts]),
            lambda texts: np.array(embeddings.embed_documents(list(texts))),
        )
    if hasattr(embeddings, "get_query_embedding"):  # LlamaIndex
        return (
            lambda texts: np.array([embeddings.get_query_embedding(text) for text in texts]),
            lambda texts: np.array(embeddings.get_text_embedding_batch(list(texts))),
        )
    if hasattr(embeddings, "encode"):
        return (lambda texts: np.asarray(embeddings.encode(list(texts))),) * 2
    raise InvalidRequest(
        f"{type(embeddings).__name__} embeds no text: give a model's name, a LangChain Embeddings or a "
        "LlamaIndex BaseEmbedding."
    )


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float64)
