"""Texts of lines: logs, listings, fields. A line that goes on needs the one that began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.lines.reports import FRAME, LINK, TRACEBACK
from lingua_integrations.core.text.lines.times import DATE, TIME
from lingua_integrations.core.text.needs.dates import is_date
from lingua_integrations.core.text.outline import Outline, indent, lines
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
GREP_LINE = regex.compile(r"(?=[^\s:]*\p{L})(?!\d{4}-\d\d-\d\d[T,;])[^\s:]+[:\-]\d+[:\-]")  # no date
_NUMBERED_LINE = regex.compile(r"(\d+)[:\-]")
_LISTED_UNDER = regex.compile(r"--$|\S+:$|total \d+$|[\w./-]*/[\w./-]+$|[\w-]+\.\w{1,5}$")
_FOLDER = regex.compile(r"(?:\.|/|[\w.-]+/|\w)[\w./ -]*:$")
_MODE = regex.compile(r"[-dlbcps][-rwxsStT]{9}[@+.]?\s")
_BLANK = regex.compile(r"\n[ \t\r]*\n\s*")
_PROMPT = regex.compile(r"[ \t]*(?:>>> |In \[\d+\]: |\$ \p{Ll})")  # what is answered needs what was typed
_TYPED_ON = regex.compile(r"[ \t]*\.\.\.(?: |$)")
SHORT = 400  # characters up to which a record or an utterance is kept or dropped whole


def read_records(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Lines as records: those that are indented, or that do not begin as the others do, go on with one.

    A short record is one piece; of a long one each line needs the first.
    """
    text = outline.text
    found = lines(text, *span)
    begins = [n for n, begin in enumerate(begin_like(text, found)) if begin or n == 0]
    for first, after in pairwise([*begins, len(found)]):
        record = found[first:after]
        if record[-1].end - record[0].start <= SHORT:
            outline.add(record[0].start, record[-1].end, needs, record="line")
        else:
            _long_record(outline, record, needs)


def _long_record(outline: Outline, record: Sequence[Span], needs: tuple[int, ...]) -> None:
    """A line needs the first one, and those it stands under: a frame of a trace its exception.

    What a trace begins with says nothing alone; nor does what links it to the one before, which its exception
    needs.
    """
    text = outline.text
    begun = 1  # lines of a statement at a prompt
    while begun < len(record) and _TYPED_ON.match(text, *record[begun]):
        begun += 1
    start = outline.add(record[0].start, record[begun - 1].end, needs, record="line")
    above: list[tuple[int, int]] = []
    link: tuple[int, ...] = ()
    for line in record[begun:]:
        if LINK.match(text, *line):
            link = (outline.add(*line, (*needs, start), carrier=True),)
            above = []
            continue
        deep = indent(text[slice(*line)])
        while above and above[-1][0] >= deep:
            above.pop()
        begins = TRACEBACK.match(text, *line) is not None
        under = tuple(number for _, number in above[-1:])
        linked = link if deep == 0 else ()
        at = outline.add(*line, (*needs, start, *under, *linked), carrier=begins)
        above.append((deep, at))
        link = link if begins or deep else ()


def begin_like(text: str, found: Sequence[Span]) -> list[bool]:
    """Which lines begin a record."""
    dated = [LOG_LINE.match(text, *line) is not None for line in found]
    typed = [_PROMPT.match(text, *line) is not None for line in found]
    if any(typed):
        return typed
    if 2 * sum(dated) >= len(found) or (sum(dated) >= 3 and dated[0]):
        return [one and not text[line.start].isspace() for one, line in zip(dated, found, strict=True)]
    first = min((indent(text[slice(*line)]) for line in found), default=0)
    return [indent(text[slice(*line)]) <= first for line in found]


def is_session(found: Sequence[str]) -> bool:
    """Whether lines are what was typed at a prompt, and what came back.

    >>> is_session(["   >>> 1 + 1", "   2"]), is_session(["It costs", "$ 5."])
    (True, False)
    """
    return len(found) > 1 and _PROMPT.match(found[0]) is not None


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
    return any(sum(map(bool, map(pattern.match, told))) >= 0.8 * len(told) for pattern in (GREP_LINE, _MODE))


def _in_folders(found: Sequence[str]) -> bool:
    """Whether names stand under those of their folders, as `ls -R` shows them."""
    folders = sum(map(bool, map(_FOLDER.match, found)))
    names = all(
        len(line.split()) < 4 and not line[:1].isspace() for line in found
    )  # keys of YAML have values below
    return folders > 1 and _FOLDER.match(found[0]) is not None and names


def read_listing(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Each line stands for itself, under the folder or the file that is named above it."""
    above: tuple[int, ...] = ()
    found = lines(outline.text, *span)
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
    others = [line for line, one in zip(found, dated, strict=True) if not one]
    goes_on = sum(line[:1].isspace() or FRAME.match(line) is not None for line in others)
    few = sum(dated) >= 3 and dated[0] and 2 * goes_on >= len(others)
    return sum(dated) > 1 and (2 * sum(dated) >= len(found) or few)


def read_record(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Fields of things, which blank lines part: those of one are one piece, or need the first."""
    text = outline.text
    for begin, end in _paragraphs(text, span):
        if end - begin <= SHORT:
            outline.add(begin, end, needs)
            continue
        first: tuple[int, ...] = ()
        for line in lines(text, begin, end):
            at = outline.add(*line, (*needs, *first))
            first = first or (at,)


def _paragraphs(text: str, span: Span) -> Iterator[Span]:
    begin = span.start
    for gap in _BLANK.finditer(text, *span):
        yield Span(begin, gap.start())
        begin = gap.end()
    yield Span(begin, span.end)
