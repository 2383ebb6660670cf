"""Sentences in nine languages, more than 200 in each, with ``|`` where one begins: what boundaries are measured on.

``labelled/`` has a file for each language. A blank line ends a passage; ``== seen`` heads the passages that rules
were made or mended on, ``== unseen`` those whose mistakes nobody has looked at. A passage that is looked at moves
to the seen ones. What counts as one sentence:

- A label of a list belongs to what it labels, a face such as ``:)`` to what it follows, and so do brackets inside
  a sentence, whatever is in them.
- A quotation goes with whoever says it. If it has several sentences, each is one where writers set a space
  between them; in Chinese and Japanese, where they set none, the quotation is one.
- Thai has no full stops: a space may be one, or may part the clauses of a sentence, a number or a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

LANGUAGES = ("en", "de", "fr", "es", "ja", "zh", "hi", "ar", "th")


def passages(language: str, group: str) -> tuple[str, ...]:
    """The passages of a language that are "seen" or "unseen", with their marks.

    >>> passages("en", "seen")[7]
    'Version 2.0.1 fixes bug no. 314.| Upgrade now!| Why wait?| The temp. was 3.5 deg. below zero.'
    """
    text = (Path(__file__).parent / "labelled" / f"{language}.txt").read_text(encoding="utf-8")
    _, below = text.split(f"== {group}\n\n")
    return tuple(below.split("\n\n== ")[0].strip("\n").split("\n\n"))


SEEN = {language: passages(language, "seen") for language in LANGUAGES}
"""The rules were made on these, or mended on them: at least 200 sentences in each language."""

UNSEEN = {language: passages(language, "unseen") for language in LANGUAGES}
"""Written before the last round of mending; nobody has looked at what is found wrongly in them."""


def labelled(passage: str) -> tuple[str, list[int]]:
    """A passage without its marks, and the places where its sentences begin, but the first.

    >>> labelled("It rained.| We stayed.")
    ('It rained. We stayed.', [11])
    """
    text, begins = "", []
    for sentence in passage.split("|"):
        begins.append(len(text) + len(sentence) - len(sentence.lstrip()))
        text += sentence
    return text, begins[1:]


def f1(cut: Callable[[str], Iterable[int]], passages: Sequence[str]) -> float:
    """How well a function finds boundaries: the harmonic mean of its precision and its recall.

    >>> f1(lambda text: [11, 13], ["It rained.| We stayed."])
    0.6666666666666666
    """
    right = found = wanted = 0
    for passage in passages:
        text, begins = labelled(passage)
        places = set(cut(text))
        right += len(places & set(begins))
        found += len(places)
        wanted += len(begins)
    return 2 * right / (found + wanted)
