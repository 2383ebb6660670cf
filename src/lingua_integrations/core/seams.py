"""Turns the errors of other people's code into ours, where this package calls it."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from lingua_integrations.errors import LinguaError

_PANICS = "pyo3_runtime"  # the module of PanicException, how Rust libraries crash: no Exception, and no exit


class Seam:
    """Work done by code that is not ours: a counter, a ranker, a library on files that may be anything.

    What fails in it is raised as ``error``, with what was being done and the failure as its cause. Our own
    errors pass, and so does what is no failure: an interrupt, an exit, a cancelled task. What the failure
    says is ``told`` in the message, unless it may quote the texts of a call, which no log should have.

    >>> from lingua_integrations.errors import CounterUnavailable
    >>> with Seam(CounterUnavailable, "The counter 'mine' failed", told=False):
    ...     1 / 0
    Traceback (most recent call last):
    lingua_integrations.errors.CounterUnavailable: The counter 'mine' failed (ZeroDivisionError).
    """

    def __init__(self, error: Callable[[str], LinguaError], doing: str, *, told: bool = True) -> None:
        self._error = error
        self._doing = doing
        self._told = told

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, sort: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if failure is not None and not isinstance(failure, LinguaError) and is_failure(failure):
            why = said(failure) if self._told else type(failure).__name__
            raise self._error(f"{self._doing} ({why}).") from failure


def is_failure(raised: BaseException) -> bool:
    """Whether something that was raised says that work failed, and not that it is to stop."""
    return isinstance(raised, Exception) or type(raised).__module__ == _PANICS


def said(failure: BaseException) -> str:
    """A failure in one short line.

    >>> said(ValueError("no such key" + chr(10) + "in the file"))
    'ValueError: no such key'
    """
    first = "".join(str(failure).strip().splitlines()[:1])[:200].rstrip(".")
    return f"{type(failure).__name__}: {first}" if first else type(failure).__name__
