"""Embeddings: texts whose vectors point where the question's does come first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lingua_integrations.core.calibration import SHIPPED
from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.models.remembered import Vectors, unit_length
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import InvalidRequest, UnsupportedModel

DEFAULT_EMBEDDING = "multilingual-e5-small"
Embed = Callable[[Sequence[str]], FloatArray]


class EmbeddingRanker:
    """Cosine between the vectors of the question and of each text, or their dot product.

    Which of the two, and what stands in front of questions and of texts, is the model's to say. Vectors of
    texts are remembered, see `Vectors`.

    Args:
        embeddings: a model's name (ours, a folder, a hub id: an encoder in sentence-transformers' layout), a
            LangChain ``Embeddings``, a LlamaIndex ``BaseEmbedding``, a ``SentenceTransformer``, or an object
            whose ``encode`` takes texts.
        device: where a model that is named here runs; by default the best there is.
        dtype: of its numbers, see `CausalLM`.
        prompts: what stands in front of a question and of a text, for a model that is named here and whose
            files do not say it, such as ``("query: ", "passage: ")`` for E5.
    """

    calibration = SHIPPED["embedding"]

    def __init__(
        self,
        embeddings: Any = DEFAULT_EMBEDDING,
        *,
        device: str | None = None,
        dtype: str | None = None,
        prompts: tuple[str, str] | None = None,
    ) -> None:
        if isinstance(embeddings, str):
            embeddings = SentenceEncoder(embeddings, device=device, dtype=dtype, prompts=prompts)
        elif prompts is not None:
            raise InvalidRequest("prompts only work with a model's name; an embeddings object has its own.")
        _functions_of(embeddings)  # refuses what embeds no text
        self.embeddings = embeddings
        # A model in memory remembers vectors for all who ask it alike.
        shared = isinstance(embeddings, SentenceEncoder) and embeddings.prompts is None
        self._vectors = None if shared else Vectors()

    def __repr__(self) -> str:
        return f"EmbeddingRanker({self.embeddings!r})"

    @property
    def name(self) -> str:
        """The model."""
        return str(getattr(self.embeddings, "name", None) or type(self.embeddings).__name__)

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Nearness of each text to the question, shape [len(texts)].

        Raises:
            UnsupportedModel: the model compares vectors in another way than by cosine or dot product.
        """
        return self._nearness(question, self._of(texts)) if len(texts) else np.zeros(0)

    def rank_parts(
        self, question: str, parts: Sequence[str], texts: Sequence[str], owners: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Nearness of each part, and of each text: of the mean of its parts' vectors, by their lengths."""
        if not len(parts):
            return np.zeros(0), np.zeros(len(texts))
        vectors = self._of(parts)
        means = np.zeros((len(texts), vectors.shape[1]))
        np.add.at(means, owners, vectors * np.array([[len(part)] for part in parts]))
        lengths = np.bincount(owners, [len(part) for part in parts], len(texts))[:, None]
        means /= np.maximum(lengths, 1)
        return self._nearness(question, vectors), self._nearness(question, means)

    def _nearness(self, question: str, vectors: FloatArray) -> FloatArray:
        questions, _ = _functions_of(self.embeddings)
        asked = np.asarray(questions([question]), dtype=np.float64)
        similarity = str(getattr(self.embeddings, "similarity_fn_name", None) or "cosine")
        if similarity == "dot":
            return np.asarray(vectors @ asked[0])
        if similarity == "cosine":
            return np.asarray(unit_length(vectors) @ unit_length(asked)[0])
        raise UnsupportedModel(
            f"{self.name} compares vectors by {similarity}: only cosine and dot are supported."
        )

    def vectors(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of length 1, shape [len(texts), dimensions]."""
        return unit_length(self._of(texts))

    def _of(self, texts: Sequence[str]) -> FloatArray:
        vectors = self.embeddings.loaded.vectors if self._vectors is None else self._vectors
        _, embed = _functions_of(self.embeddings)
        found = vectors.of(texts, lambda missing: np.asarray(embed(missing), dtype=np.float64))
        return np.stack(found) if found else np.zeros((0, 0))


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
    if hasattr(embeddings, "encode_query") and hasattr(embeddings, "encode_document"):  # ours, and theirs
        return (
            lambda texts: np.asarray(embeddings.encode_query(list(texts))),
            lambda texts: np.asarray(embeddings.encode_document(list(texts))),
        )
    if hasattr(embeddings, "encode"):
        return (lambda texts: np.asarray(embeddings.encode(list(texts))),) * 2
    raise InvalidRequest(
        f"{type(embeddings).__name__} cannot embed text. Pass a model's name, a LangChain Embeddings or a "
        "LlamaIndex BaseEmbedding."
    )
