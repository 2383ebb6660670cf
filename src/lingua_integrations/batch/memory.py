"""A cache of outcomes by the content of their rows, in memory or in a folder for all processes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cachetools import LRUCache

from lingua_integrations.batch.rows import Outcome, Row
from lingua_integrations.core.optional import optional

_IN_MEMORY = 1 << 26  # bytes


class Outcomes:
    """Remembered outcomes of one compressor's rows; those with an error are not.

    Args:
        folder: where they outlive the process and are shared with others; None: in memory.
        fingerprint: what outcomes depend on beside their rows.
    """

    def __init__(self, folder: Path | None, fingerprint: str) -> None:
        self._store = _in_folder(folder) if folder else LRUCache(_IN_MEMORY, getsizeof=len)
        self._fingerprint = fingerprint

    def get(self, row: Row) -> Outcome | None:
        """The outcome of a row like this one."""
        known = self._store.get(self._key(row))
        return None if known is None else Outcome(*json.loads(known))

    def put(self, row: Row, outcome: Outcome) -> None:
        """Remember an outcome."""
        if outcome.error is None:
            with suppress(ValueError):  # longer than all of the store
                self._store[self._key(row)] = json.dumps(outcome).encode()

    def _key(self, row: Row) -> str:
        said = json.dumps([self._fingerprint, *row]).encode()
        return hashlib.blake2b(said, digest_size=16).hexdigest()


def _in_folder(folder: Path) -> MutableMapping[str, Any]:
    store: MutableMapping[str, Any] = optional("diskcache", "diskcache", "batch").Cache(str(folder))
    return store
