"""What comes out: for every context its text, where each piece of it came from, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lingua_integrations.core.recover import Recovery, recover
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.view import View, pieces_of
from lingua_integrations.core.view_html import html_of


@dataclass(frozen=True)
class CompressedText:
    """One text, shortened.

    Attributes:
        text: what is left of it.
        original: the input.
        spans: the kept characters of ``original``, in order. In ``text``, only white space of the input
            stands between two of them.
        tokens_before: tokens of ``original``, counted for the target model.
        tokens_after: tokens of ``text``.
    """

    text: str
    original: str = field(repr=False)
    spans: tuple[Span, ...] = field(repr=False)
    tokens_before: int
    tokens_after: int

    @property
    def unchanged(self) -> bool:
        """Whether nothing was removed."""
        return self.text == self.original


@dataclass(frozen=True)
class CompressedContext(CompressedText):
    """A context of which something was kept; ``index`` is its position among the inputs."""

    index: int


@dataclass(frozen=True)
class DroppedContext:
    """A context of which nothing was kept, and why.

    Attributes:
        index: its position among the inputs.
        reason: why nothing was kept, for people.
        original: the input.
        tokens_before: its tokens, counted for the target model.
    """

    index: int
    reason: str
    original: str = field(repr=False)
    tokens_before: int


@dataclass(frozen=True)
class CompressionResult:
    """The outcome of one call.

    Attributes:
        contexts: the contexts of which something was kept, in the order of the inputs.
        dropped: the other contexts, with the reason.
        instruction: the instruction: compressed in prompt scope, else whole; ``None`` without one.
        question: the question, treated like the instruction.
        budget: how many tokens of the target model were allowed.
        tokens_before: tokens of the texts that the budget covers, before compression.
        tokens_after: the same, after compression.
        counter: whose tokens these are.
        model: the scorer model and its digest; ``None`` if no model was needed.
        separator: what stands between the parts of `prompt`.
        confidence: the share of the expected evidence that was kept, in [0, 1], by the scorer's
            probabilities; ``None`` if it gives none.
        note: why nothing was compressed, or that an adapter exceeded the budget.
        seconds: wall time by stage. It does not take part in comparisons: two equal calls give equal results.
    """

    contexts: tuple[CompressedContext, ...]
    dropped: tuple[DroppedContext, ...]
    instruction: CompressedText | None
    question: CompressedText | None
    budget: int
    tokens_before: int
    tokens_after: int
    counter: str
    model: str | None
    separator: str = "\n\n"
    confidence: float | None = None
    note: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def texts(self) -> list[str]:
        """The compressed texts."""
        return [context.text for context in self.contexts]

    @property
    def prompt(self) -> str:
        """Instruction, contexts and question, joined."""
        parts = [self.instruction, *self.contexts, self.question]
        return self.separator.join(part.text for part in parts if part is not None and part.text)

    @property
    def rate(self) -> float:
        """Share of the tokens that was kept, in [0, 1]."""
        return self.tokens_after / self.tokens_before if self.tokens_before else 1.0

    @property
    def ratio(self) -> float:
        """How many times shorter: 1 / rate; infinite where nothing is left."""
        return 1 / self.rate if self.rate else float("inf")

    def recover(self, answer: str) -> Recovery:
        """An LLM's answer to the compressed prompt, in the original wording and with its sources."""
        return recover(answer, self.contexts)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON types, including the derived numbers; no ratio where nothing is left."""
        plain = asdict(self)
        for part in [*plain["contexts"], plain["instruction"], plain["question"]]:
            if part is not None:
                part["spans"] = [list(span) for span in part["spans"]]
        for name in ("contexts", "dropped"):
            plain[name] = list(plain[name])
        plain["seconds"] = dict(self.seconds)
        ratio = self.ratio if self.rate else None  # JSON has no infinity
        return plain | {"prompt": self.prompt, "rate": self.rate, "ratio": ratio}

    def __str__(self) -> str:
        """The saving, in a line."""
        tokens = f"{self.tokens_before:,} -> {self.tokens_after:,} tokens"
        return f"{tokens} ({self._shorter}), {self._counted}"

    def __repr__(self) -> str:
        seconds = f", {sum(self.seconds.values()):.2f} s" if self.seconds else ""
        return (
            f"CompressionResult({self.tokens_before:,} -> {self.tokens_after:,} of {self.budget:,} "
            f"{self.counter} tokens, {self._shorter}, {self._counted}{seconds})"
        )

    @property
    def _shorter(self) -> str:
        """How many times shorter, for people."""
        return f"{self.ratio:.1f}x" if self.rate else "nothing left"

    @property
    def _counted(self) -> str:
        """Of how many contexts something was kept."""
        return f"{len(self.contexts)} of {len(self.contexts) + len(self.dropped)} contexts"

    def views(self, names: Sequence[str] = ()) -> list[View]:
        """Every input in pieces, kept or left out, in the order of the inputs.

        Args:
            names: what to call the inputs, one name each; default: their places.
        """
        views = [
            View(one.index, one.tokens_before, one.tokens_after, pieces_of(one.original, one.spans))
            for one in self.contexts
        ]
        views += [
            View(one.index, one.tokens_before, 0, pieces_of(one.original, ()), one.reason)
            for one in self.dropped
        ]
        views.sort(key=lambda view: view.index)
        return [replace(view, name=names[view.index]) for view in views] if names else views

    def _repr_html_(self) -> str:
        """For notebooks: the inputs, with what went struck out."""
        return html_of(repr(self), self.views(), self.tokens_before, self.tokens_after)


def merge(results: Sequence[CompressionResult]) -> CompressionResult:
    """The results of calls with one context each, as one; contexts are numbered in the order of the calls.

    Budgets, tokens and seconds are added up; there is a note where every call has one.
    """
    numbered = list(enumerate(results))
    seconds: dict[str, float] = {}
    for result in results:
        for stage, spent in result.seconds.items():
            seconds[stage] = seconds.get(stage, 0.0) + spent
    return replace(
        results[0],
        contexts=tuple(replace(context, index=i) for i, result in numbered for context in result.contexts),
        dropped=tuple(replace(gone, index=i) for i, result in numbered for gone in result.dropped),
        budget=sum(result.budget for result in results),
        tokens_before=sum(result.tokens_before for result in results),
        tokens_after=sum(result.tokens_after for result in results),
        model=_joined(result.model for result in results),
        note=_joined(result.note for result in results) if all(one.note for one in results) else None,
        seconds=seconds,
    )


def _joined(names: Iterable[str | None]) -> str | None:
    return ", ".join(dict.fromkeys(name for name in names if name)) or None
