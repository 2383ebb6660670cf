"""A model of the transformers library in memory, with its tokenizer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lingua_integrations.core.models.devices import on_device
from lingua_integrations.core.models.from_files import from_transformers, need_fast
from lingua_integrations.core.models.request import Request
from lingua_integrations.core.protocols import Tokens
from lingua_integrations.core.seams import Seam
from lingua_integrations.core.text.units import clean
from lingua_integrations.errors import ModelError

if TYPE_CHECKING:
    from lingua_integrations.core.models.cpu.prepare import Prepared

Done = TypeVar("Done")


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


def _again(made: type[Pretrained], model: Any, tokenizer: Any, name: str, folder: Path | None) -> Pretrained:
    """A model that was handed over in memory, out of a pickle."""
    from lingua_integrations.core.models.cpu.prepare import prepare

    return made(model, tokenizer, name, prepare(model, packed=False), folder)
