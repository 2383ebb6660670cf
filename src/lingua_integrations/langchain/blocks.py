"""Finds the texts in a message's content, and puts others in their place. Everything else stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from lingua_integrations.adapters.short_texts import joined, runs

Content = str | list[str | dict[Any, Any]]
Path = tuple[int, ...]
"""Where a text stands in a content: the number of its block, then of the block inside of that; ``()``: the
content is one string."""
NOTHING_LEFT = "…"
"""What a tool's result says of which nothing is left: every call must have one. One token."""

_PLAIN = frozenset({"type", "text", "id", "index"})  # of a text block about which nothing else is said
_CACHED = frozenset({"cache_control", "cachePoint", "cache_point"})
_INSIDE: dict[str, tuple[str, ...]] = {"tool_result": ("search_result",), "search_result": ()}
"""Blocks that hold texts in their ``content``, as Anthropic has them, and which others these may hold."""


def texts_of(
    content: Any, holders: Collection[str] = tuple(_INSIDE), *, of_tool: bool = False
) -> Iterator[tuple[Path, str]]:
    """The texts of a content that may be compressed, in order; not those of a tool's error.

    What stands beside the text of a block may be said of all of it, as a signature is, or of places in it, as
    citations are: then it stays whole. What a tool said (``of_tool``) is not signed.

    >>> found = {"type": "search_result", "source": "a", "content": [{"type": "text", "text": "Tom"}]}
    >>> list(texts_of(["cat", {"type": "tool_result", "tool_use_id": "1", "content": [found]}]))
    [((0,), 'cat'), ((1, 0, 0), 'Tom')]
    """
    if isinstance(content, str):
        yield (), content
        return
    for number, block in enumerate(content):
        for path, text in _texts_in(block, holders, of_tool):
            yield (number, *path), text


def with_texts(content: Any, texts: Mapping[Path, str]) -> Any:
    """A copy of a content with other texts in some places, without blocks of which nothing is left.

    >>> with_texts(["cat", {"type": "text", "text": "dog", "id": "2"}], {(0,): "", (1,): "d"})
    [{'type': 'text', 'text': 'd', 'id': '2'}]
    """
    if isinstance(content, str):
        return texts.get((), content)
    inside: dict[int, dict[Path, str]] = {}
    for path, text in texts.items():
        inside.setdefault(path[0], {})[path[1:]] = text
    made = (_with(block, inside[i]) if i in inside else block for i, block in enumerate(content))
    return [block for block in made if block is not None]


def with_joined(content: Any, short: Callable[[str], bool]) -> Any:
    r"""A content in which texts side by side that are short are one; the same where there are none.

    >>> blocks = [{"type": "text", "text": one, "id": one} for one in "ab"]
    >>> with_joined(blocks, lambda text: True)
    [{'type': 'text', 'text': 'a\nb', 'id': 'a'}]
    """
    if isinstance(content, str):
        return content
    texts = dict(texts_of(content, ()))
    made = list(content)
    for run in reversed(list(runs([texts.get((at,)) for at in range(len(content))], short))):
        first = content[run.start]
        text = joined([texts[(at,)] for at in run])
        made[run.start : run.stop] = [text if isinstance(first, str) else {**first, "text": text}]
    return made if len(made) < len(content) else content


def is_result(block: Any) -> bool:
    """Whether a block is what a tool gave back."""
    return _type(block) == "tool_result"


def is_holder(block: Any) -> bool:
    """Whether a block holds texts that somebody found, and not what its message says itself."""
    return _type(block) in _INSIDE


def is_cached(block: Any, holders: Collection[str] = tuple(_INSIDE)) -> bool:
    """Whether a provider is told to cache what ends with this block, or with a block in it."""
    if not isinstance(block, dict):
        return False
    kind = _type(block)
    if not _CACHED.isdisjoint({*block, kind}):
        return True
    inside = block.get("content") if kind in holders else None
    return isinstance(inside, list) and any(is_cached(one, _INSIDE[kind]) for one in inside)


def calls_in(content: Any) -> Iterator[tuple[Any, Any]]:
    """Calls of tools that a content holds as blocks: their ids, and the names of the tools."""
    blocks = content if isinstance(content, list) else []
    yield from ((block.get("id"), block.get("name")) for block in blocks if _type(block) == "tool_use")


def _texts_in(block: Any, holders: Collection[str], of_tool: bool) -> Iterator[tuple[Path, str]]:
    kind = _type(block)
    if isinstance(block, str):
        yield (), block
    elif kind == "text" and isinstance(block.get("text"), str):
        beside = (value for key, value in block.items() if key not in _PLAIN and value)
        if not any(isinstance(value, list) or not of_tool for value in beside):
            yield (), block["text"]
    elif kind in holders and not block.get("is_error"):
        inside = block.get("content")
        if isinstance(inside, list) or (isinstance(inside, str) and is_result(block)):
            yield from texts_of(inside, _INSIDE[kind], of_tool=of_tool or is_result(block))


def _with(block: Any, texts: Mapping[Path, str]) -> Any:
    """A copy of a block with other texts; ``None`` where nothing is left of it."""
    if isinstance(block, str):
        return texts[()] or None
    if _type(block) == "text":
        return {**block, "text": texts[()]} if texts[()] else None
    inside = with_texts(block["content"], texts)
    if not inside and not is_result(block):
        return None
    return {**block, "content": inside or NOTHING_LEFT}


def _type(block: Any) -> str:
    kind = block.get("type") if isinstance(block, dict) else None
    return kind if isinstance(kind, str) else ""
