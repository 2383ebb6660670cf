"""Prompts with a structure that must survive: marked sections, and JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from lingua_integrations.core.request import Context
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.sections import Section
from lingua_integrations.core.text.data.json_forms import Number, plain
from lingua_integrations.errors import InvalidRequest

Rule = bool | float
Path = tuple[str | int | float | None, ...]
Frame = Callable[[Sequence[str]], str]
LEFT_OUT = "…"
"""What a string says of which nothing is left: an empty one would say that there was none."""
_DEEPEST = 300  # levels, each of which takes room on Python's stack
_LONGEST = 10_000  # bits of a whole number
LONG = 8
"""Words from which on a string in JSON is text to shorten, and not a name or a value."""


@dataclass(frozen=True)
class StructuredResult:
    """A structured prompt, shortened.

    Attributes:
        text: the whole of it; the budget bounds this text.
        result: what happened to each piece that could be shortened, with its spans.
    """

    text: str
    result: CompressionResult


def frame_of_sections(sections: Sequence[Section]) -> tuple[list[Context], Frame]:
    """The sections' texts without the white space at their edges, and how they become one text again."""
    contexts, edges = [], []
    for section in sections:
        core = section.text.strip()
        place = section.text.find(core)
        edges.append((section.text[:place], section.text[place + len(core) :]))
        contexts.append(Context(core, rate=section.rate if section.compress else 1.0))

    def frame(texts: Sequence[str]) -> str:
        return "".join(lead + text + trail for (lead, trail), text in zip(edges, texts, strict=True))

    return contexts, frame


def frame_of_json(data: Any, rules: Mapping[str, Rule]) -> tuple[list[Context], Frame]:
    """The strings of JSON data that may be shortened, and how they become JSON text again.

    Rules go by path, such as ``"items.*.body"``, where ``*`` stands for anything: with ``False`` a string
    stays, with ``True`` it is shortened, a number is a rate of its own. Of several rules that match the last
    one holds; without one a string is shortened from 8 words on.

    Raises:
        InvalidRequest: a rule matches no string, or the data hold something that JSON has no word for.
    """
    strings = dict(_strings(data, ()))
    for pattern in rules:
        if not any(fnmatchcase(_name(path), pattern) for path in strings):
            raise InvalidRequest(f"No string of this JSON has a path like {pattern!r}.")
    contexts: dict[Path, Context] = {}
    for path, text in strings.items():
        matching = [rule for pattern, rule in rules.items() if fnmatchcase(_name(path), pattern)]
        rule = matching[-1] if matching else len(text.split()) >= LONG
        if rule is not False:
            contexts[path] = Context(text, rate=None if rule is True else rule)

    def frame(texts: Sequence[str]) -> str:
        shorter = {
            path: text if text.strip() or not whole.text.strip() else LEFT_OUT
            for (path, whole), text in zip(contexts.items(), texts, strict=True)
        }
        return "".join(_written(data, (), shorter))

    return list(contexts.values()), frame


def _name(path: Path) -> str:
    return ".".join(map(str, path))


def _strings(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if len(path) > _DEEPEST:
        raise InvalidRequest(f"This JSON is more than {_DEEPEST} levels deep.")
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, Mapping | list | tuple):
        for key, value in data.items() if isinstance(data, Mapping) else enumerate(data):
            if not isinstance(key, str | int | float | None):
                raise InvalidRequest(f"A JSON key must be text, not {key!r}.")
            yield from _strings(value, (*path, cast("str | int", key)))
    elif not isinstance(data, Number) and not _has_word(data):
        what = "a number of thousands of digits" if isinstance(data, int) else repr(data)
        raise InvalidRequest(f"JSON cannot express {what}, which is at {_name(path) or 'the top'}.")


def _has_word(value: Any) -> bool:
    if isinstance(value, int):
        return value.bit_length() < _LONGEST  # Python writes no longer ones
    return value is None or (isinstance(value, float) and math.isfinite(value))


def _written(data: Any, path: Path, shorter: Mapping[Path, str]) -> Iterator[str]:
    """JSON text without white space, piece by piece, with other strings at some paths."""
    if isinstance(data, str):
        yield plain(shorter.get(path, data))
    elif isinstance(data, Mapping):
        for number, (key, value) in enumerate(data.items()):
            yield ",{"[number == 0] + plain({key: 0})[1:-2]
            yield from _written(value, (*path, key), shorter)
        yield "}" if data else "{}"
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield ",["[index == 0]
            yield from _written(value, (*path, index), shorter)
        yield "]" if data else "[]"
    else:
        yield data.literal if isinstance(data, Number) else plain(data)
