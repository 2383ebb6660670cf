"""Checks that a server returns the log probabilities of the prompt's tokens: some return others."""

from __future__ import annotations

import numpy as np

from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import UnsupportedModel

_SENTENCE = "Seven green lanterns hum beside the quiet harbour wall."
PREDICTABLE = " ".join([_SENTENCE] * 4)
"""A text whose end surprises no language model: it has read the same three times."""
UNPREDICTABLE = " ".join(reversed((_SENTENCE * 2).split()))
"""Words of it in an order that no one expects."""
_EXPECTED = 2.0  # nats a token, of the predictable end at most; models of any size are below 0.5
_APART = 1.0  # nats a token, by which the other text is more surprising at least


def judge(server: str, predictable: FloatArray, other: FloatArray) -> None:
    """Refuse a server whose surprisals of the two texts cannot be a language model's.

    A server that scores each token with the prediction for the next place finds everything surprising, and
    one that answers with something constant finds nothing so.

    Args:
        server: what it is called.
        predictable: surprisals of the tokens of `PREDICTABLE`, in nats.
        other: of `UNPREDICTABLE`.

    Raises:
        UnsupportedModel: they cannot.
    """
    end = float(np.mean(predictable[len(predictable) * 3 // 4 :]))
    elsewhere = float(np.mean(other))
    if end > _EXPECTED:
        raise UnsupportedModel(
            f"{server} finds a sentence surprising that it has just read three times ({end:.1f} nats each), "
            "so its log probabilities do not belong to the tokens that they stand with. The server of "
            "llama-cpp-python shifts them by one for models without a start token."
        )
    if elsewhere < end + _APART:
        raise UnsupportedModel(
            f"{server} finds words in disorder as likely as a sentence that it has just read three times, so "
            "its log probabilities are not those of a language model."
        )
