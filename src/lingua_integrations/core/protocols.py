"""The seams: what the pipeline asks of a model. Any object with these methods will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import BoolArray, FloatArray, IntArray


class Tokens(NamedTuple):
    """A text as the scorer model sees it, without special tokens."""

    ids: IntArray  # shape [n]
    spans: IntArray  # start and end character of each token in the text, in order, shape [n, 2]


@runtime_checkable
class TokenStream(Protocol):
    """Text that is scored and thinned out as it goes by (Eq. 5: conditioned on what was kept before)."""

    def score(self, ids: IntArray) -> FloatArray:
        """Surprisal of each token in nats, given the prefix, what was kept, and the tokens before it here."""

    def keep(self, mask: BoolArray) -> None:
        """Say which of the tokens just scored stay; the others are forgotten."""


class Ranking(NamedTuple):
    """How relevant texts are: one number for each, higher is better, shape [n].

    What a causal model has read to find out stays here by text, for whoever scores their tokens next.
    """

    relevance: FloatArray
    read: Mapping[str, ReadText] = {}


class Source(NamedTuple):
    """A text for the scorer model, and what scores it segment by segment."""

    tokens: Tokens
    stream: TokenStream


@runtime_checkable
class ReadText(Protocol):
    """A text that a causal model has read."""

    def surprisals(self, begin: int = 0, end: int | None = None) -> FloatArray:
        """Nats of its tokens ``[begin, end)``, each given all before it."""


@runtime_checkable
class TokenScorer(Protocol):
    """A causal language model."""

    @property
    def name(self) -> str:
        """Which model, and its digest: results carry it."""

    @property
    def window(self) -> int:
        """Tokens that the model can see at once."""

    def encode(self, text: str) -> Tokens:
        """Token ids with their character spans."""

    def surprisals(self, batch: Sequence[tuple[IntArray, IntArray]]) -> list[FloatArray]:
        """For each ``(prefix, ids)`` the surprisals of ``ids`` after ``prefix``, in nats."""

    def read(self, texts: Sequence[IntArray], *, lasting: bool = False) -> Sequence[ReadText]:
        """Read texts of one call, to ask for the surprisals of some of their tokens.

        Those that are ``lasting`` may come again in other calls, and may be remembered.
        """

    def stream(self, prefix: IntArray) -> TokenStream:
        """A stream that starts after ``prefix``."""


@runtime_checkable
class UnitScorer(Protocol):
    """A classifier, or anything that sees whole texts and scores their units in one pass."""

    @property
    def name(self) -> str | None:
        """Which model, and its digest: results carry it; ``None`` where it is no model."""

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """For each text the scores of its units, shape [len(units)]; higher is kept first.

        Scores of different texts are compared with one another.
        """


@runtime_checkable
class Ranker(Protocol):
    """Puts whole texts in order."""

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Relevance of each text, shape [len(texts)]; higher is better."""


@runtime_checkable
class PartsRanker(Ranker, Protocol):
    """A ranker that tells what texts are about from their parts, and does not read them once more."""

    def rank_parts(
        self, question: str, parts: Sequence[str], texts: Sequence[str], owners: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Relevance of each part, shape [len(parts)], and of each text, shape [len(texts)].

        ``owners`` has the text of each part, shape [len(parts)].
        """


@runtime_checkable
class UnitsRanker(Ranker, Protocol):
    """A ranker that reads whole texts, and tells from that how relevant their units are."""

    def rank_units(
        self, question: str, texts: Sequence[Units], titles: Sequence[str | None]
    ) -> tuple[FloatArray, FloatArray]:
        """Relevance of each unit in `Units.scored`, text by text, and of each text, shape [len(texts)]."""


@runtime_checkable
class ReadingRanker(Ranker, Protocol):
    """A ranker that reads the texts with the scorer model."""

    def ranking(self, question: str, texts: Sequence[str]) -> Ranking:
        """Relevance of each text, and what was read of it."""
