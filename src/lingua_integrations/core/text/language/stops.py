"""Stops: whether a sentence ends where a mark stands that may end one."""

from __future__ import annotations

from typing import NamedTuple

import regex

from lingua_integrations.core.text.language.abbreviations import CLOSES, ENDS, cites, is_abbreviation
from lingua_integrations.core.text.language.starts import starter

PARTICLE = (
    r"(?: と | って | が | を | の | は(?!い) | に | も(?!う) | で(?!も|す) | へ | から | まで | など"
    r" | だ | な | 的 | 等 | 之 | 和 | 与 )"
)
"""What goes on with a word or a quotation, in Japanese and Chinese."""
SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_GOES_ON = regex.compile(rf"\s*{PARTICLE}", regex.VERBOSE)
_CLOSING = regex.compile(r"[\p{Pe}\p{Pf}\p{Po}--\p{Ps}&&[^¿¡#@&*※\"'“‘(\[<]]", regex.VERSION1)
_OPENS = regex.compile(r"\s*[»›]\p{L}")  # a quotation in German
_DASHED = regex.compile(r"\s*[—–]\s?\p{Ll}")  # who said it
_OWN_CASE = regex.compile(r"\s*\p{Ll}{1,2}\p{Lu}\p{L}")  # "iPhone"
_SAID = regex.compile(
    r"""
    \s*[^。！？\n没沒不無无「『“]{0,10} (?: [说說道问問答曰写寫言] | (?:कहा|पूछा|बोल\p{L}*)(?!,) )
    | \s* (?:قال|سأل|أجاب|أضاف|صاح|هتف|همس|رد)ت?\b (?! (?:\s\w+){0,3}\s?: )  # and quotes nothing more
    """,
    regex.VERBOSE,
)
_SAYING = 40  # characters after a quotation in which who said it is named
_LAST_WORD = regex.compile(r"(?rV1)(\p{Latin}+|[\p{L}\p{M}--\p{Latin}]+)\.$")
_LABELLED = regex.compile(r"\s*\d{1,2}[.)]\s+\p{L}")
_LISTED = regex.compile(r"(?r)[:,;]\s\d{1,2}[.)]$")  # "Answers: 1. C, 2. B"
_OPTION = regex.compile(r"\s*\(?[A-Ha-h](?!\p{L})")
_CITED = regex.compile(r"(?r)([\p{L}\p{M}]+)\.\s\d{1,3}\.$")
_JOINS = ("°", "=", "/", "&", "#", "@", "_", "%", "+", ":")  # a capital behind one is no initial
_JOINING = ("u", "o")  # "and", "or", as in "18. u. 19. Jh."
_ORDINAL = regex.compile(r"(?r)(?<![:.,/\-–\p{N}])\b\d{1,2}\.$")
_ORDINALS = ("de", "da", "nb", "nn", "no", "fi", "et", "lv", "is", "cs", "sk", "sl", "hr", "hu", "tr")
"""Languages with "3." for "third"."""
_CASELESS = regex.compile(r"(?r)\p{Lo}\p{M}*[!?؟]$")
_LETTER = regex.compile(r"(?r)(?<![\p{L}.])(?<!\p{N}\s?)[a-z]\.$")  # "i. A.", but not "12 h."
_COUNTS = regex.compile(r"\s*(?!I\b)\p{Lu}(?:[,;)]|\.?\s?\p{N})")  # "App. B, p. 3", "art. R. 421"
_ROMAN = regex.compile(r"\s*[IVXLC]{2,}\b")
_MARKS = regex.compile(r"\p{M}")
_LATIN = regex.compile(r"\p{Latin}")
_SHORT = 4  # letters up to which a word with a full stop may count a chapter or a figure
_NEAR = 40  # characters before a stop that are looked at


class Style(NamedTuple):
    """How a text is written."""

    language: str
    informal: bool = False  # its sentences begin with small letters
    danda: bool = False  # its sentences end with "।", and a full stop shortens


def ends(text: str, start: int, begin: int, end: int, style: Style) -> bool:
    """Whether a sentence of a stretch ends before a place: most reasons against it hold in every language."""
    left = text[max(start, begin - _NEAR) : begin].rstrip()
    after = first_visible(text, begin, end)
    if not left or not after:
        return False
    if _begins_paragraph(text, start, begin):
        return True
    if _goes_on(text, begin, end, left, after, informal=style.informal):
        return False
    starts = starter(style.language).match(text, begin, end) is not None
    if _LISTED.search(left) and _OPTION.match(text, begin, end):
        return False
    cited = _CITED.search(left)
    counted = cited is not None and cited[1] not in _JOINING and cites(cited[1], style.language)
    if style.language in _ORDINALS and _ORDINAL.search(left) and not counted:
        return starts
    word = _LAST_WORD.search(left)
    return word is None or word[1].casefold() in ENDS or _ends_with(word, text, begin, end, style)


def _ends_with(word: regex.Match[str], text: str, begin: int, end: int, style: Style) -> bool:
    """Whether a sentence ends with a word and a full stop, which may shorten it, before a place."""
    after, left = first_visible(text, begin, end), word.string
    starts = starter(style.language).match(text, begin, end) is not None
    if _LETTER.search(left):
        return starts or after in "¿¡"
    short = len(word[1]) <= _SHORT
    if _COUNTS.match(text, begin, end) and ((short and word[1].istitle()) or cites(word[1], style.language)):
        return False
    if short and _ROMAN.match(text, begin, end):
        return False
    if _is_initial(word[1], left[: word.start()][-1:]):
        return starts  # a class then, an option, or the last letter of "U.S."
    if is_abbreviation(word[1], style.language) or (after in "[(" and word[1].casefold() == "al"):
        begun = starter(style.language, articles=True).match(text, begin, end)
        return word[1].casefold() in CLOSES and begun is not None
    number = after.isdigit() and not _LABELLED.match(text, begin, end)
    return not _shortens(word[1], number=number, danda=style.danda)


def first_visible(text: str, begin: int, end: int) -> str:
    """The first visible character from a place on."""
    while begin < end and text[begin].isspace():
        begin += 1
    return text[begin : begin + 1] if begin < end else ""


def _begins_paragraph(text: str, start: int, begin: int) -> bool:
    """Whether a blank line stands before a place."""
    last = begin
    while last > start and text[last - 1].isspace():
        last -= 1
    return "\n\n" in text[last : begin + 2]


def _goes_on(text: str, begin: int, end: int, left: str, after: str, *, informal: bool) -> bool:
    """Whether what follows a stop goes on with the sentence, by how it begins."""
    if _CLOSING.match(after) and not _OPENS.match(text, begin, end):
        return True
    caseless = left[-1] in "。｡।॥។" or _CASELESS.search(left) is not None
    small = after.islower() and not informal and not caseless
    if (small and not _OWN_CASE.match(text, begin, end)) or _DASHED.match(text, begin, end):
        return True
    if left[-1] in "」』" and _GOES_ON.match(text, begin, end):
        return True
    if left[-1] in "!?" and after in "でのとをがに":  # the mark is part of a name
        return True
    return left[-1] in '"”’»」』' and _SAID.match(text, begin, min(end, begin + _SAYING)) is not None


def _is_initial(word: str, before: str) -> bool:
    """Whether a word before a full stop is a capital that stands alone, given the character before it."""
    bare = (not before.isalnum() and before not in _JOINS) or SPACELESS.match(before) is not None
    return len(word) == 1 and word.isupper() and word != "I" and bare


def _shortens(word: str, *, number: bool, danda: bool) -> bool:
    """Whether a full stop shortens a word, by its length alone: before a number, or in other scripts."""
    letters = len(word) - len(_MARKS.findall(word))
    foreign = not word.isascii() and not _LATIN.match(word) and not SPACELESS.search(word)
    return (foreign and letters <= (3 if danda else 2)) or (number and letters <= 5)
