"""A prompt and its parts, as they go through the stages of one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lingua_integrations.core.checks import check_rate
from lingua_integrations.core.config import BudgetScope
from lingua_integrations.core.text.excerpt import Excerpt
from lingua_integrations.core.text.kind_names import checked_kind
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.threads import computed_once
from lingua_integrations.core.types import BoolArray, Count, IntArray
from lingua_integrations.errors import InvalidRequest


@dataclass(frozen=True)
class Context:
    """A document or demonstration with settings of its own.

    Attributes:
        text: what is compressed.
        title: helps to rank it; it is neither compressed nor counted.
        rate: the largest share of it to keep, in (0, 1], with at least one unit. The context is then always
            selected.
        keep: spans of ``text`` that must stay, as (start, end) in characters.
        kind: of the text, such as "markdown", "csv" or "python" (see `Kind`), or its MIME type; default:
            detected.
    """

    text: str
    title: str | None = None
    rate: float | None = None
    keep: tuple[tuple[int, int], ...] = ()
    kind: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise InvalidRequest(
                f"A context's text must be a string, not {type(self.text).__name__}. The adapters in "
                "lingua_integrations.langchain and lingua_integrations.llama_index take documents and nodes."
            )
        if self.kind is not None:
            object.__setattr__(self, "kind", checked_kind(self.kind))
        if self.rate is not None:
            check_rate(self.rate, "Context.rate")
        for start, end in self.keep:
            if not 0 <= start < end <= len(self.text):
                raise InvalidRequest(
                    f"Context.keep: ({start}, {end}) is not a span of a text with "
                    f"{len(self.text)} characters."
                )


@dataclass(frozen=True, eq=False)
class Part:
    """One text of a prompt: the instruction, a context, or the question.

    Its units, and the spans that the configuration's rules keep, are found once they are asked for.
    """

    context: Context  # the text and what its owner wants of it
    tokens: int  # for the target model
    segment: Callable[[str], Units]  # stage 1
    must_keep: Callable[[str], Iterable[Span]]
    index: int = 0  # of a context among the inputs
    excerpt: Excerpt | None = None  # which pieces of the input this is, where a filter has left some out

    @computed_once
    def units(self) -> Units:
        """The text's units."""
        return self.segment(self.context.text)

    @property
    def text(self) -> str:
        """The input, or what a filter left of it."""
        return self.context.text

    @property
    def original(self) -> str:
        """The input."""
        return self.excerpt.original if self.excerpt else self.context.text

    @property
    def blank(self) -> bool:
        """Whether there is nothing to read in it."""
        return not self.text.strip()

    @property
    def owned(self) -> bool:
        """Whether it has a rate of its own."""
        return self.context.rate is not None

    @property
    def pinned(self) -> bool:
        """Whether its owner wants it in, whatever its rank."""
        return self.owned or bool(self.context.keep)

    @computed_once
    def _spans_to_keep(self) -> tuple[tuple[int, int], ...]:
        return (*self.context.keep, *self.must_keep(self.text))

    @computed_once
    def forced(self) -> BoolArray:
        """Units that must stay: those that touch a span to keep, or all at a rate of 1; shape [units]."""
        forced = np.full(len(self.units), self.context.rate == 1.0)
        for start, end in self._spans_to_keep:
            forced |= (self.units.starts < end) & (self.units.ends > start)
        return forced

    @property
    def must_stay(self) -> bool:
        """Whether it has something to keep: then texts are not cut into units only to find out."""
        return not self.blank and bool(self._spans_to_keep) and bool(self.forced.any())

    def must_cost(self, count: Count) -> int:
        """Target tokens of what must stay of it."""
        return count(self.units.join(np.flatnonzero(self.forced))) if self._spans_to_keep else 0

    def least_rate(self, count: Count) -> float:
        """The share of its target tokens that what must stay takes, in (0, 1]."""
        return min(1.0, max(1, self.must_cost(count)) / max(1, self.tokens))

    def spans(self, kept: IntArray) -> tuple[Span, ...]:
        """Kept units as maximal spans of the input."""
        spans = self.units.spans(kept)
        return self.excerpt.trace(spans) if self.excerpt else spans

    def shortened(self, excerpt: Excerpt, tokens: int, segment: Callable[[str], Units]) -> Part:
        """The same part with less text."""
        keep = tuple(excerpt.place(self.context.keep))
        context = replace(self.context, text=excerpt.text, keep=keep)
        return replace(self, context=context, tokens=tokens, segment=segment, excerpt=excerpt)


@dataclass(frozen=True, eq=False)
class Prompt:
    """The parts of one call, and what of them the budget bounds.

    A frame gives the whole text that the contexts' texts are part of, where it is that text that is bounded.
    """

    instruction: Part | None
    contexts: list[Part]
    question: Part | None
    scope: BudgetScope
    separator: str
    count: Count
    counter: str  # whose tokens are counted
    frame: Callable[[Sequence[str]], str] | None = None

    @property
    def bounded(self) -> list[Part]:
        """The parts that the budget bounds, in the order of the prompt."""
        if self.scope == "contexts":
            return self.contexts
        return [part for part in (self.instruction, *self.contexts, self.question) if part is not None]

    @property
    def asked(self) -> str:
        """The text of the question, or nothing."""
        return self.question.text if self.question else ""

    def total(self, texts: Sequence[str]) -> int:
        """Target tokens of the bounded parts: of each context, or of the joined prompt."""
        if self.frame is not None:
            return self.count(self.frame(texts))
        if self.scope == "contexts":  # one of which nothing is left does not come out: "" may count, too
            given = zip(texts, self.contexts, strict=True)
            return sum(
                part.tokens if text == part.text else self.count(text)  # a long one is counted once
                for text, part in given
                if text or not part.original
            )
        return self.count(self.separator.join(text for text in texts if text))

    def smallest(self) -> int:
        """The least that can come out, in target tokens: the cheapest unit, or a frame with nothing in it."""
        if self.frame is not None:
            return self.total(["" if part.context.rate != 1.0 else part.text for part in self.contexts])
        units = {unit for part in self.bounded for unit in part.units.strings()}
        return min(map(self.count, units), default=1)

    @property
    def outer(self) -> int:
        """Target tokens of a frame with nothing in it."""
        return self.total([""] * len(self.contexts)) if self.frame is not None else 0

    @property
    def titled(self) -> list[str]:
        """The contexts under their titles, for a ranker to read."""
        return [titled(part.text, part.context.title) for part in self.contexts]


def titled(text: str, title: str | None) -> str:
    """A text under its title."""
    return f"{title}\n{text}" if title else text
