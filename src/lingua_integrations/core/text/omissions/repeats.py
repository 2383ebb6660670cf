"""Lines that repeat: alike but for their numbers, or the same but for the time at their start."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.lines.times import DATE, TIME

_VARYING = regex.compile(r"0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+|\"[^\"]*\"|'[^']*'", regex.I)
_BEGINS = regex.compile(
    rf"[\[(<]?(?:{DATE}[T ,]*\s*[\[(]?{TIME}|{TIME}|\d{{10,19}}(?:\.\d+)?)"
    r"(?:\s?Z|\s?[-+]\d\d:?\d\d)?[\])>]?\s"
)
_MANY = 3  # lines from which on they are said to repeat


def template(line: str) -> str:
    """A line without what varies among lines that report the same.

    >>> template("10:00:07 GET /a/17 took 30 ms") == template("10:00:09 GET /a/4 took 8 ms")
    True
    """
    return str(_VARYING.sub("#", line))


def said_again(lines: Sequence[str]) -> list[list[int]]:
    """Lines that are the same but for the time at their start, in groups of three and more.

    >>> said_again(["10:00:07 no answer", "ready", "10:00:08 no answer", "10:00:09 no answer"])
    [[0, 2, 3]]
    """
    found: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        found.setdefault(_BEGINS.sub("", line, count=1), []).append(number)
    return [group for group in found.values() if len(group) >= _MANY]


def counted(lines: int, above: int, below: int) -> str:
    """How many lines were left out, and how many of them are like the kept line above and the one below.

    >>> counted(1, 0, 0), counted(9, 9, 0), counted(9, 2, 1)
    ('1 line', '9 lines (all like the one above)', '9 lines')
    >>> counted(9, 4, 5)
    '9 lines (4 like the one above, 5 like the one below)'
    """
    said = f"{lines} line{'s' * (lines != 1)}"
    if lines >= _MANY and lines in (above, below):
        return f"{said} (all like the one {'above' if above == lines else 'below'})"
    times = {"above": above, "below": below}
    parts = [f"{count} like the one {place}" for place, count in times.items() if count >= _MANY]
    return f"{said} ({', '.join(parts)})" if parts else said
