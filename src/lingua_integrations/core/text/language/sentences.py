"""Sentences, in any language: where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from lingua_integrations.core.text.language.abbreviations import cites
from lingua_integrations.core.text.language.stops import PARTICLE, SPACELESS, STARTS, Style, ends
from lingua_integrations.core.text.language.thai import goes_on
from lingua_integrations.core.text.links import links
from lingua_integrations.core.text.needs.discourse import asks, is_label
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.units import clean

_ENDED = "。！？｡．!?؟।॥။።"  # full stops after which a sentence begins without a space
_PLAIN = regex.compile(r"[A-Za-z0-9 ,<>+\-|*#=_/%$&@]*+[.?!]?")  # no sentence ends before the last mark
_CLAUSE = regex.compile(r"\s*\(\w{1,4}\)\s+")
_DENSE = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_DENSE_SPACE = regex.compile(
    r"(?<=[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}](?:\S?|\.?\s?\p{N}{4}))\s+(?=\S)"  # a year may end a sentence
)
_UNTORN = regex.compile(r"`[^`\n]{1,200}`|~~(?=\S)[^~\n]{1,400}(?<=\S)~~")  # and what was struck out
_WORD = regex.compile(r"[\p{L}\p{M}]")
_CALMLY = r"[\p{Arabic}\p{Hebrew}\p{Devanagari}]"  # scripts without capitals
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}]"
_GLUED = regex.compile(
    rf"""
    (?<= \p{{L}}\p{{M}}*\s?[?!؟] ) (?= [\p{{Lu}}\p{{Lo}}¿¡] ) (?! {PARTICLE} )
    | (?<= {_UNSPACED}[?!] ) (?= \p{{N}} ) | (?<= [।॥] ) (?= \p{{L}} ) | (?<= \p{{Han}}\. ) (?= \p{{Han}} )
    | (?<= [。！？!?][」』”] ) (?= [\p{{Han}}\p{{Hiragana}}\p{{Katakana}}「『“] ) (?! {PARTICLE} )
    | (?<= {_CALMLY}{{2}}\. ) (?= {_CALMLY}{{2}} ) | (?<= \p{{Ll}}{{2}}\. ) (?= (?:{STARTS})\b )
    """,
    regex.VERBOSE,
)
# Where a sentence begins for sure, whatever stands before the full stop; and after one in brackets.
_STARTED = regex.compile(
    rf"""
    (?<= [\p{{L}}\p{{N}}][.!?…][)"”»’']?\s ) (?= (?:{STARTS})\b )
    | (?<= (?:^|[.!?…]["”»’]?\s) (?: \([^()\n]{{1,300}}[.!?]\) | \[[^\[\]\n]{{1,300}}[.!?]\] ) \s )
      (?= \p{{Lu}} )
    """,
    regex.VERBOSE,
)
_INFORMAL = regex.compile(r"(?<=\p{L}{2}[.!?]\s)(?=[¡¿]?\p{Ll})")
_FORMAL = regex.compile(r"^\s*\P{Ll}|[.!?]\s+\p{Lu}")
_NUMBERED = regex.compile(r"(?r)(?:(?P<word>[\p{L}\p{M}]*)[.!?…।。]\s+)(?P<label>\d{1,2}[.)]\s*)$")
_ADDRESS = regex.compile(r"[/=&@:_#%\\]")
_SMALL = regex.compile(r"\s*[¡¿\"'“(]?\p{Ll}")
_LONGEST = 400  # characters before a space that tell whether a sentence ends there
_SHORT_REPLY = 12  # characters up to which what follows a question answers it, in scripts without full stops
_WINDOW = 4000  # characters that the library sees at once
_NEAR = 200  # characters before the end of a window in which it may be mistaken
_FRAGMENT = 24  # characters up to which a first sentence in small letters is the end of one that was cut off


def sentences(text: str, start: int, end: int, language: str) -> list[Span]:
    """The sentences of a stretch of prose. No atom is torn, and nothing without a letter stands alone.

    >>> text = "Dr. Wu came at 3 p.m. He left. Why?"
    >>> [text[slice(*span)] for span in sentences(text, 0, len(text), "en")]
    ['Dr. Wu came at 3 p.m.', 'He left.', 'Why?']
    """
    edges = [start, *boundaries(text, start, end, language), end]
    found: list[Span] = []
    for begin, stop in pairwise(edges):
        piece = text[begin:stop]
        span = Span(begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip()))
        if span.start < span.end:
            found.append(span)
    return _without_scraps(text, found)


def boundaries(text: str, start: int, end: int, language: str) -> list[int]:
    """Where sentences of a stretch begin, but the first; white space may come first."""
    if _PLAIN.fullmatch(text, start, end):
        return []
    marker = _CLAUSE.match(text, start, end)  # the library ends no sentence of a text that begins with "(1)"
    start = marker.end() if marker else start
    piece = clean(text[start:end])
    sure = {start + place for place in _dense_begins(piece)}
    found = {start + place for place in _candidates(piece, language)}
    if sure or _DENSE.search(piece):
        gaps = (range(gap.start(), gap.end() + 1) for gap in _DENSE_SPACE.finditer(piece))
        found = found - {start + at for gap in gaps for at in gap} | sure
    if not found:
        return []
    small = sum(_SMALL.match(text, begin, end) is not None for begin in found)
    style = Style(language, informal=small >= 3 and 2 * small > len(found))
    untorn = [*links(piece), *(Span(*match.span()) for match in _UNTORN.finditer(piece))]
    inside = sorted((start + span.start, start + span.end) for span in untorn)
    return [
        begin
        for begin in _outside(sorted(found), inside)
        if begin in sure or (ends(text, start, begin, end, style) and _between_atoms(text, start, begin, end))
    ]


def _candidates(text: str, language: str) -> Iterator[int]:
    """Where a sentence may begin: as the library says, and where it is known to overlook some."""
    places = [*_begins(text, language), *_glued(text), *(match.start() for match in _STARTED.finditer(text))]
    if not _FORMAL.search(text):
        places += [match.start() for match in _INFORMAL.finditer(text)]
    return (_before_number(text, place, language) for place in places)


def _dense_begins(text: str) -> Iterator[int]:
    """Where sentences begin after a space, but the first, in scripts that have no full stop."""
    begin, before = 0, ""
    for space in _DENSE_SPACE.finditer(text):
        sentence = text[max(begin, space.start() - _LONGEST) : space.start()]
        replies = len(sentence) <= _SHORT_REPLY and asks(before)
        if replies or not goes_on(sentence, text[space.end() : space.end() + _NEAR]):
            yield space.end()
            begin, before = space.end(), sentence


def _before_number(text: str, place: int, language: str) -> int:
    """The place before the label of a list that stands right before a place, as in "Open it. 2. Look"."""
    label = _NUMBERED.search(text, max(0, place - _FRAGMENT), place)
    return label.start("label") if label and not cites(label["word"], language) else place


def _glued(text: str) -> Iterator[int]:
    """Where a sentence begins right after a mark, without a space."""
    for match in _GLUED.finditer(text):
        if not _in_address(text, match.start()):
            yield match.start()


def _in_address(text: str, at: int) -> bool:
    """Whether a place lies within a URL, a path or the like."""
    left = text[max(0, at - _NEAR) : at].rsplit(None, 1)[-1:]
    right = text[at : at + _NEAR].split(None, 1)[:1]
    return _ADDRESS.search("".join((*left, *right))) is not None


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


def _outside(places: list[int], spans: list[tuple[int, int]]) -> Iterator[int]:
    """The places that lie in none of the ascending spans."""
    at = 0
    for place in places:
        while at < len(spans) and spans[at][1] <= place:
            at += 1
        if at == len(spans) or place <= spans[at][0]:
            yield place


def _between_atoms(text: str, start: int, begin: int, end: int) -> bool:
    """Whether a place lies between two atoms: at white space always."""
    if text[begin - 1].isspace() or text[begin].isspace():
        return True
    if _GLUED.match(text, begin) and not _in_address(text, begin):
        return True
    if text[begin - 1] in _ENDED or (
        text[begin - 1] in "」』”’）)" and SPACELESS.search(text[begin - 2 : begin + 1])
    ):
        return SPACELESS.search(text[max(start, begin - 3) : begin + 2]) is not None
    return False


def _without_scraps(text: str, spans: list[Span]) -> list[Span]:
    """Sentences of which none is a mere number or mark, nor the last words of one that was cut off before."""
    joined: list[Span] = []
    waiting: int | None = None  # where a scrap began that belongs to what follows
    for number, span in enumerate(spans):
        content = text[span.start : span.end]
        label = not number and is_label(content)
        scrap = label or not _WORD.search(content)
        if scrap and joined and waiting is None:
            joined[-1] = Span(joined[-1].start, span.end)
            continue
        begin = span.start if waiting is None else waiting
        fragment = (
            not number
            and len(content) <= _FRAGMENT
            and content[:1].islower()
            and content.count(" ") < 3
            and not text[spans[min(1, len(spans) - 1)].start].islower()  # nobody writes capitals here
        )
        if (scrap or fragment) and number + 1 < len(spans):
            waiting = begin
            continue
        joined.append(Span(begin, span.end))
        waiting = None
    return joined
