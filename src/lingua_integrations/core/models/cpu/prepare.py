"""Make a model ready to run: the one way into what makes models quick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lingua_integrations.core.models.cpu.cache import cache_for
from lingua_integrations.core.models.cpu.head import Apart, take_apart
from lingua_integrations.core.models.cpu.packed import pack


@dataclass(frozen=True)
class Prepared:
    """How a causal model is run.

    Attributes:
        apart: what of it reads, and what predicts.
        new_cache: makes an empty KV cache for it.
    """

    apart: Apart
    new_cache: Callable[[], Any]


def prepare(model: Any, *, packed: bool = True) -> Prepared | None:
    """Make a model ready to run.

    Args:
        model: of transformers, on its device, in evaluation mode. Its layers may be replaced.
        packed: pack its linear layers where that works; not of a model that its owner goes on using.

    Returns:
        How to run it; None for one that predicts no tokens.

    Raises:
        NotPacked: packing was tried and does not work: load the model anew, and prepare it without.
    """
    if packed:
        pack(model)
    if model.get_output_embeddings() is None:
        return None
    return Prepared(take_apart(model), cache_for(model))
