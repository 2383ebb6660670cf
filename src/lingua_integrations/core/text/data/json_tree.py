"""The values of JSON, and of what other languages show of their data, as a tree of stretches of a text."""

from __future__ import annotations

from dataclasses import dataclass, field

from lingua_integrations.core.text.data.literals import TOKEN, is_comment
from lingua_integrations.core.text.spans import Span

STRING = 240  # characters from which on a string is opened, and its sentences are pieces


@dataclass(eq=False)
class Value:
    """A member of an object or an element of an array, from its key on."""

    start: int
    value: int  # where the value begins, behind the key
    end: int = -1
    inside: list[Value] = field(default_factory=list)
    open: bool = False  # an object or an array
    keyed: bool = False  # its parts have keys
    cut: bool = False  # it is never closed
    whole: bool | None = None  # whether it is one piece; None: its size decides

    @property
    def flat(self) -> bool:
        """Whether no object or array stands in it."""
        return not any(one.open for one in self.inside)

    @property
    def length(self) -> int:
        """Its characters, those of its key included."""
        return self.end - self.start

    def array(self, text: str) -> bool:
        """Whether it is an array, whose parts have no keys."""
        return self.open and text[self.value] == "["

    def long(self, text: str) -> bool:
        """Whether it is a string that is opened."""
        return not self.open and self.end - self.value >= STRING and text[self.value] in "\"'"

    def holds_long(self, text: str) -> bool:
        """Whether such a string stands in it, at any depth."""
        return any(one.long(text) or one.holds_long(text) for one in self.inside)


def parsed(text: str, span: Span) -> Value:
    """The outermost value of a stretch; what is cut off ends where the stretch does.

    >>> text = '{"a": [1, 2], "b": 3}'
    >>> [text[one.start : one.end] for one in parsed(text, Span(0, len(text))).inside]
    ['"a": [1, 2]', '"b": 3']
    """
    root = Value(span.start, span.start)
    stack = [root]
    start: int | None = None  # where the key of the next value begins
    fresh = True  # whether a value may begin
    before = span.start  # where the last token ends
    for token in TOKEN.finditer(text, *span):
        begin, end = token.span()
        mark = token.group() if end - begin == 1 else ""
        inside = stack[-1].inside
        last, before = before, end
        if is_comment(token.group()):
            start = _comment(text, Span(begin, end), last, inside, start)
            continue
        if mark and mark in "{[(":
            if not fresh and inside:  # a call of what was named before it
                start = inside.pop().start
            begins = begin if start is None else start
            stack.append(Value(begins, begin, open=True))
            start, fresh = None, True
        elif mark and mark in "}])":
            if len(stack) == 1:  # nothing is open
                break
            inside += [] if start is None else [Value(start, start, last)]  # a comment below the last value
            start, done = None, stack.pop()
            done.end = end
            stack[-1].inside.append(done)
            fresh = False
        elif mark and mark in ":=" and inside and not fresh:
            start = inside.pop().start
            stack[-1].keyed = fresh = True
        elif mark == ",":
            fresh = True
        elif fresh or not inside:
            inside.append(Value(begin if start is None else start, begin, end))
            start, fresh = None, False
        else:  # of several words
            inside[-1].end = end
    _cut(stack, span.end)
    return root.inside[0] if root.inside else root


def _comment(text: str, comment: Span, last: int, inside: list[Value], start: int | None) -> int | None:
    """Give a comment to the value on its line, or to the next one; returns where that begins."""
    if start is None and inside and "\n" not in text[last : comment.start]:
        inside[-1].end = comment.end
        return None
    return comment.start if start is None else start


def _cut(stack: list[Value], end: int) -> None:
    """End what is still open."""
    while len(stack) > 1:
        done = stack.pop()
        done.end, done.cut = end, True
        stack[-1].inside.append(done)
