"""The language of a text: it says where sentences end, and which model can read it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import regex

_SAMPLE = 2_000  # characters that are looked at
_WORD = regex.compile(r"\p{Latin}+|\p{Cyrillic}+|\p{Devanagari}+|\p{Arabic}+")
_ENGLISH_WORDS = """
    the of and to in is that it for was on are as with his they be at this have from or by
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_OTHER_WORDS = """
    der das und ist nicht mit ein eine wird auf für von wann wurde wie
    le les des et est une dans pour qui du sur quand quelle
    el los las que una por para cuándo cuál es
    il di che è della sono nel gli quando
    não uma são foi qual
    het een van dat niet voor zijn wordt wie
    się nie że jest oraz
    ve bir bu için ile olarak nedir
    și în care este din
    và của là có được trong cho không các
    och det är på för inte ikke
    että oli hogy nem és az egy
    yang dengan untuk dari adalah ini pada
"""
_OTHER = frozenset(_OTHER_WORDS.split())
_ASKS_WORDS = "who what when where which how why whose does do did can should are were not"
_ASKS = frozenset(_ASKS_WORDS.split())
_FOREIGN = 0.25  # of letters that are not Latin, from which on a text is not English
_TELLING = 0.06  # of function words of other languages, from which on it may not be
_VARIED = 3  # function words that occur: one alone may be a name in a log
_ASKED = 2  # that make a question foreign: one alone may be part of a name
_SCRIPTS = {
    "ja": regex.compile(r"\p{Hiragana}|\p{Katakana}"),
    "ko": regex.compile(r"\p{Hangul}"),
    "zh": regex.compile(r"\p{Han}"),
    "th": regex.compile(r"\p{Thai}"),
    "he": regex.compile(r"\p{Hebrew}"),
}
_LETTER = regex.compile(r"\p{L}")
_LATIN = regex.compile(r"\p{Latin}")
_SHARE = 0.12  # of English function words, from which on a text is English without asking the classifier
_LEAST = 8  # words below which no classifier knows


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text's language; "en" where it cannot be told.

    Deterministic and offline: function words for English, else py3langid's naive Bayes classifier.

    >>> language_of("The cat is on the mat, and it was there for all of the day.")
    'en'
    >>> language_of("犬を飼うことができる。"), language_of("可以养狗吗？")
    ('ja', 'zh')
    """
    words = _WORD.findall(text, 0, _SAMPLE)
    if len(words) < _LEAST:
        return _of_script(text[:_SAMPLE])
    english = sum(word.lower() in _ENGLISH for word in words)
    return "en" if english >= _SHARE * len(words) else _classified(text[:_SAMPLE])


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


def all_english(texts: Iterable[str], question: str) -> bool:
    """Whether a call can be read by a model that has learned English only.

    Scripts and function words tell, so that logs, tables and code pass as English: no classifier knows them.

    >>> all_english(["Die Brücke wurde 1902 gebaut, und sie ist nicht mit Stahl verkleidet."], "When?")
    False
    >>> all_english(["10:02 ERROR /var/log/x: E1102 denied", "x = lambda y: y"], "Why was it denied?")
    True
    """
    asked = {word.strip("¿?¡!.,:;\"'").lower() for word in question[:_SAMPLE].split()}
    foreign = len(_OTHER & asked) >= _ASKED and not (_ENGLISH | _ASKS) & asked
    if foreign or _foreign_script(question):
        return False
    return not any(_is_other(text) for text in texts)


def _is_other(text: str) -> bool:
    if _foreign_script(text):
        return True
    words = [word.lower() for word in _WORD.findall(text, 0, _SAMPLE)]
    other, english = (sum(word in known for word in words) for known in (_OTHER, _ENGLISH))
    varied = len(_OTHER & {*words}) >= _VARIED
    return varied and other > english and other >= _TELLING * len(words)


def _foreign_script(text: str) -> bool:
    letters = _LETTER.findall(text, 0, _SAMPLE)
    return len(letters) - sum(map(bool, map(_LATIN.match, letters))) > _FOREIGN * len(letters)
