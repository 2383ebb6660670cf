"""Few-shot demonstrations to a budget: LLMLingua's demonstration-level controller, then shorter text inside.

Demonstrations are bounded as they stand in the prompt, with blank lines between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.usage import count, uncounted
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest

Example = dict[str, Any]


@dataclass(frozen=True)
class Demonstrations:
    """Demonstrations to choose from.

    Attributes:
        examples: their fields.
        write: gives the text that a demonstration is in the prompt.
        question: what they are ranked by, or nothing.
    """

    examples: Sequence[Example]
    write: Callable[[Example], str]
    question: str = ""

    def text(self, examples: Sequence[Example]) -> str:
        """Demonstrations as they stand in the prompt."""
        return _with_blank_lines(list(map(self.write, examples)))

    def whole(self, chooser: PromptCompressor, room: int) -> tuple[list[Example], CompressionResult]:
        """The best whole ones that fit, in their order (LLMLingua, Algorithm 1).

        Args:
            chooser: ranks whole contexts.
            room: target tokens for all of them.

        Raises:
            BudgetTooSmall: not one of them fits.
        """
        written = list(map(self.write, self.examples))

        def frame(left: Sequence[str]) -> str:  # as they were written, with the white space at their edges
            return _with_blank_lines([text for text, kept in zip(written, left, strict=True) if kept])

        result = chooser.compress_framed(
            written, frame, question=self.question or None, target_tokens=room
        ).result
        if not result.contexts:
            smallest = min(map(chooser.counter.count, written))
            raise BudgetTooSmall(room, smallest, "not one demonstration fits")
        return [self.examples[context.index] for context in result.contexts], result

    def inside(
        self, fields: Sequence[str], compressor: PromptCompressor, budget: int
    ) -> tuple[list[Example], CompressionResult]:
        """All of them, with the text of some fields compressed until they fit.

        Args:
            fields: whose text may be compressed.
            compressor: shortens them; no field is left out whole before it is pruned.
            budget: target tokens for all demonstrations.

        Raises:
            BudgetTooSmall: what stands outside of the fields needs more.
            InvalidRequest: a demonstration has no text in one of the fields.
        """
        places = [(number, field) for number in range(len(self.examples)) for field in fields]

        def filled(texts: Sequence[str]) -> list[Example]:
            shorter = [dict(example) for example in self.examples]
            for (number, field), text in zip(places, texts, strict=True):
                shorter[number][field] = text
            return shorter

        texts = [_text(self.examples[number], field) for number, field in places]
        result = (
            compressor.with_config(compressor.config.with_(coarse_factor=None))
            .compress_framed(
                texts,
                lambda left: self.text(filled(left)),
                question=self.question or None,
                target_tokens=budget,
            )
            .result
        )
        through = {context.index: context.text for context in result.contexts}
        return filled([through.get(i, "") for i in range(len(texts))]), result


def choose(
    demonstrations: Demonstrations,
    chooser: PromptCompressor,
    budget: int,
    *,
    fields: Sequence[str] = (),
    compressor: PromptCompressor | None = None,
    coarse_factor: float = 2.0,
) -> tuple[list[Example], CompressionResult]:
    """The demonstrations that a prompt has room for; counted as one call.

    Args:
        demonstrations: what to choose from.
        chooser: ranks whole ones.
        budget: target tokens for what is chosen.
        fields: whose text may be compressed; none: whole demonstrations alone.
        compressor: shortens the fields.
        coarse_factor: whole ones are chosen up to this multiple of the budget (k) where `compressor` then
            makes them fit; fewer where what stays of so many would not.

    Raises:
        BudgetTooSmall: not one demonstration fits.
        InvalidRequest: a demonstration has no text in one of the fields.
    """
    factors = (coarse_factor, (1 + coarse_factor) / 2, 1.0) if compressor else (1.0,)
    with uncounted():
        for factor in factors:
            chosen, result = demonstrations.whole(chooser, int(budget * factor))
            if compressor is None or result.tokens_after <= budget:
                break
            with suppress(BudgetTooSmall):  # what stays of so many leaves no room: take fewer
                before = result.tokens_before
                chosen, result = replace(demonstrations, examples=chosen).inside(fields, compressor, budget)
                result = replace(result, tokens_before=before)
                break
    count(result)
    return chosen, result


def chooser_config(rank_by: Literal["similarity", "perplexity"]) -> CompressionConfig:
    """Whole contexts, by embeddings or by descending perplexity."""
    ranker: Literal["embedding", "perplexity"] = "embedding" if rank_by == "similarity" else "perplexity"
    return CompressionConfig(unit="context", scorer="relevance", coarse_factor=None, ranker=ranker)


def _text(example: Example, field: str) -> str:
    text = example.get(field)
    if not isinstance(text, str):
        raise InvalidRequest(f"A demonstration has no text in the field {field!r}: {example!r}.")
    return text


def _with_blank_lines(texts: Sequence[str]) -> str:
    return "\n\n".join(text for text in texts if text)
