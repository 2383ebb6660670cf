"""Embeddings: texts whose vectors point where the question's does come first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.models.remembered import Vectors, unit_length
from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import InvalidRequest

DEFAULT_EMBEDDING = "all-minilm-l6-v2"
Embed = Callable[[Sequence[str]], FloatArray]


class EmbeddingRanker:
    """Cosine between the vectors of the question and of each text.

    Vectors of texts are remembered, see `Vectors`.

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
            embeddings = SentenceEncoder(embeddings, device=device, dtype=dtype)
        _functions_of(embeddings)  # refuses what embeds no text
        self.embeddings = embeddings
        self._vectors = None if isinstance(embeddings, SentenceEncoder) else Vectors()

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
        questions, _ = _functions_of(self.embeddings)
        return np.asarray(self.vectors(texts) @ unit_length(questions([question]))[0])

    def vectors(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of length 1, shape [len(texts), dimensions]."""
        vectors = self.embeddings.loaded.vectors if self._vectors is None else self._vectors
        _, embed = _functions_of(self.embeddings)
        return np.asarray(vectors.of(texts, embed))


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
