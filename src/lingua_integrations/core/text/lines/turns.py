"""What is said by turns: chats and transcripts. Words need who said them, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import regex

from lingua_integrations.core.text.leads import is_name
from lingua_integrations.core.text.lines.depths import Depths
from lingua_integrations.core.text.lines.exchanges import Exchanges
from lingua_integrations.core.text.lines.records import SHORT
from lingua_integrations.core.text.lines.speakers import CUE, SPEAKER, begins_turn, heads_of
from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.prose import add_prose
from lingua_integrations.core.text.spans import Span

_REPLIES = regex.compile(
    r"(?m)^[ \t]*\d{1,4} ?(?:repl(?:y|ies)|antwort(?:en)?|réponses?|respuestas?|rispost[ae]|respostas?"
    r"|reacties?|antwoord(?:en)?|ответ\p{L}*|条回复|则回覆|件の返信|개의 답글)(?: [^\n]{0,40})?\s*\Z",
    regex.I,
)
"""What Slack and others show between a turn and the replies to it."""


def read_chat(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Utterances: a short one is one piece; what follows the first sentence of a long one needs that.

    The first sentence has the speaker in front, or the line above it has: then all need that line.
    """
    text = outline.text
    found = lines(text, *span)
    chat = _Chat.of(outline, found, needs)
    titles = {n for n in range(len(found) - 1) if _is_title(text, found, n, chat.heads)}
    begins = [n for n, line in enumerate(found) if n == 0 or n in titles or chat.begins(text[slice(*line)])]
    for first, after in pairwise([*begins, len(found)]):
        if first in titles:
            chat.enter(outline.add(*found[first], needs, carrier=True), needs)
        else:
            chat.add(found[first:after])
    chat.exchanges.join()


@dataclass
class _Chat:
    """A chat as its turns are read."""

    outline: Outline
    heads: regex.Pattern[str] | None  # how names stand on lines of their own
    nested: bool  # whether replies stand indented below what they reply to
    needs: tuple[int, ...]  # of all turns: the title that they stand under
    thread: Thread
    exchanges: Exchanges
    answered: Depths = field(default_factory=Depths)  # the turns to which others reply below them

    @classmethod
    def of(cls, outline: Outline, found: Sequence[Span], needs: tuple[int, ...]) -> _Chat:
        """A chat of some lines, of which none is read yet."""
        contents = [outline.text[slice(*line)] for line in found]
        heads = heads_of(contents)
        depths = [indent(one) for n, one in enumerate(contents) if n == 0 or begins_turn(one, heads)]
        nested = _is_nested(depths, contents) and heads is not CUE
        return cls(outline, heads, nested, needs, Thread(outline), Exchanges(outline))

    def begins(self, line: str) -> bool:
        """Whether a line begins a turn."""
        return begins_turn(line, self.heads)

    def enter(self, title: int, above: tuple[int, ...]) -> None:
        """A title is read: what follows stands under it, and answers nothing before it."""
        self.thread, self.needs = Thread(self.outline), (*above, title)

    def add(self, turn: Sequence[Span]) -> None:
        """Add the lines of a turn."""
        text = self.outline.text
        whole, line = Span(turn[0].start, turn[-1].end), text[slice(*turn[0])]
        speaker = (self.heads or SPEAKER).match(line)
        self.exchanges.add(whole, speaker)
        depth = indent(line) if self.nested else 0
        needs = (*self.needs, *self.answered.over(depth))
        if self.heads and speaker and len(turn) > 1 and whole.end - whole.start > SHORT:
            at = self.outline.add(*turn[0], needs, carrier=True)
            add_prose(self.outline, Span(turn[1].start, whole.end), (*needs, at), thread=self.thread)
        else:
            at = add_utterance(self.outline, whole, needs, self.thread, speaker)
        self.answered.enter(depth, at)


def _is_nested(depths: Sequence[int], contents: Sequence[str]) -> bool:
    """Whether replies stand indented below what they reply to: some turn is not, after one that is."""
    outer = any(after <= depths[0] < before for before, after in pairwise(depths))
    return outer or any(map(_REPLIES.fullmatch, contents))


def _is_title(text: str, found: Sequence[Span], number: int, heads: regex.Pattern[str] | None) -> bool:
    """Whether a line names the turns right below it, up to the next such line."""
    apart = (
        not number
        or text.count("\n", found[number - 1].end, found[number].start) > 1
        or indent(text[slice(*found[number])]) < indent(text[slice(*found[number + 1])])
    )
    close = text.count("\n", found[number].end, found[number + 1].start) == 1
    line, below = (text[slice(*found[one])] for one in (number, number + 1))
    turns = not begins_turn(line, heads) and begins_turn(below, heads) and not _REPLIES.fullmatch(line)
    return apart and close and turns and is_name(line.rstrip(" :："))


def add_utterance(
    outline: Outline,
    span: Span,
    needs: Iterable[int],
    thread: Thread,
    speaker: regex.Match[str] | None,
) -> int:
    """Add what someone said, with the name in front; returns the number of its first piece."""
    skip = speaker.end() if speaker else 0
    name = speaker["name"].strip().casefold() if speaker else ""
    content = _REPLIES.sub("", outline.text[span.start + skip : span.end]).rstrip()
    before = thread.before(content)
    if span.end - span.start <= SHORT:
        at = outline.add(*span, (*needs, *before), prose=True)
    else:
        at = add_prose(outline, span, (*needs, *before), joined=True)
    thread.replied(at, content, name)
    return at
