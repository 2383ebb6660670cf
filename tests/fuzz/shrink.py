"""Makes a failing call small: parts are left out for as long as it fails in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from typing import Any

from lingua_integrations import CompressionConfig
from lingua_integrations.errors import LinguaError

SECONDS = 20  # of the processor, at most


def smallest(case: Any, fails: Callable[[Any], bool]) -> Any:
    """The smallest call found that still fails.

    >>> smallest(["ab", "cde"], lambda texts: any("d" in text for text in texts))
    ['d']
    """
    end = time.process_time() + SECONDS
    found = True
    while found:
        found = False
        for simpler in candidates(case):
            if time.process_time() > end:
                return case
            if fails(simpler):
                case, found = simpler, True
                break
    return case


def candidates(value: Any) -> Iterator[Any]:
    """What is a little simpler than a value: less of it first, then the same with simpler parts."""
    if isinstance(value, str):
        yield from _shorter(value)
    elif isinstance(value, (list, tuple)):
        yield from (value[:at] + value[at + 1 :] for at in range(len(value)))
        for at, part in enumerate(value):
            yield from (value[:at] + type(value)([one]) + value[at + 1 :] for one in candidates(part))
    elif isinstance(value, dict):
        yield from ({key: part for key, part in value.items() if key != left} for left in value)
        for key, part in value.items():
            yield from (value | {key: one} for one in candidates(part))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _of_fields(value)


def _shorter(text: str) -> Iterator[str]:
    """Without a half, a quarter, and so on, down to single characters."""
    size = len(text)
    while size > 1:
        size = (size + 1) // 2
        yield from (text[:at] + text[at + size :] for at in range(0, len(text), size))


def _of_fields(value: Any) -> Iterator[Any]:
    """With something simpler in a field; of a configuration, with a field as it is by default."""
    for field in fields(value):
        now = getattr(value, field.name)
        if isinstance(value, CompressionConfig):
            changes = iter([field.default] if now != field.default else [])
        else:
            changes = candidates(now)
        for change in changes:
            with suppress(LinguaError, TypeError, ValueError):
                yield replace(value, **{field.name: change})
