"""Candidates: where a sentence may begin, as a library says, and where it is known to overlook some."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

from lingua_integrations.core.text.language.abbreviations import cites
from lingua_integrations.core.text.language.starts import starts
from lingua_integrations.core.text.language.stops import PARTICLE

_CALMLY = r"[\p{Arabic}\p{Hebrew}\p{Devanagari}]"  # scripts without capitals
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}]"
# A sentence begins where a match ends; each begins with a mark, which is quickly found.
_GLUED = rf"""
    [?!؟] (?: (?<= \p{{L}}\p{{M}}*\s?. ) (?= [\p{{Lu}}\p{{Lo}}¿¡] ) (?! {PARTICLE} )
            | (?<= {_UNSPACED}. ) (?= \p{{N}} ) | (?<= \p{{N}}\s?. ) (?= \p{{Lu}}\p{{Ll}} ) )
    | [।॥] (?= \p{{L}} )
    | [。！？] (?<= \p{{L}}[)）」』”]?. ) (?= [\p{{N}}\p{{Latin}}※] )
    | [」』”] (?<= [。！？!?]. ) (?= [\p{{Han}}\p{{Hiragana}}\p{{Katakana}}「『“] ) (?! {PARTICLE} )
    | \. (?: (?<= \p{{Han}}. ) (?= \p{{Han}} ) | (?<= {_CALMLY}{{2}}. ) (?= {_CALMLY}{{2}} )
    | (?<= \p{{Ll}}{{2}}. ) (?= STARTS ) )
"""
_OPENED = regex.compile(r"(?<=[\p{L}\p{N}])[.!?…]\s?(?=[¿¡])")
_PASTED = regex.compile(r"\.(?<=(?<![.\p{L}])\p{L}{2,30}.)(?=\p{Lu}\p{Ll}+(?:[\s,!?]|\.\P{Ll}|\.?$))")
_NUMBERED = regex.compile(r"(?r)(?:(?P<word>[\p{L}\p{M}]*)(?<!\p{N})[.!?…।。]\s+)(?P<label>\d{1,2}[.)]\s*)$")
_ALONE = regex.compile(  # brackets around whole sentences
    r"(?<=(?:^|[.!?…。！？؟।॥][\"”»’)\]）]?\s?))(?:\([^()\n]{1,400}\)|\[[^\[\]\n]{1,400}\]|（[^（）\n]{1,400}）)"
)
_WHOLE = regex.compile(r"[.!?…。！？؟।॥][)\]）]$")
_AFTER = regex.compile(rf"\s*+(?=[\p{{L}}\p{{N}}\"“«„(\[（¿¡])(?!{PARTICLE})", regex.VERBOSE)
_SMILE = r"(?<=\s)(?:[:;=]-?[)(DP]{1,3}|\p{Emoji_Presentation}{1,3})"
INFORMAL = regex.compile(rf"(?:[.!?](?<=\p{{L}}{{2}}\s?(?:.|[!?]{{2,5}}))|{_SMILE})\s(?=[¡¿]?\p{{Ll}})")
"""What stands before a small letter that begins a sentence of a chat."""
_FORMAL = regex.compile(r"^\s*\P{Ll}|[.!?]\s+\p{Lu}")
_FACE = regex.compile(rf"{_SMILE}\s(?=\S)")
# After "pp. 3 ff."; and before a Latin word, after a mark in a script without capitals.
_FOLLOWING = regex.compile(
    r"\.(?<=(?:\p{N}\s?ff?|\b(?:suiv|etc|usw|sqq?)).)\s(?=\p{Lu})|[!?؟](?<=\p{Lo}\p{M}*.)\s(?=\p{Ll})"
)
_RUN = r"[^\s\p{Han}\p{Hiragana}\p{Katakana}。！？、，（）「」]+"
_LEFT, _RIGHT = regex.compile(rf"(?r){_RUN}$"), regex.compile(_RUN)
_ADDRESS = regex.compile(r"[/=&@:_#%\\]")
_LABEL = 24  # characters before a place in which the label of a list is looked for
_WINDOW = 4000  # characters that the library sees at once
_NEAR = 200  # characters before the end of a window in which it may be mistaken


@lru_cache
def _started(language: str) -> regex.Pattern[str]:
    """What stands before a sentence that surely begins, whatever the full stop shortens."""
    return regex.compile(
        rf"""
        (?<= [\p{{L}}\p{{N}}] ) [.!?…][)"”»’']?\s (?= {starts(language)} )
        | \.\s (?<= \p{{Ll}}{{2}}.. ) (?= {starts(language, articles=True)} )
        | (?: … | (?<= \.\. ) \. ) (?<= \p{{L}}(?:…|\.\.\.) ) \s (?= \p{{Lu}} )
        | [.!?] (?<= \p{{Ll}}{{6}}. ) \s (?= \p{{N}} )
        """,
        regex.VERBOSE,
    )


@lru_cache
def _glued(language: str) -> regex.Pattern[str]:
    """What stands before a sentence that surely begins without a space."""
    return regex.compile(_GLUED.replace("STARTS", starts(language)), regex.VERBOSE)


@lru_cache
def _pasting(language: str) -> regex.Pattern[str]:
    """What shows that a writer sets no space after a full stop."""
    return regex.compile(
        rf"[.!?](?:(?<=\p{{Ll}}{{2}}.)(?={starts(language)})|(?=[¿¡])|(?<=[?!])(?=\p{{Lu}}\p{{Ll}}+\s))"
    )


def candidates(text: str, language: str) -> Iterator[int]:
    """Where a sentence may begin, but the first; a label of a list comes before the place that it labels.

    >>> sorted(set(candidates("It rained. 2. We left.", "en")))
    [11]
    """
    places = [*_begins(text, language)]
    for bracket in _ALONE.finditer(text):
        places += (bracket.start() + 1 + place for place in _begins(bracket.group()[1:-1], language))
    informal = () if _FORMAL.search(text) else (INFORMAL,)
    for before in (_started(language), _FACE, _FOLLOWING, *informal):
        places += (match.end() for match in before.finditer(text))
    return (_before_number(text, place, language) for place in places)


def glued(text: str, language: str) -> Iterator[int]:
    """Where a sentence begins right after a mark or a sentence in brackets, with or without a space.

    Whoever left out one space for sure has left out others: a dotted name needs a text without such a place.

    >>> sorted(set(glued("It was clean.Breakfast was late.The end.", "en")))
    [13, 32]
    >>> list(glued("Call torch.Tensor here.", "en"))
    []
    """
    yield from (match.end() for match in _OPENED.finditer(text))
    for bracket in _ALONE.finditer(text):
        after = _AFTER.match(text, bracket.end())
        if after and _WHOLE.search(bracket.group()):
            yield after.end()
    for before in (_glued(language), *((_PASTED,) if _pasting(language).search(text) else ())):
        for match in before.finditer(text):
            if not _in_address(text, match.end()):
                yield match.end()


def _before_number(text: str, place: int, language: str) -> int:
    """The place before the label of a list that stands right before a place, as in "Open it. 2. Look"."""
    label = _NUMBERED.search(text, max(0, place - _LABEL), place)
    return label.start("label") if label and not cites(label["word"], language) else place


def _in_address(text: str, at: int) -> bool:
    """Whether a place lies within a URL, a path or the like."""
    left, right = _LEFT.search(text, max(0, at - _NEAR), at), _RIGHT.match(text, at, at + _NEAR)
    return bool(left and right) and _ADDRESS.search(left.group() + right.group()) is not None


def _begins(text: str, language: str) -> Iterator[int]:
    """Where the library has sentences begin, but the first.

    Its time grows with the square of their number, so it sees a window at a time, the next from the last
    sentence on that began well before the end.
    """
    from sentencex import get_sentence_boundaries

    at = 0
    while at < len(text):
        whole = at + _WINDOW >= len(text)
        found = [
            int(one["start_index"]) for one in get_sentence_boundaries(language, text[at : at + _WINDOW])
        ]
        sure = [place for place in found if place > 0 and (whole or place < _WINDOW - _NEAR)]
        yield from (at + place for place in sure)
        if whole:
            return
        at += sure[-1] if sure else _WINDOW - _NEAR
