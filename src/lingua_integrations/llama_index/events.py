"""What instrumentation gets to hear of a compression: our own events, once per call each."""

from __future__ import annotations

from llama_index_instrumentation.base import BaseEvent


class LinguaCompressionStartEvent(BaseEvent):
    """Compression begins.

    Attributes:
        query: the question, or nothing.
        nodes: how many nodes came in.
        model_name: the scorer model's name.
    """

    query: str
    nodes: int
    model_name: str

    @classmethod
    def class_name(cls) -> str:
        """Name under which handlers find the event."""
        return "LinguaCompressionStartEvent"


class LinguaCompressionEndEvent(BaseEvent):
    """Compression is done.

    Attributes:
        nodes: how many nodes are handed on.
        tokens_before: target tokens of all texts that came in; None where they were handed on uncompressed.
        tokens_after: target tokens of what is handed on.
        model_name: the scorer model's name.
    """

    nodes: int
    tokens_before: int | None
    tokens_after: int | None
    model_name: str

    @classmethod
    def class_name(cls) -> str:
        """Name under which handlers find the event."""
        return "LinguaCompressionEndEvent"
