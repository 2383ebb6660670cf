"""The language of a text: it says where sentences end."""

from __future__ import annotations

from functools import lru_cache

import regex

_SAMPLE = 2_000  # characters that are looked at
_WORD = regex.compile(r"\p{Latin}+|\p{Cyrillic}+|\p{Devanagari}+|\p{Arabic}+")
_ENGLISH_WORDS = """
    the of and to in is that it for was on are as with his they be at this have from or by
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FOREIGN = 0.25  # of letters in a script, from which on it tells the language
_SCRIPTS = {
    "ja": regex.compile(r"\p{Hiragana}|\p{Katakana}"),
    "ko": regex.compile(r"\p{Hangul}"),
    "zh": regex.compile(r"\p{Han}"),
    "th": regex.compile(r"\p{Thai}"),
    "he": regex.compile(r"\p{Hebrew}"),
}
_ADDRESSES = ("://", "@")  # what has them, of the Web or of mail, is in no language
_LETTER = regex.compile(r"\p{L}")
_SHARE = 0.12  # of English function words, from which on a text is English without asking the classifier
_LEAST = 8  # words below which no classifier knows


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text's language; "en" where it cannot be told.

    Deterministic and offline: function words for English, else py3langid's naive Bayes classifier.

    >>> language_of("The cat is on the mat, and it was there for all of the day.")
    'en'
    >>> language_of("犬を飼うことができる。"), language_of("可以养狗吗？")
    ('ja', 'zh')
    >>> language_of("https://www.example.org/den/til/af " * 9)
    'en'
    """
    parts = text[:_SAMPLE].split()
    sample = " ".join(part for part in parts if not any(mark in part for mark in _ADDRESSES))
    words = _WORD.findall(sample)
    if len(words) < _LEAST:
        return _of_script(sample)
    english = sum(word.lower() in _ENGLISH for word in words)
    return "en" if english >= _SHARE * len(words) else _classified(sample)


def _of_script(text: str) -> str:
    """The language that alone, or mostly, is written in a script; "en" for all others."""
    letters = len(_LETTER.findall(text))
    for language, script in _SCRIPTS.items():
        if len(script.findall(text)) > _FOREIGN * letters:
            return language
    return "en"


@lru_cache(maxsize=1024)
def _classified(text: str) -> str:
    import py3langid

    return str(py3langid.classify(text)[0])
