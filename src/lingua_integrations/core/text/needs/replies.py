"""Quotations in mails: a question or a wish that is quoted comes with the reply to it.

The reply stands below what it answers, or above all that it quotes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from lingua_integrations.core.text.needs.courtesies import closes, greets, signs
from lingua_integrations.core.text.needs.discourse import asks, denies
from lingua_integrations.core.text.needs.mail_parts import WORD, Parts
from lingua_integrations.core.text.needs.newer import connect_newer
from lingua_integrations.core.text.needs.proposals import proposes, takes_back
from lingua_integrations.core.text.outline import Outline

_NUMBERED = regex.compile(r"[\s>]*(?P<number>\d{1,2})[.)]\s+\S")
_ANSWERED = 300  # characters of a quotation right above that a reply answers
_SIGNED = 5  # lines of a signature


@dataclass
class _Quote:
    """A quotation, and what may answer it."""

    level: int
    above: Sequence[int]  # the reply that stands above it
    mailed: bool  # whether a line, or the head of a mail, says whose words it has
    inside: list[int] = field(default_factory=list)


def connect_replies(outline: Outline, contents: Sequence[str]) -> None:
    """Let what mails quote need the reply to it, and nothing need what only greets.

    Args:
        outline: of the whole text.
        contents: of its pieces.
    """
    parts = Parts(outline, contents)
    if not (parts.heads or parts.named or any(parts.levels)):
        return
    idle = _courtesies(parts) if parts.heads or parts.named else set()
    needed = {need for n, piece in enumerate(outline.pieces) if n not in idle for need in piece.needs}
    for n in idle:
        for one in set(outline.pieces[n].needs) - needed:
            if asks(contents[one]):  # a signature answers no question
                outline.pieces[one] = outline.pieces[one]._replace(carrier=False)
        if not any(map(str.isdigit, contents[n])):  # a number of a signature is told nowhere else
            outline.carry(n)
    for n, piece in enumerate(outline.pieces if idle else ()):
        if not idle.isdisjoint(piece.needs):
            outline.pieces[n] = piece._replace(needs=tuple(set(piece.needs) - idle))
    _connect(outline, parts, idle)
    _pair(outline, parts)
    connect_newer(outline, parts, idle)


def _courtesies(parts: Parts) -> set[int]:
    """What greets at the beginning of a mail, and what closes it."""
    found: set[int] = set()
    senders = {0: ""}
    contents, levels = parts.contents, parts.levels
    for n, level in enumerate(levels):
        if parts.begins(n):
            deeper = n in parts.named
            senders[level + deeper] = contents[n]
            if n + 1 < len(levels) and greets(contents[n + 1]):
                found.add(n + 1)
        ends = n + 1 == len(levels) or parts.begins(n + 1) or levels[n + 1] != level
        if ends and not parts.begins(n):
            found |= _signature(parts, n, senders.get(level, ""))
    return found


def _signature(parts: Parts, end: int, sender: str) -> set[int]:
    """The lines with which a mail closes, up to the piece ``end``."""
    begin = end + 1
    for n in range(end, max(end - _SIGNED, -1), -1):
        content = parts.contents[n]
        if parts.begins(n) or parts.levels[n] != parts.levels[end]:
            break
        if closes(content) or (n == end and signs(content, sender)):
            begin = n
    return set(range(begin, end + 1))


def _connect(outline: Outline, parts: Parts, idle: set[int]) -> None:
    """Follow the quotations in the order of a text; each ends where what follows is quoted less deep."""
    open_: list[_Quote] = []
    said: dict[int, list[int]] = {}  # the first sentences of the mail at a level
    mail = False
    for n, level in enumerate(parts.levels):
        ended: list[_Quote] = []
        while open_ and open_[-1].level > level:
            ended.append(open_.pop())
        below = _reply(parts, n, idle) if ended and not parts.begins(n) else []
        for quote in ended:
            answered = quote is ended[-1] and below and (mail or denies(parts.contents[below[0]]))
            _answer(outline, parts, quote, below if answered else (), idle)
        over = open_[-1].level if open_ else 0
        before = n - 1 in parts.named
        if level > over:
            mailed = before or n in parts.heads
            open_.append(_Quote(level, said.get(over, []), mailed))
            said[level] = []
        mail = mail or parts.begins(n)
        if n in parts.heads or before:
            said[level] = []
        if n in idle or n in parts.marks or parts.begins(n):
            continue
        if open_:
            open_[-1].inside.append(n)
        first = said.setdefault(level, [])
        if not first or (n == first[-1] + 1 and parts.goes_on(first, n)) or takes_back(parts.contents[n]):
            first.append(n)
    for quote in open_:
        _answer(outline, parts, quote, (), idle)


def _reply(parts: Parts, begin: int, idle: set[int]) -> list[int]:
    """The first sentences of what stands below a quotation."""
    found: list[int] = []
    for n in range(begin, len(parts.levels)):
        if n in parts.marks and parts.levels[n] == parts.levels[begin]:
            continue
        over = bool(found) and not parts.goes_on(found, n)
        if over or parts.levels[n] != parts.levels[begin] or parts.begins(n) or n in idle:
            break
        found.append(n)
    return found


def _answer(outline: Outline, parts: Parts, quote: _Quote, below: Sequence[int], idle: set[int]) -> None:
    """Let what a quotation asks for need the reply; of a short one right above a reply, all of it."""
    reply = below or (quote.above if quote.mailed else ())
    if not reply:
        return
    contents, pieces = parts.contents, parts.pieces
    refuses = denies(contents[reply[0]]) or any(takes_back(contents[n]) for n in reply)
    near = pieces[quote.inside[-1]].end - _ANSWERED if quote.inside else 0
    right_above = [n for n in quote.inside if below and pieces[n].start >= near]
    asked = [n for n in quote.inside if asks(contents[n]) or proposes(contents[n])]
    outline.require(quote.inside if refuses and not below else [*right_above, *asked], reply)
    if refuses or pieces[reply[0]].end - pieces[reply[0]].start <= WORD:
        outline.require(reply[:1], right_above)


def _pair(outline: Outline, parts: Parts) -> None:
    """Let a numbered answer and the quoted question of the same number need each other."""
    items: dict[int, dict[str, int]] = {}
    for n, level in enumerate(parts.levels):
        numbered = _NUMBERED.match(parts.contents[n])
        if numbered:
            items.setdefault(level, {}).setdefault(numbered["number"], n)
    for level, answers in items.items():
        quoted = items.get(level + 1, {})
        asked = {number: n for number, n in quoted.items() if asks(parts.contents[n].split("\n", 1)[0])}
        for number, question in asked.items() if answers.keys() <= asked.keys() else ():
            if number in answers:
                outline.require([question], [answers[number]])
                outline.require([answers[number]], [question])
