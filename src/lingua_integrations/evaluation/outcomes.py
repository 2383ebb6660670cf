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
    """What a contender makes of a case.

    Attributes:
        texts: what is left of the contexts, each with its index; without one where it cannot be told.
        spans: the kept characters of each context; ``None`` where they cannot be told.
        tokens_before: target tokens of the contexts.
        tokens_after: the same, after.
        budget: that were allowed.
        seconds: that it took, where that was measured elsewhere.
    """

    texts: tuple[tuple[int | None, str], ...]
    spans: Mapping[int, Sequence[Span]] | None
    tokens_before: int
    tokens_after: int
    budget: int
    seconds: float | None = None

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
    """A way to shorten.

    Attributes:
        name: what the table calls it.
        fixed: whether the rate makes no difference.
    """

    name: str
    fixed: ClassVar[bool] = False

    @property
    def settings(self) -> str | None:
        """What its outcome depends on beside the name."""
        return None

    @abstractmethod
    def run(self, case: Case, rate: float) -> Outcome:
        """The case's contexts, shorter. Nothing of them where not even one unit fits."""
