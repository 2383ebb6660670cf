"""Events for instrumentation: one when a call begins to compress, one when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

# llama_index imports these names to hand them on, as we do with one, but does not say so to type checkers.
from llama_index.core.instrumentation import get_dispatcher as get_dispatcher  # type: ignore[attr-defined]
from llama_index.core.instrumentation.events.base import BaseEvent  # type: ignore[attr-defined]

from lingua_integrations.adapters.notes import report

if TYPE_CHECKING:
    from lingua_integrations.adapters.compressing import Compressing
    from lingua_integrations.core.results import CompressionResult


class LinguaCompressionStartEvent(BaseEvent):
    """Compression begins.

    Attributes:
        query: the question, or nothing.
        nodes: how many nodes, or texts of a tool or memory, came in.
        model_name: the scorer model's name; None where the adapter was given a finished compressor.
    """

    query: str
    nodes: int
    model_name: str | None

    @classmethod
    def class_name(cls) -> str:
        """Name under which handlers find the event."""
        return "LinguaCompressionStartEvent"


class LinguaCompressionEndEvent(BaseEvent):
    """Compression is done. Where it raises there is none: the span ends with the error.

    Attributes:
        nodes: how many are handed on.
        tokens_before: target tokens of all texts that came in; None where they were handed on as they were.
        tokens_after: target tokens of what is handed on.
        seconds: wall time of the compression.
        saved: money saved, where the price is known.
        note: why nothing was compressed, where nothing was.
        model_name: the model that scored, and its digest; None where none was needed.
    """

    nodes: int
    tokens_before: int | None = None
    tokens_after: int | None = None
    seconds: float | None = None
    saved: float | None = None
    note: str | None = None
    model_name: str | None = None

    @classmethod
    def class_name(cls) -> str:
        """Name under which handlers find the event."""
        return "LinguaCompressionEndEvent"


def start_event(settings: Compressing, query: str, nodes: int) -> LinguaCompressionStartEvent:
    """What is said before an adapter compresses ``nodes`` texts."""
    model = settings.model if settings.compressor is None else None
    return LinguaCompressionStartEvent(query=query, nodes=nodes, model_name=model)


def end_event(
    settings: Compressing, result: CompressionResult | None, nodes: int
) -> LinguaCompressionEndEvent:
    """What is said after it; no result: everything was handed on as it was."""
    if result is None:
        return LinguaCompressionEndEvent(nodes=nodes)
    facts = report(result, settings.price_per_million)
    return LinguaCompressionEndEvent(nodes=nodes, model_name=result.model, **facts)
