"""Which words of a text its compressed version kept (LLMLingua-2, section 3.2), and how far to trust that.

A target LLM that is told to shorten a text by leaving out words repeats some, moves some, and changes the
ending of others. Each of its words is looked for near the place of the one before, forwards first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lingua_integrations.alignment.pairs import Message, Prompt
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.language.sentences import boundaries

REACH = 200
"""Words before and after the last match in which the next is looked for."""
CHUNK = 1600
"""Characters that a target is asked to shorten at once, about 400 tokens; longer texts come out too short."""
WORST = {"variation": 0.05, "gap": 0.10}
"""Shares of the texts that are left out: with the most words of their own, then with the largest gap."""

_TASK = (
    "Shorten the text below by leaving words out. Every word of your answer has to stand in the text, "
    "spelled the same and in the same order; add nothing and explain nothing. Leave out whatever a reader "
    "can do without, and keep names, numbers and what happened."
)


@dataclass(frozen=True)
class Labelled:
    """A text, and what of it is to be kept."""

    text: str  # the whole
    kept: tuple[tuple[int, int], ...]  # character spans, in order
    question: str = ""  # that it was kept for; empty: for any
    title: str | None = None  # of the text


@dataclass(frozen=True)
class Aligned(Labelled):
    """A text whose labels are the words that were found again in its compressed version."""

    variation: float = 0.0  # share of the compressed words that the text does not have, or not as often
    # words of the text that the compressed version has, less those that could be aligned, as a share of the
    # text's words: what the labels miss
    gap: float = 0.0


def chunks(texts: Iterable[str]) -> Iterator[str]:
    """Texts in pieces of about `CHUNK` characters, each up to a sentence's end."""
    for text in texts:
        begin = last = 0
        for end in [*boundaries(text, 0, len(text), "en"), len(text)]:
            if end - begin > CHUNK and last > begin:
                yield text[begin:last]
                begin = last
            last = end
        if text[begin:].strip():
            yield text[begin:]


def request(text: str) -> Prompt:
    """What a target is asked, to have a text shortened."""
    return (Message("user", f"{_TASK}\n\n{text}"),)


def align(text: str, compressed: str) -> Aligned:
    """Label the words of a text that its compressed version kept.

    >>> found = align("The old man was walking slowly.", "old man walked slowly.")
    >>> [found.text[start:end] for start, end in found.kept]
    ['old', 'man', 'walking', 'slowly', '.']
    """
    units = segment(text)
    words, said = (list(map(stem, one.strings())) for one in (units, segment(compressed)))
    found = _matches(words, said)
    there, own = Counter(words), Counter(said)
    return Aligned(
        text,
        tuple((int(units.starts[place]), int(units.ends[place])) for place in sorted(found)),
        variation=(own - there).total() / max(1, len(said)),
        gap=((there & own).total() - len(found)) / max(1, len(words)),
    )


def trusted(aligned: Sequence[Aligned]) -> list[Aligned]:
    """What is left when the worst are gone; of equally bad ones the first go."""
    return [aligned[place] for place in places_of_trusted(aligned)]


def places_of_trusted(aligned: Sequence[Aligned]) -> list[int]:
    """The places of what `trusted` leaves."""
    left = list(range(len(aligned)))
    for name, share in WORST.items():
        by_badness = sorted(left, key=lambda place: -getattr(aligned[place], name))
        worst = set(by_badness[: int(share * len(left))])
        left = [place for place in left if place not in worst]
    return left


def stem(word: str) -> str:
    """A word without its case and the commonest endings, so that walked finds walking.

    >>> stem("Walking"), stem("walked"), stem("walks"), stem("is")
    ('walk', 'walk', 'walk', 'is')
    """
    low = word.casefold()
    for ending in ("ing", "ed", "es", "s"):
        if low.endswith(ending) and len(low) - len(ending) >= 4:
            return low.removesuffix(ending)
    return low


def _matches(words: Sequence[str], said: Sequence[str]) -> set[int]:
    """Places of the words that were said, each taken once, the nearest first."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word, []).append(place)
    found: set[int] = set()
    last = -1
    for word in said:
        free = np.array([place for place in places.get(word, []) if place not in found], dtype=int)
        near = free[np.abs(free - last) <= REACH]
        if len(near):
            after = near[near > last]
            last = int(after[0]) if len(after) else int(near[-1])
            found.add(last)
    return found
