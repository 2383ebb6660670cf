"""Notes about a compression, for the metadata of outputs, traces and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressedContext, CompressionResult


def provenance(context: CompressedContext, before: Any = None) -> dict[str, Any]:
    """What an output says about where it comes from: plain JSON, and the same for the same call.

    ``spans`` are characters of the input, and ``places`` where each begins in the output. With the note that
    an earlier compression left, spans are those of its input, and so is the number of tokens before.
    """
    places, at = [], 0
    for start, end in context.spans:
        at = max(at, context.text.find(context.original[start:end], at))
        places.append(at)
        at += end - start
    spans = [list(span) for span in context.spans]
    tokens = context.tokens_before
    if is_note(before):
        spans, places = _composed(before, spans, places)
        tokens = before["tokens_before"]
    return {
        "index": context.index,
        "spans": spans,
        "places": places,
        "tokens_before": tokens,
        "tokens_after": context.tokens_after,
    }


def is_note(value: Any) -> bool:
    """Whether something is a note of ours, and not a user's own."""
    return isinstance(value, dict) and {"spans", "places", "tokens_before"} <= value.keys()


def key_of(metadata: Mapping[str, Any], key: str) -> str:
    """The key under which a note may stand: another one where the user has something of their own there.

    >>> key_of({"lingua": "franca"}, "lingua"), key_of({}, "lingua")
    ('lingua_compression', 'lingua')
    """
    return key if key not in metadata or is_note(metadata[key]) else f"{key}_compression"


def _composed(
    before: dict[str, Any], spans: list[list[int]], places: list[int]
) -> tuple[list[list[int]], list[int]]:
    """Spans of an output's input as spans of what that was made of, and where each begins in the output.

    >>> _composed({"spans": [[0, 5], [20, 30]], "places": [0, 6]}, [[3, 10]], [0])
    ([[3, 5], [20, 24]], [0, 3])
    """
    made: list[list[int]] = []
    where: list[int] = []
    for (start, end), place in zip(spans, places, strict=True):
        for (old, stop), at in zip(before["spans"], before["places"], strict=True):
            first, last = max(start, at), min(end, at + stop - old)
            if first < last:
                made.append([old + first - at, old + last - at])
                where.append(place + first - start)
    return made, where


def report(result: CompressionResult | None, price_per_million: float | None) -> dict[str, Any]:
    """What a trace or an event says of a call: tokens, seconds, money; nothing where it failed."""
    if result is None:
        return {}
    facts: dict[str, Any] = {
        "tokens_before": result.tokens_before,
        "tokens_after": result.tokens_after,
        "seconds": round(sum(result.seconds.values()), 4),
    }
    if result.note is not None:
        facts["note"] = result.note
    if price_per_million is not None:
        facts["saved"] = (result.tokens_before - result.tokens_after) * price_per_million / 1e6
    return facts
