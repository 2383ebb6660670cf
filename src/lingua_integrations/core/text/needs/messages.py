"""Messages as records of JSON, such as those of a chat with an LLM: a reply needs what it replies to."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline

_VALUE = r'"(?P<{}>(?:[^"\\]|\\.)*+)"'
_SPEAKER = regex.compile(r'[{,]\s*"(?:role|user|author|sender|from|speaker)"\s*:\s*' + _VALUE.format("who"))
_SAID = regex.compile(r'[{,]\s*"(?:content|text|message|body|said)"\s*:\s*' + _VALUE.format("what"))
_LEAST = 2  # speakers in a conversation


def connect_messages(outline: Outline, contents: Sequence[str]) -> None:
    """Let messages need those that they answer, and be needed by what they deny or take back.

    Args:
        outline: of the whole text.
        contents: of its pieces.
    """
    found = [
        (n, who["who"].casefold(), what["what"])
        for n, piece in enumerate(outline.pieces)
        if piece.record == "json"
        and (who := _SPEAKER.search(contents[n]))
        and (what := _SAID.search(contents[n]))
    ]
    speakers = {who for _, who, _ in found}
    if not _LEAST <= len(speakers) < len(found):  # somebody speaks again
        return
    thread = Thread(outline)
    for n, who, what in found:
        outline.require([n], thread.before(what))
        thread.replied(n, what, who)
