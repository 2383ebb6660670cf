"""Stage 7, cut: kept units become text again, each text with its provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lingua_integrations.core.prompt import Part, Prompt
from lingua_integrations.core.protocols import BoolArray
from lingua_integrations.core.results import (
    CompressedContext,
    CompressedText,
    CompressionResult,
    DroppedContext,
)
from lingua_integrations.core.units import Span

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
    masks: dict[int, BoolArray] = {}
    if kept is not None:
        masks = {id(part): mask for part, mask in zip(prompt.bounded, kept, strict=True)}

    def shortened(part: Part) -> CompressedText:
        mask = masks.get(id(part))
        before = prompt.count(part.original) if part.excerpt else part.tokens
        if mask is None or not part.original:
            return CompressedText(part.text, part.original, _all_of(part.original), before, before)
        indices = np.flatnonzero(mask)
        text = part.units.join(indices)
        return CompressedText(text, part.original, part.spans(indices), before, prompt.count(text))

    contexts: list[CompressedContext] = []
    dropped: list[DroppedContext] = []
    for part in prompt.contexts:
        one = shortened(part)
        if one.text or not part.original:
            contexts.append(CompressedContext(*_fields(one), part.index))
        else:
            blank = not part.original.strip()
            reason = "blank, and the budget has no room for it" if blank else _PRUNED_AWAY
            why = reasons.get(part.index, reason)
            dropped.append(DroppedContext(part.index, why, part.original, one.tokens_before))
    dropped.sort(key=lambda gone: gone.index)
    instruction = shortened(prompt.instruction) if prompt.instruction else None
    question = shortened(prompt.question) if prompt.question else None
    outer = [] if prompt.scope == "contexts" else [instruction, question]
    through = {context.index: context.text for context in contexts}
    inner = [through.get(part.index, "") for part in prompt.contexts]
    left = [one.text for one in outer[:1] if one] + inner + [one.text for one in outer[1:] if one]
    return CompressionResult(
        contexts=tuple(contexts),
        dropped=tuple(dropped),
        instruction=instruction,
        question=question,
        tokens_before=prompt.total([part.original for part in prompt.bounded]),
        tokens_after=prompt.total(left),
        separator=prompt.separator,
        **facts,
    )


def _fields(one: CompressedText) -> tuple[str, str, tuple[Span, ...], int, int]:
    return one.text, one.original, one.spans, one.tokens_before, one.tokens_after


def _all_of(text: str) -> tuple[Span, ...]:
    return (Span(0, len(text)),) if text else ()
