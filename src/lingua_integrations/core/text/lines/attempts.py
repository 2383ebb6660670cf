"""Attempts in logs: one that failed says nothing of the outcome, so it comes with the last."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import regex

from lingua_integrations.core.text.outline import Outline

_ATTEMPT = regex.compile(
    r"""
    \b (?: attempt | re-?try | try | versuch | essai | tentative | intento | tentativ[oa] | poging | попытка )
      [\s:(\[]{0,3} (?: no\. | nr\. | n° | \# )? \s? (?P<number>\d{1,3}) \b
      (?: \s? (?: / | of | out\sof | von | sur | de | di | van | из ) \s? (?P<of>\d{1,3}) \b )?
    | 第 \s? (?P<number>\d{1,3}) \s? 次 (?: 尝试 | 重试 | 嘗試 ) | (?P<number>\d{1,3}) \s? 回目
    | \b (?P<again>RERUN) \b
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_WORD = regex.compile(r"[\p{L}_][\p{L}\p{M}\p{N}_./\-]+[\p{L}\p{M}\p{N}_/]")
_TELLS_NOTHING = regex.compile(  # of the subject: levels, and how it went
    r"(?:info|warn(?:ing)?|err(?:or)?|debug|notice|fail\p{L}*|pass(?:ed)?|success\p{L}*|succe\p{L}+|done|okay"
    r"|complet\p{L}*|finish\p{L}*|attempts?|re-?try\p{L}*|rerun|tries|try|and|for|the|with|after|this|was"
    r"|fehlgeschlagen|erfolgreich|réussie?|échouée?|exitosa?|falló)$",
    regex.I,
)
_LONGEST = 300  # characters of a line that are looked at
_STEM = 6  # letters by which words are alike
_OPEN = 8  # attempts whose outcome is looked for at a time
_NEAR = 30  # lines in which the next one, or the outcome, follows
_MOST = 20  # attempts at the same that come with the last


class _Attempt(NamedTuple):
    at: int
    number: int
    subject: frozenset[str]
    before: tuple[int, ...]  # earlier attempts at the same


def connect_attempts(outline: Outline, first: int) -> None:
    """Let the lines from ``first`` on that tell of an attempt need the last one, or what came of it."""
    waiting: deque[_Attempt] = deque()
    for at in range(first, len(outline.pieces)):
        piece = outline.pieces[at]
        if piece.record != "line":
            continue
        content = outline.text[piece.start : min(piece.end, piece.start + _LONGEST)].split("\n", 1)[0]
        found = _ATTEMPT.search(content)
        while waiting and (len(waiting) > _OPEN or at - waiting[0].at > _NEAR):
            _end(outline, waiting.popleft())
        if not found and not waiting:
            continue
        subject = subject_of(content)
        number = int(found["number"] or 0) if found else -1
        same = next((one for one in reversed(waiting) if _goes_on(one, number, subject)), None)
        if same:
            waiting.remove(same)
        attempt = _Attempt(at, number, subject, (*same.before, same.at)[-_MOST:] if same else ())
        if found and not (found["of"] and number >= int(found["of"])):
            waiting.append(attempt)
        else:
            _end(outline, attempt)
    for attempt in waiting:
        _end(outline, attempt)


def _end(outline: Outline, last: _Attempt) -> None:
    for one in last.before:
        outline.bind(one, last.at)


def _goes_on(one: _Attempt, number: int, subject: frozenset[str]) -> bool:
    """Whether a line is the next attempt, or says what came of one: number -1."""
    if 0 < number <= one.number:
        return False
    if number >= 0 and not one.subject and not subject:
        return True
    return 2 * len(one.subject & subject) > min(len(one.subject), len(subject))


def subject_of(content: str) -> frozenset[str]:
    """What is attempted, as the beginnings of words.

    >>> sorted(subject_of("WARN upload of a.zip failed (attempt 1/3)"))
    ['a.zip', 'upload']
    """
    found = (word for word in _WORD.findall(content) if not _TELLS_NOTHING.match(word))
    return frozenset(word.casefold() if _is_name(word) else word.casefold()[:_STEM] for word in found)


def _is_name(word: str) -> bool:
    return not word.isalpha()
