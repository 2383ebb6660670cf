"""Caches of surprisals and of vectors, by the content of the texts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, MutableMapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from cachetools import LRUCache

from lingua_integrations.core.threads import Lock
from lingua_integrations.core.types import FloatArray, IntArray

Scores = MutableMapping[str, bytes]
Key = TypeVar("Key", bound=Hashable)
_READING = 4  # counts ways of reading: whose scores were remembered under another one are not ours


def in_memory(megabytes: float = 16) -> Scores:
    """Scores that go with the process: the latest ones, 16 megabytes for two million tokens."""
    return LRUCache(int(megabytes * 2**20), getsizeof=len)


class Remembered:
    """Surprisals by model and text."""

    def __init__(self, store: Scores) -> None:
        self.store = store
        self._lock = Lock()

    def get(self, identity: str, text: IntArray, score: Callable[[IntArray], FloatArray]) -> FloatArray:
        """The scores of a text's tokens; ``identity`` is the model's, and says what else they depend on."""
        key = _key(identity, text)
        with self._lock:
            known = self.store.get(key)
        if known is not None:
            return np.frombuffer(known, dtype=np.float64)
        nats = score(text)
        with self._lock, suppress(ValueError):  # longer than all of the store
            self.store[key] = nats.tobytes()
        return nats


class Vectors:
    """What a model made of the texts it met last, by whatever tells them apart. A pickle of it is empty.

    A document that is retrieved again, for another question or to another rate, is not read again.
    """

    def __init__(self, megabytes: float = 32) -> None:  # 10,000 vectors, or 120,000 tokens by 128 numbers
        self._megabytes = megabytes
        self._found: LRUCache[Any, Any] = LRUCache(int(megabytes * 2**20), getsizeof=lambda one: one.nbytes)
        self._lock = Lock()

    def __reduce__(self) -> tuple[type[Vectors], tuple[float]]:
        return Vectors, (self._megabytes,)

    def of(self, keys: Sequence[Key], make: Callable[[list[Key]], Iterable[Any]]) -> list[Any]:
        """What belongs to each key; ``make`` gives it for those not remembered, with its ``nbytes``."""
        with self._lock:
            found = {key: self._found[key] for key in dict.fromkeys(keys) if key in self._found}
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            made = dict(zip(missing, make(missing), strict=True))
            found |= made
            with self._lock:
                for key, one in made.items():
                    with suppress(ValueError):  # larger than all of the store
                        self._found[key] = one
        return [found[key] for key in keys]


def unit_length(vectors: FloatArray) -> FloatArray:
    """Vectors in the same directions, of length 1; one of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float64)


def identity(name: str, model: Any, own: str | None) -> str:
    """What the scores of a text depend on, beside the text.

    The name carries the digest of the model's weights; ``own`` tells a model without a name from all others.
    """
    import torch

    from lingua_integrations.core.models.cpu.packed import PackedLinear

    packed = any(isinstance(layer, PackedLinear) for layer in model.modules())
    facts = (name, _READING, model.dtype, model.device, packed, "torch", torch.__version__)
    return " ".join(map(str, (*facts, own or "")))


def _key(identity: str, text: IntArray) -> str:
    digest = hashlib.blake2b(identity.encode(), digest_size=16)
    digest.update(b"\0" + text.astype(np.int64).tobytes())
    return digest.hexdigest()
