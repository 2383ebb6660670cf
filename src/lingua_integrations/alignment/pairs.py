"""Prompts, and pairs of prompt and response, in JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from lingua_integrations.errors import InvalidRequest

ROLES = ("system", "user", "assistant")


class Message(NamedTuple):
    """One turn of a prompt."""

    role: str
    content: str


Prompt = tuple[Message, ...]
"""What a target is asked; its last turn is the user's."""


@dataclass(frozen=True)
class Pair:
    """A prompt and what the target LLM said to it."""

    prompt: Prompt  # what it was asked
    response: str  # what it said
    whole: bool = True  # whether it had finished; what was cut for its length teaches no end


class Rejected(NamedTuple):
    """A row that cannot be used: its line, counted from 1, and why."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}"


Row = TypeVar("Row")


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """What a file holds."""

    good: tuple[Row, ...]  # its rows, in order
    lines: tuple[int, ...]  # where each of them stands, counted from 1
    rejected: tuple[Rejected, ...] = ()  # rows that cannot be used


def read_prompts(path: Path) -> Rows[Prompt]:
    """Prompts: ``{"prompt": "..."}`` or ``{"messages": [{"role": ..., "content": ...}, ...]}`` a line.

    Raises:
        InvalidRequest: the file cannot be read, or has not one good row.
    """
    return read_rows(path, _prompt)


def read_pairs(path: Path) -> Rows[Pair]:
    """Pairs: a prompt as in `read_prompts` with a ``response``, or messages that end with the assistant's.

    Raises:
        InvalidRequest: the file cannot be read, or has not one good row.
    """
    return read_rows(path, _pair)


def write_pairs(path: Path, pairs: Sequence[Pair]) -> None:
    """Pairs as `read_pairs` reads them."""
    rows = (row_of(pair.prompt, pair.response, cut=not pair.whole) for pair in pairs)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def row_of(prompt: Prompt, response: str, *, cut: bool) -> dict[str, Any]:
    """A pair as a row of a file."""
    row = {"messages": [message._asdict() for message in prompt], "response": response}
    return row | {"cut": True} if cut else row


def read_rows(path: Path, parse: Callable[[dict[str, Any]], Row]) -> Rows[Row]:
    """JSON lines, each read by ``parse``, which raises `ValueError` at a row that cannot be used.

    Raises:
        InvalidRequest: the file cannot be read, or has not one good row.
    """
    try:
        written = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path} cannot be read as UTF-8 text: {error}") from error
    good: dict[int, Row] = {}
    rejected = []
    for number, line in enumerate(written, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("it is no JSON object")
            good[number] = parse(row)
        except json.JSONDecodeError as error:
            rejected.append(Rejected(number, f"it is no JSON: {error.msg}"))
        except ValueError as error:
            rejected.append(Rejected(number, str(error)))
    if not good:
        found = f" ({rejected[0]})" if rejected else ""
        raise InvalidRequest(f"{path} has no usable row{found}.")
    return Rows(tuple(good.values()), tuple(good), tuple(rejected))


def _prompt(row: dict[str, Any]) -> Prompt:
    if "prompt" in row and "messages" in row:
        raise ValueError("it has both a prompt and messages")
    if "prompt" in row:
        return (Message("user", text_of(row["prompt"], "prompt")),)
    messages = row.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ValueError("it has neither a prompt nor messages")
    prompt = tuple(map(_message, messages))
    if prompt[-1].role != "user":
        raise ValueError(f"the last message is the {prompt[-1].role}'s, not the user's")
    return prompt


def _pair(row: dict[str, Any]) -> Pair:
    if row.get("refused"):
        raise ValueError("the target refused it")
    messages = row.get("messages")
    if "response" not in row and isinstance(messages, list) and messages:
        last = _message(messages[-1])
        if last.role != "assistant":
            raise ValueError("it has no response, and the last message is not the assistant's")
        return Pair(_prompt({**row, "messages": messages[:-1]}), last.content)
    return Pair(_prompt(row), text_of(row.get("response"), "response"), not row.get("cut"))


def _message(value: Any) -> Message:
    if not isinstance(value, dict):
        raise ValueError("a message is no object")
    if value.get("role") not in ROLES:
        raise ValueError(f"a message's role is {value.get('role')!r}, not one of {', '.join(ROLES)}")
    return Message(value["role"], text_of(value.get("content"), "content of a message"))


def text_of(value: Any, what: str) -> str:
    """A text that is not blank.

    Raises:
        ValueError: it is none; says what it should have been.
    """
    if not isinstance(value, str):
        raise ValueError(f"the {what} is no text")
    if not value.strip():
        raise ValueError(f"the {what} is blank")
    return value
