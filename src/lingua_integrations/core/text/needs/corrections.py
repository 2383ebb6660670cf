"""Corrections: what was said and is taken back later, perhaps far below, comes with what takes it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise

import regex

from lingua_integrations.core.text.outline import Outline

_LONG = 400  # characters up to which a sentence that mentions an end takes others back
_CORRECTIONS = 40  # of a text that are looked at
_WRONG = 3  # sentences that one of them corrects
_COMMON = 8  # sentences up to which a word tells them from others
_NEAR = 6  # sentences before a correction that names none of their words
_MORE = 2  # sentences after the first of a correction
_TOP = 2  # sentences at the top of a text, where what came in last may stand
_CORRECTS = regex.compile(
    r"""
    [\s>*_(\[]* (?: \p{L}[\p{L} .]{0,20}: \s+
      | \[? \d [\d:.,/ \-]{3,20} \]? [\s\-]+ \p{L}[\p{L} ]{0,24} : \s* )?
    (?: (?: correction | update | edit (?:ed)? | erratum | errata | retraction | clarification | korrektur
        | berichtigung | nachtrag | aktualisierung | rectificatif | mise \s à \s jour | corrección
        | actualización | fe \s de \s erratas | correção | atualização | rettifica | correzione
        | aggiornamento | correctie | rectificatie | исправление | поправка | обновление | تصحيح | تحديث
        | (?: (?:latest|newest|new|recent|important) \s )? change | änderung | changement
        | modification | cambio | mudança | modifica | avviso | wijziging | zmiana | изменение | değişiklik
        | सुधार | अद्यतन | 訂正 | 追記 | 更正 | 勘误 | 정정 | 수정 | แก้ไข | อัปเดต )
      \b [^:：.\n]{0,24} [:：]
      | (?: an? | the ) \s (?: correction | corrigendum | erratum | retraction )
        \s (?: of | to | for | notice ) \b
      | change \s of \s plans? | plans? \s (?: have \s )? changed | planänderung | changement \s de
        \s (?: plan | programme ) | cambio \s de \s planes | mudança \s de \s planos
      | scratch \s that | i \s (?:was|am) \s wrong | i \s stand \s corrected | on \s second \s thought )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_UNDOES = regex.compile(
    r"""
    \b (?: no \s longer | not \s any \s? more
      | (?: was | were | been ) \s (?: reversed | overruled | overturned | rescinded | revoked | withdrawn
        | retracted | repealed | superseded | cancell?ed | debunked | disproved )
      | (?: is | are | was | were | (?:has|have|will) \s been? | will \s be ) \s (?: now \s )? (?: reduced
        | raised | increased | lowered | extended | shortened | postponed | moved | brought \s forward )
        \s (?: to | until | by | from )
      | (?: wird | werden | wurden? ) \s [^.]{0,40}
        (?: verlängert | verkürzt | verschoben | gesenkt | erhöht )
      | se \s (?: amplía | reduce | aplaza | prorroga ) \s (?: a | hasta | al )
      | est \s (?: prolongée? | reportée? | réduite? | avancée? )
      | è \s (?: prorogat[oa] | ridott[oa] | rinviat[oa] | anticipat[oa] )
      | nicht \s mehr | aufgehoben | widerrufen | zurückgenommen | n['’]est \s plus
      | abrogée?s? | annulée?s? | rétractée?s? | ya \s no | anulad[oa]s? | derogad[oa]s? | já \s não
      | revogad[oa]s? | abrogat[oaie] | annullat[oaie] | niet \s (?:langer|meer) | ingetrokken | больше \s не
      | отменен\p{L}* | отозван\p{L}* ) \b
    | (?: 后延 | 延长 | 延長 | 推迟 | 提前 | 调整 ) [至到为]
    | لم \s يعد | ألغي | अब \s नहीं | रद्द | 撤回 | 取り消 | 廃止 | 不再 | 撤销 | 撤銷 | 废止
    | 더 \s 이상 | 취소 | 철회 | ยกเลิก
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}"
_WORD = regex.compile(rf"(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}]){{4,}}|\p{{N}}[\p{{N}}.,]+\p{{N}}")
_PAIR = regex.compile(rf"[{_UNSPACED}]{{2}}")


def connect_corrections(outline: Outline, contents: Sequence[str], said: Sequence[int]) -> None:
    """Let sentences need what takes them back: it is marked as a correction, or repeats their words.

    Args:
        outline: of the whole text.
        contents: of its pieces.
        said: the numbers of those that are sentences.
    """
    marked = {n for n in said if _CORRECTS.match(contents[n])}
    undone = [n for n in said if n in marked or _undoes(contents[n])]
    if not undone:
        return
    stems = {n: _stems(contents[n]) for n in said}
    places: dict[str, list[int]] = {}
    for n, found in stems.items():
        for stem in found:
            places.setdefault(stem, []).append(n)
    for n in undone[:_CORRECTIONS]:
        rest = list(_rest(outline, said, n)) if n in marked else []
        own = stems[n].union(*(stems[other] for other in rest))
        wrong = _alike(own, stems, places, {n, *rest})
        if n in marked and not wrong:
            wrong = list(_before(outline, said, n)) or list(_after(outline, said, n))
        for other in wrong:
            outline.bind(other, n)
        if n in marked and wrong:
            outline.bind(n, wrong[0])
        for other in rest:
            outline.bind(n, other)


def _undoes(content: str) -> bool:
    """Whether a sentence says that something has ended or was annulled."""
    return len(content) <= _LONG and _UNDOES.search(content) is not None


def _rest(outline: Outline, said: Sequence[int], n: int) -> Iterator[int]:
    """The next sentences of the paragraph that begins with a correction: they may tell what is right."""
    place = said.index(n)
    begins = not place or _is_broken(outline, said[place - 1], n)
    for before, other in pairwise(said[place : place + 1 + _MORE]):
        if not begins or _is_broken(outline, before, other):
            return
        yield other


def _is_broken(outline: Outline, before: int, after: int) -> bool:
    """Whether a blank line parts two pieces."""
    return outline.text.count("\n", outline.pieces[before].end, outline.pieces[after].start) > 1


def _alike(
    own: Set[str], stems: Mapping[int, set[str]], places: Mapping[str, Sequence[int]], but: Set[int]
) -> list[int]:
    """The sentences most of whose words others have, too, the most alike first; rare words tell more."""
    shared: Counter[int] = Counter()
    weight: dict[int, float] = {}
    for stem in own:
        if len(places[stem]) <= max(_COMMON, len(stems) // 4):
            for other in set(places[stem]) - but:
                shared[other] += 1
                weight[other] = weight.get(other, 0.0) + 1 / len(places[stem])
    found = [other for other, count in shared.items() if _is_alike(count, len(own), len(stems[other]))]
    return sorted(found, key=lambda other: (-weight[other], other))[:_WRONG]


def _is_alike(shared: int, own: int, other: int) -> bool:
    """Whether so many words that two sentences share are enough, of all that each has.

    >>> _is_alike(3, own=7, other=5), _is_alike(1, own=7, other=5), _is_alike(1, own=4, other=2)
    (True, False, True)
    """
    return shared >= max(2, 0.4 * min(own, other)) or shared == other - 1


def _before(outline: Outline, said: Sequence[int], n: int) -> Iterator[int]:
    """The last sentences before a piece under the same headings, the last of them first."""
    place = said.index(n)
    above = _carriers(outline, n)
    for other in reversed(said[max(0, place - _NEAR) : place]):
        if not above <= _carriers(outline, other):
            return
        yield other


def _after(outline: Outline, said: Sequence[int], n: int) -> Sequence[int]:
    """The sentences after a correction at the top of a text, which may have been there before it."""
    place = said.index(n)
    short = outline.pieces[n].end - outline.pieces[n].start <= _LONG
    return said[place + 1 : place + 1 + _NEAR] if place < _TOP and short else ()


def _carriers(outline: Outline, n: int) -> set[int]:
    return {need for need in outline.pieces[n].needs if outline.pieces[need].carrier}


def _stems(content: str) -> set[str]:
    """What tells contents apart: the first six letters of words; pairs of characters where no spaces are."""
    words = {word.casefold()[:6] for word in _WORD.findall(content)}
    return words | set(_PAIR.findall(content, overlapped=True))
