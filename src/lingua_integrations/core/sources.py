"""Where the texts to prune get their surprisals from: one stream through all of them, or each read apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from lingua_integrations.core.config import RESTRICTION, CompressionConfig
from lingua_integrations.core.iterative import number_of_segments
from lingua_integrations.core.prompt import Part, titled
from lingua_integrations.core.protocols import BoolArray, FloatArray, Source, Tokens, TokenScorer, TokenStream
from lingua_integrations.core.rankers.perplexity import PerplexityRanker, QuestionPerplexityRanker
from lingua_integrations.core.scorers.contrastive import ContrastiveStream
from lingua_integrations.core.units import IntArray


class Sources(Protocol):
    """Gives every text its source; texts come in the order of the prompt."""

    def of(self, part: Part) -> Source:
        """What scores a text of which something is to go."""
        ...

    def whole(self, part: Part) -> None:
        """A text stays as it is."""
        ...

    def after(self) -> None:
        """The text, pruned or whole, is over."""
        ...


class Together:
    """One stream through all texts: each is scored given what was kept of those before it (Eq. 5).

    What stands between two texts is read with the first segment after it: a pass less for every text.

    Args:
        scorer: cuts texts into tokens.
        stream: has read what stands before the first text.
        joint: what stands between two texts.
    """

    def __init__(self, scorer: TokenScorer, stream: TokenStream, joint: IntArray) -> None:
        self._scorer = scorer
        self._stream = Led(stream)
        self._joint = joint

    def of(self, part: Part) -> Source:
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
    """A stream that reads what leads up to a segment, and keeps it, together with the segment.

    Attributes:
        lead: token ids that come before the next segment.
    """

    def __init__(self, stream: TokenStream) -> None:
        self.lead: IntArray = np.zeros(0, dtype=np.int64)
        self._stream = stream

    def score(self, ids: IntArray) -> FloatArray:
        """Of the segment alone."""
        return self._stream.score(np.r_[self.lead, ids])[len(self.lead) :]

    def keep(self, mask: BoolArray) -> None:
        """What led up to the segment stays."""
        self._stream.keep(np.r_[np.ones(len(self.lead), dtype=bool), mask])
        self.lead = self.lead[:0]


@dataclass(frozen=True)
class Apart:
    """Each text is scored as if it stood alone; within it, given what was kept before.

    Texts of one segment need no stream: they have been read at once.

    Attributes:
        tokens: of each text.
        nats: scores of the texts that have been read.
        open: starts the stream of another one.
    """

    tokens: Mapping[Part, Tokens]
    nats: Mapping[Part, FloatArray]
    open: Callable[[Part], TokenStream]

    def of(self, part: Part) -> Source:
        """Its scores, or a stream of its own."""
        known = self.nats.get(part)
        return Source(self.tokens[part], self.open(part) if known is None else Told(known))

    def whole(self, part: Part) -> None:
        """Nothing needs to be read."""

    def after(self) -> None:
        """Nothing carries over."""


class Told:
    """A stream over a text of one segment whose scores are known."""

    def __init__(self, nats: FloatArray) -> None:
        self._nats = nats

    def score(self, ids: IntArray) -> FloatArray:
        """What is known."""
        return self._nats

    def keep(self, mask: BoolArray) -> None:
        """Nothing follows that could forget."""


def surprisals_apart(
    scorer: TokenScorer,
    parts: Sequence[Part],
    config: CompressionConfig,
    prefix: IntArray,
    coarse: PerplexityRanker,
) -> Apart:
    """Sources by surprisal, each text after ``prefix`` and its title.

    Args:
        scorer: the causal language model.
        parts: the texts that will be asked for.
        config: segments and streams.
        prefix: what stands in front of every text.
        coarse: of this call; it may have read the texts, without a prefix.
    """
    heads, tokens = _under_titles(scorer, parts, prefix)
    short = [part for part in parts if one_segment(tokens[part], config)]
    if len(prefix):
        nats = scorer.surprisals([(heads[part], tokens[part].ids) for part in short])
    else:
        read = coarse.readings([titled(part.text, part.context.title) for part in short])
        nats = [one.surprisals(len(heads[part])) for one, part in zip(read, short, strict=True)]
    stream = partial(scorer.stream, exact=config.exact_stream)
    return Apart(tokens, dict(zip(short, nats, strict=True)), lambda part: stream(heads[part]))


def contrasts_apart(
    scorer: TokenScorer,
    parts: Sequence[Part],
    config: CompressionConfig,
    question: str,
    coarse: QuestionPerplexityRanker,
) -> Apart:
    """Sources by the contrast to the question (LongLLMLingua, Eq. 3), each text under its title.

    The side without the question comes from the pass that ranked the texts, where there was one: there the
    question stood behind the text, and changes nothing that comes before it.

    Args:
        scorer: the causal language model.
        parts: the texts that will be asked for.
        config: segments and streams.
        question: what is asked.
        coarse: of this call; it may have read the texts.
    """
    asked = scorer.encode(f"{question} {RESTRICTION}\n\n").ids
    heads, tokens = _under_titles(scorer, parts, asked[:0])
    short = [part for part in parts if one_segment(tokens[part], config)]
    plain = coarse.readings([titled(part.text, part.context.title) for part in short])
    after = scorer.read([np.r_[asked, heads[part], tokens[part].ids] for part in short])
    nats = {}
    for part, alone, conditioned in zip(short, plain, after, strict=True):
        begin, end = len(heads[part]), len(heads[part]) + len(tokens[part].ids)
        nats[part] = alone.surprisals(begin, end) - conditioned.surprisals(len(asked) + begin)

    def both(part: Part) -> TokenStream:
        stream = partial(scorer.stream, exact=config.exact_stream)
        return ContrastiveStream(stream(heads[part]), stream(np.r_[asked, heads[part]]))

    return Apart(tokens, nats, both)


def one_segment(tokens: Tokens, config: CompressionConfig) -> bool:
    """Whether a text is scored in one go."""
    return number_of_segments(len(tokens.ids), config.segment_tokens) == 1


def _under_titles(
    scorer: TokenScorer, parts: Sequence[Part], prefix: IntArray
) -> tuple[dict[Part, IntArray], dict[Part, Tokens]]:
    """For each part what stands before it, up to its title, and its own tokens, as spans of its text."""
    heads, tokens = {}, {}
    for part in parts:
        whole = titled(part.text, part.context.title)
        offset = len(whole) - len(part.text)
        ids, spans = scorer.encode(whole)
        begin = int(np.searchsorted(spans[:, 1], offset, side="right")) if offset else 0
        heads[part] = np.r_[prefix, ids[:begin]]
        tokens[part] = Tokens(ids[begin:], np.maximum(spans[begin:] - offset, 0))
    return heads, tokens
