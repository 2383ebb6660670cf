"""What is compared: every method, and what any of them has to beat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.demonstrations import Selecting
from lingua_integrations.evaluation.outcomes import Contender, Outcome

_SENTENCES, _WORDS, _CONTEXTS = (CompressionConfig(unit=unit) for unit in ("sentence", "atom", "context"))
_WHOLE = _CONTEXTS.with_(scorer="relevance", ranker="bm25")


@dataclass(frozen=True)
class Compressing(Contender):
    """A compressor as a contender."""

    compressor: PromptCompressor  # what it works with
    model: str | None = None  # its scorer, where that is not the method's own

    @property
    def settings(self) -> str | None:
        """Its configuration and its scorer."""
        scorer = f" {resolve(self.model).digest}" if self.model else ""
        return f"{self.compressor.config!r}{scorer}"

    def run(self, case: Case, rate: float) -> Outcome:
        """Compressed by the question."""
        try:
            result = self.compressor.compress(case.contexts, question=case.question or None, rate=rate)
        except BudgetTooSmall as error:
            return _nothing(self.compressor, case, error.budget)
        return Outcome.of(result)


@dataclass(frozen=True)
class Untouched(Contender):
    """Everything, or nothing, is handed on."""

    everything: bool
    fixed: ClassVar[bool] = True
    reader: PromptCompressor = field(default_factory=PromptCompressor, repr=False, compare=False)

    def run(self, case: Case, rate: float) -> Outcome:
        """The contexts, or none of them."""
        if self.everything:
            return Outcome.of(self.reader.unchanged(case.contexts, "all of it"))
        return _nothing(self.reader, case, 0)


class Chance:
    """Scores units at random, the same way each time."""

    name = None

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """A random number for each unit."""
        rng = np.random.default_rng(0)
        return [rng.random(len(units)) for units in texts]


class First:
    """Prefers what comes first: truncation."""

    name = None

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """The unit's place, negated."""
        ends = np.cumsum([len(units) for units in texts], dtype=int).tolist()
        return [
            -np.arange(end - len(units), end, dtype=np.float64)
            for end, units in zip(ends, texts, strict=True)
        ]


class Shortest:
    """Ranks texts by brevity: of a budget's worth of demonstrations, as many as possible."""

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Minus the length in characters."""
        return -np.array([len(text) for text in texts], dtype=np.float64)


def _nothing(reader: PromptCompressor, case: Case, budget: int) -> Outcome:
    before = reader.unchanged(case.contexts, "").tokens_before
    return Outcome((), {}, before, 0, budget)


_COMPRESSORS: dict[str, Callable[[], PromptCompressor]] = {
    "random sentences": lambda: PromptCompressor(Chance(), _SENTENCES),
    "truncation": lambda: PromptCompressor(First(), _SENTENCES),
    "random words": lambda: PromptCompressor(Chance(), _WORDS),
    "first words": lambda: PromptCompressor(First(), _WORDS),
    "first whole": lambda: PromptCompressor(First(), _CONTEXTS),
    "whole-bm25": lambda: PromptCompressor(config=_WHOLE),
    "whole-embedding": lambda: PromptCompressor(config=_WHOLE.with_(ranker="embedding")),
    "whole-short": lambda: PromptCompressor(config=_WHOLE, ranker=Shortest()),
    "whole-perplexity": lambda: PromptCompressor(config=_WHOLE.with_(ranker="perplexity")),
}
BASELINES = ("uncompressed", "no context", *_COMPRESSORS, "selector")
ALWAYS = ("uncompressed", "no context", "random sentences", "truncation", "extractive-bm25")
"""In every table."""


def contender(name: str, *, model: str | None = None) -> Contender:
    """A contender by its name: one of `BASELINES`, or a method, with its classifier where it has one.

    Raises:
        InvalidRequest: there is none of that name.
    """
    if name in _COMPRESSORS:
        return Compressing(name, _COMPRESSORS[name]())
    if name == "selector":
        return Selecting(name)
    if name in BASELINES:
        return Untouched(name, everything=name == "uncompressed")
    if name not in METHODS:
        raise InvalidRequest(f"There is no method {name!r}. There are {', '.join([*BASELINES, *METHODS])}.")
    own = model if METHODS[name].config.scorer == "classifier" else None
    return Compressing(name, PromptCompressor.from_pretrained(own, name), model=own)
