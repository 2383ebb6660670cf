"""Late interaction: question and texts are read apart, and compared token by token afterwards.

Khattab and Zaharia (ColBERT, SIGIR 2020) compare texts that way; here it is the sentences of a text, whose
tokens have been read in the text (late chunking, Guenther et al. 2024). The reader stays as it is. Only
what compares is learnt: two projections, and how much each token of a question counts.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lingua_integrations.core.models.remembered import unit_length
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import ModelDamaged

SHIPPED = Path(__file__).parent / "weights" / "late-interaction.safetensors"
DIGEST = "5f5760814c68eb4849590b321fda5211b1392c7fc33969ac6da6b6a0ca4a42e0"
"""SHA-256 of the file that comes with the package."""


class Asked(NamedTuple):
    """A question, ready to be compared."""

    tokens: FloatArray  # vectors of length 1, shape [m, d]
    weights: FloatArray  # what each counts for parts of texts, and for whole texts, shape [m, 2]
    mean: FloatArray  # of the last layer's states, of length 1, shape [width of a layer]


class Told(NamedTuple):
    """A text, ready to be compared with any question, in half precision."""

    tokens: FloatArray  # vectors of length 1, shape [n, d]
    owners: IntArray  # the part that each belongs to, negative for none, shape [n]
    means: FloatArray  # of the last layer's states of each part, zeros without any, shape [parts, width]
    mean: FloatArray  # of all of them, shape [width]; each of these has length 1

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return sum(one.nbytes for one in (self.tokens, self.owners, self.means, self.mean))


class Compared(NamedTuple):
    """How well a text fits a question."""

    parts: FloatArray  # of each of its parts, shape [parts]
    whole: float


@dataclass(frozen=True, eq=False)
class Interaction:
    """The weights, and the formula.

    A token's state is the states of some layers of the reader, each with mean 0 and deviation 1, one behind
    the other, shape [width]. With x_i of the text, y_j of the question, and h and g the last layer's states,

        s_ij = cos(T x_i + t, Q y_j + q)
        part  = m_1 sum_j w_j max_{i in part} s_ij + m_2 cos(mean_{i in part} h_i, mean_j g_j)
        whole = m_3 sum_j v_j max_i s_ij + m_4 cos(mean_i h_i, mean_j g_j)

    where w and v are the softmax over the question's tokens of W y_j.
    """

    layers: tuple[int, ...]  # of the reader, 0 for its embeddings; the last one is its output
    text: FloatArray  # T, shape [d, width]
    text_bias: FloatArray  # t, shape [d]
    question: FloatArray  # Q, shape [d, width]
    question_bias: FloatArray  # q, shape [d]
    token_weights: FloatArray  # W, shape [2, width]: for parts, for wholes
    mix: FloatArray  # m, shape [4]
    digest: str = ""  # SHA-256 of the file they come from

    def of_question(self, states: FloatArray) -> Asked:
        """What a question is compared by, from the states of its tokens, shape [m, width]."""
        y = scaled(states, len(self.layers))
        vectors = unit_length(y @ self.question.T + self.question_bias)
        return Asked(vectors, softmax(y @ self.token_weights.T), unit_length(self._last(states).mean(0)))

    def of_text(self, states: FloatArray, owners: IntArray, n: int) -> Told:
        """What a text of n parts is compared by, from the states of its tokens, shape [tokens, width]."""
        x, last, inside = scaled(states, len(self.layers)), self._last(states), owners >= 0
        means = np.zeros((n, last.shape[1]))
        np.add.at(means, owners[inside], last[inside])
        return Told(
            unit_length(x @ self.text.T + self.text_bias).astype(np.float16),
            owners.astype(np.int32),
            unit_length(means).astype(np.float16),
            unit_length(last.sum(0)).astype(np.float16),
        )

    def compare(self, asked: Asked, told: Told) -> Compared:
        """How well a text and its parts fit a question.

        A part without tokens fits as badly as can be: it is opposite to the question.
        """
        nearness = told.tokens.astype(np.float64) @ asked.tokens.T
        best, inside = np.full((len(told.means), len(asked.tokens)), -1.0), told.owners >= 0
        np.maximum.at(best, told.owners[inside], nearness[inside])
        alike = np.where(told.means.any(-1), told.means.astype(np.float64) @ asked.mean, -1.0)
        whole = self.mix[2] * (nearness.max(0, initial=-1.0) @ asked.weights[:, 1])
        whole += self.mix[3] * (told.mean.astype(np.float64) @ asked.mean if told.mean.any() else -1.0)
        return Compared(self.mix[0] * (best @ asked.weights[:, 0]) + self.mix[1] * alike, float(whole))

    def _last(self, states: FloatArray) -> FloatArray:
        """Of the last layer, shape [tokens, width of a layer]."""
        return states[:, -(states.shape[1] // len(self.layers)) :]


def scaled(states: FloatArray, layers: int) -> FloatArray:
    """States of several layers, each with mean 0 and deviation 1, shape [tokens, width].

    >>> scaled(np.array([[1.0, 3.0, 10.0, 30.0]]), 2).round(3)
    array([[-1.,  1., -1.,  1.]])
    """
    apart = states.reshape(len(states), layers, states.shape[1] // layers)
    centred = apart - apart.mean(-1, keepdims=True)
    found = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
    return np.asarray(found.reshape(states.shape))


def softmax(values: FloatArray) -> FloatArray:
    """Shares that add up to 1 in each column, shape [n, columns].

    >>> softmax(np.array([[0.0], [np.log(3)]])).round(2).ravel()
    array([0.25, 0.75])
    """
    powers = np.exp(values - values.max(0))
    return np.asarray(powers / powers.sum(0))


def load_interaction(file: Path = SHIPPED, digest: str | None = DIGEST) -> Interaction:
    """Weights from a safetensors file, whose metadata name the layers; ``digest`` is what it must be.

    Raises:
        ModelDamaged: it is missing, another file, or holds something else.
    """
    from safetensors import SafetensorError, safe_open

    try:
        actual = hashlib.sha256(file.read_bytes()).hexdigest()
        if digest not in (None, actual):
            raise ModelDamaged(f"{file} is not the file that came with this package. Install it again.")
        with safe_open(file, "np") as stored:
            layers = tuple(map(int, json.loads(stored.metadata()["layers"])))
            names = [one.name for one in fields(Interaction) if one.name not in ("layers", "digest")]
            tensors = {name: stored.get_tensor(name).astype(np.float64) for name in names}
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(f"{file} holds no weights of a late interaction ({error}).") from error
    return Interaction(layers, **tensors, digest=actual)
