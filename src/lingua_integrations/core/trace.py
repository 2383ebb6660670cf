"""The events of a run that change its tokens, one line of JSON each, so that it can be priced later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from lingua_integrations.errors import InvalidRequest

HISTORY = "(history)"
"""Stands for the tool where older messages were compressed, which a model had read before."""


@dataclass(frozen=True)
class Compressed:
    """A call of a compressor.

    Attributes:
        tokens_before: of the target model.
        tokens_after: the same, after.
        tool: whose result it was; `HISTORY`; or None: something that one call of the model reads.
        method: the name of the method, if it has one.
        seconds: that it took.
        note: why nothing was compressed, where nothing was.
        holdout: whether it was left whole to compare with.
    """

    tokens_before: int
    tokens_after: int
    tool: str | None = None
    method: str | None = None
    seconds: float = 0.0
    note: str | None = None
    holdout: bool = False


@dataclass(frozen=True)
class Recalled:
    """An original, or a part of it, was fetched back.

    Attributes:
        tokens: that the model got to read.
    """

    tokens: int


@dataclass(frozen=True)
class Rewritten:
    """History became shorter that a provider may have had in its cache.

    Attributes:
        tokens: from the first message that is another now on, as far as an earlier call had read it.
    """

    tokens: int


@dataclass(frozen=True)
class Called:
    """A call of the model, as the provider counted it.

    Attributes:
        input_tokens: all that it read, from the cache or not.
        output_tokens: that it wrote.
        cache_read: those of the input that came from the cache.
        cache_write: those of the input that were written to it.
        recall: whether the model did nothing but fetch something back.
    """

    input_tokens: int
    output_tokens: int
    cache_read: int = 0
    cache_write: int = 0
    recall: bool = False


Event = Compressed | Recalled | Rewritten | Called
_EVENTS: dict[str, type[Event]] = {
    "compressed": Compressed, "recalled": Recalled, "rewritten": Rewritten, "called": Called,
}  # fmt: skip
_NAMES = {kind: name for name, kind in _EVENTS.items()}


def line_of(event: Event) -> str:
    """An event as a line of JSON, without its end.

    >>> line_of(Recalled(120))
    '{"event":"recalled","tokens":120}'
    """
    return json.dumps({"event": _NAMES[type(event)], **asdict(event)}, separators=(",", ":"))


def read_trace(lines: Iterable[str]) -> Iterator[Event]:
    """The events of a trace, in order; blank lines are none.

    Raises:
        InvalidRequest: a line is no event, and says which.

    >>> list(read_trace(['{"event":"recalled","tokens":120}']))
    [Recalled(tokens=120)]
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _event(line, number)


def _event(line: str, number: int) -> Event:
    try:
        fields: dict[str, Any] = json.loads(line)
        event = _EVENTS[fields.pop("event")](**fields)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InvalidRequest(f"Line {number} of the trace is not an event: {line.strip()[:80]!r}.") from error
    numbers = [value for name, value in asdict(event).items() if "token" in name or name.startswith("cache")]
    if not all(isinstance(value, int) and value >= 0 for value in numbers):
        raise InvalidRequest(f"Line {number} of the trace has a number of tokens that is not a number.")
    return event
