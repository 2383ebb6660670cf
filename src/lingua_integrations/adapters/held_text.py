"""Text of many lines in a string of JSON, such as what a command printed: it is read by its own kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import regex

from lingua_integrations.core.text.data.json_forms import plain
from lingua_integrations.errors import BudgetTooSmall

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.results import CompressionResult

_STRING = regex.compile(r'"(?:[^"\\]++|\\.)*+"(\s*:)?')
_LINES = 8  # line breaks from which on a string is a text of its own
_SHARE = 0.5  # of the characters of all
_TRIES = 6  # to fit it: in a string line breaks and quotation marks take more tokens


@dataclass(frozen=True)
class Held:
    """A text that is most of some JSON, and what stands around it."""

    before: str
    text: str
    after: str

    def fills(self, count: Callable[[str], int], room: int) -> bool:
        """Whether more than half of so many tokens is left for it."""
        return 2 * count(self.around("")) < room

    def around(self, text: str) -> str:
        """The JSON with another text in that place."""
        return f"{self.before}{plain(text)}{self.after}"


def held_text(data: str) -> Held | None:
    r"""The text of many lines that is most of some JSON, if there is one.

    >>> held = held_text('{"code":1,"out":"' + r"INFO ok\n" * 9 + '"}')
    >>> held.text == "INFO ok\n" * 9, held.around("INFO ok\n")
    (True, '{"code":1,"out":"INFO ok\\n"}')
    >>> held_text('{"code":1,"out":"INFO ok"}')
    """
    values = (found for found in _STRING.finditer(data) if not found[1])
    longest = max(values, key=lambda found: found.end() - found.start(), default=None)
    if longest is None or longest.end() - longest.start() < _SHARE * len(data):
        return None
    text = json.loads(longest.group())
    if text.count("\n") < _LINES:
        return None
    return Held(data[: longest.start()], text, data[longest.end() :])


def compressed(
    compressor: PromptCompressor, held: Held, question: str | None, room: int
) -> CompressionResult:
    """Some JSON with less of that text, to a number of tokens.

    Raises:
        BudgetTooSmall: not even the least of the text fits; it names the tokens with what stands around.
    """
    frame = compressor.counter.count(held.around(""))
    target = room - frame
    for _ in range(_TRIES):
        try:
            result = _shown(compressor, held, question, max(1, target))
        except BudgetTooSmall as error:
            result = _shown(compressor, held, question, error.smallest)
            if result.tokens_after > room:
                raise BudgetTooSmall(room, result.tokens_after, error.why) from None
        if result.tokens_after <= room:
            return result
        target = int(target * (room - frame) / max(1, result.tokens_after - frame)) - 1
    raise BudgetTooSmall(room, result.tokens_after, "the text in its longest string needs more")


def _shown(
    compressor: PromptCompressor, held: Held, question: str | None, target_tokens: int
) -> CompressionResult:
    """The JSON with so much of the text."""
    result = compressor.compress([held.text], question=question, target_tokens=target_tokens)
    (context,) = result.contexts
    text = held.around(context.text)
    tokens = compressor.counter.count(text)
    return replace(result, contexts=(replace(context, text=text, tokens_after=tokens),), tokens_after=tokens)
