"""The corpus is on every machine: Python's own language reference. And five questions about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pydoc_data.topics import topics
from typing import NamedTuple

import regex

from lingua_integrations.core.prune.rankers.lexical import BM25Ranker

FOUND = 7
"""Passages that are found for a question."""
_WORDS = 180  # of a passage
_PARAGRAPH = regex.compile(r"\n\s*\n")


class Passage(NamedTuple):
    """A few paragraphs of one topic."""

    topic: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question, and the phrase that a right answer needs."""

    text: str
    phrase: str

    def answered_in(self, text: str) -> bool:
        """Whether the phrase stands in ``text``; line breaks count as spaces, capitals not at all."""
        return self.phrase.casefold() in " ".join(text.split()).casefold()


QUESTIONS = (
    Question(
        "Which exception is raised if a local variable is used before it is bound?", "UnboundLocalError"
    ),
    Question("Which method is called when the default attribute access fails?", "__getattr__"),
    Question(
        "What may a rich comparison method return if it does not implement the operation?", "NotImplemented"
    ),
    Question("Which operators group from right to left?", "exponentiation"),
    Question("Which exception says that an iterator has no further items?", "StopIteration"),
)


@cache
def passages() -> tuple[Passage, ...]:
    """Every topic, cut between paragraphs into passages of about 180 words."""
    return tuple(Passage(topic, passage) for topic, text in sorted(topics.items()) for passage in _cut(text))


def _cut(text: str) -> list[str]:
    """Neighbouring paragraphs in groups, each a stretch of the text."""
    groups: list[str] = []
    start = 0
    for paragraph in _PARAGRAPH.finditer(text):
        if len(text[start : paragraph.start()].split()) >= _WORDS:
            groups.append(text[start : paragraph.start()])
            start = paragraph.end()
    return [group for group in [*groups, text[start:]] if group.strip()]


@cache
def found_for(question: str, count: int = FOUND) -> tuple[tuple[Passage, float], ...]:
    """The passages that share most with the question by BM25, with their scores; no text twice."""
    distinct = list({passage.text: passage for passage in passages()}.values())
    scores = BM25Ranker().rank(question, [passage.text for passage in distinct])
    best = (-scores).argsort(kind="stable")[:count]
    return tuple((distinct[place], float(scores[place])) for place in best)


def retrieve(question: str, count: int) -> list[str]:
    """The texts of the passages that match a question best: stands in for a retriever in examples."""
    return [passage.text for passage, _ in found_for(question, count)]
