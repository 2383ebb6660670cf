"""Sentences, in any language: where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from lingua_integrations.core.text.language.candidates import INFORMAL, candidates, glued
from lingua_integrations.core.text.language.stops import SPACELESS, Style, ends
from lingua_integrations.core.text.language.thai import goes_on
from lingua_integrations.core.text.links import links
from lingua_integrations.core.text.needs.discourse import asks, is_label
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.units import clean

_ENDED = "。！？｡．!?؟।॥။።"  # full stops after which a sentence begins without a space
# No sentence ends before the last mark. A colon ends one in Armenian alone.
_PLAIN = r"[A-Za-z0-9 ,<>+\-|*#=_/%$&@]*+[.?!]?"
_ARMENIAN = regex.compile(_PLAIN)
_BETWEEN = r"(?<=[A-Za-z0-9])(?:'(?=[A-Za-z])|:(?= ))|(?<=[0-9])\.(?=[0-9])"  # as in "it's", "1.5"
_QUIET = regex.compile(rf"(?:{_PLAIN}|(?:[A-Za-z0-9 ,<>+\-|*#_/%$&@]|{_BETWEEN})*+[.?!]?)")
_CLAUSE = regex.compile(r"(?:\s*\(\w{1,4}\)\s+|\s*[•●○◯■□▪▫◆◇►▶‣・]\s*)")
_DENSE = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
# A year may end a sentence, and a word in Latin letters may; the label of a list begins one.
_DENSE_SPACE = regex.compile(
    r"(?<=[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}](?:\S?|\.?\s?\p{N}{4,5}|\.\.\.))\s+(?=\S)"
    r"|(?<=[\x21-\x7e])\s+(?=\p{Thai})"
)
# Code, what was struck out, brackets inside a sentence, and what somebody says, which needs who says it.
_UNTORN = regex.compile(
    r"""
      `[^`\n]{1,200}` | ~~(?=\S)[^~\n]{1,400}(?<=\S)~~
    | (?<= [\p{L}\p{M}\p{N}]\s? ) (?: \([^()\n]{1,200}\) | （[^（）\n]{1,200}） )
    | 「[^「」\n]{1,300}」 | 『[^『』\n]{1,300}』 | “[^“”\n]{1,300}” | „[^„“”\n]{1,300}[“”]
    | (?<! [\p{L}\p{N}.!?,…] ) «[^«»\n]{1,300}» | (?<! \S ) »(?=\S)[^«»\n]{1,300}«
    | (?<! [^\s(\[—–] ) "(?=\S)[^"\n]{1,300}(?<=\S)"
    """,
    regex.VERBOSE,
)
_WORD = regex.compile(r"[\p{L}\p{M}]")
_LONGEST = 400  # characters before a space that tell whether a sentence ends there
_SHORT_REPLY = 12  # characters up to which what follows a question answers it, in scripts without full stops
_NEAR = 200  # characters after a space that tell as much
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
    if (_ARMENIAN if language == "hy" else _QUIET).fullmatch(text, start, end):
        return []
    marker = _CLAUSE.match(text, start, end)  # the library ends no sentence of a text that begins so
    start = marker.end() if marker else start
    piece = clean(text[start:end])
    sure = {start + place for place in _dense_begins(piece)}
    unspaced = {start + place for place in glued(piece, language)}
    found = unspaced | {start + place for place in candidates(piece, language)}
    if sure or _DENSE.search(piece):
        gaps = (range(gap.start(), gap.end() + 1) for gap in _DENSE_SPACE.finditer(piece))
        found = found - {start + at for gap in gaps for at in gap} | sure
    if not found:
        return []
    apart = unspaced | {begin for begin in found if _between_atoms(text, start, begin)}
    small = sum(start + match.end() in found for match in INFORMAL.finditer(piece))
    style = Style(language, informal=small >= 3 and 2 * small > len(found), danda="।" in piece)
    untorn = [*links(piece), *(Span(*match.span()) for match in _UNTORN.finditer(piece))]
    inside = sorted((start + span.start, start + span.end) for span in untorn)
    return [
        begin
        for begin in _outside(sorted(found), inside)
        if begin in sure or (begin in apart and ends(text, start, begin, end, style))
    ]


def _dense_begins(text: str) -> Iterator[int]:
    """Where sentences begin after a space, but the first, in scripts that have no full stop."""
    begin, before = 0, ""
    for space in _DENSE_SPACE.finditer(text):
        sentence = text[max(begin, space.start() - _LONGEST) : space.start()]
        following = text[space.end() : space.end() + _NEAR]
        replies = len(sentence) <= _SHORT_REPLY and asks(before) and not following[0].isdigit()
        if replies or not goes_on(sentence, following):
            yield space.end()
            begin, before = space.end(), sentence


def _outside(places: list[int], spans: list[tuple[int, int]]) -> Iterator[int]:
    """The places that lie in none of the ascending spans."""
    at = 0
    for place in places:
        while at < len(spans) and spans[at][1] <= place:
            at += 1
        if at == len(spans) or place <= spans[at][0]:
            yield place


def _between_atoms(text: str, start: int, begin: int) -> bool:
    """Whether a place lies between two atoms: at white space always."""
    if text[begin - 1].isspace() or text[begin].isspace():
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
