"""Subtitles: cues with the times at which they are shown. A sentence may last several cues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

import regex

from lingua_integrations.core.text.lines.records import read_records
from lingua_integrations.core.text.lines.speakers import SPEAKER, is_chat
from lingua_integrations.core.text.needs.discourse import Leaning, bounds, denies, leaning
from lingua_integrations.core.text.needs.objections import tells_belief, turns_back
from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

TIMING = regex.compile(r"\s*(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3}\s*-->")
_STAMP = regex.compile(
    r"[ \t]*[\[(]?(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>\d{2})(?:[.,]\d{1,3})?[\])]?(?=\s|$)\s*"
)
"""The time at which something is said, in a transcript: "[00:12]", "1:02:03"."""
_ENDS = regex.compile(r"[.!?…。！？♪\])>\"”»]\s*$")  # the last line of a cue that ends a sentence
_WITHIN = regex.compile(r"[.!?。！？]\s+\p{Lu}|[。！？]")
_PLAIN = regex.compile(r"(?:[\p{L}\p{M}\p{N}\s.,;:!?'’\"“”«»()¿¡%$€£♪…、，。！？「」・]|[-–—](?!\w*_))*")
_SAID = regex.compile(r"\s*\p{Ll}|[^\n]*[.!?…。！？]\s*$")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
_NAME = regex.compile(r"\p{L}[\p{L}\p{M}\p{N}.,'’_\- ]{0,40}(?:\([^()\n]{1,30}\))?(?<![.!?])")
_LONGEST = 12  # cues that a sentence may last
_CUES, _UNSPACED_CUES = 6, 3  # that come together at most where nothing ends a sentence
_LEAST = 3  # lines from which on they are a transcript
_START = 60  # seconds in which its first words are said
_WORDS = 3  # of a line that is said, on average; and in which a thought may be denied
_OPENING = 80  # characters of cues that may deny the ones before
_SHORT = 4  # letters of a word with which no thought ends: "the", "that", "in"
_COSTS = {Leaning.NOT: 0, Leaning.NAMES: 2}  # of a cut before words that lean on others; 3 for the rest


def is_captions(found: Sequence[str]) -> bool:
    """Whether lines are a transcript: words, each below or behind the time at which they are said.

    >>> is_captions(["0:00", "hello and welcome", "0:04", "a lot of people say", "0:07", "it overheats"])
    True
    >>> is_captions(["10:00 deploy started", "10:05 deploy failed", "10:07 deploy started"])
    False
    """
    stamps = [_STAMP.match(line) for line in found]
    times = [60 * (60 * int(one["h"] or 0) + int(one["m"])) + int(one["s"]) for one in stamps if one]
    if not stamps[0] or len(times) < _LEAST or 5 * len(times) < 2 * len(found) or times != sorted(times):
        return False
    said = [line[one.end() :] if one else line for one, line in zip(stamps, found, strict=True)]
    apart = all(one.end() == len(line) for one, line in zip(stamps, found, strict=True) if one)
    words = [one for one in said if one.strip()]
    if not words or not (apart or times[0] <= _START) or is_chat(found):
        return False
    plain = sum(_PLAIN.fullmatch(one) is not None for one in words) >= 0.9 * len(words)
    told = sum(_SAID.match(one) is not None for one in words) >= 0.6 * len(words)
    unspaced = 2 * sum(_UNSPACED.search(one) is not None for one in words) > len(words)
    long = sum(one.count(" ") + 1 for one in words) >= _WORDS * len(words)
    return plain and ((told and long) or unspaced)


def from_start(found: Sequence[str]) -> bool:
    """Whether the times in front of lines count minutes and seconds from the beginning of what is said.

    >>> from_start(["0:00 ana: welcome", "0:06 ben: thanks"]), from_start(["10:00:01 sshd: started"])
    (True, False)
    """
    first = _STAMP.match(found[0])
    return first is not None and not int(first["h"] or 0) and 60 * int(first["m"]) + int(first["s"]) <= _START


def read_subtitles(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """SRT, WebVTT, transcripts: the cues that one sentence lasts are one piece, with numbers and times.

    What comes before them says nothing.
    """
    text = outline.text
    found = lines(text, *span)
    timed = [number for number, line in enumerate(found) if TIMING.match(text, *line)]
    timed = timed or [number for number, line in enumerate(found) if _STAMP.match(text, *line)]
    if not timed:
        read_records(outline, span, needs)
        return
    begins = [n - _identified(text, found, n) for n in timed]
    if begins[0]:
        outline.add(found[0].start, found[begins[0] - 1].end, needs, carrier=True)
    cues = [Span(found[b].start, found[e - 1].end) for b, e in pairwise([*begins, len(found)])]
    thread, goes_on, cut = Thread(outline), -1, 0
    told: tuple[int, ...] = ()  # the sentence before; with one that says who believes it
    names = _names(text, cues)
    for cue, ended in _sentences(text, cues, outline.language):
        content = _said(text[slice(*cue)], names)
        cut = cut + 1 if told and not _ENDS.search(text[slice(*outline.pieces[told[-1]][:2])]) else 0
        halved = 0 < cut < _LEAST and bounds(content[:_OPENING])  # what was cut may be denied here
        refuted = told if halved or denies(content) or turns_back(content) else ()
        at = outline.add(*cue, (*needs, *thread.before(content), goes_on, *refuted))
        thread.said(at, content)
        for one in refuted:
            outline.bind(one, at)
        told = (*told, at) if told and tells_belief(content) and len(told) < _LEAST else (at,)
        goes_on = -1 if ended else at


def _said(cue: str, names: Set[str] = frozenset()) -> str:
    """What is said in cues, without the number, the time and the speaker of the first one.

    The speaker stands in front of the words, or is one of the ``names`` on a line of its own.
    """
    after = cue.rfind("-->")
    stamp = _STAMP.match(cue) if after < 0 else None
    content = cue[stamp.end() if stamp else cue.find("\n", after) + 1 :].removesuffix("</v>")
    first, _, below = content.partition("\n")
    if below and first.strip() in names:
        return below
    speaker = SPEAKER.match(content)
    return content[speaker.end() :] if speaker and not turns_back(content) else content.lstrip("- ")


def _names(text: str, cues: Sequence[Span]) -> Set[str]:
    """The lines that stand first in cues of several lines again and again: whoever speaks in them."""
    contents = (_said(text[slice(*cue)]).split("\n") for cue in cues)
    times = Counter(content[0].strip() for content in contents if len(content) > 1)
    return {line for line, count in times.items() if count > 1 and _NAME.fullmatch(line)}


def _identified(text: str, found: Sequence[Span], timing: int) -> bool:
    """Whether the line above a cue's time is its number or name: what stands behind a blank line."""
    if timing == 0:
        return False
    if text[slice(*found[timing - 1])].strip().isdigit():
        return True
    return timing > 1 and text.count("\n", found[timing - 2].end, found[timing - 1].start) > 1


def _sentences(text: str, cues: Sequence[Span], language: str) -> Iterator[tuple[Span, bool]]:
    """Cues together as far as a sentence goes on, and whether it has ended.

    Where captions end no sentence, some cues in a row, up to where a new thought may begin.
    """
    names = _names(text, cues)
    contents = [_said(text[slice(*cue)], names) for cue in cues]
    ends = [_ENDS.search(content) is not None for content in contents]
    marked = sum(end or _WITHIN.search(one) is not None for end, one in zip(ends, contents, strict=True))
    punctuated = 6 * marked >= len(cues)
    unspaced = 2 * sum(_UNSPACED.search(one) is not None for one in contents) > len(contents)
    most = _LONGEST if punctuated else _UNSPACED_CUES if unspaced else _CUES
    begin = 0
    while begin < len(cues):
        last = min(begin + most, len(cues))
        end = next((n + 1 for n in range(begin, last) if ends[n]), 0)
        after = end or _cut(contents, begin, last, language)
        yield Span(cues[begin].start, cues[after - 1].end), bool(end) or not punctuated
        begin = after


def _cut(contents: Sequence[str], begin: int, last: int, language: str) -> int:
    """The cue before which cues are best cut, in the latter half of what may come together."""
    if last == len(contents):
        return last
    costs: dict[int, int] = {}
    for n in range((begin + last + 1) // 2, last + 1):
        hanging = contents[n - 1].split()[-1:]
        opening = " ".join(contents[n].split()[:_WORDS])
        costs[n] = _COSTS.get(leaning(contents[n], language)[0], 3) + 3 * bounds(opening)
        costs[n] += len("".join(hanging)) <= _SHORT
    return min(costs, key=lambda n: (costs[n], -n))
