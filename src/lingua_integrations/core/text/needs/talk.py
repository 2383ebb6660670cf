"""A talk: turns of several people, and which turn the next one answers or goes on with.

Mostly that is the turn before. A name in front ("ana: then no", "@ana"), a quotation, or an id says that it
is another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

from lingua_integrations.core.text.needs.discourse import asks, denies, retracts
from lingua_integrations.core.text.needs.objections import adds_limit, repairs, strikes
from lingua_integrations.core.text.needs.revisions import denied, revised, revises
from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline

_WORD = regex.compile(r"[\p{L}\p{N}]")
_QUOTE = regex.compile(
    r"\s*(?:[↪↳⤷⤴↩]\uFE0F?|[┌╭][─━]+|>|&gt;)[ \t]*(?:@(?P<name>[\p{L}\p{N}_.\-]+)[:,]?[ \t]*)?"
    r"(?P<quote>[^\n]*)\n(?:[ \t]*>[^\n]*\n)*(?=\s*\S)"
)
"""What a client shows above a reply: the beginning of the message that it answers."""
_NAME = regex.compile(
    r"\s*(?:<?@(?P<name>[\p{L}\p{N}_.\-]+)>?(?P<calls>[:,]?)|(?P<name>[^\s:,<>@]{2,24})(?:(?P<calls>:)|,))\s+(?=\S)"
)
_SAYS = regex.compile(r"\s*+[^.!?。！？؟\n]{2,}+[.!。！]\s*+\S")  # something before it asks
_BEGINS = 24  # characters by which a quotation is known
_ASKED = 8  # questions that wait for an answer at a time
_PATIENCE = 12  # turns for which they do
_CHAIN = 3  # turns that answer one another: a longer exchange says what it says without the first
_REPLIES, _SHORT = 3, 200  # replies to a question that come together, each of so many characters
_FEW_TURNS = 4  # within which a speaker limits what they said
_OUTSIDE = "\0"  # whoever is quoted and is not there


class Turn(NamedTuple):
    """What somebody says, and to whom."""

    content: str
    speaker: str
    to: str = ""  # a speaker, where the turn names one
    target: int = -1  # the turn that it answers, where it names one
    calls: bool = False  # and says nothing without that
    exact: bool = False  # it answers that turn alone, and no other question of the same speaker


class _Question(NamedTuple):
    at: int
    turn: Turn
    number: int  # of the turn


@dataclass
class Talk:
    """What has been said so far, by number of the pieces of an outline; names are in lower case."""

    outline: Outline
    names: Iterable[str] = ()  # of all who speak
    aliases: dict[str, str] = field(init=False)  # how they are called
    thread: Thread = field(init=False)
    turns: int = 0
    last: int = -1  # the turn before
    before_last: int = -1
    previous: int = -1  # what the turn that is about to be said goes on with
    answered: list[_Question] = field(default_factory=list)  # and which questions it answers
    speaker: str = ""  # of the turn before
    waiting: list[_Question] = field(default_factory=list)
    spoke: dict[str, int] = field(default_factory=dict)  # what each speaker said last
    number_of: dict[str, int] = field(default_factory=dict)  # and which turn that was
    told: dict[tuple[str, str], int] = field(default_factory=dict)  # the last turn of one to another
    called: dict[str, int] = field(default_factory=dict)  # the last turn that names a speaker
    known: dict[str, int] = field(default_factory=dict)  # turns by how they begin
    questions: set[int] = field(default_factory=set)
    speakers: dict[int, str] = field(default_factory=dict)  # of the turns
    replies: dict[int, list[int]] = field(
        default_factory=dict
    )  # to each question that is named as their target
    told_plans: list[tuple[int, str]] = field(default_factory=list)  # the turns, which may tell plans
    depths: dict[int, int] = field(default_factory=dict)  # how many turns lead to one that answers another

    def __post_init__(self) -> None:
        self.thread = Thread(self.outline)
        self.aliases = _aliases(set(self.names))

    def turn(self, content: str, speaker: str) -> Turn:
        """What a speaker says, without the name or the quotation that tells what it answers."""
        quoted = _QUOTE.match(content)
        if quoted:
            to = self.aliases.get((quoted["name"] or "").casefold(), _OUTSIDE)
            target = self.known.get(_beginning(quoted["quote"]), self._of(speaker, to))
            return Turn(content[quoted.end() :], speaker, to if target >= 0 else _OUTSIDE, target, True, True)
        named = _NAME.match(content)
        to = self.aliases.get(named["name"].casefold(), speaker) if named else speaker
        if not named or to == speaker:
            return Turn(content, speaker)
        rest, surname = content[named.end() :], to.partition(" ")[2]
        if surname and rest[: len(surname)].casefold() == surname:
            rest = rest[len(surname) :].lstrip(" ,:>")
        return Turn(rest, speaker, to, self._of(speaker, to), named["calls"] is not None)

    def reply(self, content: str, speaker: str, target: int | None) -> Turn:
        """What a speaker says in answer to the turn that is a piece, or to one that is not there: None."""
        if target is None:
            return Turn(content, speaker, _OUTSIDE)
        return Turn(content, speaker, self.speakers.get(target, _OUTSIDE), target, True, True)

    def before(self, turn: Turn) -> tuple[int, ...]:
        """What a turn needs of those before it. It is about to be said."""
        thread, previous = self.thread, self._previous(turn)
        if previous != thread.last:
            thread.last, thread.second, thread.begun, thread.listed = previous, -1, -1, range(0)
        answered = [one for one in self.waiting if self._answers(turn, one, previous)]
        counter = _only_asks(turn.content)  # asks back, where it stands right below a question
        self.previous, self.answered = previous, [] if counter else answered
        thread.asked = tuple(one.at for one in answered if not counter or one.at == previous)
        found = [*thread.before(turn.content), *self._goes_on(turn)]
        if any(one.turn.speaker == self.speaker for one in self.answered):
            found.append(previous)  # whoever asked has told more of what is asked
        return tuple(one for one in found if one >= 0)

    def _goes_on(self, turn: Turn) -> tuple[int, ...]:
        """The turns without which one says nothing, because of its form."""
        if strikes(turn.content):
            return self.last, self.before_last
        near = self.depths.get(turn.target, 0) < _CHAIN
        answers = turn.calls and turn.target >= 0 and near and not _only_asks(turn.content)
        adds = turn.speaker == self.speaker and adds_limit(turn.content)
        return (self.previous,) if answers or adds else ()

    def said(self, at: int, turn: Turn, *, known: bool = False) -> None:
        """A turn is the piece of this number: what it denies, limits or takes back needs it.

        The thread may have ``known`` its sentences already.
        """
        if not known:
            self.thread.said(at, turn.content)
        for one in self.answered:
            self.outline.carry(one.at)
        for other in (*self._taken_back(turn), *self._amended(at, turn), *self._replanned(at, turn)):
            self.outline.bind(other, at)
        waits = [one for one in self.waiting if self.turns - one.number < _PATIENCE]
        self.waiting = [one for one in waits if one not in self.answered]
        if asks(turn.content):
            asked = self.thread.asked[-1:] or (at,)
            self.waiting = [*self.waiting[1 - _ASKED :], _Question(asked[0], turn, self.turns)]
            self.questions.add(self.thread.last)
        self._remember(self.thread.last, turn)

    def _taken_back(self, turn: Turn) -> set[int]:
        """The turns that need one: it denies or limits them, takes them back, or strikes them."""
        content, found = turn.content, {-1}
        if denies(content) or not _WORD.search(content):  # a sign alone, as a thumb up, is said of another
            found |= {self.previous, self.called.get(turn.to, -1)}
        if retracts(content):
            found.add(self.spoke.get(turn.speaker, -1))
        if turn.speaker == self.speaker and (adds_limit(content) or repairs(content)):
            found.add(self.previous)
        elif adds_limit(content) and self.number_of.get(turn.speaker, -_FEW_TURNS) > self.turns - _FEW_TURNS:
            found.add(self.spoke[turn.speaker])
        if strikes(content):
            found |= {self.last, self.before_last}
        return found - {-1}

    def _replanned(self, at: int, turn: Turn) -> Sequence[int]:
        """The turns that told a plan which this one changes; it says of what only with the most alike one."""
        plans = self.told_plans
        changed = (revised if revises(turn.content) else denied)(plans, turn.content)
        if changed:
            self.outline.require([at], changed[:1])
        self.told_plans.append((at, turn.content))
        return changed

    def _amended(self, at: int, turn: Turn) -> Sequence[int]:
        """Of few short replies to one question the last before this one: each may correct it."""
        if turn.target < 0 or not turn.calls or turn.target not in self.questions:
            return ()
        replies = self.replies.setdefault(turn.target, [])
        replies.append(at)
        short = len(turn.content) <= _SHORT and len(replies) <= _REPLIES
        other = len(replies) > 1 and self.speakers.get(replies[-2]) != turn.speaker
        return replies[-2:-1] if short and other else ()

    def _remember(self, at: int, turn: Turn) -> None:
        if turn.target >= 0:
            self.depths[at] = self.depths.get(turn.target, 0) + 1
        if turn.to:
            self.told[turn.speaker, turn.to] = self.called[turn.to] = at
        self.spoke[turn.speaker], self.number_of[turn.speaker] = at, self.turns
        self.speakers[at] = turn.speaker
        self.known[_beginning(turn.content)] = at
        self.before_last, self.last, self.speaker = self.last, at, turn.speaker
        self.thread.last, self.thread.asked = at, ()
        self.turns += 1

    def _of(self, speaker: str, to: str) -> int:
        """The last turn of one whom a speaker addresses, or to them."""
        return max(self.spoke.get(to, -1), self.told.get((speaker, to), -1))

    def _previous(self, turn: Turn) -> int:
        """The turn that one goes on with."""
        if turn.to:
            return turn.target
        called = self.called.get(turn.speaker, -1)
        return called if called > self.spoke.get(turn.speaker, -1) else self.last

    def _answers(self, turn: Turn, question: _Question, previous: int) -> bool:
        """Whether a turn may answer a question: whoever asked does not, nor others than who was asked."""
        asker, asked = question.turn.speaker, question.turn.to
        if turn.to:
            return question.at == turn.target or (turn.to == asker and not turn.exact)
        if previous != self.last:  # somebody has called upon the speaker
            return question.at == previous
        return (asker != turn.speaker or not asker) and (not asked or asked == turn.speaker)


def _only_asks(content: str) -> bool:
    """Whether words are a question and nothing else: "Fine. And you?" says something, too."""
    return asks(content) and not _SAYS.match(content)


def _beginning(content: str) -> str:
    return " ".join(content.split()).rstrip(".… ")[:_BEGINS].casefold()


def _aliases(names: set[str]) -> dict[str, str]:
    """For each name itself; for a first name that only one has, the whole name."""
    firsts = Counter(name.split()[0] for name in names if name.split())
    short = {name.split()[0]: name for name in names if name.split() and firsts[name.split()[0]] == 1}
    return {**short, **{name: name for name in names}}
