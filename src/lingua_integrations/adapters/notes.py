"""What an output, a trace or an event says about a compression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressedContext, CompressionResult


def provenance(context: CompressedContext) -> dict[str, Any]:
    """What an output says about where it comes from: plain JSON, and the same for the same call."""
    return {
        "index": context.index,
        "spans": [list(span) for span in context.spans],
        "tokens_before": context.tokens_before,
        "tokens_after": context.tokens_after,
    }


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
