"""Subsequence recovery (LongLLMLingua, section 4.4): an answer's shortened wording is written out again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import regex

from lingua_integrations.core.text.spans import Span

_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]|[^\W\p{Han}\p{Hiragana}\p{Katakana}]+")
_BARRIER = regex.compile(r"[\n\r]|[.!?](?:\s|$)|[。！？]")
_LONGEST_GAP = 80  # characters of dropped text that are put back between two words of an answer


class Kept(Protocol):
    """What is asked of a compressed context."""

    @property
    def index(self) -> int:
        """Its place among the inputs."""

    @property
    def original(self) -> str:
        """The input."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The characters of it that were kept, ascending."""


class Word(NamedTuple):
    """A word by its place, and as it is compared."""

    start: int
    end: int
    form: str


@dataclass(frozen=True)
class Quote:
    """A piece of a recovered answer and where it comes from.

    Attributes:
        start: first character in the recovered text.
        end: one past the last.
        index: the context, by its place among the inputs.
        span: the same wording in that context's original; the first word of a sentence there keeps the
            answer's capitals.
    """

    start: int
    end: int
    index: int
    span: Span


@dataclass(frozen=True)
class Recovery:
    """An answer with its wording restored.

    Attributes:
        text: the answer; shortened wording is written out as in the originals.
        quotes: its pieces that come from the contexts, word for word, in order.
    """

    text: str
    quotes: tuple[Quote, ...]


class _Source(NamedTuple):
    context: Kept
    words: list[Word]  # of what was kept, by their places in the original


def recover(answer: str, contexts: Sequence[Kept]) -> Recovery:
    """Find what an LLM's answer took from compressed contexts, and write it out as the originals have it.

    The longest runs of at least two words that stand in a compressed context are looked up in its original
    by the kept spans. Text that was dropped inside such a run comes back, unless a sentence or a line ended
    there or it is longer than 80 characters.
    """
    sources = [_Source(context, list(_words(context.original, context.spans))) for context in contexts]
    places: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for which, source in enumerate(sources):
        for at in range(len(source.words) - 1):
            places[source.words[at].form, source.words[at + 1].form].append((which, at))
    words = list(_words(answer, [(0, len(answer))]))
    text, quotes, end, at = "", [], 0, 0
    while at < len(words) - 1:
        candidates = places.get((words[at].form, words[at + 1].form), [])
        which, begin, length = _longest(words[at:], sources, candidates)
        if not length:
            at += 1
            continue
        context, run = sources[which].context, sources[which].words[begin : begin + length]
        span = Span(run[0].start, run[-1].end)
        wording = context.original[span.start : span.end]
        if _begins_sentence(context.original, span.start):  # its capital is the sentence's, not the word's
            wording = answer[words[at].start : words[at].end] + context.original[run[0].end : span.end]
        text += answer[end : words[at].start]
        quotes.append(Quote(len(text), len(text) + len(wording), context.index, span))
        text += wording
        end = words[at + length - 1].end
        at += length
    return Recovery(text + answer[end:], tuple(quotes))


def _longest(
    words: Sequence[Word], sources: Sequence[_Source], candidates: Sequence[tuple[int, int]]
) -> tuple[int, int, int]:
    """The candidate with the longest run of common words: its source, its first word, its length or 0."""
    best = (0, 0, 0)
    for which, begin in candidates:
        context, there = sources[which]
        length = 1
        while (
            length < len(words)
            and begin + length < len(there)
            and words[length].form == there[begin + length].form
            and _closable(context, there[begin + length - 1].end, there[begin + length].start)
        ):
            length += 1
        if length > max(1, best[2]):
            best = (which, begin, length)
    return best


def _begins_sentence(text: str, place: int) -> bool:
    before = text[:place].rstrip(" \t\"'“(")
    return not before or before[-1] in ".!?。！？\n\r:"


def _closable(context: Kept, left: int, right: int) -> bool:
    """Whether what stands between two kept words belongs in between: short, and within one sentence."""
    gap = context.original[left:right]
    return len(gap) <= _LONGEST_GAP and not _BARRIER.search(gap)


def _words(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Word]:
    """The words inside of spans, each of which is read as if it stood alone."""
    for start, end in spans:
        for match in _WORD.finditer(text[start:end]):
            yield Word(start + match.start(), start + match.end(), match.group().casefold())
