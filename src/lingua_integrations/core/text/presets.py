"""What stays of each kind of text, whatever was asked: one row for each kind that differs from the others.

`Landmarks` reads this table and adds rules of the user's own for each kind (``by_kind``). What belongs
together is no matter of rules, but of the reader of a kind: a match of grep stands on one line with its file
and its number, a row comes with the head of its table, a changed line with its hunk, a failure with its test,
and scripts, styles and menus of HTML are never read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import regex

SUM = regex.compile(
    r"=+ .*\b\d+ (?:passed|failed|skipped|errors?|deselected)\b.*=+$|Ran \d+ tests? in |test result: "
    r"|(?:Tests|Test Suites|Snapshots): +\d|(?:ok|FAIL)\s+\S+\s+(?:\(cached\)|[\d.]+s)"
    r"|\s*(?:Test Files|Tests) +\d+ (?:passed|failed)\b|ℹ (?:tests|pass|fail) \d|Finished in \d"
    r"|\d+ examples?, \d+ failures?"
    r"|\s*\d+ (?:passing|failing)\b|\d+ (?:passed|failed|skipped|errors?)\b.* in \d[\d.]*s\b"
)
"""The line in which a test runner sums up."""
FATAL = regex.compile(
    r"\b(?i:fatal|panic|critical|severe|emerg\w*|alert|crash\w*|traceback)\b"
    r"|\bFAIL(?:ED)?\b|\w(?:Exception|Error)\b"
)
"""What ends a program, and what is named as an error or a failure."""
FAILURE = regex.compile(
    r"\b(?:errors?|fail(?:s|ed|ures?)?|exceptions?|denied|refused|abort\w*|unable|invalid|time(?:d.)?out)\b",
    regex.I,
)
"""What tells of an error or a failure."""


ALARMS = (FATAL, FAILURE)


class Preset(NamedTuple):
    """Which records of a kind of text stay whatever was asked; how many, `Landmarks` says.

    Frames of stack traces, the largest and the smallest values, rare values, and both ends stay in all kinds.

    Attributes:
        alarms: records that match one, and of those alike the first; the loudest pattern stands first.
        rare_lines: the first of the lines that hardly any other line is like, rather than rare values.
        last: how many at the end, beside those that `Landmarks` has at either end.
    """

    alarms: tuple[regex.Pattern[str], ...]
    rare_lines: bool = False
    last: int = 0


PRESETS: Mapping[str, Preset] = {
    "log": Preset((SUM, *ALARMS), rare_lines=True, last=2),  # errors, first occurrences, how it ended
    "lines": Preset((SUM, *ALARMS), rare_lines=True, last=2),
    "tests": Preset((SUM, *ALARMS)),  # the sum, and what failed
    **dict.fromkeys(("json", "jsonl", "csv", "table", "sql"), Preset(ALARMS)),  # who "finished in 3rd place"
    **dict.fromkeys(("plan", "nested"), Preset(ALARMS, last=1)),  # "Plan: 3 to add", "Execution Time: 9 ms"
    **dict.fromkeys(("commits", "listing", "trace", "xml"), Preset(ALARMS)),
}
OTHERS = Preset((SUM, *ALARMS))
"""Kinds without a row: a part of what a program printed may look like anything."""
