"""What instrumentation gets to hear of a compression: our own events, once per call each."""

from __future__ import annotations

# llama_index imports the name to hand it on, but does not say so to type checkers.
from llama_index.core.instrumentation.events.base import BaseEvent  # type: ignore[attr-defined]


class LinguaCompressionStartEvent(BaseEvent):
    """Compression begins.

    Attributes:
        query: the question, or nothing.
        nodes: how many nodes came in.
        model_name: the scorer model's name; None where the postprocessor was given a finished compressor.
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
        nodes: how many nodes are handed on.
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
