"""What is compared: every method, and what any of them has to beat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

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

_WHOLE = CompressionConfig(unit="context", scorer="relevance", coarse_factor=None)
_SENTENCES = CompressionConfig(unit="sentence", coarse_factor=None)
_WORDS = CompressionConfig(coarse_factor=None)


@dataclass(frozen=True)
class Compressing:
    """A compressor as a contender.

    Attributes:
        name: what the table calls it.
        compressor: what it works with.
        model: its scorer, where that is not the method's own.
    """

    name: str
    compressor: PromptCompressor
    fixed: bool = False
    model: str | None = None

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
class Untouched:
    """Everything, or nothing, is handed on."""

    name: str
    everything: bool
    fixed: bool = True
    settings: str | None = None
    reader: PromptCompressor = field(
        default_factory=lambda: PromptCompressor(config=_SENTENCES), repr=False, compare=False
    )

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
        begins = np.cumsum([0, *map(len, texts)])
        return [
            -np.arange(begin, begin + len(units), dtype=np.float64)
            for begin, units in zip(begins.tolist(), texts, strict=False)
        ]


class Shortest:
    """Ranks texts by brevity: of a budget's worth of demonstrations, as many as possible."""

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Minus the length in characters."""
        return -np.array([len(text) for text in texts], dtype=np.float64)


def _nothing(reader: PromptCompressor, case: Case, budget: int) -> Outcome:
    before = reader.unchanged(case.contexts, "").tokens_before
    return Outcome((), {}, before, 0, budget)


def _compressing(
    name: str, config: CompressionConfig, scorer: Chance | First | None = None, ranker: Shortest | None = None
) -> Contender:
    return Compressing(name, PromptCompressor(scorer, config, ranker=ranker))


BASELINES: dict[str, Callable[[str], Contender]] = {
    "uncompressed": lambda name: Untouched(name, everything=True),
    "no context": lambda name: Untouched(name, everything=False),
    "random sentences": lambda name: _compressing(name, _SENTENCES, Chance()),
    "truncation": lambda name: _compressing(name, _SENTENCES, First()),
    "random words": lambda name: _compressing(name, _WORDS, Chance()),
    "first words": lambda name: _compressing(name, _WORDS, First()),
    "first whole": lambda name: _compressing(name, _WHOLE, First()),
    "whole-bm25": lambda name: _compressing(name, _WHOLE),
    "whole-embedding": lambda name: _compressing(name, _WHOLE.with_(ranker="embedding")),
    "whole-short": lambda name: _compressing(name, _WHOLE, ranker=Shortest()),
    "whole-perplexity": lambda name: _compressing(name, _WHOLE.with_(ranker="perplexity")),
    "selector": Selecting,
}
ALWAYS: tuple[str, ...] = ("uncompressed", "no context", "random sentences", "truncation", "extractive-bm25")
"""In every table."""


def contender(name: str, *, model: str | None = None) -> Contender:
    """A contender by its name: a baseline or a method.

    Args:
        name: one of `BASELINES`, or what `lingua methods` lists.
        model: of the classifier, where the method has one.

    Raises:
        InvalidRequest: there is none of that name.
    """
    if name in BASELINES:
        return BASELINES[name](name)
    if name not in METHODS:
        raise InvalidRequest(f"There is no method {name!r}. There are {', '.join([*BASELINES, *METHODS])}.")
    own = model if METHODS[name].config.scorer == "classifier" else None
    return Compressing(name, PromptCompressor.from_pretrained(own, name), model=own)
