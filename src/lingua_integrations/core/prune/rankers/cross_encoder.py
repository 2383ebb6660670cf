"""Cross-encoders: a model that reads question and text together says how well they belong together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingua_integrations.core.models.encoder import Encoder
from lingua_integrations.core.types import FloatArray

DEFAULT_CROSS_ENCODER = "cross-encoder/ms-marco-MiniLM-L6-v2"


class CrossEncoderRanker:
    """The first logit of a sequence-classification model for each pair of question and text.

    Args:
        model: a folder or a hub id. The default comes from the Hugging Face hub.
        device: where it runs; by default the best there is.
        dtype: of its numbers, see `CausalLM`.
    """

    def __init__(
        self, model: str = DEFAULT_CROSS_ENCODER, *, device: str | None = None, dtype: str | None = None
    ) -> None:
        self._encoder = Encoder(model, "AutoModelForSequenceClassification", device=device, dtype=dtype)

    def __repr__(self) -> str:
        return f"CrossEncoderRanker({self._encoder.described})"

    @property
    def name(self) -> str:
        """The model and its digest."""
        return self._encoder.name

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Logit of each pair; of a pair that is too long for the model the text is cut at its end.

        With two labels it is the difference of the second and the first.
        """
        if not len(texts):
            return np.zeros(0)
        logits = self._encoder.pairs(question, texts)
        return np.asarray(logits[:, -1] - logits[:, 0] if logits.shape[1] == 2 else logits[:, 0])
