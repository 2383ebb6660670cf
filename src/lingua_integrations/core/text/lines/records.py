"""Texts of lines: logs, listings, fields. A line that goes on needs the one that began."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.data.sql import connect_rollbacks
from lingua_integrations.core.text.data.table_looks import is_table
from lingua_integrations.core.text.leads import is_name
from lingua_integrations.core.text.lines.attempts import connect_attempts
from lingua_integrations.core.text.lines.outcomes import connect_outcomes
from lingua_integrations.core.text.lines.reports import FRAME, LINK, TRACE, is_trace
from lingua_integrations.core.text.lines.sessions import PROMPT, REMARK, TYPED_ON
from lingua_integrations.core.text.lines.steps import Steps, is_mark
from lingua_integrations.core.text.lines.times import DATE, TIME
from lingua_integrations.core.text.needs.dates import is_date
from lingua_integrations.core.text.outline import Outline, Record, indent, lines
from lingua_integrations.core.text.shares import most
from lingua_integrations.core.text.spans import Span

_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|CRITICAL|FATAL|SEVERE|PANIC)"
LOG_LINE = regex.compile(
    rf"""
    (?: [\[(<]? (?:\p{{L}}{{3}}[ ,]+)? {DATE}[T ,\]]*\s* [\[(]? {TIME}
      | [\[(]? {TIME}\b (?!\s*-->) | {DATE}[ T]
      | \[? {_LEVEL} \b [\]:\s] | \[\d+\.\d+\] | \d{{9,13}}(?:\.\d+)?\s | <\d+>
      | -\s\d{{9,}}\s | \S+\s-\s\S+\s\[ | [VDIWEF]/\S+
      | \#\d+\s | \S{{1,40}}\s+\S{{0,40}}\s*\[?{DATE} )
    """,
    regex.VERBOSE,
)
GREP_LINE = regex.compile(r"(?=[^\s:]*\p{L})(?!\d{4}-\d\d-\d\d[T,;])[^\s:,;|]+[:\-]\d+[:\-]")
"""A file and a line number; no date or time, alone or among the values of CSV."""
_NUMBERED_LINE = regex.compile(r"(\d+)[:\-]")
_LISTED_UNDER = regex.compile(r"--$|\S+:$|total \d+$|[\w./-]*/[\w./-]+$|[\w-]+\.\w{1,5}$")
_FOLDER = regex.compile(r"(?:\.|/|[\w.-]+/|\w)[\w./ -]*:$")
_MODE = regex.compile(r"[-dlbcps][-rwxsStT]{9}[@+.]?\s")
_ACTS = regex.compile(r"\b\p{L}+ing\s[^\n]{1,80}?(?:\.{3}|…)$")
_NAME = regex.compile(r"[\w@]+(?:[-./:][\w@]+)+|\w*\d\w*")  # of a service, a host or a file
_NEAR = 30  # lines after which what has begun is not looked for
_MOST = 4  # things that have begun at a time
_DETAIL = regex.compile(r"(?:^|[\]\s])(?:DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION):\s")
_EARLY = 120  # characters of a record in which its level stands
_STAT = regex.compile(r"\s*\S[^|]* \|\s+(?:\d+ [+-]+$|Bin\b)")  # of `git diff --stat`
_COUNTED = regex.compile(r"\(?(?:\d+|Empty) (?:rows?|set|records?)\b|Time: |Query OK")  # below a table
_DATED, _TRACED = 3, 2  # records among lines that go on with them, from which on these are a log; with traces
SHORT = 400  # characters up to which a record or an utterance is kept or dropped whole


def read_records(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Lines as records: those that are indented, or that do not begin as the others do, go on with one.

    A short record is one piece; of a long one each line needs the first. All need the step of a job that
    they tell of.
    """
    text = outline.text
    found, begun = lines(text, *span), outline.last + 1
    marked = [is_mark(text[slice(*line)]) for line in found]
    begins = [
        n for n, begin in enumerate(begin_like(text, found)) if begin or n == 0 or marked[n] or marked[n - 1]
    ]
    steps = Steps()
    for first, after in pairwise([*begins, len(found)]):
        record = found[first:after]
        line = text[slice(*record[0])]
        within, opens, closes = steps.over(line)
        if closes:
            outline.add(*record[0], carrier=True)
        elif record[-1].end - record[0].start <= SHORT:
            outline.add(record[0].start, record[-1].end, (*needs, *within), heads=opens, record="line")
        else:
            long_record(outline, record, (*needs, *within))
        steps.enter(line, outline.last)
    _connect_details(outline, begun)
    _connect_ends(outline, begun)
    connect_rollbacks(outline, begun)
    connect_attempts(outline, begun)
    connect_outcomes(outline, begun)


def _connect_details(outline: Outline, first: int) -> None:
    """Let the lines with which PostgreSQL goes on about an error need that error, and the same process."""
    about = -1
    for number in range(first, len(outline.pieces)):
        piece = outline.pieces[number]
        if piece.record != "line":
            continue
        if not _DETAIL.search(outline.text, piece.start, min(piece.end, piece.start + _EARLY)):
            about = number
        elif about >= 0:
            outline.bind(number, about)


def _connect_ends(outline: Outline, first: int) -> None:
    """Let a line with which something begins ("Starting db1...") need the last near it that names that."""
    waiting: list[tuple[int, set[str]]] = []
    last: dict[int, int] = {}
    for number in range(first, len(outline.pieces)):
        piece = outline.pieces[number]
        content = outline.text[piece.start : piece.end]
        if piece.record != "line" or len(content) > SHORT:
            continue
        found = set(_NAME.findall(content)) if waiting else set()
        last |= {begun: number for begun, names in waiting if names & found}
        waiting = [one for one in waiting[-_MOST:] if number - one[0] < _NEAR]
        stamp = LOG_LINE.match(content)
        acts = content.endswith(("...", "…")) and _ACTS.search(content, stamp.end() if stamp else 0)
        if acts and (names := set(_NAME.findall(acts.group()))):
            waiting.append((number, names))
    for begun, end in last.items():
        outline.bind(begun, end)


def long_record(
    outline: Outline, record: Sequence[Span], needs: tuple[int, ...], sort: Record | None = "line"
) -> None:
    """A line needs the first one, and those it stands under; rows and traces are read as such."""
    text = outline.text
    begun = 1  # lines of a statement at a prompt
    while begun < len(record) and TYPED_ON.match(text, *record[begun]):
        begun += 1
    start = outline.add(record[0].start, record[begun - 1].end, needs, record=sort)
    above: list[tuple[int, int]] = []
    rest = record[begun:]
    rows = [text[slice(*line)] for line in rest]
    while len(rows) > 2 and _COUNTED.match(rows[-1]):
        rows.pop()
    if len(rows) > 2 and is_table(rows):
        outline.read("table", Span(rest[0].start, rest[len(rows) - 1].end), (*needs, start))
        rest = rest[len(rows) :]
    begun = next((n for n, line in enumerate(rest) if TRACE.match(text, *line)), len(rest))
    trace = rest[begun:]
    if not is_trace([text[slice(*line)] for line in trace]):
        begun, trace = len(rest), []
    for line in rest[:begun]:
        deep = indent(text[slice(*line)])
        while above and above[-1][0] >= deep:
            above.pop()
        at = outline.add(*line, (*needs, start, *(number for _, number in above[-1:])))
        above.append((deep, at))
    if trace:
        outline.read("trace", Span(trace[0].start, trace[-1].end), (*needs, start))


def begin_like(text: str, found: Sequence[Span]) -> list[bool]:
    """Which lines begin a record."""
    dated = [LOG_LINE.match(text, *line) is not None for line in found]
    typed = [PROMPT.match(text, *line) is not None for line in found]
    if any(typed):
        remarks = [False, *(REMARK.match(text, *line) is not None for line in found[:-1])]
        return [one and not remark for one, remark in zip(typed, remarks, strict=True)]
    traced = any(TRACE.match(text, *line) for line in found)
    if 2 * sum(dated) >= len(found) or (dated[0] and sum(dated) >= (_TRACED if traced else _DATED)):
        return [one and not text[line.start].isspace() for one, line in zip(dated, found, strict=True)]
    first = min((indent(text[slice(*line)]) for line in found), default=0)
    return [indent(text[slice(*line)]) <= first for line in found]


def is_listing(found: Sequence[str]) -> bool:
    """Whether every line stands for itself: `grep -n`, `ls -l`, `ls -R` and the like."""
    if _in_folders(found):
        return True
    told = [line for line in found if not _LISTED_UNDER.match(line)]
    if len(told) < 2:
        return False
    numbers = [int(match[1]) if match else 0 for match in map(_NUMBERED_LINE.match, found)]
    counted = sum(map(bool, numbers))
    if counted >= 0.8 * len(told) and all(not right or left < right for left, right in pairwise(numbers)):
        return True
    return any(most(pattern.match, told, 0.8) for pattern in (GREP_LINE, _MODE, _STAT))


def _in_folders(found: Sequence[str]) -> bool:
    """Whether names stand under those of their folders, as `ls -R` shows them."""
    if not _FOLDER.match(found[0]):
        return False
    folders = sum(map(bool, map(_FOLDER.match, found)))
    names = all(
        len(line.split()) < 4 and not line[:1].isspace() for line in found
    )  # keys of YAML have values below
    return folders > 1 and names


def read_listing(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Each line stands for itself, under the folder or the file that is named above it."""
    above: tuple[int, ...] = ()
    found = lines(outline.text, *span)
    titled = len(found) > 2 and outline.text.count("\n", found[0].end, found[1].start) > 1
    if titled and is_name(outline.text[slice(*found[0])]):
        needs = (*needs, outline.add(*found.pop(0), needs, carrier=True))
    under = _FOLDER if _in_folders([outline.text[slice(*line)] for line in found]) else _LISTED_UNDER
    for line in found:
        content = outline.text[slice(*line)]
        if not under.match(content):
            outline.add(*line, (*needs, *above), record="line")
        elif content != "--" and not content.startswith("total "):
            above = (outline.add(*line, needs, carrier=True),)
        else:
            outline.add(*line, carrier=True)


def is_log(found: Sequence[str]) -> bool:
    """Whether lines are those of a log."""
    dated = [LOG_LINE.match(line) is not None and not is_date(line) for line in found]
    if sum(dated) < 2:
        return False
    if 2 * sum(dated) >= len(found):
        return True
    others = [line for line, one in zip(found, dated, strict=True) if not one]
    traced = sum(bool(TRACE.match(line) or LINK.match(line)) for line in others)
    goes_on = traced + sum(FRAME.match(line) is not None and not TRACE.match(line) for line in others)
    return sum(dated) >= (_TRACED if traced else _DATED) and dated[0] and 2 * goes_on >= len(others)
