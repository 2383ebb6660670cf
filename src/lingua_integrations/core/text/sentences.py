"""Sentences, in any language: where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from lingua_integrations.core.text.discourse import is_label
from lingua_integrations.core.text.links import links
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.units import clean

# Words that a full stop shortens, in whatever language; those that often end a sentence are not among them.
_SHORT = """
    abs adj adv al approx apr aprox apt arr asst aug ave bd bldg blvd bzw ca capt cf ch chap circ civ cl cpl
    crim dec dept dr dra dt ed eds eq eqn eqs esp est evtl exp feb fed fig figs ft ggf gen gov hon hr jan jr
    jul jun kap km lt lic lt max mag mar max mio mme mlle mr mrd mrs ms mt nov nr núm oct op pag pág para pl
    pp prof pt pto qty ref refs rep resp rev rs sec sect sen sep sept sgr sgt sig sr sra st str supp tel tit
    univ urb usc usf vgl viz vol vols vs wm zzgl
"""
_ABBREVIATIONS = frozenset(_SHORT.split())
_LAST_WORD = regex.compile(r"(?r)([\p{L}\p{M}]+)\.$")
_ENDED = "。！？｡．!?؟।॥။።"  # full stops after which a sentence begins without a space
_CLOSING = regex.compile(r"[\p{Pe}\p{Pf}\p{Po}--\p{Ps}&&[^¿¡#@&*\"'“‘(\[<]]", regex.VERSION1)
_CLAUSE = regex.compile(r"\s*\(\w{1,4}\)\s+")
_DENSE = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_DENSE_SPACE = regex.compile(r"(?<=[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}][^\s]?)\s+(?=\S)")
_CODE_SPAN = regex.compile(r"`[^`\n]{1,200}`")
_WORD = regex.compile(r"[\p{L}\p{M}]")
_HIRAGANA = regex.compile(r"\p{Hiragana}")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_SAID = regex.compile(r"\s*[^。！？\n]{0,10}[说說道问問答曰写寫言]")
_SAYING = 14  # characters after a quotation in which who said it is named
_THAI_NOT = regex.compile(r"(?:ไม่(?:ได้|มี|ใช่|เคย)?|มิได้|มิ|ห้าม|อย่า|ยังไม่(?:ได้)?)$")
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
    marker = _CLAUSE.match(text, start, end)  # the library ends no sentence of a text that begins with "(1)"
    start = marker.end() if marker else start
    piece = clean(text[start:end])
    found = [start + place for place in _begins(piece, language)]
    if _DENSE.search(piece):
        found = sorted({*found, *(start + match.start() for match in _DENSE_SPACE.finditer(piece))})
    if not found:
        return []
    untorn = [*links(piece), *(Span(*match.span()) for match in _CODE_SPAN.finditer(piece))]
    inside = sorted((start + span.start, start + span.end) for span in untorn)
    small = [begin for begin in found if _first(text, begin, end).islower()]
    informal = len(small) >= 3 and 2 * len(small) > len(found)  # nobody writes capitals here
    return [
        begin
        for begin in _outside(found, inside)
        if _ends_sentence(text, start, begin, end, informal=informal)
        and _between_atoms(text, start, begin, end)
    ]


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


def _first(text: str, begin: int, end: int) -> str:
    """The first visible character from a place on."""
    while begin < end and text[begin].isspace():
        begin += 1
    return text[begin : begin + 1] if begin < end else ""


def _outside(places: list[int], spans: list[tuple[int, int]]) -> Iterator[int]:
    """The places that lie in none of the ascending spans."""
    at = 0
    for place in places:
        while at < len(spans) and spans[at][1] <= place:
            at += 1
        if at == len(spans) or place <= spans[at][0]:
            yield place


def _begins_paragraph(text: str, start: int, begin: int) -> bool:
    """Whether a blank line stands before a place."""
    last = begin
    while last > start and text[last - 1].isspace():
        last -= 1
    return "\n\n" in text[last : begin + 2]


def _ends_sentence(text: str, start: int, begin: int, end: int, *, informal: bool) -> bool:
    """Whether a sentence ends here after all: the reasons against it hold in every language."""
    left = text[max(start, begin - 40) : begin].rstrip()
    after = _first(text, begin, end)
    if not left or not after:
        return False
    if _begins_paragraph(text, start, begin):
        return True
    if _CLOSING.match(after) or (after.islower() and not informal):
        return False
    if left[-1] in "」』" and _HIRAGANA.match(after):
        return False
    if left[-1] in "”’」』" and _SAID.match(text, begin, min(end, begin + _SAYING)):
        return False
    if _DENSE.match(after) or _DENSE.search(left[-2:]):
        return not (_THAI_NOT.search(left) or after.isdigit() or left[-1].isdigit())
    word = _LAST_WORD.search(left)
    if word is None:
        return True
    short = word[1].casefold()
    before = left[: word.start()][-1:]
    if (
        len(short) == 1 and word[1].isupper() and word[1] != "I" and (not before or before in " .(\n")
    ):  # an initial
        return False
    if short in _ABBREVIATIONS or (after in "[(" and short in ("al", "eq", "fig")):
        return False
    letters = len(_WORD.findall(short)) - len(regex.findall(r"\p{M}", short))
    foreign = not short.isascii() and not regex.match(r"\p{Latin}", short) and not _SPACELESS.search(short)
    return not (foreign and letters <= 2) and not (after.isdigit() and letters <= 5)


def _between_atoms(text: str, start: int, begin: int, end: int) -> bool:
    """Whether a place lies between two atoms: at white space always."""
    if text[begin - 1].isspace() or text[begin].isspace():
        return True
    if text[begin - 1] in _ENDED or (
        text[begin - 1] in "」』”’）)" and _SPACELESS.search(text[begin - 2 : begin + 1])
    ):
        return _SPACELESS.search(text[max(start, begin - 3) : begin + 2]) is not None
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
            not number and len(content) <= _FRAGMENT and content[:1].islower() and content.count(" ") < 3
        )
        if (scrap or fragment) and number + 1 < len(spans):
            waiting = begin
            continue
        joined.append(Span(begin, span.end))
        waiting = None
    return joined
