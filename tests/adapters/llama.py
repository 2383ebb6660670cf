"""What the tests of the LlamaIndex adapters share: ears for instrumentation, and stand-ins."""

from __future__ import annotations

from contextlib import contextmanager

from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.span_handlers import SimpleSpanHandler
from llama_index.core.retrievers import BaseRetriever

from lingua_integrations import PromptCompressor


class Heard(BaseEventHandler):
    """Our events, and which spans ended well."""

    events: list = []  # noqa: RUF012 (a pydantic field)
    spans: SimpleSpanHandler = None

    def handle(self, event, **kwargs):
        if event.class_name().startswith("Lingua"):
            self.events.append(event)

    def counts(self, cls):
        """How many start events, end events and spans of a class there were."""
        names = [event.class_name() for event in self.events]
        return (
            names.count("LinguaCompressionStartEvent"),
            names.count("LinguaCompressionEndEvent"),
            len([span for span in self.spans.completed_spans if span.id_.startswith(f"{cls}.")]),
        )


@contextmanager
def listening():
    """What handlers at the root hear meanwhile."""
    heard = Heard(events=[], spans=SimpleSpanHandler())
    root = get_dispatcher()
    root.add_event_handler(heard)
    root.add_span_handler(heard.spans)
    try:
        yield heard
    finally:
        root.event_handlers.remove(heard)
        root.span_handlers.remove(heard.spans)


class Broken(PromptCompressor):
    """Fails with an error that is none of ours."""

    def compress(self, *args, **kwargs):
        raise RuntimeError("the wire is cut")


class Fixed(BaseRetriever):
    """Always the same nodes: shared objects, as some retrievers return them."""

    def __init__(self, nodes):
        super().__init__()
        self.nodes = nodes

    def _retrieve(self, query_bundle):
        return self.nodes
