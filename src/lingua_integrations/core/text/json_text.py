"""JSON: a value needs its keys; whatever is left out, what comes out is JSON again."""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from lingua_integrations.core.text.kinds import is_json
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.sentences import sentences
from lingua_integrations.core.text.spans import Span

_TOKEN = regex.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]|[^\s{}\[\]:,"]++')
_DEEP = 60  # brackets inside of one another, from which on the innermost is kept whole
_ESCAPE = regex.compile(r"\\.")
_RECORD = 600  # characters up to which an object is kept or dropped whole
_NAMING = 4  # the first short members of an object in a list say which one it is: the others need them
_STRING = 240  # characters from which on a string is opened, and its sentences are pieces


@dataclass
class _Value:
    """A member of an object or an element of an array, from its key on."""

    start: int
    value: int  # where the value begins, behind the key
    end: int = -1
    inside: list[_Value] = field(default_factory=list)
    open: bool = False  # an object or an array

    @property
    def flat(self) -> bool:
        return not any(one.open for one in self.inside)


def read_json(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Objects and arrays; a small object is one piece, a long string is opened."""
    if not is_json(outline.text[span.start : span.end]):
        read_json_lines(outline, span, needs)
        return
    root = _parsed(outline.text, span)
    _add(outline, root, needs)


def read_json_lines(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A record a line."""
    for line in lines(outline.text, *span):
        outline.add(*line, needs)


def _parsed(text: str, span: Span) -> _Value:
    root = _Value(span.start, span.start)
    stack = [root]
    start: int | None = None  # where the key of the next value begins
    for token in _TOKEN.finditer(text, *span):
        begin, end = token.span()
        mark = token.group() if end - begin == 1 else ""
        if mark and mark in "{[":
            stack.append(_Value(begin if start is None else start, begin, open=True))
            start = None
        elif mark and mark in "}]":
            done = stack.pop()
            done.end = end
            stack[-1].inside.append(done)
        elif mark == ":":
            one = stack[-1].inside.pop()  # it was a key
            start = one.start
        elif mark != ",":
            stack[-1].inside.append(_Value(begin if start is None else start, begin, end))
            start = None
    return root.inside[0] if root.inside else root


def _add(outline: Outline, value: _Value, needs: tuple[int, ...], depth: int = 0) -> None:
    """Add a value: whole, or its brackets and what stands between them."""
    outline.skip(value.start)
    length = value.end - value.start
    if not value.open:
        if length >= _STRING and outline.text[value.value] == '"':
            _add_string(outline, value, needs)
        else:
            outline.add(value.start, value.end, needs, glue=",")
        return
    small = length <= _RECORD and (outline.text[value.value] == "{" or value.flat)
    if depth > _DEEP or (depth and small):
        outline.add(value.start, value.end, needs, glue=",")
        return
    head = outline.add(value.start, value.value + 1, needs, carrier=True, glue=",")
    record = outline.text[value.value] == "{"
    own: tuple[int, ...] = (*needs, head)
    named = 0  # members that say whose the others are
    for one in value.inside:
        opened = one.open or one.end - one.start >= _STRING
        _add(outline, one, own, depth + 1)
        if record and not opened and depth and named < _NAMING:
            own, named = (*own[: len(needs) + 1], outline.last), named + 1
    outline.skip(value.end - 1)
    outline.add(value.end - 1, value.end, closes=head)


def _add_string(outline: Outline, value: _Value, needs: tuple[int, ...]) -> None:
    """A long string: its sentences, between its key with a quotation mark and the closing one."""
    head = outline.add(value.start, value.value + 1, needs, carrier=True, glue=",")
    first = outline.last
    text, begin = outline.text, value.value + 1
    breaks = [m.end() for m in _ESCAPE.finditer(text, begin, value.end - 1) if m.group() in (r"\n", r"\r")]
    for stop in [*breaks, value.end - 1]:
        for start, end in sentences(text, begin, stop, outline.language):
            outline.add(start, end, (*needs, head))
        begin = stop
    outline.cover(value.end - 1)
    outline.add(value.end - 1, value.end, closes=first)
