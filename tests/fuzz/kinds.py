"""The kinds of call that fuzzing makes, and what one seed of a kind comes to."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from fuzz import drawing as st
from fuzz.calls import calls
from fuzz.run import Models, check
from fuzz.shrink import smallest
from fuzz.structured import check_json, check_sections, of_json, of_sections

SECONDS = 30  # of the processor, for all calls of one seed; nearly all take less than one


class TooSlow(BaseException):
    """No error that the package may turn into one of its own."""


@dataclass(frozen=True)
class Kind:
    """What is drawn from a seed, and what is done with it; that returns the number of calls."""

    name: str
    drawn: st.Strategy[Any]
    check: Callable[[Any, Models], int]

    def case(self, seed: int) -> Any:
        """The calls of a seed."""
        return self.drawn.draw(Random(f"{self.name} {seed}"))


KINDS = {
    kind.name: kind
    for kind in (
        Kind("compress", calls, check),
        Kind("sections", of_sections, check_sections),
        Kind("json", of_json, check_json),
    )
}


def failure(kind: Kind, seed: int, models: Models, shrinks: bool = True) -> tuple[int, str]:
    """How many calls a seed made, and all about the failure, or "" if there is none."""
    case = kind.case(seed)
    try:
        with _limited():
            return kind.check(case, models), ""
    except (Exception, TooSlow) as error:
        told = "".join(traceback.format_exception(error))
        alike = _place(error)
    small = smallest(case, lambda one: _fails_alike(kind, one, models, alike)) if shrinks else case
    replay = f"python -m fuzz --replay {kind.name} {seed}"
    return 0, f"== {kind.name} {seed}: {replay}\n{told}\nsmall: {small!r}\n\nas drawn: {case!r}\n"


def _fails_alike(kind: Kind, case: Any, models: Models, place: object) -> bool:
    try:
        with _limited():
            kind.check(case, models)
    except (Exception, TooSlow) as error:
        return _place(error) == place
    return False


def _place(error: BaseException) -> tuple[type, int | None]:
    """What was raised, and where; of what is too slow, only that."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    return type(error), None if isinstance(error, TooSlow) else at.lineno


@contextmanager
def _limited() -> Iterator[None]:
    """Ends what takes too long."""

    def end(*_: object) -> None:
        raise TooSlow(f"more than {SECONDS} seconds")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
