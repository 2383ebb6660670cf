"""What is said by turns: chats and transcripts. Words need who said them, and when."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise

import regex

from lingua_integrations.core.text.leads import is_name
from lingua_integrations.core.text.lines.depths import Depths
from lingua_integrations.core.text.lines.exchanges import Exchanges
from lingua_integrations.core.text.lines.records import LOG_LINE, SHORT
from lingua_integrations.core.text.lines.speakers import (
    CUE,
    SPEAKER,
    begins_turn,
    heads_of,
    is_notice,
    name_of,
    not_names,
)
from lingua_integrations.core.text.needs.discourse import asks
from lingua_integrations.core.text.needs.talk import Talk
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.prose import add_prose
from lingua_integrations.core.text.spans import Span

_TITLE = 100  # characters of a line above the first turn that is a title
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
        elif chat.heads and not first and not chat.begins(text[slice(*found[0])]):
            chat.open(found[:after], needs)
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
    talk: Talk
    exchanges: Exchanges
    no_names: AbstractSet[str]  # what looks like such a name and is none
    answered: Depths = field(default_factory=Depths)  # the turns to which others reply below them

    @classmethod
    def of(cls, outline: Outline, found: Sequence[Span], needs: tuple[int, ...]) -> _Chat:
        """A chat of some lines, of which none is read yet."""
        contents = [outline.text[slice(*line)] for line in found]
        heads = heads_of(contents)
        depths = [indent(one) for n, one in enumerate(contents) if n == 0 or begins_turn(one, heads)]
        nested = _is_nested(depths, contents) and heads is not CUE
        names = map(name_of, filter(None, map((heads or SPEAKER).match, contents)))
        wrong = not_names(contents, heads)
        talk = Talk(outline, (name for name in names if name not in wrong))
        return cls(outline, heads, nested, needs, talk, Exchanges(outline), wrong)

    def begins(self, line: str) -> bool:
        """Whether a line begins a turn."""
        head = self.heads.match(line) if self.heads else None
        return begins_turn(line, self.heads) and not (head and name_of(head) in self.no_names)

    def enter(self, title: int, above: tuple[int, ...]) -> None:
        """A title is read: what follows stands under it, and answers nothing before it."""
        self.talk, self.needs = Talk(self.outline, self.talk.aliases.values()), (*above, title)

    def open(self, above: Sequence[Span], needs: tuple[int, ...]) -> None:
        """Add what stands above the first turn: a title, or whatever it is."""
        whole = Span(above[0].start, above[-1].end)
        if len(above) == 1 and not asks(line := self.outline.text[slice(*whole)]) and len(line) <= _TITLE:
            self.enter(self.outline.add(*whole, needs, carrier=True), needs)
        else:
            self.outline.read("text", whole, needs)

    def add(self, turn: Sequence[Span]) -> None:
        """Add the lines of a turn."""
        text = self.outline.text
        whole, line = Span(turn[0].start, turn[-1].end), text[slice(*turn[0])]
        speaker = (self.heads or SPEAKER).match(line)
        if not speaker and (LOG_LINE.match(line) or is_notice(line)):
            self.outline.add(*whole, self.needs)  # who came and who went answers nothing
            return
        self.exchanges.add(whole, speaker)
        depth = indent(line) if self.nested else 0
        at = self._utterance(whole, turn, (*self.needs, *self.answered.over(depth)), speaker)
        self.answered.enter(depth, at)

    def _utterance(
        self, whole: Span, turn: Sequence[Span], needs: tuple[int, ...], speaker: regex.Match[str] | None
    ) -> int:
        """Add what someone said, with the name in front; returns the number of its first piece."""
        outline, talk = self.outline, self.talk
        begin = whole.start + (speaker.end() if speaker else 0)
        content = _REPLIES.sub("", outline.text[begin : whole.end]).rstrip()
        said = talk.turn(content, name_of(speaker) if speaker else "")
        needs = (*needs, *talk.before(said))
        long = whole.end - whole.start > SHORT
        if long and self.heads and speaker and len(turn) > 1:
            at = outline.add(*turn[0], needs, carrier=True)
            add_prose(outline, Span(turn[1].start, whole.end), (*needs, at), thread=talk.thread)
        elif long:
            at = add_prose(outline, whole, needs, joined=True)
        else:
            at = outline.add(*whole, needs, prose=True)
        talk.said(at, said, known=talk.thread.last > at)
        return at


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
