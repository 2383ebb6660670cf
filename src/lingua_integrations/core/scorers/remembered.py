"""Scores that are remembered, by the content of what was scored."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any

import numpy as np
from cachetools import LRUCache

from lingua_integrations.core.protocols import FloatArray
from lingua_integrations.core.units import IntArray

Scores = MutableMapping[str, bytes]
_READING = 4  # counts ways of reading: whose scores were remembered under another one are not ours


def in_memory(megabytes: float = 16) -> Scores:
    """Scores that go with the process: the latest ones, 16 megabytes for two million tokens."""
    return LRUCache(int(megabytes * 2**20), getsizeof=len)


class Remembered:
    """Surprisals by model and text.

    Args:
        store: where they are kept.
    """

    def __init__(self, store: Scores) -> None:
        self.store = store
        self._lock = threading.Lock()

    def get(self, identity: str, text: IntArray, score: Callable[[IntArray], FloatArray]) -> FloatArray:
        """The scores of a text's tokens.

        Args:
            identity: of the model, and of whatever else scores depend on.
            text: token ids.
            score: computes them, whatever was scored before.
        """
        key = _key(identity, text)
        with self._lock:
            known = self.store.get(key)
        if known is not None:
            return np.frombuffer(known, dtype=np.float64)
        nats = score(text)
        with self._lock, suppress(ValueError):  # longer than all of the store
            self.store[key] = nats.tobytes()
        return nats


def identity(name: str, model: Any, own: str | None) -> str:
    """What the scores of a text depend on, beside the text.

    Args:
        name: of the model, with the digest of its weights.
        model: as it is in memory.
        own: tells a model that has no name from all others.
    """
    import torch

    from lingua_integrations.core.scorers.packed import PackedLinear

    packed = any(isinstance(layer, PackedLinear) for layer in model.modules())
    facts = (name, _READING, model.dtype, model.device, packed, "torch", torch.__version__)
    return " ".join(map(str, (*facts, own or "")))


def _key(identity: str, text: IntArray) -> str:
    digest = hashlib.blake2b(identity.encode(), digest_size=16)
    digest.update(b"\0" + text.astype(np.int64).tobytes())
    return digest.hexdigest()
