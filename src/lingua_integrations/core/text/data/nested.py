"""Lines under lines: a tree by indentation, or by the branches that are drawn in front of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import regex

from lingua_integrations.core.text.data.table_looks import is_table
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_DRAWN = regex.compile(r"(?:\[\w+\] )?[ \t\u00a0│|┃├└╰┌┬┼─━+`\\-]*")
_BRANCH = regex.compile(r"(?:\[\w+\] )?[ \u00a0│|┃]*(?:├|└|╰|\+-|\\-|`-|\|--)")
_FIELD = regex.compile(r"\s*[\w(][\w ./()%'-]{0,40}:(?:\s+\S|$)")
_TERMS = regex.compile(r"[=:/<>()_\[\]%@\d]")
_ITEM = regex.compile(r"\s*(?:[-*+•]|\d+[.)])\s")
_WORDY = 12  # words from which on a line is prose
_DEEP = 60  # lines under one another, from which on none is taken for deeper


class Line(NamedTuple):
    """A line or several that are one, such as a comment and what it is about."""

    start: int
    own: int  # where the line begins that says how deep it stands
    end: int


@dataclass
class Branch:
    """A line, and the lines under it."""

    line: Line
    depth: int
    inside: list[Branch] = field(default_factory=list)


def nested(
    text: str,
    found: Sequence[Line],
    depth: Callable[[str], int] = indent,
    deeper: Sequence[int] | None = None,
) -> list[Branch]:
    r"""Lines as a tree: each stands under the last one before it that is less deep.

    Args:
        text: in which they stand.
        found: the lines.
        depth: how deep a line stands, by its words.
        deeper: how much deeper each stands than that.

    >>> [top] = nested("a:\n  b\n  c", [Line(0, 0, 2), Line(3, 3, 6), Line(7, 7, 10)])
    >>> [branch.line.start for branch in top.inside]
    [3, 7]
    """
    top: list[Branch] = []
    above: list[Branch] = []
    for line, more in zip(found, deeper or [0] * len(found), strict=True):
        one = Branch(line, depth(text[line.own : line.end].split("\n", 1)[0]) + more)
        while above and above[-1].depth >= one.depth:
            above.pop()
        (above[-1].inside if above else top).append(one)
        if len(above) < _DEEP:
            above.append(one)
    return top


def with_comments(text: str, found: Sequence[Span], mark: regex.Pattern[str], most: int) -> Iterator[Line]:
    """Lines, each with the comments above it: together they have up to ``most`` characters.

    A comment that stands deeper than the line below it is about what stands above, and is a line of its own.
    """
    start: int | None = None
    for number, line in enumerate(found):
        deeper = start is not None and indent(text[start : line.start]) > indent(text[slice(*line)])
        begin = line.start if start is None or deeper or line.end - start > most else start
        if start is not None and begin != start:
            yield Line(start, start, found[number - 1].end)
        start = None
        if mark.match(text, *line) and number + 1 < len(found):
            start = begin
        else:
            yield Line(begin, line.start, line.end)


def read_nested(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A line needs the lines that it stands under."""
    text = outline.text
    found = lines(text, *span)
    depth = _drawn if _is_drawn([text[slice(*line)] for line in found]) else indent
    _add(outline, nested(text, [Line(start, start, end) for start, end in found], depth), needs)


def _add(outline: Outline, branches: Sequence[Branch], needs: tuple[int, ...]) -> None:
    if needs and len(branches) > 2 and not any(one.inside for one in branches):
        block = Span(branches[0].line.start, branches[-1].line.end)
        rows = outline.text[slice(*block)].splitlines()
        if is_table(rows) and not all(map(_FIELD.match, rows)):
            outline.read("table", block, needs)
            return
    for one in branches:
        name = bool(one.inside) and outline.text[one.line.end - 1] == ":"
        at = outline.add(
            one.line.start, one.line.end, needs, carrier=name, heads=bool(one.inside) and not name
        )
        _add(outline, one.inside, (*needs, at))


def _drawn(line: str) -> int:
    """How deep a line stands behind the branches that are drawn in front of it.

    >>> _drawn("├── app"), _drawn("│   ├── main.py")
    (4, 8)
    """
    mark = _DRAWN.match(line)
    return len(mark.group().expandtabs(8)) if mark else 0


def is_nested(found: Sequence[str]) -> bool:
    """Whether lines say by their depth what belongs to what, as reports of programs do; prose does not."""
    if len(found) < 3:
        return False
    if _is_drawn(found):
        return True
    deep = [indent(line) for line in found]
    under = any(right > left for left, right in pairwise(deep))
    items = sum(map(bool, map(_ITEM.match, found)))
    wordy = sum(len(line.split()) > _WORDY for line in found)
    if not under or items > 0.3 * len(found) or wordy > 0.2 * len(found):
        return False
    fields = sum(map(bool, map(_FIELD.match, found)))
    terms = sum(len(_TERMS.findall(line)) >= 2 for line in found)
    below = sum(one > min(deep) for one in deep)
    return 2 * fields >= len(found) or (2 * below >= len(found) and terms >= 0.7 * len(found))


def _is_drawn(found: Sequence[str]) -> bool:
    """Whether branches are drawn in front of most lines, as `tree` does."""
    return 2 * sum(map(bool, map(_BRANCH.match, found))) >= len(found) > 2
