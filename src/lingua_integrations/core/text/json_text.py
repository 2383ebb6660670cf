"""JSON: a value needs its keys; whatever is left out, what comes out is JSON again.

So is what other languages show of their data, such as a list of tuples in Python, and JSON that was cut off.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from lingua_integrations.core.text.data import TOKEN, data_end, values
from lingua_integrations.core.text.kinds import is_json
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.sentences import sentences
from lingua_integrations.core.text.spans import Span

_DEEP = 60  # brackets inside of one another, from which on the innermost is kept whole
_ESCAPE = regex.compile(r"\\.")
_OBJECT = 600  # characters up to which an object is kept or dropped whole
_RECORD = 4000  # those of an object in a list, unless it holds a long string
_NAMING = 600  # short members of a longer object in a list, together, up to which the others need all of them
_TOP = 200  # likewise those of the outermost object, such as a number of pages
_STRING = 240  # characters from which on a string is opened, and its sentences are pieces


@dataclass
class _Value:
    """A member of an object or an element of an array, from its key on."""

    start: int
    value: int  # where the value begins, behind the key
    end: int = -1
    inside: list[_Value] = field(default_factory=list)
    open: bool = False  # an object or an array
    keyed: bool = False  # its parts have keys
    cut: bool = False  # it is never closed

    @property
    def flat(self) -> bool:
        return not any(one.open for one in self.inside)

    def long(self, text: str) -> bool:
        """Whether it is a string that is opened."""
        return not self.open and self.end - self.value >= _STRING and text[self.value] in "\"'"

    def holds_long(self, text: str) -> bool:
        """Whether such a string stands in it, at any depth."""
        return any(one.long(text) or one.holds_long(text) for one in self.inside)


def read_json(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Objects and arrays; a small object is one piece, a long string is opened."""
    text = outline.text
    if not is_json(text[span.start : span.end]) and data_end(text, span) is None:
        read_json_lines(outline, span, needs)
        return
    root = _parsed(text, span)
    _add(outline, root, needs)


def read_json_lines(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A record a line, or one after another, each over several lines."""
    found = list(values(outline.text, span))
    whole = found and not outline.text[found[-1].end : span.end].strip()
    for line in found if whole else lines(outline.text, *span):
        outline.add(*line, needs, record="json")


def _parsed(text: str, span: Span) -> _Value:
    root = _Value(span.start, span.start)
    stack = [root]
    start: int | None = None  # where the key of the next value begins
    fresh = True  # whether a value may begin
    for token in TOKEN.finditer(text, *span):
        begin, end = token.span()
        mark = token.group() if end - begin == 1 else ""
        inside = stack[-1].inside
        if mark and mark in "{[(":
            if not fresh and inside:  # a call of what was named before it
                start = inside.pop().start
            begins = begin if start is None else start
            stack.append(_Value(begins, begin, open=True))
            start, fresh = None, True
        elif mark and mark in "}])":
            if len(stack) == 1:  # nothing is open
                break
            done = stack.pop()
            done.end = end
            stack[-1].inside.append(done)
            fresh = False
        elif mark and mark in ":=" and inside and not fresh:
            start = inside.pop().start
            stack[-1].keyed = fresh = True
        elif mark == ",":
            fresh = True
        elif fresh or not inside:
            inside.append(_Value(begin if start is None else start, begin, end))
            start, fresh = None, False
        else:  # of several words
            inside[-1].end = end
    while len(stack) > 1:  # cut off
        done = stack.pop()
        done.end, done.cut = span.end, True
        stack[-1].inside.append(done)
    return root.inside[0] if root.inside else root


def _add(
    outline: Outline, value: _Value, needs: tuple[int, ...], depth: int = 0, *, record: bool = False
) -> None:
    """Add a value: whole, or its brackets and what stands between them. A record is an object in an array."""
    outline.skip(value.start)
    text = outline.text
    if not value.open and value.long(text):
        _add_string(outline, value, needs)
        return
    if not value.open or (
        not value.cut and (depth > _DEEP or (depth and _whole(text, value, record=record)))
    ):
        outline.add(value.start, value.end, needs, glue=",", record="json" if record else None)
        return
    sort = "json" if record else None
    head = outline.add(value.start, value.value + 1, needs, carrier=True, glue=",", record=sort)
    own: tuple[int, ...] = (*needs, head)
    if text[value.value] == "{" or value.keyed:
        _add_members(outline, value, own, depth + 1, naming=_NAMING if record else 0 if depth else _TOP)
    else:
        objects = 2 * sum(text[one.value] in "{(" for one in value.inside) > len(value.inside)
        for one in value.inside:
            _add(outline, one, own, depth + 1, record=objects)
    if not value.cut:
        outline.skip(value.end - 1)
        outline.add(value.end - 1, value.end, closes=head)


def _whole(text: str, value: _Value, *, record: bool) -> bool:
    """Whether a value is one piece: a flat array, a small object, a record without a long string."""
    length = value.end - value.start
    if record:
        return length <= _RECORD and not value.holds_long(text)
    return length <= _OBJECT and (text[value.value] in "{(" or value.flat)


def _add_members(outline: Outline, value: _Value, needs: tuple[int, ...], depth: int, *, naming: int) -> None:
    """The members of an object; short ones of up to ``naming`` characters together are needed by all."""
    short = [
        one.end - one.start < _STRING
        and not one.cut
        and (not one.open or _whole(outline.text, one, record=False))
        for one in value.inside
    ]
    lengths = [one.end - one.start for one, is_short in zip(value.inside, short, strict=True) if is_short]
    if not 0 < sum(lengths) <= naming:
        for one in value.inside:
            _add(outline, one, needs, depth)
        return
    placed: list[int] = []
    others: list[int] = []
    for one, is_short in zip(value.inside, short, strict=True):
        before = len(outline.pieces)
        _add(outline, one, needs, depth)
        (placed if is_short else others).extend(range(before, len(outline.pieces)))
    outline.require((*placed, *others), placed)


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
    outline.add(value.end - 1, value.end, closes=first, apart="")
