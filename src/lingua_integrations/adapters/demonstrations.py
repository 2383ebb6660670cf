"""Few-shot demonstrations to a budget: LLMLingua's demonstration-level controller, then shorter text inside.

Demonstrations are bounded as they stand in the prompt, with blank lines between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from lingua_integrations.core.budget.least import least_that_works
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.results import CompressionResult, DroppedContext
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest

Example = dict[str, Any]
Chosen = tuple[list[Example], CompressionResult]


@dataclass(frozen=True)
class Demonstrations:
    """Demonstrations to choose from."""

    examples: Sequence[Example]
    write: Callable[[Example], str]  # gives the text that a demonstration is in the prompt
    question: str = ""  # what they are ranked by, or nothing

    def text(self, examples: Sequence[Example]) -> str:
        """Demonstrations as they stand in the prompt."""
        return _with_blank_lines(list(map(self.write, examples)))

    def whole(self, chooser: PromptCompressor, room: int) -> CompressionResult:
        """The best whole ones, but at least one, that fit into ``room`` tokens (LLMLingua, Algorithm 1)."""
        written = list(map(self.write, self.examples))

        def frame(left: Sequence[str]) -> str:  # as they were written, with the white space at their edges
            return _with_blank_lines([text for text, kept in zip(written, left, strict=True) if kept])

        result = chooser.compress_framed(
            written, frame, question=self.question or None, target_tokens=room
        ).result
        if not result.contexts:
            smallest = min(map(chooser.counter.count, written))
            raise BudgetTooSmall(room, smallest, "not one demonstration fits")
        return result

    def best(self, chooser: PromptCompressor) -> int:
        """Place of the best one, whatever its length."""
        sizes = [chooser.counter.count(self.write(example)) for example in self.examples]
        left = list(range(len(self.examples)))
        while len(left) > 1:  # room for the longest is room for the best, and never for all of them
            few = replace(self, examples=[self.examples[i] for i in left])
            room = max(sizes[i] for i in left)
            left = [left[context.index] for context in few.whole(chooser, room).contexts]
        return left[0]

    def inside(
        self, chosen: Sequence[int], fields: Sequence[str], compressor: PromptCompressor, budget: int
    ) -> Chosen:
        """Those at the places ``chosen``, with the text of some fields compressed until they fit.

        No field is left out whole before it is pruned. The result has a context for each of the fields, whose
        index is the demonstration's place. The budget is too small where what stands outside of the fields,
        or one word in each of them, needs more.
        """
        places = [(number, field) for number in chosen for field in fields]

        def filled(texts: Sequence[str]) -> list[Example]:
            shorter = {number: dict(self.examples[number]) for number in chosen}
            for (number, field), text in zip(places, texts, strict=True):
                shorter[number][field] = text
            return list(shorter.values())

        texts = [_text(self.examples[number], field) for number, field in places]
        careful = compressor._changed(compressor.config.with_(coarse_factor=None))
        result = careful.compress_framed(
            texts, lambda left: self.text(filled(left)), question=self.question or None, target_tokens=budget
        ).result
        if any(gone.original.strip() for gone in result.dropped):  # half a demonstration teaches nothing
            whole = compressor.counter.count(self.text([self.examples[number] for number in chosen]))
            raise BudgetTooSmall(budget, whole, "a demonstration would lose all text of a field")
        through = {context.index: context.text for context in result.contexts}
        placed = tuple(replace(context, index=places[context.index][0]) for context in result.contexts)
        return filled([through.get(i, "") for i in range(len(texts))]), replace(result, contexts=placed)


def choose(
    demonstrations: Demonstrations,
    chooser: PromptCompressor,
    budget: int,
    *,
    fields: Sequence[str] = (),
    compressor: PromptCompressor | None = None,
    coarse_factor: float = 2.0,
) -> Chosen:
    """The demonstrations that a prompt has room for; the chooser ranks whole ones.

    With a compressor for the text of some fields, whole ones are chosen up to ``coarse_factor`` (k) times the
    budget and then made to fit; fewer where what stays of so many would not, and at last a single one. Where
    not one fits, the error's ``smallest`` is the least budget with which one does.
    """
    if compressor is None:
        result = demonstrations.whole(chooser, budget)
        return [demonstrations.examples[context.index] for context in result.contexts], result
    inside = partial(demonstrations.inside, fields=fields, compressor=compressor)
    attempt = partial(_shortened, demonstrations, chooser, inside, coarse_factor)

    def works(budget: int) -> bool:
        with suppress(BudgetTooSmall):
            attempt(budget)
            return True
        return False

    try:
        return attempt(budget)
    except BudgetTooSmall as error:
        guess = max(error.smallest, budget + 1)
        least = least_that_works(works, budget, guess, most=guess)
        raise BudgetTooSmall(budget, least or guess, error.why) from None


def _shortened(
    demonstrations: Demonstrations,
    chooser: PromptCompressor,
    inside: Callable[..., Chosen],
    coarse_factor: float,
    budget: int,
) -> Chosen:
    """As many as fit once the text of some fields is compressed."""
    for factor in (coarse_factor, (1 + coarse_factor) / 2, 1.0):
        with suppress(BudgetTooSmall):  # what stays of so many leaves no room: take fewer
            whole = demonstrations.whole(chooser, int(budget * factor))
            chosen = [context.index for context in whole.contexts]
            if whole.tokens_after <= budget:
                return [demonstrations.examples[number] for number in chosen], replace(whole, budget=budget)
            shorter, result = inside(chosen, budget=budget)
            return shorter, replace(result, tokens_before=whole.tokens_before, dropped=whole.dropped)
    return _single(demonstrations, chooser, inside, budget)


def _single(
    demonstrations: Demonstrations, chooser: PromptCompressor, inside: Callable[..., Chosen], budget: int
) -> Chosen:
    """One demonstration, shortened: the best one, or where that does not fit, the shortest."""
    written = list(map(demonstrations.write, demonstrations.examples))
    sizes = list(map(chooser.counter.count, written))
    for number in dict.fromkeys([demonstrations.best(chooser), sizes.index(min(sizes))]):
        with suppress(BudgetTooSmall):
            shorter, result = inside([number], budget=budget)
            gone = tuple(
                DroppedContext(i, "no room beside another one", text, sizes[i])
                for i, text in enumerate(written)
                if i != number
            )
            before = chooser.counter.count(demonstrations.text(demonstrations.examples))
            return shorter, replace(result, tokens_before=before, dropped=gone)
    raise BudgetTooSmall(budget, min(sizes), "not one demonstration fits, however short")


def chooser_config(rank_by: Literal["similarity", "perplexity"]) -> CompressionConfig:
    """Whole contexts, by embeddings or by descending perplexity."""
    ranker: Literal["embedding", "perplexity"] = "embedding" if rank_by == "similarity" else "perplexity"
    return CompressionConfig(unit="context", scorer="relevance", coarse_factor=None, ranker=ranker)


def _text(example: Example, field: str) -> str:
    text = example.get(field)
    if not isinstance(text, str):
        raise InvalidRequest(
            f"A demonstration has no text in the field {field!r}: it has {', '.join(example)}."
        )
    return text


def _with_blank_lines(texts: Sequence[str]) -> str:
    return "\n\n".join(text for text in texts if text)
