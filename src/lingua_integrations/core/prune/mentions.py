"""Which texts say which names, word for word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import regex

Name = tuple[str, ...]  # its words, see `words_of`
LONGEST = 40

_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]|[\p{L}\p{N}\p{M}_]+")


def words_of(text: str) -> Name:
    """Words in small letters; Chinese and Japanese by the character.

    >>> words_of("Robert De Niro's"), words_of("東京")
    (('robert', 'de', 'niro', 's'), ('東', '京'))
    """
    return tuple(_WORD.findall(text.casefold()))


def said_in(texts: Sequence[str], names: Iterable[Name]) -> list[set[Name]]:
    """For each text, the names that it says; nothing is a name that has more than `LONGEST` words.

    >>> said_in(["Jane Austen wrote it.", "Jane said no."], [("jane", "austen"), ("jane",)])[1]
    {('jane',)}
    """
    wanted: dict[str, list[Name]] = defaultdict(list)
    for name in {name for name in names if len(name) <= LONGEST}:
        wanted[name[0]].append(name)
    found = []
    for text in texts:
        words = words_of(text) if wanted else ()
        found.append(
            {
                name
                for place, word in enumerate(words)
                for name in wanted.get(word, ())
                if words[place : place + len(name)] == name
            }
        )
    return found
