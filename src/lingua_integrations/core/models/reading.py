"""Texts that a causal model has read. Surprisals are computed for the tokens that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lingua_integrations.core.models.causal_model import CausalModel
from lingua_integrations.core.models.cpu.sizes import rounded
from lingua_integrations.core.types import FloatArray, IntArray

BATCH_TOKENS = 1024  # padded tokens of a pass that texts share on a CPU: more would leave its cache
_ON_A_GPU = 8192  # and on any other device: fewer would leave it idle


@dataclass(frozen=True, eq=False)
class ScoredText:
    """A reading whose surprisals are known already."""

    nats: FloatArray  # one per token

    def surprisals(self, begin: int = 0, end: int | None = None) -> FloatArray:
        """Nats of tokens ``[begin, end)``."""
        return self.nats[begin:end]


@dataclass(frozen=True, eq=False)
class ReadStates:
    """The states of a text; predictions are made when they are asked for."""

    model: CausalModel
    ids: IntArray  # the text, with the start token if the model has one
    states: Any  # shape [len(ids), width]
    started: int  # tokens that stand before the text: the start token, or none

    def surprisals(self, begin: int = 0, end: int | None = None) -> FloatArray:
        """Nats of tokens ``[begin, end)`` of the text, each given all before it."""
        import torch

        end = len(self.ids) - self.started if end is None else end
        alone = int(begin == 0 and end > 0 and not self.started)
        first, last = begin + self.started + alone, end + self.started
        nats = np.zeros(0)
        if first < last:
            targets = torch.from_numpy(self.ids[first:last])
            predict, states = self.model.apart.nats, self.states[first - 1 : last - 1]
            nats = self.model.run(lambda _: predict(states, targets.to(states.device)).cpu().numpy())
        return np.asarray(np.r_[[self.model.unconditioned] * alone, nats], dtype=np.float64)


def read(model: CausalModel, texts: Sequence[IntArray]) -> list[ReadStates]:
    """Read texts, token ids without the start token, in one pass, padded on the right."""
    import torch

    start = model.start
    sequences = [np.r_[start, text] for text in texts]
    width = min(rounded(max(map(len, sequences))), model.window)
    tokens = np.zeros((len(texts), width), dtype=np.int64)
    mask = np.zeros((len(texts), width), dtype=np.int64)
    for row, sequence in enumerate(sequences):
        tokens[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    inputs = {"input_ids": torch.from_numpy(tokens), "attention_mask": torch.from_numpy(mask)}
    body = model.apart.body
    states = model.run(
        lambda own: body(**{name: one.to(own.device) for name, one in inputs.items()}, use_cache=False)
    )
    return [
        ReadStates(model, sequence, states[row, : len(sequence)], len(start))
        for row, sequence in enumerate(sequences)
    ]


def pass_tokens(device: Any) -> int:
    """Padded tokens of a pass that texts share on a torch device."""
    return BATCH_TOKENS if device.type == "cpu" else _ON_A_GPU


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Rows in ascending length, grouped so that no batch has more than ``most`` padded tokens.

    A batch has 1, 2, 4, 8, .. rows: with `rounded` widths, few numbers of tokens come up (see there).

    >>> list(batches([500, 20, 600, 30, 25], 1024))
    [[1, 4], [3, 0], [2]]
    """
    order = sorted(range(len(lengths)), key=lambda row: lengths[row])
    while order:
        size = 1
        while 2 * size <= len(order) and 2 * size * lengths[order[2 * size - 1]] <= most:
            size *= 2
        yield order[:size]
        order = order[size:]
