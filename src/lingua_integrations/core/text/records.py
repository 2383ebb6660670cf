"""Texts of lines: logs, listings, chats, subtitles, fields. A line that goes on needs the one that began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.prose import add_prose
from lingua_integrations.core.text.reports import FRAME
from lingua_integrations.core.text.spans import Span

_TIME = r"(?:\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?)"
_DATE = (
    r"(?:\d{2,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{6}\b|\d{8}[-T ]"
    r"|\p{Lu}\p{Ll}{2}[ ]+\d{1,2}\b|\d{1,2}[ ]\p{Lu}\p{Ll}{2}\b)"
)
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|CRITICAL|FATAL|SEVERE|PANIC)"
LOG_LINE = regex.compile(
    rf"""
    (?: [\[(<]? (?:\p{{L}}{{3}}[ ,]+)? {_DATE}[T ,\]]*\s* [\[(]? {_TIME}
      | [\[(]? {_TIME}\b (?!\s*-->) | {_DATE}[ T]
      | \[? {_LEVEL} \b [\]:\s] | \[\d+\.\d+\] | \d{{9,13}}(?:\.\d+)?\s | <\d+>
      | -\s\d{{9,}}\s | \S+\s-\s\S+\s\[ | [VDIWEF]/\S+
      | \S{{1,40}}\s+\S{{0,40}}\s*\[?{_DATE} )
    """,
    regex.VERBOSE,
)
SPEAKER = regex.compile(
    rf"""
    [ \t]* (?: [*_>\-]{{1,3}}[ ]? )? (?: [\[(]? (?:{_DATE}[T ,]*)? {_TIME} [\])]? [ \-–]* )?
    (?P<name> <[^<>\n]{{1,40}}>
      | \p{{L}}[\p{{L}}\p{{M}}\p{{N}}.'’_\- ]{{0,30}}(?:\([^()\n]{{1,30}}\))? (?=\**:|\**：)
    ) [*_]* [:：]? \s* (?=\S)
    """,
    regex.VERBOSE,
)
GREP_LINE = regex.compile(r"(?=[^\s:]*\p{L})[^\s:]+[:\-]\d+[:\-]")
TIMING = regex.compile(r"\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->")
_NUMBERED_LINE = regex.compile(r"(\d+)[:\-]")
_LISTED_UNDER = regex.compile(r"--$|\S+:$|total \d+$|[\w./-]*/[\w./-]+$|[\w-]+\.\w{1,5}$")
_MODE = regex.compile(r"[-dlbcps][-rwxsStT]{9}[@+.]?\s")
_NO_SPEAKERS = frozenset(["name", "version", "summary", "license", "classifier", "author", "id", "key"])
_BLANK = regex.compile(r"\n[ \t\r]*\n\s*")
_PROMPT = ">>> "  # of Python at a terminal: what it answers needs what it was told
_SHORT = 400  # characters up to which an utterance is kept or dropped whole


def read_records(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Lines as records: those that are indented, or that do not begin as the others do, go on with one."""
    text = outline.text
    found = lines(text, *span)
    begins = begin_like(text, found)
    start: int | None = None
    for line, begin in zip(found, begins, strict=True):
        if text.startswith("... ", line.start) and start == outline.last:  # a statement at a prompt goes on
            outline.extend(line.end)
        elif begin or start is None:
            start = outline.add(*line, needs, record="line")
        else:
            outline.add(*line, (*needs, start))


def begin_like(text: str, found: Sequence[Span]) -> list[bool]:
    """Which lines begin a record."""
    dated = [LOG_LINE.match(text, *line) is not None for line in found]
    if any(text.startswith(_PROMPT, line.start) for line in found):
        return [text.startswith(_PROMPT, line.start) for line in found]
    if 2 * sum(dated) >= len(found) or (sum(dated) >= 3 and dated[0]):
        return [one and not text[line.start].isspace() for one, line in zip(dated, found, strict=True)]
    first = min((indent(text[slice(*line)]) for line in found), default=0)
    return [indent(text[slice(*line)]) <= first for line in found]


def read_chat(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Utterances: a short one is one piece; of a long one each sentence needs the first, with its speaker."""
    text = outline.text
    start: int | None = None
    end = span.start
    for line in [*lines(text, *span), None]:
        if (
            line is not None
            and start is not None
            and not SPEAKER.match(text, *line)
            and not LOG_LINE.match(text, *line)
        ):
            end = line.end
            continue
        if start is not None:
            add_utterance(outline, Span(start, end), needs)
        if line is not None:
            start, end = line


def add_utterance(outline: Outline, span: Span, needs: Iterable[int]) -> None:
    """Add what someone said, with the name in front."""
    if span.end - span.start <= _SHORT:
        outline.add(*span, needs, prose=True)
    else:
        add_prose(outline, span, needs, joined=True)


def is_chat(found: Sequence[str]) -> bool:
    """Whether most lines begin with a speaker, and some speak twice or two speak in turn."""
    names = [match["name"].strip().casefold() for match in map(SPEAKER.match, found) if match]
    told = [line.split(":", 1)[-1] for line in found if SPEAKER.match(line)]
    spoken = sum(text.count(" ") > 1 or text.rstrip()[-1:] in ".!?…。！？" for text in told) >= 0.4 * len(
        told
    )
    few_words = all(name.count(" ") < 4 for name in names) and not _NO_SPEAKERS & set(names)
    turns = len(names) >= 2 and len(names) >= 0.5 * len(found) and len(set(names)) < len(names)
    return turns and few_words and spoken and not any(line.lstrip()[:1] in "#-" for line in found)


def read_subtitles(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """SRT and WebVTT: a cue with its number and its time is one piece.

    What comes before them says nothing.
    """
    text = outline.text
    found = lines(text, *span)
    timed = [number for number, line in enumerate(found) if TIMING.match(text, *line)]
    if not timed:
        read_records(outline, span, needs)
        return
    begins = [n - (n > 0 and text[slice(*found[n - 1])].strip().isdigit()) for n in timed]
    if begins and begins[0]:
        outline.add(found[0].start, found[begins[0] - 1].end, needs, carrier=True)
    for begin, following in zip(begins, [*begins[1:], len(found)], strict=True):
        outline.add(found[begin].start, found[following - 1].end, needs)


def is_listing(found: Sequence[str]) -> bool:
    """Whether every line stands for itself: `grep -n`, `ls -l` and the like."""
    told = [line for line in found if not _LISTED_UNDER.match(line)]
    if len(told) < 2:
        return False
    numbers = [int(match[1]) for match in map(_NUMBERED_LINE.match, told) if match]
    if len(numbers) >= 0.8 * len(told) and all(left < right for left, right in pairwise(numbers)):
        return True
    return any(sum(map(bool, map(pattern.match, told))) >= 0.8 * len(told) for pattern in (GREP_LINE, _MODE))


def read_listing(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Each line stands for itself, under the folder or the file that is named above it."""
    above: tuple[int, ...] = ()
    for line in lines(outline.text, *span):
        content = outline.text[slice(*line)]
        if not _LISTED_UNDER.match(content):
            outline.add(*line, (*needs, *above), record="line")
        elif content != "--" and not content.startswith("total "):
            above = (outline.add(*line, needs, carrier=True),)
        else:
            outline.add(*line, carrier=True)


def is_log(found: Sequence[str]) -> bool:
    """Whether lines are those of a log."""
    dated = [LOG_LINE.match(line) is not None for line in found]
    others = [line for line, one in zip(found, dated, strict=True) if not one]
    goes_on = sum(line[:1].isspace() or FRAME.match(line) is not None for line in others)
    few = sum(dated) >= 3 and dated[0] and 2 * goes_on >= len(others)
    return len(found) > 1 and (2 * sum(dated) >= len(found) or few)


def read_record(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Fields of things, which blank lines part: those of one are one piece, or need the first."""
    text = outline.text
    for begin, end in _paragraphs(text, span):
        if end - begin <= _SHORT:
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
