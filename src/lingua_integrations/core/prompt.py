"""A prompt and its parts, as they go through the stages of one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lingua_integrations.core.config import BudgetScope, check_rate
from lingua_integrations.core.fit import Count
from lingua_integrations.core.protocols import BoolArray
from lingua_integrations.core.units import Units
from lingua_integrations.errors import InvalidRequest


@dataclass(frozen=True)
class Context:
    """A document or demonstration with more to say than its text.

    Attributes:
        text: what is compressed.
        title: helps to rank it; is neither compressed nor counted.
        rate: a share of its own to keep, in (0, 1]; the context is then always selected.
        keep: spans of ``text`` that must stay, as (start, end) characters.
    """

    text: str
    title: str | None = None
    rate: float | None = None
    keep: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise InvalidRequest(f"A context's text must be a string, not {type(self.text).__name__}.")
        if self.rate is not None:
            check_rate(self.rate, "Context.rate")
        for start, end in self.keep:
            if not 0 <= start < end <= len(self.text):
                raise InvalidRequest(
                    f"Context.keep: ({start}, {end}) is no span of {len(self.text)} characters."
                )


@dataclass(frozen=True, eq=False)
class Part:
    """One text of a prompt: the instruction, a context, or the question.

    Attributes:
        context: the text and what its owner wants of it.
        tokens: what it counts, in target tokens.
        segment: cuts it into units (stage 1), once they are asked for.
    """

    context: Context
    tokens: int
    segment: Callable[[str], Units]

    @cached_property
    def units(self) -> Units:
        """The text's units."""
        return self.segment(self.context.text)

    @property
    def text(self) -> str:
        """The input."""
        return self.context.text

    @property
    def blank(self) -> bool:
        """Whether there is nothing to read in it."""
        return not self.text.strip()

    @property
    def pinned(self) -> bool:
        """Whether its owner wants it in, whatever its rank."""
        return self.context.rate is not None or bool(self.context.keep)

    @property
    def forced(self) -> BoolArray:
        """Units that must stay: those that touch a span to keep, or all at a rate of 1; shape [units]."""
        forced = np.full(len(self.units), self.context.rate == 1.0)
        for start, end in self.context.keep:
            forced |= (self.units.starts < end) & (self.units.ends > start)
        return forced


@dataclass(frozen=True, eq=False)
class Prompt:
    """The parts of one call, and what of them the budget bounds."""

    instruction: Part | None
    contexts: list[Part]
    question: Part | None
    scope: BudgetScope
    separator: str
    count: Count

    @property
    def bounded(self) -> list[Part]:
        """The parts that the budget bounds, in the order of the prompt."""
        if self.scope == "contexts":
            return self.contexts
        return [part for part in (self.instruction, *self.contexts, self.question) if part is not None]

    def total(self, texts: Sequence[str]) -> int:
        """Target tokens of the bounded parts: of each context, or of the joined prompt."""
        if self.scope == "contexts":
            return sum(map(self.count, texts))
        return self.count(self.separator.join(text for text in texts if text))

    def cheapest_unit(self) -> int:
        """The least that can be kept of the bounded parts, in target tokens."""
        units = {unit for part in self.bounded for unit in part.units.strings()}
        return min(map(self.count, units))
