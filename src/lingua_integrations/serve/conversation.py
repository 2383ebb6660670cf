"""Finds the texts of a chat that may get shorter, and puts shorter ones in their place.

Tool results and documents may, and what stands above the question in messages of the user, if that is wanted.
Everything else stays: the question, system and assistant messages, calls of tools, images, results that an
agent quotes, and whatever has a shape that is not known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lingua_integrations.adapters.originals import RECALL
from lingua_integrations.adapters.questions import question_of_result, split_question
from lingua_integrations.adapters.tool_results import EXACT

Path = tuple[str | int, ...]
"""Where a text stands in a request: keys and places, from the outside in."""
_TEXT = frozenset({"type", "text", "cache_control"})  # of a text part about which nothing else is said


class Passage(NamedTuple):
    """A text that may get shorter.

    Attributes:
        path: where it stands.
        text: all of it that may.
        question: what it is read for.
        tool: whose result it is; "": it is none.
        tail: what follows in the same place and stays, such as the question.
    """

    path: Path
    text: str
    question: str
    tool: str = ""
    tail: str = ""


@dataclass(frozen=True)
class Choice:
    """What may get shorter.

    Attributes:
        only: names of tools; None: all but those in `EXACT`.
        exclude: names of tools whose results stay.
        pinned: ids of calls whose results stay.
        user_contexts: whether what stands above the question in the user's messages may.
    """

    only: Sequence[str] | None = None
    exclude: Sequence[str] = ()
    pinned: Sequence[str] = ()
    user_contexts: bool = False

    def takes(self, tool: str) -> bool:
        """Whether results of a tool may get shorter. Of a tool without a name nothing is known: they stay.

        >>> [Choice().takes(tool) for tool in ("search", "mcp__files__read_file", "mcp__lingua__recall", "")]
        [True, False, False, False]
        """
        names = {tool, tool.rpartition("__")[2]}  # a host puts the name of an MCP server in front
        if not tool or RECALL in names or names & {*self.exclude}:
            return False
        return bool(names & {*self.only}) if self.only is not None else not names & EXACT


class Call(NamedTuple):
    """A call of a tool."""

    tool: str
    arguments: Mapping[str, Any]
    said: str  # the model's words beside it


def passages(request: Mapping[str, Any], choice: Choice) -> Iterator[Passage]:
    """The texts of messages that may get shorter, in order.

    What a result is read for stands before it, so that it becomes the same text in every turn of a
    conversation, and a provider's prompt cache holds.
    """
    calls: dict[str, Call] = {}
    asked = ""
    for number, message in enumerate(_objects(request.get("messages"))):
        role, content = message.get("role"), message.get("content")
        if role == "assistant":
            calls |= dict(_calls_of(message))
        elif role == "user":
            asked = _text_of(content)
            if choice.user_contexts:
                yield from _above_question(("messages", number, "content"), content)
        elif role in ("tool", "function"):
            key = message.get("tool_call_id") or message.get("name")
            call = calls.get(key) if isinstance(key, str) and key not in choice.pinned else None
            if call is not None and choice.takes(call.tool):
                question = question_of_result(asked, call.said, call.arguments, call.tool)
                for path, text in _texts(content):
                    yield Passage(("messages", number, "content", *path), text, question, call.tool)


def documents(request: Mapping[str, Any]) -> Iterator[Passage]:
    """The texts of a request's ``documents``, as vLLM and Cohere take them: strings, or objects with one.

    Where nothing is asked, nobody knows what they are read for, and they stay.
    """
    asked = [
        _text_of(one.get("content")) for one in _objects(request.get("messages")) if one.get("role") == "user"
    ]
    question = split_question(asked[-1])[1].strip() or asked[-1] if asked else ""
    given = request.get("documents") if question else None
    for number, one in enumerate(given if isinstance(given, list) else ()):
        for path in ((), ("text",), ("content",), ("data", "text"), ("data", "content")):
            text = _at(one, path)
            if isinstance(text, str) and text.strip():
                yield Passage(("documents", number, *path), text, question)
                break


def offers_recall(request: Mapping[str, Any]) -> bool:
    """Whether the model can fetch originals back: a reference to one is of no use to it otherwise."""
    tools = (_at(tool, ("function", "name")) for tool in _objects(request.get("tools")))
    return any(isinstance(name, str) and name.rpartition("__")[2] == RECALL for name in tools)


def replaced(data: Any, texts: Mapping[Path, str]) -> Any:
    """A copy of JSON data with other texts in some places; what has none in it is not copied.

    >>> replaced({"a": [1, {"b": "long"}], "c": 2}, {("a", 1, "b"): "short"})
    {'a': [1, {'b': 'short'}], 'c': 2}
    """
    if () in texts:
        return texts[()]
    inside: dict[str | int, dict[Path, str]] = {}
    for path, text in texts.items():
        inside.setdefault(path[0], {})[path[1:]] = text
    made = data.copy()
    for step, below in inside.items():
        made[step] = replaced(data[step], below)
    return made


def _objects(given: Any) -> Iterator[Mapping[str, Any]]:
    """The elements of a list, an empty object in the place of what is none."""
    yield from (one if isinstance(one, dict) else {} for one in (given if isinstance(given, list) else ()))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _calls_of(message: Mapping[str, Any]) -> Iterator[tuple[str, Call]]:
    """The calls that a message makes, by their ids; older ones, which have none, by the function's name."""
    said = _text_of(message.get("content"))
    old = message.get("function_call")
    for call in [*_objects(message.get("tool_calls")), *([{"function": old}] if old is not None else [])]:
        name, arguments = _at(call, ("function", "name")), _at(call, ("function", "arguments"))
        key = call.get("id") or name
        if isinstance(name, str) and isinstance(key, str):
            yield key, Call(name, _arguments(arguments), said)


def _arguments(written: Any) -> Mapping[str, Any]:
    try:
        read = json.loads(written) if isinstance(written, str) else written
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _texts(content: Any) -> Iterator[tuple[Path, str]]:
    """The texts of a content: a string, or parts of which some are text and nothing else."""
    if isinstance(content, str):
        if content.strip():
            yield (), content
        return
    for number, part in enumerate(_objects(content)):
        text = part.get("text")
        if part.get("type") == "text" and part.keys() <= _TEXT and isinstance(text, str) and text.strip():
            yield (number, "text"), text


def _text_of(content: Any) -> str:
    return "\n".join(text for _, text in _texts(content))


def _above_question(path: Path, content: Any) -> Iterator[Passage]:
    """What stands above the question in a message: in its last text, and all texts before that."""
    found = list(_texts(content))
    if not found:
        return
    *others, (last, text) = found
    body, tail = split_question(text)
    question = tail.strip() or text
    for place, other in others:
        yield Passage((*path, *place), other, question)
    if tail:
        yield Passage((*path, *last), body, question, tail=tail)
