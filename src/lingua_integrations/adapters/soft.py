"""The fields of an LLM that reads contexts as digests, and its one verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, PrivateAttr

from lingua_integrations.adapters.hints import check_names
from lingua_integrations.adapters.part import Part
from lingua_integrations.core.models.devices import checked_device, checked_dtype
from lingua_integrations.core.optional import optional
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.soft.rows import MARKS, check_marks

if TYPE_CHECKING:
    from lingua_integrations.soft.reader import SoftReader

_AT_A_CALL = ("max_tokens", "temperature", "seed")


class ReadsDigests(Part):
    """A local target that reads marked contexts as digest vectors.

    Attributes:
        digester: turns contexts into digests: a name in the model store, or a folder.
        prefix: learnt vectors in front of every prompt, likewise. One of the two is needed.
        target: the model that they were learnt for, where it goes by another name here.
        device: where it runs; default: the best device available.
        dtype: the target's dtype; default: a fast one for the device.
        marks: what stands before and after a context in a prompt.
        max_tokens: of an answer, at most; also at a call.
        temperature: of the samples; 0 takes the likeliest token each time; also at a call.
        seed: of the samples; also at a call.
    """

    digester: str | None = None
    prefix: str | None = None
    target: str | None = None
    device: str | None = None
    dtype: str | None = None
    marks: tuple[str, str] = MARKS
    max_tokens: int = Field(default=64, ge=1)
    temperature: float = Field(default=0.0, ge=0)
    seed: int = 0
    _reader: Any = PrivateAttr(default=None)

    def check(self) -> None:
        """Refuse fields that cannot work."""
        super().check()
        if self.digester is None and self.prefix is None:
            raise InvalidRequest("Give a digester, a prefix, or both.")
        check_marks(self.marks)
        checked_device(self.device)
        checked_dtype(self.dtype)

    @property
    def reader(self) -> SoftReader:
        """The target with its digester and its prefix; the first access finds them."""
        if self._reader is None:
            saved = optional("lingua_integrations.soft.saved", "torch", "soft")
            reading = optional("lingua_integrations.soft.reader", "torch", "soft")
            digester = saved.load(self.digester, reading.Digester) if self.digester else None
            prefix = saved.load(self.prefix, reading.Prefix) if self.prefix else None
            self._reader = reading.SoftReader(
                digester=digester,
                prefix=prefix,
                target=self.target,
                device=self.device,
                dtype=self.dtype,
                marks=self.marks,
            )
        reader: SoftReader = self._reader
        return reader

    def say(self, prompt: str, stop: list[str] | None, options: dict[str, Any]) -> str:
        """What the target goes on with; see `SoftReader.say`.

        Raises:
            InvalidRequest: an option is unknown, or prompt and answer do not fit the target's window.
        """
        check_names(options, _AT_A_CALL)
        chosen = {name: getattr(self, name) for name in _AT_A_CALL} | options
        return self.reader.say(prompt, stop=stop, **chosen)
