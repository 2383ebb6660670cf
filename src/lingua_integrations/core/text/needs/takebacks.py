"""Lines that take back one before them: false alarms, wrong readings, settings that are overridden.

A timeline or a log tells both, and whoever reads the first line alone believes it. A state that has changed
since is one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from lingua_integrations.core.text.lines.attempts import subject_of
from lingua_integrations.core.text.lines.times import DATE, TIME
from lingua_integrations.core.text.needs.thread import MARKER
from lingua_integrations.core.text.outline import Outline

_BEGIN = rf"(?:{MARKER.pattern})?[\s\[(*_]*(?:(?:{DATE}[T ,]*)?{TIME}[\s\])*_]*[-–—:|]?\s*)?"
_LISTED = regex.compile(rf"(?:{MARKER.pattern})[\s\[(*_]*|[\s\[(*_]*(?:{DATE}[T ,]*)?{TIME}")
_TIMED = regex.compile(rf"(?:{MARKER.pattern})?[\s\[(*_]*(?:{DATE}[T ,]*)?{TIME}")
_CANCELS = regex.compile(
    rf"""
    {_BEGIN} (?: (?: false | wrong ) \s alarm | never \s? mind | disregard | cancel(?:l)?ed \b | correction \b
      | scratch \s that | fehlalarm | entwarnung | korrektur \b | storniert
      | fausse \s alerte | annulée? \b
      | falsa \s alarma | cancelad[oa] \b | (?:falso \s alarme|alarme \s falso)
      | falso \s allarme | annullat[oa] \b | vals \s alarm | geannuleerd | ложная \s тревога | отбой
      | 误报 | 誤報 | 虚惊 | 取消 | 오경보 | 취소 )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_WRONG = regex.compile(
    r"""
    \b (?: (?: last | previous | earlier | prior | above | first | letzte\w? | vorige\w? | vorherige\w?
        | dernière? | précédente? | última? | último | anterior | ultim[ao] | precedente
        | предыдущ\p{L}+
        | последн\p{L}+ ) \s (?: \p{L}+ \s ){0,2}?
        | \p{L}+ \s (?:précédente?|anterior|precedente) \s )
      (?: \p{L}+ \s ){0,2}? (?: was | were | is | war | ist | était | est | fue | era | foi | è
        | было | была )? \s? (?: wrong | false | incorrect | invalid | bogus | spurious | mistaken
        | erroneous | stale
        | falsch | fehlerhaft | ungültig | fauss?e? | erronée? | incorrecte? | erróne[oa] | incorrect[oa]
        | fals[oa] | errad[oa] | errat[oa] | sbagliat[oa] | ошибочн\p{L}+ | неверн\p{L}+ ) \b
    | \b ignore \s (?: the \s )? (?: last | previous | above | earlier ) \b
    | \b false \s alarms? \b
    | \b (?: not \s (?: been \s | be \s )? confirmed | (?: turned \s out | proved ) \s (?: to \s be \s )?
        (?: wrong | false | untrue ) | nicht \s bestätigt | dementiert
      | pas \s été \s confirmée?s? | démenti\p{L}* | no \s (?: se \s | ha \s sido \s )? confirm\p{L}+
      | desm[ie]nt\p{L}+ | não \s (?: se \s | foi \s )? confirm\p{L}+
      | non \s (?: è | sono ) \s stat[oaie] \s confermat[oaie] | smentit[oaie] | niet \s bevestigd
      | не \s подтвер\p{L}+ | опроверг\p{L}+ | nie \s potwierd\p{L}+ | doğrulanma\p{L}+ ) \b
    | 未(?:能|获|獲)?证实 | 未證實 | 确认有误 | 確認されな | 誤りだった | 사실이 \s 아닌
    | (?: 上次 | 之前的 | 前次 ) .{0,6} (?: 错误 | 有误 | 不正确 ) | 前回の .{0,8} (?: 誤り | 間違い )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_OVERRIDES = regex.compile(
    r"\b(?:overrid(?:den|es|ing)|overrode|superseded|überschrieben|(?:remplacée?s?|écrasée?s?) par"
    r"|sobrescrit[oa]s?|sovrascritt[oa]|переопредел\p{L}+)\b|覆盖|上書き",
    regex.I,
)
_KEY = regex.compile(r"(?<![\w./-])([\w.\-]{3,60}+)\s?[=:](?=\s?[^\s=:/])")
_STATE = r"[\p{L}][^\n→:]{0,30}?"
_CHANGE = regex.compile(
    rf"""
    ^ [\s>*_-]* (?P<what> \p{{L}}[\p{{L}} ]{{1,40}}? ) \s? [:：] \s* (?P<old>{_STATE}) \s*
      (?: [-=]> | [→⇒➔] ) \s*
      (?P<new>{_STATE}) \s* (?: $ | [(,;.] | \s[-–—]\s )
    | \b (?: changed | moved | set | cambió | a \s changé | alterou | ha \s cambiato ) \s (?: the \s )?
      (?P<what> \p{{L}}[\p{{L}} ]{{1,20}}? ) \s (?: from | de | da ) \s (?P<old>{_STATE}) \s
      (?: to | à | a | para ) \s
      (?P<new>{_STATE}) \s* (?: $ | [(,;.] | \s[-–—]\s )
    | \b (?P<what> \p{{L}}{{2,20}} ) \s von \s (?P<old>{_STATE}) \s (?: auf | zu | in | nach )
      \s (?P<new>{_STATE}) \s (?: geändert | gesetzt )
    """,
    regex.VERBOSE | regex.IGNORECASE | regex.MULTILINE,
)
_MAY_CHANGE = regex.compile(r"[-=]>|[→⇒➔]|\s(?:from|de|da|von)\s", regex.I)  # what all of these have
_LONGEST = 400  # characters of a line that are looked at
_NEAR = 8  # lines before one that it may take back
_CHANGES = 20  # of a state that come with the last


def connect_takebacks(outline: Outline, contents: Sequence[str]) -> None:
    """Let lines of logs and lists need what takes them back, and changes of a state the last one.

    Args:
        outline: of the whole text.
        contents: of its pieces.
    """
    told = [n for n, piece in enumerate(outline.pieces) if _is_told(outline, n, contents[n])]
    keys: dict[str, int] = {}
    taking: set[int] = set()  # lines that take back others
    for place, n in enumerate(told):
        content = contents[n][:_LONGEST]
        found = _keys(content) if outline.pieces[n].record == "line" else set()
        overrides = bool(found) and _OVERRIDES.search(content) is not None
        wrong = {keys[key] for key in found if overrides and key in keys}
        timed = outline.pieces[n].record == "line" or _TIMED.match(content) is not None
        if _CANCELS.match(content) or (timed and _WRONG.search(content)):
            before = [one for one in told[max(0, place - _NEAR) : place] if one not in taking]
            wrong |= set(_meant(contents, before, n))
            taking.add(n)
        for one in wrong:
            outline.bind(one, n)
            outline.bind(n, one)
        keys.update(dict.fromkeys(found, n))
    _connect_changes(outline, contents)


def _is_told(outline: Outline, n: int, content: str) -> bool:
    """Whether a piece is a line of a log, or of a list or a timeline."""
    piece = outline.pieces[n]
    listed = piece.prose and not piece.carrier and _LISTED.match(content) is not None
    return piece.record == "line" or listed


def _keys(content: str) -> set[str]:
    return {key.casefold() for key in _KEY.findall(content) if not key[0].isdigit()}


def _meant(contents: Sequence[str], before: Sequence[int], n: int) -> Iterator[int]:
    """Of the lines before one that takes something back, that with most of its words, or the last."""
    subject = subject_of(contents[n][:_LONGEST])
    alike = {one: len(subject & subject_of(contents[one][:_LONGEST])) for one in before}
    yield from [max(before, key=lambda one: (alike[one], one))] if before else []


def _connect_changes(outline: Outline, contents: Sequence[str]) -> None:
    """Follow states that change, from one value to the next: each change needs the last one."""
    chains: dict[str, tuple[str, list[int]]] = {}  # the value and the changes that led to it, by what changes
    for n, piece in enumerate(outline.pieces):
        if not piece.prose or piece.carrier or len(contents[n]) > _LONGEST:
            continue
        if not _MAY_CHANGE.search(contents[n]):
            continue
        for change in _CHANGE.finditer(contents[n]):
            what, old, new = (change[name].strip().casefold() for name in ("what", "old", "new"))
            value, chain = chains.get(what, ("", []))
            if value != old:
                _end(outline, chain)
                chain = []
            chains[what] = new, [*chain[1 - _CHANGES :], n]
    for _, chain in chains.values():
        _end(outline, chain)


def _end(outline: Outline, chain: Sequence[int]) -> None:
    for one in chain[:-1]:
        outline.bind(one, chain[-1])
