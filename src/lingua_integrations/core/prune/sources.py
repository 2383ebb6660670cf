"""Where the texts to prune get their surprisals from: one stream through all of them, or each read apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lingua_integrations.core.config import RESTRICTION
from lingua_integrations.core.protocols import ReadText, Source, Tokens, TokenScorer, TokenStream
from lingua_integrations.core.prune.iterative import number_of_segments
from lingua_integrations.core.prune.scorers.contrastive import ContrastiveStream
from lingua_integrations.core.request import Part, titled
from lingua_integrations.core.types import BoolArray, FloatArray, IntArray


class Sources(Protocol):
    """Gives every text its source. Texts come in the order of the prompt, and go by their place in it."""

    def of(self, place: int, part: Part) -> Source:
        """What scores a text of which something is to go."""

    def whole(self, part: Part) -> None:
        """A text stays as it is."""

    def after(self) -> None:
        """The text, pruned or whole, is over."""


class Together:
    """One stream through all texts: each is scored given what was kept of those before it (Eq. 5).

    The stream has read what stands before the first text. What stands between two texts, the ``joint``, is
    read with the first segment after it: a pass less for every text.
    """

    def __init__(self, scorer: TokenScorer, stream: TokenStream, joint: IntArray) -> None:
        self._scorer = scorer
        self._stream = Led(stream)
        self._joint = joint

    def of(self, place: int, part: Part) -> Source:
        """The one stream."""
        return Source(self._scorer.encode(part.text), self._stream)

    def whole(self, part: Part) -> None:
        """Later texts see all of it."""
        ids = self._scorer.encode(part.text).ids
        if len(ids):
            self._stream.score(ids)
            self._stream.keep(np.ones(len(ids), dtype=bool))

    def after(self) -> None:
        """What stands between two texts comes before whatever is read next."""
        self._stream.lead = np.r_[self._stream.lead, self._joint]


class Led:
    """A stream that reads what leads up to a segment, and keeps it, together with the segment."""

    def __init__(self, stream: TokenStream) -> None:
        self.lead: IntArray = np.zeros(0, dtype=np.int64)  # comes before the next segment
        self._stream = stream

    def score(self, ids: IntArray) -> FloatArray:
        """Of the segment alone."""
        return self._stream.score(np.r_[self.lead, ids])[len(self.lead) :]

    def keep(self, mask: BoolArray) -> None:
        """What led up to the segment stays."""
        self._stream.keep(np.r_[np.ones(len(self.lead), dtype=bool), mask])
        self.lead = self.lead[:0]


@dataclass(frozen=True)
class Titled:
    """A text for the scorer model, under its title."""

    text: str  # title and text
    head: IntArray  # token ids of what stands before the text itself, up to its title
    tokens: Tokens  # its own, as spans of the text alone

    @classmethod
    def of(cls, scorer: TokenScorer, part: Part) -> Titled:
        """A part under its title, if it has one."""
        whole = titled(part.text, part.context.title)
        offset = len(whole) - len(part.text)
        ids, spans = scorer.encode(whole)
        begin = int(np.searchsorted(spans[:, 1], offset, side="right")) if offset else 0
        return cls(whole, ids[:begin], Tokens(ids[begin:], np.maximum(spans[begin:] - offset, 0)))

    @property
    def own(self) -> tuple[int, int]:
        """Where the text's own tokens begin and end, its title counted."""
        return len(self.head), len(self.head) + len(self.tokens.ids)


@dataclass(frozen=True)
class Apart:
    """Each text is scored as if it stood alone; within it, given what was kept before.

    Texts of one segment need no stream: they have been read at once. Texts go by their place in the prompt.
    """

    texts: Mapping[int, Titled]
    nats: Mapping[int, FloatArray]  # scores of the texts that have been read
    open: Callable[[Titled], TokenStream]  # starts the stream of another one

    def of(self, place: int, part: Part) -> Source:
        """Its scores, or a stream of its own."""
        text, found = self.texts[place], self.nats.get(place)
        return Source(text.tokens, self.open(text) if found is None else Told(found))

    def whole(self, part: Part) -> None:
        """Nothing needs to be read."""

    def after(self) -> None:
        """Nothing carries over."""


class Told:
    """A stream over a text of one segment whose scores are there."""

    def __init__(self, nats: FloatArray) -> None:
        self._nats = nats

    def score(self, ids: IntArray) -> FloatArray:
        """The scores."""
        return self._nats

    def keep(self, mask: BoolArray) -> None:
        """Nothing follows that could forget."""


def surprisals_apart(
    scorer: TokenScorer,
    texts: Mapping[int, Titled],
    segment_tokens: int,
    prefix: IntArray,
    read: Mapping[str, ReadText],
) -> Apart:
    """Sources by surprisal, each text after ``prefix`` and its title; ``read`` has those without a prefix."""
    short = _of_one_segment(texts, segment_tokens)
    if len(prefix):
        batch = [(np.r_[prefix, one.head], one.tokens.ids) for one in short.values()]
        nats = dict(zip(short, scorer.surprisals(batch), strict=True))
    else:
        found = _read(scorer, short, read, lasting=True)
        nats = {i: found[i].surprisals(*one.own) for i, one in short.items()}
    return Apart(texts, nats, lambda text: scorer.stream(np.r_[prefix, text.head]))


def contrasts_apart(
    scorer: TokenScorer,
    texts: Mapping[int, Titled],
    segment_tokens: int,
    question: str,
    read: Mapping[str, ReadText],
) -> Apart:
    """Sources by the contrast to the question (LongLLMLingua, Eq. 3), each text under its title.

    The side without the question comes from the pass that ranked the texts, where there was one: there the
    question stood behind the text, and changes nothing that comes before it.
    """
    short = _of_one_segment(texts, segment_tokens)
    asked = scorer.encode(f"{question} {RESTRICTION}\n\n").ids
    plain = _read(scorer, short, read, lasting=False)
    after = scorer.read([np.r_[asked, one.head, one.tokens.ids] for one in short.values()])
    nats = {}
    for (place, one), conditioned in zip(short.items(), after, strict=True):
        begin, end = one.own
        nats[place] = plain[place].surprisals(begin, end) - conditioned.surprisals(len(asked) + begin)

    def both(text: Titled) -> TokenStream:
        return ContrastiveStream(scorer.stream(text.head), scorer.stream(np.r_[asked, text.head]))

    return Apart(texts, nats, both)


def _of_one_segment(texts: Mapping[int, Titled], size: int) -> dict[int, Titled]:
    """The texts that are scored in one go, in segments of about ``size`` tokens."""
    return {i: one for i, one in texts.items() if number_of_segments(len(one.tokens.ids), size) == 1}


def _read(
    scorer: TokenScorer, texts: Mapping[int, Titled], read: Mapping[str, ReadText], *, lasting: bool
) -> dict[int, ReadText]:
    """Texts as ranking has read them; those that it has not read whole are read now."""
    missing = [one for one in dict.fromkeys(text.text for text in texts.values()) if one not in read]
    found = scorer.read([scorer.encode(text).ids for text in missing], lasting=lasting)
    every = {**read, **dict(zip(missing, found, strict=True))}
    return {place: every[one.text] for place, one in texts.items()}
