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
_NO_ROOM = "blank, and the budget has no room for it"


def cut(
    prompt: Prompt, kept: Sequence[BoolArray] | None, reasons: Mapping[int, str], **facts: Any
) -> CompressionResult:
    """Assemble the result; ``facts`` are its budget, counter, model, seconds, confidence and note.

    ``kept`` says of each bounded part which of its units are kept; without it everything is handed on as it
    came. ``reasons`` say why contexts were not selected, by index.
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
            contexts.append(CompressedContext(**vars(one), index=part.index))
        else:
            why = reasons.get(part.index, _PRUNED_AWAY if part.original.strip() else _NO_ROOM)
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
        everything = (Span(0, len(part.original)),) if part.original else ()
        return CompressedText(part.text, part.original, everything, before, before)
    indices = np.flatnonzero(mask)
    text = part.units.join(indices)
    return CompressedText(text, part.original, part.spans(indices), before, count(text))
