"""Models of the transformers library in memory: the same files, head, device and type are loaded once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakValueDictionary

from lingua_integrations.core.devices import checked_dtype, on_device
from lingua_integrations.errors import UnsupportedModel

if TYPE_CHECKING:
    from typing_extensions import Self

Done = TypeVar("Done")


@dataclass(eq=False)
class Pretrained:
    """A model, ready to run, and its tokenizer.

    Attributes:
        model: on its device, in evaluation mode.
        tokenizer: a fast one.
        name: what it was asked for as, and its digest; the type of its numbers, too, where it was loaded
            in another one than float32.
    """

    model: Any
    tokenizer: Any
    name: str

    def run(self, work: Callable[[Any], Done]) -> Done:
        """Do work with the model: alone on its device, without gradients.

        Raises:
            DeviceOutOfMemory: the device is full.
            CancelledError: nobody waits for the work any more.
        """
        return on_device(self.model.device, lambda: work(self.model))

    @cached_property
    def backend(self) -> Any:
        """A private copy of the tokenizer's fast half, without truncation or padding; threads need no lock.

        Some tokenizers come with both switched on: all-MiniLM-L6-v2 pads every text to 128 tokens.
        """
        need_fast(self.tokenizer, self.name)
        own = self.tokenizer.backend_tokenizer
        backend = type(own).from_str(own.to_str())
        backend.no_truncation()
        backend.no_padding()
        return backend


Loaded = TypeVar("Loaded")


class Lazy(Generic[Loaded]):
    """A model by its name, loaded when first needed. Copies share it, pickles leave it behind.

    Args:
        model: what it is called by.
        load: loads it; called once, in whichever thread needs it first.
        dtype: of its numbers, where the caller chose it.

    Raises:
        InvalidRequest: there is no such type.
    """

    def __init__(self, model: str, load: Callable[[], Loaded], dtype: str | None = None) -> None:
        self.model = model
        self.dtype = checked_dtype(dtype)
        self._load = load
        self._loaded: Loaded | None = None
        self._loading = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.described}{'' if self._loaded else ', not loaded yet'})"

    @property
    def described(self) -> str:
        """What it is called by, and the type of its numbers where the caller chose it."""
        return repr(self.model) + (f", dtype={self.dtype!r}" if self.dtype else "")

    def __getstate__(self) -> dict[str, Any]:
        """How to load it; whoever unpickles it loads its own."""
        return {"model": self.model, "dtype": self.dtype, "_load": self._load}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _loaded=None, _loading=threading.Lock())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    @property
    def loaded(self) -> Loaded:
        """The model in memory; the first access loads it."""
        if self._loaded is None:
            with self._loading:
                if self._loaded is None:
                    self._loaded = self._load()
        return self._loaded


_shared: WeakValueDictionary[tuple[str, str, str, str], Pretrained] = WeakValueDictionary()
_sharing = threading.Lock()


def load_pretrained(
    name: str,
    kind: str,
    *,
    device: str | None = None,
    dtype: str | None = None,
    trust_remote_code: bool = False,
) -> Pretrained:
    """Load a model by name, or find it in memory.

    Args:
        name: a folder, one of our names, or a hub id.
        kind: the transformers class that loads it, such as ``"AutoModel"``.
        device: by default the best there is.
        dtype: a `DType`; by default what the device is quick at, see `choose_dtype`.
        trust_remote_code: run code that comes with the model.

    Raises:
        ModelError: it cannot be had, or has no fast tokenizer.
    """
    import torch
    import transformers

    from lingua_integrations.core.devices import choose_device, choose_dtype
    from lingua_integrations.core.models import resolve
    from lingua_integrations.core.quiet import quiet_transformers
    from lingua_integrations.core.scorers.eight_bits import in_eight_bits
    from lingua_integrations.core.scorers.packed import packed

    resolved = resolve(name)
    place = choose_device(device)
    number = choose_dtype(place, dtype, _own_dtype(resolved.folder))
    with _sharing, quiet_transformers():
        key = (resolved.digest, kind, place, number)
        found = _shared.get(key)
        if found is None:
            local = {"local_files_only": True, "trust_remote_code": trust_remote_code}
            tokenizer = transformers.AutoTokenizer.from_pretrained(resolved.folder, **local)
            need_fast(tokenizer, name)
            made, wide = packed, getattr(torch, number, number)
            if number == "int8":  # made of a model in float32
                made, wide = in_eight_bits, torch.float32
            load = partial(
                getattr(transformers, kind).from_pretrained,
                resolved.folder,
                dtype=wide,
                use_safetensors=True,
                **local,
            )
            model = made(lambda: load().to(place).eval())
            own = number if made is in_eight_bits else str(model.dtype).removeprefix("torch.")
            called = f"{resolved.name}@{resolved.digest[:12]}" + (f" {own}" if own != "float32" else "")
            found = Pretrained(model, tokenizer, called)
            _shared[key] = found
    return found


def _own_dtype(folder: Path) -> str | None:
    """The type that a checkpoint says its numbers have."""
    path = folder / "config.json"
    config = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return config.get("dtype") or config.get("torch_dtype")


def need_fast(tokenizer: Any, name: str) -> None:
    """Refuse a tokenizer that cannot say which characters a token is.

    Raises:
        UnsupportedModel: it is a slow one.
    """
    if not getattr(tokenizer, "is_fast", False):
        raise UnsupportedModel(
            f"{name} has no fast tokenizer, so its tokens cannot be traced to characters. Use a model whose "
            "folder holds a tokenizer.json."
        )
