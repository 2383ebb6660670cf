"""Runs: the parts of a text that a reader reads one after another, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lingua_integrations.core.text.language.sentences import sentences


class Run(NamedTuple):
    """A part of a text, and what parts it from the one before: nothing, white space, or bars."""

    start: int
    end: int
    apart: str


def words_of(text: str, runs: Sequence[Run]) -> str:
    """Runs as a reader sees them."""
    return "".join(run.apart + text[run.start : run.end] for run in runs)


def sentences_of(text: str, runs: Sequence[Run], language: str) -> Iterator[list[Run]]:
    r"""The runs of each sentence.

    >>> text = "It rained.  He\nshe sang.   left."
    >>> columns = [Run(0, 10, ""), Run(15, 24, "\n"), Run(12, 14, "\n"), Run(27, 32, "\n")]
    >>> [words_of(text, sentence).split() for sentence in sentences_of(text, columns, "en")]
    [['It', 'rained.', 'she', 'sang.'], ['He', 'left.']]
    """
    seen = words_of(text, runs)
    places = []  # where each run stands in it
    at = 0
    for run in runs:
        at += len(run.apart)
        places.append(at)
        at += run.end - run.start
    number = 0
    for start, end in sentences(seen, 0, len(seen), language):
        part: list[Run] = []
        while number < len(runs) and places[number] < end:
            run, place = runs[number], places[number]
            first, last = max(start, place), min(end, place + run.end - run.start)
            if first < last:
                part.append(Run(run.start + first - place, run.start + last - place, run.apart))
            if place + run.end - run.start > end:
                break
            number += 1
        if part:
            yield part
