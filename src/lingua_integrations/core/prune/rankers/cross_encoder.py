"""Cross-encoders: a model that reads question and text together says how well they belong together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingua_integrations.core.models.cross_encoder import CrossEncoder
from lingua_integrations.core.types import FloatArray

DEFAULT_CROSS_ENCODER = "cross-encoder/ms-marco-MiniLM-L6-v2"


class CrossEncoderRanker:
    """How relevant each text is, by a model that reads question and text together.

    Args:
        model: a folder or a hub id: a classifier of pairs, or a language model of the Qwen3-Reranker kind.
            The default comes from the Hugging Face hub.
        device: where it runs; by default the best there is.
        dtype: of its numbers, see `CausalLM`.
    """

    def __init__(
        self, model: str = DEFAULT_CROSS_ENCODER, *, device: str | None = None, dtype: str | None = None
    ) -> None:
        self._encoder = CrossEncoder(model, device=device, dtype=dtype)

    def __repr__(self) -> str:
        return f"CrossEncoderRanker({self._encoder.described})"

    @property
    def name(self) -> str:
        """The model and its digest."""
        return self._encoder.name

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Relevance of each text, see `CrossEncoder.relevance`."""
        return self._encoder.relevance(question, texts) if len(texts) else np.zeros(0)
