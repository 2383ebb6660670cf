"""Models of the transformers library in memory: each is loaded once, when it is first needed, and stays."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Generic, TypeVar

from lingua_integrations.core.models.devices import checked_dtype, choose_device, choose_dtype
from lingua_integrations.core.models.pretrained import Pretrained
from lingua_integrations.core.models.request import Request
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.store.screening import json_object
from lingua_integrations.core.threads import Lock
from lingua_integrations.errors import MissingExtra

Loaded = TypeVar("Loaded", bound=Pretrained)
logger = logging.getLogger(__name__)
_WITHOUT = "The methods extractive-bm25 (with a question) and salience (without one) work without it."


@dataclass
class _Entry:
    lock: Lock = field(default_factory=Lock)
    loaded: Any = None


_models: dict[Request[Any], _Entry] = {}  # the only cache of models, by what a request came to mean


def settle(request: Request[Loaded]) -> Request[Loaded]:
    """A request with its device, its dtype and the digest of the files that the name means now.

    Raises:
        MissingExtra: torch or transformers is not installed.
        ModelError: the model cannot be had.
        InvalidRequest: there is no such device or dtype.
    """
    need_models()
    resolved = resolve(request.name, request.kind)
    device = "cpu" if request.device == "cpu:0" else choose_device(request.device)
    dtype = choose_dtype(device, request.dtype, _own_dtype(resolved.folder))
    return replace(request, device=device, dtype=dtype, digest=resolved.digest)


def load(settled: Request[Loaded]) -> Loaded:
    """The model of a settled request, from memory if it is there; of other files under its name it lets go.

    Each model has a lock of its own: whoever asks for another one does not wait while this one is fetched.

    Raises:
        ModelError: the model cannot be used, for example without a fast tokenizer.
    """
    entry = _models.setdefault(settled, _Entry())
    if entry.loaded is None:
        with entry.lock:
            if entry.loaded is None:
                entry.loaded = _loaded(settled, resolve(settled.name).folder)
        for other in list(_models):
            if other != settled and replace(other, digest=settled.digest) == settled:
                _models.pop(other, None)
    found: Loaded = entry.loaded
    return found


def unload(name: str | None = None) -> None:
    """Let go of a model, or of all: their memory is free once no call uses them. The next call loads anew.

    Args:
        name: as it was asked for; default: all of them.
    """
    for request in list(_models):
        if name in (None, request.name):
            _models.pop(request, None)


class ByName(Generic[Loaded]):
    """A model by its name, loaded when first needed, or one that is in memory already.

    It holds no weights of its own, so that copies and pickles are light.
    """

    def __init__(self, request: Request[Loaded], given: Loaded | None = None) -> None:
        checked_dtype(request.dtype)
        self._request = request
        self._given = given
        self._settled: Request[Loaded] | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.described})"

    def __deepcopy__(self, memo: dict[int, Any]) -> ByName[Loaded]:
        return self  # it never changes, and a model in memory is not to be copied

    @property
    def described(self) -> str:
        """What it is called by, and its dtype where the caller chose it."""
        return repr(self._request.name) + (f", dtype={self.dtype!r}" if self.dtype else "")

    @property
    def dtype(self) -> str | None:
        """What it works in, where the caller chose it."""
        return self._request.dtype

    @property
    def name(self) -> str:
        """The model's name and digest."""
        return self.loaded.name

    @property
    def loaded(self) -> Loaded:
        """The model in memory; the first access loads it."""
        if self._given is not None:
            return self._given
        if self._settled is None or self._settled not in _models:
            self._settled = settle(self._request)
        return load(self._settled)


def need_models() -> None:
    """Raise `MissingExtra`, which says what to install, where torch or transformers is not here."""
    for package in ("torch", "transformers"):
        if find_spec(package) is None:
            raise MissingExtra(package, "models", _WITHOUT)


def _loaded(request: Request[Loaded], folder: Path) -> Loaded:
    from lingua_integrations.core.models.cpu.packed import NotPacked
    from lingua_integrations.core.models.cpu.prepare import prepare

    called = f"{request.name}@{str(request.digest)[:12]}"
    model, tokenizer = request.loaded_as.build(request, folder)
    try:
        prepared = prepare(model)
    except NotPacked as why:
        logger.debug("%s runs without packed layers: %s", called, why)
        model, tokenizer = request.loaded_as.build(request, folder)
        prepared = prepare(model, packed=False)
    dtype = str(model.dtype).removeprefix("torch.")
    name = called if dtype == "float32" else f"{called} {dtype}"
    return request.loaded_as(model, tokenizer, name, prepared, folder)


def _own_dtype(folder: Path) -> str | None:
    """The dtype that a checkpoint says it has."""
    file = folder / "config.json"
    config = json_object(file) if file.is_file() else {}  # of updates to another model there is none
    dtype = config.get("dtype") or config.get("torch_dtype")
    return dtype if isinstance(dtype, str) else None
