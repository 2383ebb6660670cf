"""The language of a text: it says which abbreviations do not end a sentence."""

from __future__ import annotations

from functools import lru_cache

import regex

_SAMPLE = 2_000  # characters that are looked at
_WORD = regex.compile(r"\p{Latin}+|\p{Cyrillic}+|\p{Devanagari}+|\p{Arabic}+")
_ENGLISH_WORDS = """
    the of and to in is that it for was on are as with his they be at this have from or by
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_SHARE = 0.12  # of English function words, from which on a text is English without asking the classifier
_LEAST = 8  # words below which no classifier knows


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text's language; "en" where it cannot be told.

    Deterministic and offline: function words for English, else py3langid's naive Bayes classifier.

    >>> language_of("The cat is on the mat, and it was there for all of the day.")
    'en'
    """
    words = _WORD.findall(text, 0, _SAMPLE)
    if len(words) < _LEAST:
        return "en"
    english = sum(word.lower() in _ENGLISH for word in words)
    return "en" if english >= _SHARE * len(words) else _classified(text[:_SAMPLE])


@lru_cache(maxsize=1024)
def _classified(text: str) -> str:
    import py3langid

    return str(py3langid.classify(text)[0])
