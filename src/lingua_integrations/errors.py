"""All errors of this package, as a tree.

LinguaError
├── InvalidRequest (ValueError)        a rate outside (0, 1], rate and target_tokens together, ...
├── BudgetTooSmall (ValueError)        nothing fits; names the smallest budget that works
├── ModelError
│   ├── UnknownModel                   no folder, no name of ours, no hub id; names the nearest known name
│   ├── ModelUnavailable               known, but could not be downloaded; lists every way to get it
│   ├── ModelDamaged                   files are missing, truncated or altered
│   ├── UnsupportedModel               for example a model without a fast tokenizer
│   └── ServerFailed                   a model server cannot be reached, fails, or answers nonsense
├── CounterUnavailable                 the exact encoding is not available
├── DeviceOutOfMemory (MemoryError)    the device ran out of memory while scoring
├── CollectionStopped                  a target is dead or the disk full; has what is not on disk
└── MissingExtra (ImportError)         an optional dependency is missing; names the extra that has it

    try:
        result = compressor.compress(texts, question=question, rate=0.25)
    except BudgetTooSmall as error:
        result = compressor.compress(texts, question=question, target_tokens=error.smallest)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class LinguaError(Exception):
    """Base class of all errors of this package."""


class InvalidRequest(LinguaError, ValueError):
    """A setting is unknown, out of range, or contradicts another one."""


class BudgetTooSmall(LinguaError, ValueError):
    """Not even the smallest unit that may be kept fits the budget.

    Attributes:
        budget: the budget asked for, in target tokens.
        smallest: the smallest budget with which the same call works, in target tokens.
    """

    def __init__(self, budget: int, smallest: int, why: str) -> None:
        self.budget = budget
        self.smallest = smallest
        self.why = why
        super().__init__(
            f"A budget of {budget} {'token' if budget == 1 else 'tokens'} is too small: {why}. "
            f"The smallest that works is {smallest}."
        )

    def __reduce__(self) -> tuple[type[BudgetTooSmall], tuple[int, int, str]]:
        return type(self), (self.budget, self.smallest, self.why)


class ModelError(LinguaError):
    """A model could not be found, downloaded or used."""


class UnknownModel(ModelError):
    """The name is not a folder, not one of our names, and not a hub id."""


class ModelUnavailable(ModelError):
    """The model is known, but it is not on this machine and could not be downloaded."""


class ModelDamaged(ModelError):
    """The model's files are missing, truncated or altered."""


class UnsupportedModel(ModelError):
    """The model lacks something that compression needs, or needs something that is not supported."""


class ServerFailed(ModelError):
    """A server that runs a model cannot be reached, fails, or gives an answer that cannot be right.

    The message quotes nothing that the server says, which may hold texts and keys.

    Attributes:
        url: the server's address.
        status: the HTTP status of its last answer; None: there was none, or the answer was wrong.
    """

    def __init__(self, why: str, url: str, status: int | None = None) -> None:
        self.why = why
        self.url = url
        self.status = status
        super().__init__(why)

    def __reduce__(self) -> tuple[type[ServerFailed], tuple[str, str, int | None]]:
        return type(self), (self.why, self.url, self.status)


class CounterUnavailable(LinguaError):
    """The tokens of this encoding cannot be counted exactly on this machine."""


class DeviceOutOfMemory(LinguaError, MemoryError):
    """The device ran out of memory. The inputs are unchanged, and the call can be repeated."""


class CollectionStopped(LinguaError):
    """The target LLM could not be asked any further; the same call continues the run.

    Attributes:
        path: the file with every response that could be written.
        unsaved: responses that arrived but could not be written, as lines of that file.
    """

    def __init__(self, why: str, path: Path, unsaved: list[dict[str, Any]]) -> None:
        self.why = why
        self.path = path
        self.unsaved = unsaved
        super().__init__(why)

    def __str__(self) -> str:
        lost = (
            f" {len(self.unsaved)} responses are not in it; they come with this error."
            if self.unsaved
            else ""
        )
        return (
            f"{self.why}. The responses so far are in {self.path}; the same call continues from there.{lost}"
        )

    def __reduce__(self) -> tuple[type[CollectionStopped], tuple[str, Path, list[dict[str, Any]]]]:
        return type(self), (self.why, self.path, self.unsaved)


class MissingExtra(LinguaError, ImportError):
    """An optional dependency is not installed.

    Attributes:
        package: what is missing.
        extra: the extra of this package that brings it.
        instead: what works without it, as a sentence; "" if nothing does.
    """

    def __init__(self, package: str, extra: str, instead: str = "") -> None:
        self.package = package
        self.extra = extra
        self.instead = instead
        super().__init__(
            f"{package} is not installed. Install it with: pip install 'lingua-integrations[{extra}]'"
            f"{instead and '. '}{instead}"
        )

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str, str]]:
        return type(self), (self.package, self.extra, self.instead)


class LinguaWarning(UserWarning):
    """Something was passed on uncompressed, or an argument has no effect."""
