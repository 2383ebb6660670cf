"""The demo's documents: Python's language reference, as `pydoc` carries it, and questions about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PASSAGE_WORDS = 200
_SEEN_BEFORE = 0.5  # share of a topic's paragraphs; several short topics repeat parts of long ones


@dataclass(frozen=True)
class Passage:
    """Some neighbouring paragraphs of one topic.

    Attributes:
        id: the topic's name and the passage's number in it.
        title: the topic's heading.
        text: the paragraphs, exactly as they stand there.
    """

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question, and the phrase without which nobody can answer it."""

    text: str
    phrase: str

    def answerable_from(self, texts: list[str]) -> bool:
        """Whether the phrase stands in one of the texts; line breaks count as spaces.

        >>> Question("Who wrote Emma?", "Jane Austen").answerable_from(["Emma is by Jane\\nAusten."])
        True
        """
        return any(self.phrase.casefold() in " ".join(text.split()).casefold() for text in texts)


# Every phrase stands in few places of the reference, in no question, and in Python 3.10 to 3.13 alike.
QUESTIONS = (
    Question("What are the __hash__() values of str and bytes objects salted with?", "unpredictable random value"),
    Question("Into which normal form does the parser convert identifiers?", "NFKC"),
    Question("What is a right shift by n bits defined as?", "floor division"),
    Question("In which order does popitem() return the pairs of a dictionary?", "LIFO"),
    Question("Which file in the home directory does the debugger pdb read at the start?", ".pdbrc"),
)


def passages() -> list[Passage]:
    """The whole language reference in passages of about `PASSAGE_WORDS` words, longest topics first."""
    from pydoc_data.topics import topics  # half a megabyte: only the demo should pay for it

    found: list[Passage] = []
    seen: set[str] = set()
    for name, text in sorted(topics.items(), key=lambda topic: (-len(topic[1]), topic[0])):
        paragraphs = [paragraph for paragraph in re.split(r"\n\s*\n", text.strip("\n")) if paragraph.strip()]
        known = sum(paragraph in seen for paragraph in paragraphs)
        seen.update(paragraphs)
        if known > _SEEN_BEFORE * len(paragraphs):
            continue
        title = paragraphs[0].splitlines()[0].replace('"', "")
        found += [Passage(f"{name}-{i}", title, group) for i, group in enumerate(grouped(paragraphs))]
    return found


def grouped(paragraphs: list[str], words: int = PASSAGE_WORDS) -> Iterator[str]:
    r"""Join neighbours until the next one would make a passage longer than ``words``.

    >>> list(grouped(["a b", "c", "d e"], words=3))
    ['a b\n\nc', 'd e']
    """
    group: list[str] = []
    length = 0
    for paragraph in paragraphs:
        size = len(paragraph.split())
        if group and length + size > words:
            yield "\n\n".join(group)
            group, length = [], 0
        group.append(paragraph)
        length += size
    if group:
        yield "\n\n".join(group)
