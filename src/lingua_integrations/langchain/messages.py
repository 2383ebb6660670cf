"""Finds the texts of a conversation that may be compressed, and puts shorter ones in their place.

Only text is ever touched: images, tool calls, reasoning with its signature, citations and everything that a
provider caches stay byte for byte, and so do the question, system messages, calls of tools and their errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from langchain_core.messages import AIMessage, BaseMessage, FunctionMessage, ToolMessage

from lingua_integrations.adapters.pins import laid_down
from lingua_integrations.adapters.questions import question_of_result, split_question
from lingua_integrations.core.text.spans import Span
from lingua_integrations.langchain.blocks import (
    NOTHING_LEFT,
    Path,
    calls_in,
    is_cached,
    is_holder,
    is_result,
    texts_of,
    with_texts,
)

Role = Literal["human", "ai", "tool"]
RESULTS = (ToolMessage, FunctionMessage)
"""Messages that say what a tool gave back."""
MARK = "lingua"
"""Key in a message's ``response_metadata``: it has been compressed, and is not compressed again."""
_CALLS = frozenset({"function_call", "tool_calls"})


class Place(NamedTuple):
    """Where a text stands: which message, and where in its content."""

    message: int
    path: Path


@dataclass(frozen=True)
class Passage:
    """A text that may be compressed, and what follows in the same place and stays, such as the question."""

    place: Place
    text: str
    tail: str = ""
    keep: tuple[Span, ...] = ()  # of the text, whatever becomes of the rest


def passages(messages: Sequence[BaseMessage], roles: Sequence[Role]) -> Iterator[Passage]:
    """The texts of a conversation that may be compressed, by role, in order; not those of the question."""
    cached = _last_cached(messages)
    asked = question_at(messages)
    for number, message in enumerate(messages):
        for path, text in open_texts(message):
            question = number == asked and not is_holder(_block_of(message, path))
            if not question and role_of(message, path) in roles and (number, *path[:1]) > cached:
                yield Passage(Place(number, path), text)


def history(messages: Sequence[BaseMessage], roles: Sequence[Role]) -> Iterator[Passage]:
    """Those of an agent's conversation: without the goal, and what else the user has laid down is kept.

    The goal is what the first human message says itself.
    """
    goal = next((i for i, one in enumerate(messages) if _asks(one)), None)
    for one in passages(messages, roles):
        message = messages[one.place.message]
        if message.type != "human" or is_holder(_block_of(message, one.place.path)):
            yield one
        elif one.place.message != goal:
            yield replace(one, keep=laid_down(one.text))


def above_question(messages: Sequence[BaseMessage], roles: Sequence[Role]) -> Passage | None:
    """What stands above the question in the last human message, where that is text that may be compressed."""
    at = question_at(messages)
    if at is None or "human" not in roles or (at,) <= _last_cached(messages):
        return None
    texts = dict(open_texts(messages[at]))
    body, question = split_question(texts.get((), ""))
    return Passage(Place(at, ()), body, question) if question else None


def open_texts(message: BaseMessage) -> Iterator[tuple[Path, str]]:
    """The texts of one message that may be compressed, each with its place in the content."""
    if _open(message):
        found = texts_of(message.content, of_tool=isinstance(message, RESULTS))
        yield from ((path, text) for path, text in found if text.strip())


def role_of(message: BaseMessage, path: Path) -> str:
    """Who says a text: "tool" also where a human message hands its result on."""
    is_tools = isinstance(message, RESULTS) or is_result(_block_of(message, path))
    return "tool" if is_tools else message.type


def tools_of(messages: Sequence[BaseMessage]) -> dict[Place, str]:
    """Places of results, whole messages and blocks, and the names of their tools; unknown ones are empty."""
    names: dict[Any, Any] = {}
    found: dict[Place, str] = {}
    for number, message in enumerate(messages):
        names |= {call["id"]: call["name"] for call in getattr(message, "tool_calls", ())}
        names |= dict(calls_in(message.content))
        if isinstance(message, RESULTS):
            found[Place(number, ())] = message.name or names.get(getattr(message, "tool_call_id", None), "")
        blocks = message.content if isinstance(message.content, list) else []
        for at, block in enumerate(blocks):
            if isinstance(block, dict) and is_result(block):
                found[Place(number, (at,))] = names.get(block.get("tool_use_id"), "")
    return found


def tool_at(tools: Mapping[Place, str], place: Place) -> str:
    """Of which of `tools_of` a text is, or nothing."""
    return tools.get(Place(place.message, place.path[:1])) or tools.get(Place(place.message, ()), "")


def question_at(messages: Sequence[BaseMessage]) -> int | None:
    """Index of the last human message; one that only hands results of tools on asks nothing."""
    return next((i for i in reversed(range(len(messages))) if _asks(messages[i])), None)


def text_of(message: BaseMessage) -> str:
    """All text of a message, also what stands in blocks that hold results."""
    blocks = message.content if isinstance(message.content, list) else []
    held = [{**block, "is_error": False} for block in blocks if isinstance(block, dict) and is_holder(block)]
    said = [str(message.text), *(text for _, text in texts_of(held))]
    return "\n".join(text for text in said if text.strip())


def question_of(messages: Sequence[BaseMessage]) -> str:
    """The text of the last human message, or nothing."""
    at = question_at(messages)
    return "" if at is None else str(messages[at].text)


def question_of_call(messages: Sequence[BaseMessage], call: Mapping[str, Any]) -> str:
    r"""What a tool's result is read for: the user's message, the model's last words, the call's arguments.

    See `question_of_result`.

    >>> from langchain_core.messages import HumanMessage
    >>> call = {"name": "search", "args": {"query": "mat", "limit": 5}, "id": "1"}
    >>> question_of_call([HumanMessage("Where is the cat?")], call)
    'Where is the cat?\nmat'
    """
    last = messages[-1] if messages and isinstance(messages[-1], AIMessage) else None
    said = str(last.text) if last is not None else ""
    return question_of_result(question_of(messages), said, call.get("args", {}), str(call["name"]))


def rewrite(
    messages: Sequence[BaseMessage], texts: Mapping[Place, str], marks: Mapping[int, Any] | None = None
) -> list[BaseMessage | None]:
    """Copies of messages with other texts in some places; the messages themselves stay as they are.

    Marks, by index, go into a message's metadata, so that it is not compressed again. One message comes out
    for each; ``None`` where nothing is left of it. A tool's result then says so, since every call must have
    one, and so does a message that carries more than its content, such as reasoning.
    """
    marks = marks or {}
    changed: dict[int, dict[Path, str]] = {}
    for place, text in texts.items():
        changed.setdefault(place.message, {})[place.path] = text
    return [
        _rewritten(message, changed[number], marks.get(number)) if number in changed else message
        for number, message in enumerate(messages)
    ]


def _rewritten(message: BaseMessage, texts: Mapping[Path, str], mark: Any) -> BaseMessage | None:
    content = with_texts(message.content, texts)
    if not content:
        if not (isinstance(message, RESULTS) or message.additional_kwargs):
            return None
        content = NOTHING_LEFT
    update: dict[str, Any] = {"content": content}
    if mark is not None:
        update["response_metadata"] = {**message.response_metadata, MARK: mark}
    return message.model_copy(update=update)


def _open(message: BaseMessage) -> bool:
    """Whether a message's texts may be touched at all."""
    mark = message.response_metadata.get(MARK)  # somebody else's may go by the same name
    ours = isinstance(mark, Mapping) and "tokens_before" in mark
    if ours or "context_editing" in message.response_metadata:
        return False
    if isinstance(message, AIMessage):
        calls = message.tool_calls or message.invalid_tool_calls or message.additional_kwargs.keys() & _CALLS
        return not calls and not any(calls_in(message.content))
    return not (isinstance(message, ToolMessage) and message.status == "error")


def _asks(message: BaseMessage) -> bool:
    blocks = message.content if isinstance(message.content, list) else []
    return message.type == "human" and (
        bool(str(message.text).strip()) or not any(is_result(block) for block in blocks)
    )


def _block_of(message: BaseMessage, path: Path) -> Any:
    """The block of a message in which a text stands; ``None``: its content is one string."""
    return message.content[path[0]] if path else None


def _last_cached(messages: Sequence[BaseMessage]) -> tuple[int, int]:
    """Place of the last block that a provider is told to cache: a cache holds all that stands before it."""
    marked = [
        (number, at)
        for number, message in enumerate(messages)
        if isinstance(message.content, list)
        for at, block in enumerate(message.content)
        if is_cached(block)
    ]
    return max(marked, default=(-1, -1))
