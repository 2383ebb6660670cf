"""Models of the transformers library in memory: each is loaded once, when it is first needed, and stays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from lingua_integrations.core.models.devices import (
    checked_dtype,
    choose_device,
    choose_dtype,
    guarded,
    on_device,
)
from lingua_integrations.core.models.trial import check_tokenizer
from lingua_integrations.core.protocols import Tokens
from lingua_integrations.core.seams import Seam
from lingua_integrations.core.store.catalogue import CATALOGUE, Kind
from lingua_integrations.core.store.folders import folder_of
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.store.screening import json_object, screen, tensors_of
from lingua_integrations.core.text.units import clean
from lingua_integrations.core.threads import Lock
from lingua_integrations.errors import MissingExtra, ModelDamaged, ModelError, UnsupportedModel

if TYPE_CHECKING:
    from lingua_integrations.core.models.cpu.prepare import Prepared

Done = TypeVar("Done")
logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Pretrained:
    """A model, ready to run on its device, and its fast tokenizer.

    The backend is a private copy of the tokenizer's fast half, without truncation or padding; threads need no
    lock. Some tokenizers come with both switched on: all-MiniLM-L6-v2 pads every text to 128 tokens.
    """

    model: Any  # in evaluation mode
    tokenizer: Any
    name: str  # as it was asked for, with its digest, and its dtype where that is not float32
    prepared: Prepared | None = None  # how it is run, for a causal language model
    folder: Path | None = None  # where its files are; None for one that was handed over in memory
    backend: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        need_fast(self.tokenizer, self.name)
        own = self.tokenizer.backend_tokenizer
        self.backend = type(own).from_str(own.to_str())
        self.backend.no_truncation()
        self.backend.no_padding()

    def encode(self, text: str) -> Tokens:
        """Token ids without special tokens, and their character spans in ``text``."""
        encoding = self.backend.encode(clean(text), add_special_tokens=False)
        ids = np.asarray(encoding.ids, dtype=np.int64)
        return Tokens(ids, np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2))

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.model, self.tokenizer, self.name, self.folder)

    @classmethod
    def built(cls, request: Request[Any], folder: Path) -> tuple[Any, Any]:
        """The model and its tokenizer, from the files of a folder."""
        return from_transformers(request, folder)

    def run(self, work: Callable[[Any], Done]) -> Done:
        """Do work with the model: alone on its device, without gradients; see `on_device`."""
        with Seam(ModelError, f"{self.name} failed"):
            return on_device(self.model.device, lambda: work(self.model))


Loaded = TypeVar("Loaded", bound=Pretrained)


@dataclass(frozen=True)
class Request(Generic[Loaded]):
    """Which model is wanted: the key of the cache."""

    name: str  # a folder, one of our names, or a hub id
    head: str  # the transformers class that loads it, such as "AutoModel"
    made: type[Loaded]  # what it is in memory
    device: str | None = None  # by default the best there is
    dtype: str | None = None  # by default what the device is quick at, see `choose_dtype`
    trust_remote_code: bool = False
    digest: str | None = None  # SHA-256 of the files that the name means, once that is known


@dataclass
class _Entry:
    lock: Lock = field(default_factory=Lock)
    loaded: Any = None


_models: dict[Request[Any], _Entry] = {}  # the only cache of models, by what a request came to mean
_KIND_OF: dict[str, Kind] = {
    "AutoModelForCausalLM": "causal language model",
    "AutoModel": "embedding",
    "AutoModelForSequenceClassification": "cross-encoder",
    "AutoModelForTokenClassification": "token classifier",
}
_SPARE = 1 << 27  # numbers that a head without weights, or a table that is computed, may add
_building = Lock()  # transformers sets torch's default dtype for the whole process while it builds a model


def settle(request: Request[Loaded]) -> Request[Loaded]:
    """A request with its device, its dtype and the digest of the files that the name means now.

    Raises:
        MissingExtra: torch or transformers is not installed.
        ModelError: the model cannot be had.
        InvalidRequest: there is no such device or dtype.
    """
    need_models()
    resolved = resolve(request.name, _KIND_OF.get(request.head))
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


def _again(made: type[Loaded], model: Any, tokenizer: Any, name: str, folder: Path | None) -> Loaded:
    """A model that was handed over in memory, out of a pickle."""
    from lingua_integrations.core.models.cpu.prepare import prepare

    return made(model, tokenizer, name, prepare(model, packed=False), folder)


def need_models() -> None:
    """Raise `MissingExtra`, which says what to install, where torch or transformers is not here."""
    for package in ("torch", "transformers"):
        if find_spec(package) is None:
            raise MissingExtra(package, "models")


def _loaded(request: Request[Loaded], folder: Path) -> Loaded:
    from lingua_integrations.core.models.cpu.packed import NotPacked
    from lingua_integrations.core.models.cpu.prepare import prepare

    called = f"{request.name}@{str(request.digest)[:12]}"
    model, tokenizer = request.made.built(request, folder)
    try:
        prepared = prepare(model)
    except NotPacked as why:
        logger.debug("%s runs without packed layers: %s", called, why)
        model, tokenizer = request.made.built(request, folder)
        prepared = prepare(model, packed=False)
    dtype = str(model.dtype).removeprefix("torch.")
    name = called if dtype == "float32" else f"{called} {dtype}"
    return request.made(model, tokenizer, name, prepared, folder)


def from_transformers(request: Request[Any], folder: Path) -> tuple[Any, Any]:
    """A model as transformers loads it, and its tokenizer, from files that may be anything.

    Raises:
        ModelDamaged: its weights are missing, or fewer than its configuration asks for.
        UnsupportedModel: it is of another kind, or transformers cannot read it without code of its own.
    """
    import torch
    import transformers

    head = getattr(transformers, request.head)
    numbers = getattr(torch, str(request.dtype), request.dtype)
    with building(request, folder) as local:
        if not _is_ours(request, folder):
            _check_size(folder, head, local)
        tokenizer = tokenizer_of(request, folder)
        model, told = head.from_pretrained(
            folder, dtype=numbers, use_safetensors=True, output_loading_info=True, **local
        )
    missing = sorted(key for key in told["missing_keys"] if not _is_spare(request.head, key))
    if missing:
        raise UnsupportedModel(
            f"{request.name} has no weights for {', '.join(missing[:3])}, which {request.head} needs: it is "
            "another kind of model."
        )
    if model.config.is_encoder_decoder:
        raise UnsupportedModel(f"{request.name} is an encoder with a decoder, which is not supported.")
    with guarded(request.device):
        return model.to(request.device).eval(), tokenizer


def tokenizer_of(request: Request[Any], folder: Path) -> Any:
    """A folder's tokenizer, which has to be fast."""
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **_local(request))
    need_fast(tokenizer, request.name)
    return tokenizer


def _local(request: Request[Any]) -> dict[str, bool]:
    return {"local_files_only": True, "trust_remote_code": request.trust_remote_code}


def _is_ours(request: Request[Any], folder: Path) -> bool:
    """Whether a folder was checked when it was put into the store."""
    return request.name in CATALOGUE and folder == folder_of(request.name)


@contextmanager
def building(request: Request[Any], folder: Path) -> Iterator[dict[str, bool]]:
    """Alone while transformers builds a model, from files that are safe to load, with its errors as ours.

    Gives the options with which everything is loaded.
    """
    from lingua_integrations.core.quiet import quiet_transformers

    if not _is_ours(request, folder):
        screen(folder)
        check_tokenizer(folder)
    with _building, quiet_transformers(), Seam(ModelDamaged, f"{request.name} cannot be loaded"):
        yield _local(request)


def _check_size(folder: Path, head: Any, local: dict[str, bool]) -> None:
    """Refuse a configuration that asks for many more numbers than the files hold."""
    import torch
    import transformers

    config = transformers.AutoConfig.from_pretrained(folder, **local)
    with torch.device("meta"):  # takes no memory, whatever the sizes
        empty = head.from_config(config, trust_remote_code=local["trust_remote_code"])
    wanted = sum(one.numel() for one in (*empty.parameters(), *empty.buffers()))
    held = tensors_of(folder).numbers
    if wanted > 2 * held + _SPARE:
        raise ModelDamaged(
            f"{folder}: config.json describes {wanted:,} parameters, but the weights have {held:,}."
        )


def _is_spare(head: str, key: str) -> bool:
    """Whether a weight that a folder lacks is one that nobody asks: a bare encoder's pooler."""
    return head == "AutoModel" and key.startswith("pooler.")


def _own_dtype(folder: Path) -> str | None:
    """The dtype that a checkpoint says it has."""
    file = folder / "config.json"
    config = json_object(file) if file.is_file() else {}  # of updates to another model there is none
    dtype = config.get("dtype") or config.get("torch_dtype")
    return dtype if isinstance(dtype, str) else None


def need_fast(tokenizer: Any, name: str) -> None:
    """Refuse a slow tokenizer, which cannot say which characters a token is."""
    if not getattr(tokenizer, "is_fast", False):
        raise UnsupportedModel(
            f"{name} has no fast tokenizer, so its tokens cannot be traced to characters. Use a model whose "
            "folder holds a tokenizer.json."
        )
