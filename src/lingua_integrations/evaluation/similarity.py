"""How alike two texts are, token by token in context."""

from __future__ import annotations

from lingua_integrations.core.models.devices import exact_dtype
from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.models.remembered import unit_length
from lingua_integrations.core.types import FloatArray
from lingua_integrations.evaluation.metrics import greedy_f1


class TokenSimilarity:
    """BERTScore (Zhang et al. 2020) by an encoder: no idf, no rescaling, last layer."""

    def __init__(self, model: str = "all-minilm-l6-v2") -> None:
        self._encoder = SentenceEncoder(model, dtype=exact_dtype())

    def __call__(self, said: str, right: str) -> float:
        """F1 in [-1, 1]; of texts beyond the encoder's window only the beginnings."""
        return greedy_f1(self._vectors(said), self._vectors(right))

    def _vectors(self, text: str) -> FloatArray:
        room = self._encoder.window - len(self._encoder.framed([])[0])
        ids, _ = self._encoder.framed(self._encoder.ids_of(text)[:room])
        (states,) = self._encoder.run([ids])
        return unit_length(states[1 : len(ids) - 1].double().numpy())  # without the special tokens
