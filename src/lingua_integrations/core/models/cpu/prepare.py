"""Makes a model ready to run. Other modules reach these optimisations only through `prepare`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lingua_integrations.core.models.cpu.cache import cache_for
from lingua_integrations.core.models.cpu.head import Apart, take_apart
from lingua_integrations.core.models.cpu.packed import pack


@dataclass(frozen=True)
class Prepared:
    """How a causal model is run: what of it reads and what predicts, and what makes an empty KV cache."""

    apart: Apart
    new_cache: Callable[[], Any]


def prepare(model: Any, *, packed: bool = True) -> Prepared | None:
    """Make a transformers model on its device ready to run; None for one that predicts no tokens.

    Its linear layers may be replaced by packed ones, which is not for a model that its owner goes on using.
    Where that was tried and does not work, `NotPacked`, load the model anew and prepare it without.
    """
    if packed:
        pack(model)
    if model.get_output_embeddings() is None:
        return None
    return Prepared(take_apart(model), cache_for(model))
