"""Sentences that the edge of a page or blank lines cut in two: one half says something else than both."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.needs.thread import MARKER
from lingua_integrations.core.text.outline import Outline

_KINDS = ("text", "prose", "columns", "mail")
_EDGES = 4  # pieces that may stand between two pages: numbers, running heads, rules
_EDGE = 120  # characters of one
_MARK = 8  # characters in front of a clause that may number it
_TITLE = 80  # characters up to which what heads others is a title, and no sentence
_PARTS = 4  # into which a sentence may be cut
_FEW_WORDS, _FEW_CHARACTERS = 5, 12  # from which on words are more than a label
_LINES, _SHOWN = 12, 2_000  # lines of a paragraph, and their characters, that show how wide it is
_LEAST_WIDTH, _SLACK = 30, 12  # characters of a full line, and by how many it may be shorter than others
_CLOSERS = " \t\r\n\"'”’»)）]」』*_"
_ENDS = ".!?:;…。．！？：；।॥؟۔։"
_PAGED = (
    r"(?:page|seite|página|pagina|side|strona|strana|sida|sayfa|стр(?:аница|\.)|صفحة|पृष्ठ|หน้า)\s*\d{1,4}"
    r"(?:\s*(?:\p{L}{1,4}|/)\s*\d{1,4})?(?:\s*[–—|·•-]\s*\S[^\n]{0,60})?|第\s*\d{1,4}\s*[页頁ページ]{1,3}"
)
_PAGE = regex.compile(
    rf"\s*(?:[-–—|\[]\s*\d{{1,4}}\s*[-–—|\]]|{_PAGED}|\d{{1,4}}\s*/\s*\d{{1,4}})\s*$", regex.I
)
_NUMBER = regex.compile(
    rf"\s*(?:\d{{1,4}}|{_PAGED})(?:\s{{3,}}\S[^\n]*)?$|\s*(?:\S+ )*\S+\s{{3,}}(?:\d{{1,4}}|{_PAGED})\s*$"
    r"|\s*(?:\S+ )*\S+\s{5,}(?:\S+ )*\S*\d\S*\s*$",
    regex.I,
)
# Words with which no sentence ends: articles, prepositions and conjunctions.
_OPEN = regex.compile(
    r"""
    (?<!\p{L}) (?: the | an? | of | to | by | with | from | for | in | on | at | under | upon | into | between
      | and | or | nor | but | if | unless | that | which | whose | who | because | as | than | its | their
      | der | die | das | den | dem | des | eine?[mnrs]? | und | oder | von | vom | zu[mr]? | mit | für | im
      | aus | bei[m]? | durch | gegen | ohne | dass | wenn | sofern | soweit | weil | sowie | als | nicht
      | le | la | les | un | une | du | de | et | ou | à | au | aux | par | pour | dans | sur | avec | sans
      | que | qui | dont | si | sauf
      | el | los | las | una | del | y | o | con | por | para | en | sin | al | cuando | e | os | as | do | da
      | dos | das | um | uma | no | na | ao | à | com | em | sem | se | il | lo | gli | uno | di | del\p{L}*
      | dal\p{L}* | nel\p{L}* | che | per | tra | non
      | het | een | van | voor | met | op | aan | bij | dat | tenzij | i | oraz | lub | albo | w | z | na | od
      | dla | przez | że | jeżeli | и | или | в | с | к | на | от | для | по | из | что | если | не ) $
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_PARTED = regex.compile(r"\S(?: {3,}|\t)\S")  # columns
_ADDRESS = regex.compile(r"(?:://|@|www\.)\S*$")  # after which no mark stands
_WITHIN = regex.compile(r"[.!?]\s+\p{Lu}")
_HYPHEN = regex.compile(r"\p{L}[-\u00ad]$")
_BEGINS = regex.compile(r"[\s>*_\"'“”«»„(]*")
_CASELESS = regex.compile(r"\p{Lo}")
_UNMARKED = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")  # scripts that end no sentence


def connect_cut(outline: Outline, contents: Sequence[str]) -> None:
    """Let the parts of a sentence need each other which a page or blank lines part.

    What stands between them heads nothing.
    """
    pieces, parts = outline.pieces, 1
    alone = (n for n, piece in enumerate(pieces) if piece.carrier and _PAGE.match(contents[n]))
    passed: dict[int, tuple[int, ...]] = dict.fromkeys(alone, ())  # edges, and what stands over both pages
    for n in range(len(pieces) - 1):
        parts = parts if n else 1
        if not _may_go_on(outline, n, contents[n]):
            continue
        between, after = _over_edges(outline, n, contents)
        if after < 0 or not _goes_on(outline, n, contents, after, paged=bool(between)):
            parts = 1
            continue
        parts += 1
        if parts <= _PARTS:
            outline.require([n], [after])
            outline.require([after], [n])
            above = tuple(need for need in pieces[n].needs if pieces[need].carrier)
            passed.update(dict.fromkeys(between, above))
    for edge in passed:
        outline.carry(edge)
    for number, piece in enumerate(pieces) if passed else ():
        found = [edge for edge in piece.needs if edge in passed]
        if found:
            over = {need for edge in found for need in (*passed[edge], *pieces[edge].needs)}
            pieces[number] = piece._replace(needs=tuple(sorted({*piece.needs, *over} - {number, *passed})))


def _may_go_on(outline: Outline, n: int, content: str) -> bool:
    """Whether a piece is words that no mark ends."""
    piece = outline.pieces[n]
    title = piece.carrier and len(content) <= _TITLE and not _WITHIN.search(content, _MARK)
    said = (piece.prose or piece.carrier) and not title and piece.closes < 0 and piece.kind in _KINDS
    said = (
        said and piece.record is None and not _ADDRESS.search(content) and not _PARTED.search(content, _MARK)
    )
    return said and content.rstrip(_CLOSERS)[-1:] not in _ENDS and not _UNMARKED.search(content[-1:])


def _over_edges(outline: Outline, n: int, contents: Sequence[str]) -> tuple[list[int], int]:
    """What a page has at its edges behind a piece, and the piece behind that; -1 where there is none."""
    pieces = outline.pieces
    between: list[int] = []
    paged = False
    for after in range(n + 1, min(n + 2 + _EDGES, len(pieces))):
        piece, content = pieces[after], contents[after]
        short = len(content) <= _EDGE and not content.startswith("#")
        edge = after in outline.edges or (short and any(one.match(content) for one in (_PAGE, _NUMBER)))
        if edge or (piece.carrier and short):
            paged = paged or edge
            between.append(after)
            continue
        said = piece.prose and piece.kind in _KINDS and (paged or not between)
        return between, after if said else -1
    return between, -1


def _goes_on(outline: Outline, n: int, contents: Sequence[str], after: int, *, paged: bool) -> bool:
    """Whether a piece goes on with the sentence of another."""
    text, left, right = outline.text, contents[n].rstrip(_CLOSERS), contents[after]
    gap = text[outline.pieces[n].end : outline.pieces[after].start]
    if not paged and gap.count("\n") < 2 and "\f" not in gap:
        return False
    begins = right[_BEGINS.match(right).end() :][:1]
    if MARKER.match(right) or not begins.isalnum():
        return False
    open_ = _OPEN.search(left[-12:]) is not None or _HYPHEN.search(contents[n].rstrip()) is not None
    first = left[_BEGINS.match(left).end() :][:1]
    caseless = _CASELESS.match(begins) is not None
    said = len(left) >= _FEW_CHARACTERS if caseless else len(left.split()) >= _FEW_WORDS
    if begins.islower() or caseless:  # who writes all in small letters ends nothing with a mark
        whole = not first.islower() or any(need > n for need in outline.pieces[n].needs)
        sure = paged or not caseless or _fills(outline, n)
        return (open_ or said) and sure and (whole or open_ or paged)
    listed = MARKER.match(left) is not None  # items often end without a mark
    return open_ or (said and not listed and left[-1:].isalpha() and _fills(outline, n))


def _fills(outline: Outline, n: int) -> bool:
    """Whether a piece ends with a line that is as long as those above it in its paragraph."""
    text, piece = outline.text, outline.pieces[n]
    begin = max(0, piece.end - _SHOWN)
    begin = max(begin, text.rfind("\n\n", begin, piece.end))
    found = [line.strip() for line in text[begin : piece.end].splitlines() if line.strip()][-_LINES:]
    width = max(map(len, found[:-1]), default=0)
    return width >= _LEAST_WIDTH and len(found[-1]) >= width - _SLACK
