"""The corpus is on every machine: Python's own language reference. And five questions about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pydoc_data.topics import topics
from typing import NamedTuple

import bm25s
import regex

from lingua_integrations.core.prune.rankers.lexical import terms

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


class Search:
    """BM25 over the passages, by the bm25s library."""

    def __init__(self) -> None:
        self._index = bm25s.BM25()
        self._index.index([terms(passage.text) for passage in passages()], show_progress=False)

    def best(self, question: str, k: int) -> list[tuple[Passage, float]]:
        """The k passages that share most with the question, with their scores; no passage twice."""
        known = [term for term in terms(question) if term in self._index.vocab_dict]
        scores = self._index.get_scores(known)
        unique = {passages()[i].text: i for i in scores.argsort(kind="stable").tolist()}
        ranked = sorted(unique.values(), key=lambda i: -scores[i])
        return [(passages()[i], float(scores[i])) for i in ranked[:k]]
