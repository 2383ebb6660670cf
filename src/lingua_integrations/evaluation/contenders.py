"""What is compared: every method, and what any of them has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.protocols import FloatArray
from lingua_integrations.core.results import CompressionResult, drop
from lingua_integrations.core.units import Units
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest
from lingua_integrations.evaluation.cases import Case

_WHOLE = CompressionConfig(unit="context", scorer="relevance", coarse_factor=None)
_SENTENCES = CompressionConfig(unit="sentence", coarse_factor=None)


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


@dataclass(frozen=True)
class Contender:
    """A way to shorten.

    Attributes:
        name: what the table calls it.
        compressor: does it; ``None``: everything or nothing is handed on, at every rate.
        everything: which of the two.
    """

    name: str
    compressor: PromptCompressor | None
    everything: bool = True

    @property
    def fixed(self) -> bool:
        """Whether the rate makes no difference."""
        return self.compressor is None

    def run(self, case: Case, rate: float) -> CompressionResult:
        """The case's contexts, shorter. Nothing of them where not even one unit fits."""
        reader = self.compressor or PromptCompressor(config=_SENTENCES)
        if self.compressor is not None:
            try:
                return reader.compress(case.contexts, question=case.question, rate=rate)
            except BudgetTooSmall as error:
                return _nothing(reader, case, error.budget)
        return reader.unchanged(case.contexts, "all of it") if self.everything else _nothing(reader, case, 0)


def _nothing(reader: PromptCompressor, case: Case, budget: int) -> CompressionResult:
    return drop(reader.unchanged(case.contexts, ""), "nothing fits", budget)


def _baselines() -> dict[str, Any]:
    return {
        "uncompressed": lambda: None,
        "no context": lambda: None,
        "random sentences": lambda: PromptCompressor(Chance(), _SENTENCES),
        "truncation": lambda: PromptCompressor(First(), _SENTENCES),
        "first whole": lambda: PromptCompressor(First(), _WHOLE),
        "whole-bm25": lambda: PromptCompressor(config=_WHOLE),
        "whole-embedding": lambda: PromptCompressor(config=_WHOLE.with_(ranker="embedding")),
        "whole-short": lambda: PromptCompressor(config=_WHOLE, ranker=Shortest()),
        "whole-perplexity": lambda: PromptCompressor(config=_WHOLE.with_(ranker="perplexity")),
    }


BASELINES: tuple[str, ...] = tuple(_baselines())
ALWAYS: tuple[str, ...] = ("uncompressed", "no context", "random sentences", "truncation", "extractive-bm25")
"""In every table."""


def contender(name: str, *, model: str | None = None) -> Contender:
    """A contender by its name: a baseline or a method.

    Args:
        name: one of `BASELINES`, or what `lingua methods` lists.
        model: of llmlingua2's classifier.

    Raises:
        InvalidRequest: there is none of that name.
    """
    makers = _baselines()
    if name in makers:
        return Contender(name, makers[name](), everything=name == "uncompressed")
    if name not in METHODS:
        raise InvalidRequest(f"There is no method {name!r}. There are {', '.join([*makers, *METHODS])}.")
    return Contender(name, PromptCompressor.from_pretrained(model if name == "llmlingua2" else None, name))
