"""Messages as records of JSON, such as those of a chat with an LLM: a reply needs what it replies to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from lingua_integrations.core.text.needs.talk import Talk, Turn
from lingua_integrations.core.text.outline import Outline

_VALUE = r'"(?P<{}>(?:[^"\\]|\\.)*+)"'
_SPEAKER = regex.compile(
    r'[{,]\s*"(?:role|user|author|sender|from|speaker|username|name)"\s*:\s*' + _VALUE.format("who")
)
_SAID = regex.compile(r'[{,]\s*"(?:content|text|message|body|said)"\s*:\s*' + _VALUE.format("what"))
_ID = regex.compile(r'[{,]\s*"(?:_?id|message_?id|ts|uuid|guid)"\s*:\s*"?(?P<id>[^\s",}\]]+)', regex.I)
_REPLY = regex.compile(
    r'[{,]\s*"(?:(?:in_?)?reply_?to(?:_?(?:message_?)?id)?|replied_?to(?:_?id)?|parent(?:_?(?:message_?)?id)?'
    r'|thread_?ts|quoted_?(?:message_?)?id)"\s*:\s*"?(?P<id>(?!null\b)[^\s",}\]{\[]+)',
    regex.I,
)
_LEAST = 2  # speakers in a conversation


class _Message(NamedTuple):
    at: int
    who: str
    what: str
    id: str
    answers: str  # the id of the message that it answers


def connect_messages(outline: Outline, contents: Sequence[str]) -> None:
    """Let messages need those that they answer, and be needed by what they deny or take back.

    Args:
        outline: of the whole text.
        contents: of its pieces.
    """
    found = list(_messages(outline, contents))
    speakers = {one.who for one in found}
    linked = not {one.answers for one in found if one.answers}.isdisjoint(one.id for one in found if one.id)
    if not len(speakers) >= _LEAST or (len(speakers) == len(found) and not linked):  # somebody speaks again
        return
    talk = Talk(outline, speakers)
    known: dict[str, int] = {}
    for one in found:
        turn = _turn(talk, one, known)
        outline.require([one.at], talk.before(turn))
        talk.said(one.at, turn)
        if one.id:
            known[one.id] = one.at


def _messages(outline: Outline, contents: Sequence[str]) -> Iterator[_Message]:
    for n, piece in enumerate(outline.pieces):
        if piece.record != "json":
            continue
        who, what = _SPEAKER.search(contents[n]), _SAID.search(contents[n])
        if who and what:
            own, answers = _ID.search(contents[n]), _REPLY.search(contents[n])
            yield _Message(
                n,
                who["who"].casefold(),
                what["what"],
                own["id"] if own else "",
                answers["id"] if answers else "",
            )


def _turn(talk: Talk, message: _Message, known: dict[str, int]) -> Turn:
    """A message as a turn: its id, or its words, tell what it answers."""
    if message.answers and message.answers != message.id:
        return talk.reply(message.what, message.who, known.get(message.answers))
    return talk.turn(message.what, message.who)
