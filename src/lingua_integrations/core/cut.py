"""Stage 7, cut: kept units become text again, each text with its provenance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from lingua_integrations.core.request import Part, Prompt
from lingua_integrations.core.results import (
    CompressedContext,
    CompressedText,
    CompressionResult,
    DroppedContext,
)
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.types import BoolArray, Count

_PRUNED_AWAY = "pruned away: none of its units was worth its tokens"


def cut(
    prompt: Prompt, kept: Sequence[BoolArray] | None, reasons: Mapping[int, str], **facts: Any
) -> CompressionResult:
    """Assemble the result.

    Args:
        prompt: the inputs.
        kept: for each bounded part which of its units are kept; ``None``: everything is handed on as it came.
        reasons: why contexts were not selected, by index.
        **facts: budget, counter, model, seconds and note of the result.
    """
    masks: Iterator[BoolArray | None] = repeat(None) if kept is None else iter(kept)
    outer = prompt.scope == "prompt"

    def shortened(part: Part | None, bounded: bool = True) -> CompressedText | None:
        return None if part is None else _shortened(part, next(masks) if bounded else None, prompt.count)

    instruction = shortened(prompt.instruction, outer)  # in the order of `Prompt.bounded`
    inner = [_shortened(part, next(masks), prompt.count) for part in prompt.contexts]
    question = shortened(prompt.question, outer)
    contexts: list[CompressedContext] = []
    dropped: list[DroppedContext] = []
    for part, one in zip(prompt.contexts, inner, strict=True):
        if one.text or not part.original:
            contexts.append(CompressedContext(*_fields(one), part.index))
        else:
            blank = not part.original.strip()
            reason = "blank, and the budget has no room for it" if blank else _PRUNED_AWAY
            why = reasons.get(part.index, reason)
            dropped.append(DroppedContext(part.index, why, part.original, one.tokens_before))
    dropped.sort(key=lambda gone: gone.index)
    left = [instruction, *inner, question] if outer else inner
    return CompressionResult(
        contexts=tuple(contexts),
        dropped=tuple(dropped),
        instruction=instruction,
        question=question,
        tokens_before=prompt.total([part.original for part in prompt.bounded]),
        tokens_after=prompt.total([one.text for one in left if one is not None]),
        separator=prompt.separator,
        **facts,
    )


def _shortened(part: Part, mask: BoolArray | None, count: Count) -> CompressedText:
    """What is left of a part; without a mask all of it."""
    before = count(part.original) if part.excerpt else part.tokens
    if mask is None or not part.original:
        return CompressedText(part.text, part.original, _all_of(part.original), before, before)
    indices = np.flatnonzero(mask)
    text = part.units.join(indices)
    return CompressedText(text, part.original, part.spans(indices), before, count(text))


def _fields(one: CompressedText) -> tuple[str, str, tuple[Span, ...], int, int]:
    return one.text, one.original, one.spans, one.tokens_before, one.tokens_after


def _all_of(text: str) -> tuple[Span, ...]:
    return (Span(0, len(text)),) if text else ()
