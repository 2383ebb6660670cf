"""What compilers and linters say: a diagnosis stays with its place, and under its file or function."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_BEGINS = regex.compile(
    r"(?:error|warning)(?:\[\w+\])?: \S|\S+?:\d+(?::\d+)?: (?:fatal )?(?:error|warning)\b"
    r"|\S+\(\d+(?:,\d+)?\): (?:fatal )?(?:error|warning)\b"
    r"| +\d+:\d+ +(?:error|warning) |(?:E|W|ERROR|WARN(?:ING)?) .*:\d+:\d+"
)
_WITHIN = regex.compile(
    r"In file included from |\S+: (?:In|At) .*:$|/?[\w.-]+(?:/[\w.-]+)+$|\w+ in \S+:\d+:\d+$"
)
_SUMS = regex.compile(
    r"Found \d+ |make(?:\[\d+\])?: \*\*\*|error: (?:could not compile|aborting)"
    r"|\W*\d+ (?:problem|error|warning)s?\b|For more "
)
_WHOLE = 700  # characters up to which a diagnosis is one piece


def is_diagnostics(found: Sequence[str]) -> bool:
    """Whether lines are what a compiler or a linter says.

    >>> is_diagnostics(["a.c:1:2: error: no", "    1 | x", "b.c:3:4: warning: so", "    3 | y"])
    True
    """
    begun = sum(map(bool, map(_BEGINS.match, found)))
    if begun < 2 or 12 * begun < len(found):
        return False
    goes_on = any(line[:1].isspace() and not _BEGINS.match(line) for line in found)
    under = any(map(_WITHIN.match, found))
    return goes_on or under


def read_diagnostics(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A diagnosis with its place and what explains it, under the file or the function that it is in."""
    text = outline.text
    within: tuple[int, ...] = ()
    record: list[Span] = []

    def settle() -> None:
        if record:
            _add(outline, record, (*needs, *within))
            record.clear()

    for line in lines(text, *span):
        content = text[slice(*line)]
        apart = bool(record) and text.count("\n", record[-1].end, line.start) > 1 and not content[0].isspace()
        if _WITHIN.match(content):
            settle()
            within = (outline.add(*line, needs, carrier=True),)
        elif _BEGINS.match(content) or _SUMS.match(content) or apart or not record:
            settle()
            if _SUMS.match(content) or apart:
                within = ()
            record.append(line)
        else:
            record.append(line)
    settle()


def _add(outline: Outline, record: Sequence[Span], needs: tuple[int, ...]) -> None:
    if len(record) == 1 or record[-1].end - record[0].start <= _WHOLE:
        outline.add(record[0].start, record[-1].end, needs, record="line")
        return
    placed = 2 if outline.text[record[1].start : record[1].end].lstrip().startswith("-->") else 1
    head = outline.add(record[0].start, record[placed - 1].end, needs, record="line")
    for line in record[placed:]:
        outline.add(*line, (*needs, head))
