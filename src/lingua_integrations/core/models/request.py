"""A request for a model: the key of the model cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from lingua_integrations.core.store.catalogue import Kind

Loaded = TypeVar("Loaded")


@dataclass(frozen=True)
class Request(Generic[Loaded]):
    """Which model is wanted, and in what form."""

    name: str  # a folder, one of our names, or a hub id
    kind: Kind  # what it is to serve as
    loaded_as: type[Loaded]  # its class in memory
    device: str | None = None  # by default the best there is
    dtype: str | None = None  # by default what the device is quick at, see `choose_dtype`
    trust_remote_code: bool = False
    digest: str | None = None  # SHA-256 of the files that the name means, once that is known
