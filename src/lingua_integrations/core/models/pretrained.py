"""A model of the transformers library in memory, with its tokenizer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lingua_integrations.core.fast_tokenizer import own_copy, plain, tokens_of
from lingua_integrations.core.models.from_files import from_transformers, need_fast
from lingua_integrations.core.models.request import Request
from lingua_integrations.core.models.running import on_device
from lingua_integrations.core.protocols import Tokens
from lingua_integrations.core.seams import Seam
from lingua_integrations.errors import ModelError

if TYPE_CHECKING:
    from lingua_integrations.core.models.cpu.prepare import Prepared

Done = TypeVar("Done")


@dataclass(eq=False)
class Pretrained:
    """A model, ready to run on its device, and its fast tokenizer."""

    model: Any  # in evaluation mode
    tokenizer: Any
    name: str  # as it was asked for, with its digest, and its dtype where that is not float32
    prepared: Prepared | None = None  # how it is run, for a causal language model
    folder: Path | None = None  # where its files are; None for one that was handed over in memory
    backend: Any = field(init=False, repr=False)  # the tokenizer's fast half, which nobody else uses

    def __post_init__(self) -> None:
        need_fast(self.tokenizer, self.name)
        # Only a tokenizer that was handed over has another user; a copy of 250,000 pieces takes 280 MB.
        self.backend = plain(self.tokenizer) if self.folder else own_copy(self.tokenizer)

    def encode(self, text: str) -> Tokens:
        """Token ids without special tokens, and their character spans in ``text``."""
        return tokens_of(self.backend, text)

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (type(self), self.model, self.tokenizer, self.name, self.folder)

    @classmethod
    def build(cls, request: Request[Any], folder: Path) -> tuple[Any, Any]:
        """The model and its tokenizer, from the files of a folder."""
        return from_transformers(request, folder)

    def run(self, work: Callable[[Any], Done]) -> Done:
        """Do work with the model: alone on its device, without gradients; see `on_device`."""
        with Seam(ModelError, f"{self.name} failed"):
            return on_device(self.model.device, lambda: work(self.model))


def _unpickled(
    kind: type[Pretrained], model: Any, tokenizer: Any, name: str, folder: Path | None
) -> Pretrained:
    """A model that was handed over in memory, out of a pickle."""
    from lingua_integrations.core.models.cpu.prepare import prepare

    return kind(model, tokenizer, name, prepare(model, packed=False), folder)
