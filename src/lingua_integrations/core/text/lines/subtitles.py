"""Subtitles: cues with the times at which they are shown. A sentence may last several cues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.lines.records import read_records
from lingua_integrations.core.text.lines.speakers import SPEAKER
from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

TIMING = regex.compile(r"\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->")
_ENDS = regex.compile(r"[.!?…。！？♪\])>\"”»]\s*$")  # the last line of a cue that ends a sentence
_CUES = 4  # that a sentence may last


def read_subtitles(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """SRT and WebVTT: the cues that one sentence lasts are one piece, with their numbers and times.

    What comes before them says nothing.
    """
    text = outline.text
    found = lines(text, *span)
    timed = [number for number, line in enumerate(found) if TIMING.match(text, *line)]
    if not timed:
        read_records(outline, span, needs)
        return
    begins = [n - _identified(text, found, n) for n in timed]
    if begins[0]:
        outline.add(found[0].start, found[begins[0] - 1].end, needs, carrier=True)
    cues = [Span(found[b].start, found[e - 1].end) for b, e in pairwise([*begins, len(found)])]
    thread = Thread(outline)
    for cue in _sentences(text, cues):
        content = _said(text[slice(*cue)])
        at = outline.add(*cue, (*needs, *thread.before(content)))
        thread.said(at, content)


def _said(cue: str) -> str:
    """What is said in a cue, without its number, its time and its speaker."""
    after = cue.rfind("-->")
    content = cue[cue.find("\n", after) + 1 :]
    speaker = SPEAKER.match(content)
    return content[speaker.end() :] if speaker else content.lstrip("- ")


def _identified(text: str, found: Sequence[Span], timing: int) -> bool:
    """Whether the line above a cue's time is its number or name: what stands behind a blank line."""
    if timing == 0:
        return False
    if text[slice(*found[timing - 1])].strip().isdigit():
        return True
    return timing > 1 and text.count("\n", found[timing - 2].end, found[timing - 1].start) > 1


def _sentences(text: str, cues: Sequence[Span]) -> Iterator[Span]:
    """Cues together as far as a sentence goes on; each alone where captions end none."""
    ends = [_ENDS.search(text[slice(*cue)]) is not None for cue in cues]
    joined = 4 * sum(ends) >= len(ends)
    begin = 0
    for number, end in enumerate(ends):
        if end or not joined or number - begin + 1 == _CUES or number + 1 == len(cues):
            yield Span(cues[begin].start, cues[number].end)
            begin = number + 1
