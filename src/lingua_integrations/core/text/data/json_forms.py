"""Other forms of the same JSON, which take fewer tokens and can be turned back exactly."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from typing import Any

import regex

from lingua_integrations.core.text.data.literals import is_json
from lingua_integrations.errors import InvalidRequest

_TOKEN = regex.compile(r'"(?:[^"\\]++|\\.)*+"|[^\s"]++')
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_ROWS = ("columns", "rows")
_LONG = 240  # characters from which on a string is looked into
_FEW = 3  # objects from which on rows are shorter


def as_json(text: str, raw: Any = None) -> str | None:
    r"""A text as JSON: as it is, or what Python shows of a dictionary or a list; ``None`` for other text.

    Args:
        text: what a tool said.
        raw: the data that it stands for, where they are at hand.

    >>> as_json("{'a': [1, None]}"), as_json("[see above]")
    ('{"a": [1, null]}', None)
    >>> as_json(r'"[{\"id\": 1}]"')
    '[{"id": 1}]'
    """
    if is_json(text):
        return text
    if text[:1] == '"' and _is_string(text):  # a string that is JSON itself: encoded twice
        inside = json.loads(text)
        return inside if is_json(inside) else None
    data = raw if isinstance(raw, dict | list) and text == str(raw) else _literal(text)
    if not isinstance(data, dict | list):
        return None
    try:
        written = json.dumps(data, ensure_ascii=False, allow_nan=False)
        return written if json.loads(written) == data else None  # a key that is no string would be another
    except (TypeError, ValueError, RecursionError):
        return None


def _is_string(text: str) -> bool:
    try:
        return isinstance(json.loads(text), str)
    except ValueError:
        return False


def _literal(text: str) -> Any:
    stripped = text.strip()
    if stripped[:1] not in ("{", "[") or stripped[-1:] not in ("}", "]"):
        return None
    try:
        return ast.literal_eval(stripped)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def minified(text: str) -> str:
    r"""JSON without white space between its parts, and with its letters instead of their escapes.

    Numbers stay as they were written.

    >>> minified('{"a": [1.10,\n 2], "b": "caf\\u00e9"}')
    '{"a":[1.10,2],"b":"café"}'
    """
    return "".join(_unescaped(token) for token in _TOKEN.findall(text))


def _unescaped(token: str) -> str:
    return plain(json.loads(token)) if token[0] == '"' and "\\u" in token else token


def opened(text: str) -> str:
    r"""`minified`, with data in the place of long strings that are JSON themselves, as servers send them.

    >>> opened('{"text":"[1, 2]"}'), opened('{"text":"' + '[{\\"id\\": 1}]' + " " * 240 + '"}')
    ('{"text":"[1, 2]"}', '{"text":[{"id":1}]}')
    """

    def token(found: str) -> str:
        inside = json.loads(found) if len(found) >= _LONG and found[0] == '"' else ""
        return opened(inside) if is_json(inside) else _unescaped(found)

    return "".join(map(token, _TOKEN.findall(text)))


def in_rows(text: str) -> str | None:
    """JSON whose arrays of alike objects have their keys once; ``None`` where there are none.

    >>> in_rows('[{"a":1,"b":2},{"a":3,"b":4},{"a":5,"b":6}]')
    '{"columns":["a","b"],"rows":[[1,2],[3,4],[5,6]]}'
    """
    arrays = 0

    def folded(data: Any) -> Any:
        nonlocal arrays
        if isinstance(data, dict):
            if tuple(data) == _ROWS:
                raise InvalidRequest("An object of this JSON could not be told from rows.")
            return {key: folded(value) for key, value in data.items()}
        if not isinstance(data, list):
            return data
        if len(data) < _FEW or not _alike(data):
            return [folded(one) for one in data]
        arrays += 1
        return {"columns": list(data[0]), "rows": [[folded(value) for value in one.values()] for one in data]}

    try:
        shorter = folded(data_of(text))
        return written(shorter) if arrays else None
    except (InvalidRequest, RecursionError):
        return None


def _alike(data: list[Any]) -> bool:
    """Whether all are objects with the same keys in the same order."""
    return all(isinstance(one, dict) and one and tuple(one) == tuple(data[0]) for one in data)


def from_rows(text: str) -> str:
    """What `in_rows` was given, without white space.

    >>> from_rows('{"columns":["a"],"rows":[[1.50],[2]]}')
    '[{"a":1.50},{"a":2}]'
    """

    def unfolded(data: Any) -> Any:
        if isinstance(data, list):
            return [unfolded(one) for one in data]
        if not isinstance(data, dict):
            return data
        if tuple(data) == _ROWS:
            return [dict(zip(data["columns"], map(unfolded, row), strict=True)) for row in data["rows"]]
        return {key: unfolded(value) for key, value in data.items()}

    return written(unfolded(data_of(text)))


@dataclass(frozen=True)
class Number:
    """A number of JSON text as it was written, so that 1.10, 1e400 and NaN come out as they came in."""

    literal: str


def data_of(text: str) -> Any:
    """JSON text as data, with its numbers as they are written.

    Raises:
        InvalidRequest: it is no JSON, and says where; or an object has a key twice.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise InvalidRequest("An object of this JSON has a key twice; one of the values would be lost.")
        return dict(pairs)

    try:
        return json.loads(
            text, parse_constant=Number, parse_float=Number, parse_int=Number, object_pairs_hook=unique
        )
    except RecursionError:
        raise InvalidRequest("This JSON is nested too deeply.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidRequest(f"This is not valid JSON: {place}: {error.msg}.") from error


def written(data: Any) -> str:
    """JSON without white space."""
    if isinstance(data, dict):
        return "{" + ",".join(f"{plain(key)}:{written(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ",".join(map(written, data)) + "]"
    return data.literal if isinstance(data, Number) else plain(data)


def plain(value: Any) -> str:
    """JSON of one value; half a surrogate pair, which no UTF-8 can carry, stays escaped."""
    written: str = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", written))
