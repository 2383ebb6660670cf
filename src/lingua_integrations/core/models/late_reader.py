"""An embedding model that hands out the states of tokens instead of one vector for a text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.models.pruners.rows import Laid, Text, behind, windows
from lingua_integrations.core.types import FloatArray, IntArray

WINDOW = 256
"""Tokens that are read at once, as in training; a longer text is read in several windows."""


class TokenStates(NamedTuple):
    """A text as the model read it, window by window, with what stands around it in each."""

    states: FloatArray  # of some layers, one behind the other, shape [n, width]
    spans: IntArray  # characters of each token in the text; -1 for those that stand around it, shape [n, 2]


class LateReader(SentenceEncoder):
    """The model of a `SentenceEncoder`, one and the same in memory."""

    def read_question(self, question: str, layers: Sequence[int]) -> FloatArray:
        """States of the tokens of a question, of which only the first window is read, shape [n, width]."""
        laid = self.laid(question, [0], None, self.loaded.recipe.query)
        row, _ = laid.row(0, self._room(laid))
        return self._states([row], layers)[0]

    def read_texts(self, texts: Sequence[Laid], layers: Sequence[int]) -> list[TokenStates]:
        """States of the tokens of texts, every token once."""
        plans = [list(windows(len(one.ids), self._room(one), one.breaks)) or [(0, 0)] for one in texts]
        rows = [one.row(*cut)[0] for one, plan in zip(texts, plans, strict=True) for cut in plan]
        found = iter(self._states(rows, layers))
        return [
            TokenStates(
                np.concatenate([next(found) for _ in plan]),
                np.concatenate([_spans(one, *cut) for cut in plan]),
            )
            for one, plan in zip(texts, plans, strict=True)
        ]

    def laid(self, text: str, starts: Sequence[int], title: str | None, prompt: str | None = None) -> Laid:
        """A text behind its title and the model's prompt, by default that of documents."""
        prompt = self.loaded.recipe.document if prompt is None else prompt
        return behind(self, Text(text, starts, title=title or ""), prompt)

    def _room(self, laid: Laid) -> int:
        """Tokens of a text that one window has room for."""
        return max(1, min(self.window, WINDOW) - len(laid.before) - len(laid.after))

    def _states(self, rows: Sequence[Sequence[int]], layers: Sequence[int]) -> list[FloatArray]:
        found = self.passes(rows, None, partial(_of_layers, layers))
        return [one[: len(row)].double().numpy() for one, row in zip(found, rows, strict=True)]


def _of_layers(layers: Sequence[int], inputs: dict[str, Any], model: Any) -> Any:
    """States of some layers for a batch, shape [batch, n, width]."""
    import torch

    inputs = {name: tensor.to(model.device) for name, tensor in inputs.items()}
    states = model(**inputs, output_hidden_states=True).hidden_states
    return torch.cat([states[layer] for layer in layers], dim=-1).float().cpu()


def _spans(laid: Laid, begin: int, end: int) -> IntArray:
    """Spans of one window's tokens."""
    around = [np.full((len(some), 2), -1) for some in (laid.before, laid.after)]
    return np.concatenate([around[0], laid.spans[begin:end], around[1]])
