"""Which texts of a conversation may be compressed, and how shorter ones get back to where they stood.

Only text is ever touched: images, tool calls, reasoning with its signature, citations and everything that a
provider caches stay byte for byte, and so do the question, system messages, calls of tools and their errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import regex
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

Role = Literal["human", "ai", "tool"]
MARK = "lingua"
"""Key in a message's ``response_metadata``: it has been compressed, and is not compressed again."""
_LONG, _SAID, _ARGUMENT = 1500, 300, 200  # characters
NOTHING_LEFT = "…"
"""What a tool's result says of which nothing is left: every call must have one. One token."""

_PLAIN = frozenset({"type", "text", "id", "index"})  # of a text block about which nothing else is said
_CACHED = frozenset({"cache_control", "cachePoint", "cache_point"})
_CALLS = frozenset({"function_call", "tool_calls"})
_LINE_BREAK = regex.compile(r"\s*\n\s*")
_BLANK_LINE = regex.compile(r"\r?\n[ \t]*\r?\n\s*")


class Place(NamedTuple):
    """Where a text stands: which message, and which block of it; ``None``: its content is one string."""

    message: int
    block: int | None


@dataclass(frozen=True)
class Passage:
    """A text that may be compressed, and what follows in the same place and stays, such as the question."""

    place: Place
    text: str
    tail: str = ""


def passages(messages: Sequence[BaseMessage], roles: Sequence[Role]) -> Iterator[Passage]:
    """The texts of a conversation that may be compressed, by role, in order; not those of the question."""
    cached = _last_cached(messages)
    asked = question_at(messages)
    for number, message in enumerate(messages):
        if message.type in roles and number != asked:
            for block, text in open_texts(message):
                if (number, -1 if block is None else block) > cached:
                    yield Passage(Place(number, block), text)


def above_question(messages: Sequence[BaseMessage], roles: Sequence[Role]) -> Passage | None:
    """What stands above the question in the last human message, where that is text that may be compressed."""
    at = question_at(messages)
    if at is None or "human" not in roles or (at, -1) <= _last_cached(messages):
        return None
    texts = dict(open_texts(messages[at]))
    body, question = split_question(texts.get(None, ""))
    return Passage(Place(at, None), body, question) if question else None


def open_texts(message: BaseMessage) -> Iterator[tuple[int | None, str]]:
    """The texts of one message that may be compressed, each with its block; ``None``: the whole content."""
    if _open(message):
        yield from ((block, text) for block, text in _texts(message) if text.strip())


def question_at(messages: Sequence[BaseMessage]) -> int | None:
    """Index of the last human message."""
    return next((i for i in reversed(range(len(messages))) if messages[i].type == "human"), None)


def question_of(messages: Sequence[BaseMessage]) -> str:
    """The text of the last human message, or nothing."""
    at = question_at(messages)
    return "" if at is None else str(messages[at].text)


def question_of_call(messages: Sequence[BaseMessage], call: Mapping[str, Any]) -> str:
    r"""What a tool's result is read for: the user's message, the model's last words, the call's arguments.

    Of the model's words the last 300 characters, of an argument the first 200; long messages of the user
    count by their question (see `split_question`). Where nothing was said, it is the tool's name.

    >>> from langchain_core.messages import HumanMessage
    >>> call = {"name": "search", "args": {"query": "mat", "limit": 5}, "id": "1"}
    >>> question_of_call([HumanMessage("Where is the cat?")], call)
    'Where is the cat?\nmat'
    """
    asked = question_of(messages)
    if len(asked) > _LONG:
        asked = split_question(asked)[1].strip() or asked[-_LONG:]
    last = messages[-1] if messages and isinstance(messages[-1], AIMessage) else None
    said = str(last.text)[-_SAID:] if last is not None else ""
    told = [value[:_ARGUMENT] for value in call.get("args", {}).values() if isinstance(value, str)]
    found = [part for part in (asked, said, *told) if part.strip()]
    return "\n".join(found) or str(call["name"]).replace("_", " ")


def split_question(text: str) -> tuple[str, str]:
    r"""A text and its question with the white space before it: the last paragraph, else the last line.

    A text of one line has no question.

    >>> split_question("Emma is by Jane Austen.\n\nWho wrote Emma?\n")
    ('Emma is by Jane Austen.', '\n\nWho wrote Emma?\n')
    >>> split_question("Emma is by Jane Austen.\nWho wrote Emma?"), split_question("Who wrote Emma?")
    (('Emma is by Jane Austen.', '\nWho wrote Emma?'), ('Who wrote Emma?', ''))
    """
    for between in (_BLANK_LINE, _LINE_BREAK):
        breaks = [match.start() for match in between.finditer(text.rstrip())]
        if breaks and text[: breaks[-1]].strip():
            return text[: breaks[-1]], text[breaks[-1] :]
    return text, ""


def rewrite(
    messages: Sequence[BaseMessage], texts: Mapping[Place, str], marks: Mapping[int, Any] | None = None
) -> list[BaseMessage | None]:
    """Copies of messages with other texts in some places; the messages themselves stay as they are.

    Marks, by index, go into a message's metadata, so that it is not compressed again. One message comes out
    for each; ``None`` where nothing is left of it. A tool's result then says so, since every call must have
    one, and so does a message that carries more than its content, such as reasoning.
    """
    marks = marks or {}
    changed: dict[int, dict[int | None, str]] = {}
    for place, text in texts.items():
        changed.setdefault(place.message, {})[place.block] = text
    return [
        _rewritten(message, changed[number], marks.get(number)) if number in changed else message
        for number, message in enumerate(messages)
    ]


def _rewritten(message: BaseMessage, texts: Mapping[int | None, str], mark: Any) -> BaseMessage | None:
    content: str | list[str | dict[Any, Any]]
    if None in texts:
        content = texts[None]
    else:
        content = [
            block if number not in texts else _block(block, texts[number])
            for number, block in enumerate(message.content)
            if number not in texts or texts[number]
        ]
    if not content:
        if not (isinstance(message, ToolMessage) or message.additional_kwargs):
            return None
        content = NOTHING_LEFT
    update: dict[str, Any] = {"content": content}
    if mark is not None:
        update["response_metadata"] = {**message.response_metadata, MARK: mark}
    return message.model_copy(update=update)


def _block(block: str | dict[Any, Any], text: str) -> str | dict[Any, Any]:
    return text if isinstance(block, str) else {**block, "text": text}


def _open(message: BaseMessage) -> bool:
    """Whether a message's texts may be touched at all."""
    mark = message.response_metadata.get(MARK)  # somebody else's may go by the same name
    ours = isinstance(mark, Mapping) and "tokens_before" in mark
    if ours or "context_editing" in message.response_metadata:
        return False
    if isinstance(message, AIMessage):
        calls = message.tool_calls or message.invalid_tool_calls or message.additional_kwargs.keys() & _CALLS
        return not calls
    return not (isinstance(message, ToolMessage) and message.status == "error")


def _texts(message: BaseMessage) -> Iterator[tuple[int | None, str]]:
    if isinstance(message.content, str):
        yield None, message.content
        return
    for number, block in enumerate(message.content):
        if isinstance(block, str):
            yield number, block
        elif block.get("type") == "text" and _plain(block) and isinstance(block.get("text"), str):
            yield number, block["text"]


def _plain(block: Mapping[Any, Any]) -> bool:
    """Whether nothing else is said about a block's text: what is there besides is empty."""
    return all(key in _PLAIN or not value for key, value in block.items())


def _last_cached(messages: Sequence[BaseMessage]) -> tuple[int, int]:
    """Place of the last block that a provider is told to cache: a cache holds all that stands before it."""
    marked = [
        (number, place)
        for number, message in enumerate(messages)
        if isinstance(message.content, list)
        for place, block in enumerate(message.content)
        if isinstance(block, dict) and not _CACHED.isdisjoint({*block, block.get("type")})
    ]
    return max(marked, default=(-1, -1))
