"""What a contender is, and what it makes of a case."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.text.spans import Span
from lingua_integrations.evaluation.cases import Case


@dataclass(frozen=True)
class Outcome:
    """What a contender makes of a case."""

    # what is left of the contexts, each with its index; without one where it cannot be told
    texts: tuple[tuple[int | None, str], ...]
    # the kept characters of each context; ``None`` where they cannot be told
    spans: Mapping[int, Sequence[Span]] | None
    tokens_before: int  # target tokens of the contexts
    tokens_after: int  # the same, after
    budget: int  # that were allowed
    seconds: float | None = None  # that it took, where that was measured elsewhere

    @classmethod
    def of(cls, result: CompressionResult) -> Outcome:
        """Of a compression of a case's contexts."""
        return cls(
            tuple((context.index, context.text) for context in result.contexts),
            {context.index: context.spans for context in result.contexts},
            result.tokens_before,
            result.tokens_after,
            result.budget,
        )


@dataclass(frozen=True)
class Contender(ABC):
    """A way to shorten."""

    name: str  # what the table calls it
    fixed: ClassVar[bool] = False  # whether the rate makes no difference

    @property
    def settings(self) -> str | None:
        """What its outcome depends on beside the name."""
        return None

    @abstractmethod
    def run(self, case: Case, rate: float) -> Outcome:
        """The case's contexts, shorter. Nothing of them where not even one unit fits."""
