"""How alike two texts are, token by token in context."""

from __future__ import annotations

import numpy as np

from lingua_integrations.core.models.devices import exact_dtype
from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.prune.rankers.embedding import DEFAULT_EMBEDDING
from lingua_integrations.core.types import FloatArray
from lingua_integrations.evaluation.metrics import greedy_f1


class TokenSimilarity:
    """BERTScore (Zhang et al. 2020) with the packaged encoder: no idf, no rescaling, last layer.

    Args:
        model: an encoder: one of our names, a folder or a hub id.
    """

    def __init__(self, model: str = DEFAULT_EMBEDDING) -> None:
        self._encoder = SentenceEncoder(model, dtype=exact_dtype())

    def __call__(self, said: str, right: str) -> float:
        """F1 in [-1, 1]; of texts beyond the encoder's window only the beginnings."""
        return greedy_f1(self._vectors(said), self._vectors(right))

    def _vectors(self, text: str) -> FloatArray:
        room = self._encoder.window - len(self._encoder.framed([])[0])
        ids, _ = self._encoder.framed(self._encoder.ids_of(text)[:room])
        (states,) = self._encoder.run([ids])
        vectors = states[1 : len(ids) - 1].numpy().astype(np.float64)  # without the special tokens
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-12))
