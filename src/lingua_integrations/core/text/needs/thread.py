"""A thread: sentences that follow one another, and what the next one leans on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import regex

from lingua_integrations.core.text.needs.claims import claims
from lingua_integrations.core.text.needs.discourse import (
    Leaning,
    asks,
    bounds,
    contrasts,
    leaning,
    of_two,
    refutes,
    warns,
)
from lingua_integrations.core.text.needs.ellipsis import (
    is_attribution,
    is_counterpart,
    leaves_out,
    tells_for_some,
)
from lingua_integrations.core.text.needs.exclusions import allows_only, excludes, is_over
from lingua_integrations.core.text.needs.narrowing import narrows, sets_apart, states_figure, updates
from lingua_integrations.core.text.outline import Outline

MARKER = regex.compile(r"[\s>]*(?:[-*+•]|\d{1,9}[.)]|\p{L}[.)]|\([\p{L}\d]{1,4}\))\s+")
"""How an item of a list begins."""
_GOES_ON = regex.compile(
    r"(?:[;,،；，、]|[\s;,](?:and|or|und|oder|et|ou|y|o|e|u|и|или|en|of|و|أو))\s*$", regex.I | regex.REVERSE
)  # matched from the end on
_FAR = 3  # sentences that lean on one another: a page of such says what it says without the first
_ASKED = 8  # questions in a row that one answer answers
_BLOCK = 400  # characters of a list or of code that come with the sentence below it, at most
_SENTENCE = 1000  # characters up to which the items of a list may be one sentence


@dataclass
class Thread:
    """What the next sentence may lean on, by number of the pieces of an outline.

    A question needs no answer to be understood, but says nothing without one: with an answer it becomes a
    carrier. The items of a list that are parts of one sentence come and go together, and so does a
    sentence with the one that takes part of it back.
    """

    outline: Outline
    parallel: bool = False  # its sentences stand side by side, as the items of a list with bullets
    items: bool = False  # they are items, be they marked as such or not
    last: int = -1  # the sentence before
    second: int = -1  # the one before that
    named: dict[str, int] = field(default_factory=dict)  # the sentences that tell whom a pronoun means
    asked: tuple[int, ...] = ()  # questions that nothing has answered yet
    depth: int = 0  # how many sentences before it the last one leans on
    begun: int = -1  # where a sentence began that the items of a list go on with
    listed: range = range(0)  # the list, the table or the code right before: what limits it limits all of it
    heard: tuple[str, tuple[Leaning, str]] | None = None  # what comes next, and how it leans on the last one

    def add(self, start: int, end: int, needs: Iterable[int], **facts: Any) -> int:
        """Add a sentence with what it needs of those before it; returns its number."""
        content = self.outline.text[start:end]
        leans = self._leaning(content)
        at = self.outline.add(start, end, (*needs, *self._before(content, *leans)), **facts)
        self._said(at, content, *leans)
        return at

    def before(self, content: str) -> tuple[int, ...]:
        """What a sentence needs of those before it."""
        self.heard = content, self._leaning(content)
        return self._before(content, *self.heard[1])

    def _before(self, content: str, kind: Leaning, word: str) -> tuple[int, ...]:
        far = self.depth >= _FAR and kind is not Leaning.LIMITS
        leans = -1 if kind is Leaning.NOT or far else self.last
        if kind is Leaning.NAMES:
            leans = self.named.get(word, leans)
        begun = self.last if self.begun >= 0 else -1
        both = self.second if leans >= 0 and of_two(content) else -1
        block = self._block() if leans == self.last >= 0 else ()
        return tuple(one for one in (*self.asked, leans, both, begun, *block) if one >= 0)

    def _block(self) -> range:
        """The short list, table or code to which the last sentence leads: without it that says nothing."""
        pieces = self.outline.pieces
        if not self.listed or not pieces[self.last].carrier or self.last not in pieces[self.listed[0]].needs:
            return range(0)
        length = pieces[self.listed[-1]].end - pieces[self.listed[0]].start
        return self.listed if length <= _BLOCK else range(0)

    def said(self, at: int, content: str) -> None:
        """The sentence is the piece of this number."""
        leans = self.heard[1] if self.heard and self.heard[0] == content else self._leaning(content)
        self.heard = None
        self._said(at, content, *leans)

    def _said(self, at: int, content: str, kind: Leaning, word: str) -> None:
        outline = self.outline
        bound = self.last >= 0 and (self._takes_back(kind, content) or self.begun >= 0 or warns(content))
        if bound or self._attributes(content):
            outline.bind(self.last, at)
        if self.second >= 0 and is_counterpart(content, self._content(self.second)):
            outline.bind(self.second, at)
        if kind is Leaning.NAMES and updates(content):  # "it" may be what either of the last two speaks of
            for one in (self.second, self.last):
                if one >= 0:
                    outline.bind(one, at)
        if kind is Leaning.LIMITS:
            outline.require(self.listed, [at])
        leant_on = self.last >= 0 and self.second in outline.pieces[self.last].needs
        if self.second >= 0 and leant_on and (kind is Leaning.LIMITS or refutes(content)):
            outline.bind(self.second, at)  # what the last one leans on is limited, too
        self.listed = range(0)
        for limit in outline.clauses.limits(at, content):
            outline.bind(*limit)
        self._ask(at, content)
        goes_on = (self.items or MARKER.match(content) is not None) and _GOES_ON.match(content) is not None
        begun = at if self.begun < 0 else self.begun
        short = outline.pieces[at].end - outline.pieces[begun].start <= _SENTENCE
        self.begun = begun if goes_on and short else -1
        self._tell(kind, word)
        self.second, self.last = self.last, at

    def _content(self, at: int) -> str:
        piece = self.outline.pieces[at]
        return self.outline.text[piece.start : piece.end]

    def cut(self) -> None:
        """What follows stands under a title of its own, and leans on nothing before it."""
        self.last = self.second = self.begun = -1
        self.named, self.asked, self.depth, self.listed = {}, (), 0, range(0)

    def list_of(self, *, parallel: bool) -> Thread:
        """That of the items of a list; a sentence that goes on with them has begun before."""
        return Thread(self.outline, parallel=parallel, last=self.last, begun=self.begun)

    def _takes_back(self, kind: Leaning, content: str) -> bool:
        """Whether a sentence takes something of the last one back: a limit, or "however" after a claim."""
        if kind is Leaning.LIMITS or refutes(content):
            return True
        last = self.outline.pieces[self.last]
        before = self.outline.text[last.start : last.end]
        if is_counterpart(content, before) or tells_for_some(content) or narrows(content, before):
            return True
        if (
            sets_apart(content)
            or excludes(content)
            or is_over(content, before)
            or allows_only(content, before)
        ):
            return True
        language = self.outline.language
        stated = (bounds(before) or states_figure(before)) and not contrasts(before, language)
        return (stated or claims(before)) and contrasts(content, language)

    def _attributes(self, content: str) -> bool:
        """Whether a piece behind a dash says whose words the quotation right before it has."""
        last = self.outline.pieces[self.last] if self.last >= 0 else None
        return last is not None and is_attribution(content, self.outline.text[last.start : last.end])

    def _ask(self, at: int, content: str) -> None:
        """A question waits; whatever else is said answers those that do."""
        if asks(content):
            self.asked = (*self.asked[1 - _ASKED :], at)
            return
        for question in self.asked:
            self.outline.carry(question)
        self.asked = ()

    def _tell(self, kind: Leaning, word: str) -> None:
        """Keep in mind whom pronouns mean, until somebody or something else is named."""
        if kind is Leaning.NAMES:
            known = word in self.named
            self.depth = self.depth if known else min(self.depth + 1, _FAR)
            self.named.setdefault(word, self.last)
        else:
            self.named = {}
            self.depth = 0 if kind is Leaning.NOT or self.depth == _FAR else self.depth + 1

    def _leaning(self, content: str) -> tuple[Leaning, str]:
        kind, word = (Leaning.NOT, "") if self.parallel else leaning(content, self.outline.language)
        if kind is Leaning.NOT and self.last >= 0 and not self.parallel:
            last = self.outline.pieces[self.last]
            before = self.outline.text[last.start : last.end]
            lacks = leaves_out(content, before) or is_attribution(content, before) or tells_for_some(content)
            kind = Leaning.LAST if lacks else kind
        ahead = content.rstrip().endswith((":", "：")) and kind is not Leaning.LIMITS
        return (Leaning.NOT, "") if ahead else (kind, word)  # "These are free:" speaks of what follows
