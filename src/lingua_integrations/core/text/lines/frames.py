"""Stack traces: what happened, and where in the user's own code, tell more than the frames of libraries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

_FRAME = regex.compile(r'\s*File "[^"\n]+", line \d|\s+at \S|\s+/\S+\.go:\d|\s+from \S+:\d+:in ')
PYTHON = regex.compile(r'\s*File "')
_CAUSE = regex.compile(r"Caused by: |[\w.]+(?:Error|Exception)\b")
_LIBRARY = regex.compile(
    r"""
      [/\\](?:site-packages|dist-packages|node_modules|gems|vendor|pkg/mod|go/src|rustc|\.cargo)[/\\]
    | [/\\]lib(?:64)?[/\\]python\d | [/\\]Lib[/\\] | "<(?:frozen|string)\b | \(?(?:node:|internal/)
    | \bat \s+ (?:[\w.]+/)? (?: javax?|jdk|sun|kotlinx?|scala|groovy|akka|reactor|io\.netty|System|Microsoft
        | com\.(?:sun|google|fasterxml|zaxxer|mysql|intellij)
        | org\.(?:springframework|apache|hibernate|eclipse|jboss|junit|mockito|gradle|postgresql) ) \.
    """,
    regex.VERBOSE,
)


def of_traces(lines: Sequence[str], most: int) -> Iterator[int]:
    """Which lines tell most of stack traces: below the frames what happened, or the cause; and own frames.

    These are frames of the user's own code, up to ``most`` of a trace, those nearest to the failure: the last
    ones in Python, else the first. They tell something only beside frames of libraries. What a trace has
    said before tells nothing new.

    >>> lines = ['  File "/srv/shop/cart.py", line 7, in total', '  File "/usr/lib/python3/json.py", line 3']
    >>> list(of_traces([*lines, "KeyError: 'price'"], 3)), list(of_traces(lines[:1], 3))
    ([2, 0], [])
    """
    known: set[str] = set()
    for trace, end in _traces(lines):
        own = [number for number in trace if not _LIBRARY.search(lines[number])]
        nearest = own[::-1] if PYTHON.match(lines[trace[0]]) else own
        causes = [end] if end < len(lines) and _CAUSE.match(lines[end]) else []
        telling = [*causes, *(nearest[:most] if len(own) < len(trace) else ())]
        yield from (number for number in telling if lines[number] not in known)
        known.update(lines[number] for number in (*causes, *own))


def _traces(lines: Sequence[str]) -> Iterator[tuple[list[int], int]]:
    """The frames of each trace, and the line behind it; between them others may stand that are indented."""
    trace: list[int] = []
    for number, line in enumerate([*lines, "end"]):
        if _FRAME.match(line):
            trace.append(number)
        elif trace and not line[:1].isspace():
            yield trace, number
            trace = []
