"""A causal model taken apart: the body that reads, and the lm_head that predicts over the vocabulary.

A scorer needs the probability of one token per place, and often of few places. So the body runs alone, its
states are kept (a few kilobytes per token, where logits take hundreds), and the head is applied to the places
that are asked for, some at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lingua_integrations.core.models.cpu.sizes import rounded

logger = logging.getLogger(__name__)
_LOGITS = 1 << 22  # that are held at once on a CPU: 16 MB; from 32 MB on, memory is fetched anew each time


@dataclass(frozen=True)
class Apart:
    """The two parts of a causal model: the body, which reads, and the lm_head, which predicts."""

    body: Callable[..., Any]  # takes a transformers model's inputs; gives states, shape [batch, n, width]
    head: Callable[[Any], Any]  # gives logits of states, shape [..., vocabulary]
    vocabulary: int  # how many tokens there are

    @property
    def whole(self) -> bool:
        """Whether the model could not be taken apart: its states are logits, a hundred times as large."""
        return self.head is _itself

    def nats(self, states: Any, targets: Any) -> Any:
        """Surprisal of each target id (shape [n]) after its state (shape [n, width]): nats in float32."""
        import torch
        from torch.nn import functional

        rows = max(32, _LOGITS * (1 if states.device.type == "cpu" else 32) // self.vocabulary)
        parts = []
        for some, wanted in zip(states.split(rows), targets.split(rows), strict=True):
            filled = functional.pad(some, (0, 0, 0, rounded(len(some)) - len(some)))  # to few sizes
            logits = self.head(filled)[: len(some)].float()
            parts.append(functional.cross_entropy(logits, wanted, reduction="none"))
        return torch.cat(parts) if parts else states.new_zeros(0)


def take_apart(model: Any) -> Apart:
    """Take a transformers model apart, if the whole is nothing but its body and then its head.

    Some models scale or cap what the head says; there the whole model counts as the body, whose states are
    the logits. A short text tells.
    """
    import torch

    size = int(model.config.get_text_config().vocab_size)
    head = model.get_output_embeddings()

    def body(**inputs: Any) -> Any:
        return model.base_model(**inputs).last_hidden_state

    def whole(**inputs: Any) -> Any:
        return model(**inputs).logits

    sample = torch.arange(4, device=model.device)[None] % size
    with torch.inference_mode():
        expected = whole(input_ids=sample, use_cache=False)
        with suppress(AttributeError, TypeError, RuntimeError):  # what is called its body gives no states
            found = head(body(input_ids=sample, use_cache=False)).to(expected.dtype)
            if found.shape == expected.shape and torch.allclose(found, expected, rtol=1e-3, atol=1e-3):
                return Apart(body, head, size)
    logger.debug("%s runs whole: its logits are not those of body and lm_head", type(model).__name__)
    return Apart(whole, _itself, size)


def _itself(states: Any) -> Any:
    return states
