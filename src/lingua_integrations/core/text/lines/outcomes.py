"""What came of things in a log: a component that was connected, and no longer is, or that has recovered."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import regex

from lingua_integrations.core.text.lines.attempts import subject_of
from lingua_integrations.core.text.lines.times import DATE, TIME
from lingua_integrations.core.text.outline import Outline

_STAMP = regex.compile(rf"[\[(<]?(?:{DATE}[T ,]*+)?(?:{TIME}[\w.,:+-]*+)?[\])>]?\s*+")
_WELL = r"INFO|DEBUG|TRACE|NOTICE|info|debug|trace|notice"
_BAD = (
    r"ERROR|FATAL|CRITICAL|PANIC|SEVERE|ALERT|EMERG|CRIT|ERR"
    r"|error|fatal|critical|panic|severe|alert|emerg|crit|err"
)
_LEVEL = regex.compile(rf"(?<![\w-])(?:(?P<well>{_WELL})|(?P<bad>{_BAD}))(?![\w-])")
_SOURCE = regex.compile(r"[\[(]?(?P<name>\p{L}[\p{L}\p{N}_.\-/]*+)(?:\[\d+\])?[\])]?:?(?=\s|$)")
_EARLY = 80  # characters behind the stamp in which the level and the component stand
_LONGEST = 400  # characters of a line that are looked at
_ALIKE = 2  # words in which lines of a component speak of the same


class _Line(NamedTuple):
    component: str
    bad: bool
    subject: frozenset[str]


def connect_outcomes(outline: Outline, first: int) -> None:
    """Let the lines from ``first`` on need the last of their component on the same that went otherwise.

    "INFO connected to the broker" is no longer so after "ERROR lost the connection to the broker", and an
    error is over where the last line of the component is none.
    """
    last: dict[tuple[str, str], tuple[int, bool]] = {}  # line, and whether bad, by component and word
    for at in range(outline.last, first - 1, -1):
        piece = outline.pieces[at]
        if piece.record != "line":
            continue
        content = outline.text[piece.start : min(piece.end, piece.start + _LONGEST)].split("\n", 1)[0]
        line = _read(content)
        if line is None:
            continue
        later = Counter(last[key] for word in line.subject if (key := (line.component, word)) in last)
        if later:
            (end, bad), alike = max(later.items(), key=lambda one: (one[1], one[0]))
            if alike >= _ALIKE and bad != line.bad:
                outline.bind(at, end)
        for word in line.subject:
            last.setdefault((line.component, word), (at, line.bad))


def _read(content: str) -> _Line | None:
    """Who says in a line of a log how it is, and of what; None where no level or no component is told.

    >>> line = _read("2026-05-02T10:04:21Z payment ERROR lost connection to broker")
    >>> line.component, line.bad, sorted(line.subject)
    ('payment', True, ['broker', 'connec', 'lost'])
    """
    stamp = _STAMP.match(content)
    begin = stamp.end() if stamp else 0
    level = _LEVEL.search(content, begin, begin + _EARLY)
    if level is None:
        return None
    before = _SOURCE.match(content, begin)
    own = before if before and before.end() <= level.start() else None
    after = content[level.end() :].lstrip(" ]):|-")
    own = own or _SOURCE.match(after)
    if own is None:
        return None
    told = content[max(level.end(), own.end()) :] if own is before else after[own.end() :]
    return _Line(own["name"].casefold(), level["bad"] is not None, subject_of(told))
