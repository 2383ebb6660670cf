"""A step of an ingestion pipeline: nodes are stored with shorter text. No question is known yet."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import regex
from llama_index.core.schema import BaseNode, TransformComponent
from pydantic import computed_field

from lingua_integrations import __version__
from lingua_integrations.adapters.ingestion import IngestionAdapter
from lingua_integrations.core.background import in_thread
from lingua_integrations.llama_index.events import end_event, get_dispatcher, start_event
from lingua_integrations.llama_index.nodes import rebuilt, text_of

dispatcher = get_dispatcher(__name__)
_ADDRESS = regex.compile(r" at 0x[0-9a-fA-F]+")
_THIS_PROCESS = uuid4().hex


class LinguaTransform(IngestionAdapter, TransformComponent):
    """Compresses each node on its own, before it is embedded and stored.

    Every node gets the same rate or number of tokens. Every output is a copy of its input with the shorter
    text; id, metadata and relationships stay. No node is lost: if the budget is too small for one,
    `when_too_small` decides. Nodes without text come back unchanged. Put it after the splitter and before the
    embedding model.

    Takes the fields of `HowMuch`, `How`, `OnFailure`, `Telling` and `IngestionAdapter`; methods that need a
    question are refused.

    Attributes:
        metadata_key: where a node notes which characters were kept. The default is None, because the note is
            nested and many vector stores accept only flat metadata.

    Example:
        >>> from llama_index.core.schema import TextNode
        >>> transform = LinguaTransform(rate=0.5)  # a short text is not worth the time
        >>> [node.text for node in transform([TextNode(text="Emma is by Jane Austen.")])]
        ['Emma is by Jane Austen.']
    """

    metadata_key: str | None = None

    if not TYPE_CHECKING:  # type checkers make the signature from the fields

        def __init__(self, **settings: Any) -> None:
            settings.pop("fingerprint", None)  # dumps carry it, and it is never set from outside
            super().__init__(**settings)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def fingerprint(self) -> str:
        """What the output depends on beside the settings: this package's version, and the compressor given.

        A pipeline's cache finds a node again by what the step dumps, so an upgrade or another compressor
        must show there. Hashed, because the cache's key leaves addresses of objects out, which here tell two
        of the user's own scorers from each other; what tells by its address alone is found again in this
        process only, since another one has other objects there.
        """
        counter = getattr(self.compressor, "counter", None)
        made_by = f"{self.compressor!r} {counter!r}"
        if _ADDRESS.search(made_by):
            made_by += _THIS_PROCESS
        return sha256(f"{__version__} {made_by}".encode()).hexdigest()[:16]

    @classmethod
    def class_name(cls) -> str:
        """Name in serialised form."""
        return "LinguaTransform"

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[BaseNode]:
        """Compress the nodes; one comes out for each that comes in, in order."""
        dispatcher.event(start_event(self, "", len(nodes)))
        texts = [text_of(node) for node in nodes]
        result = self.shorten(texts, metadata=[node.metadata for node in nodes])
        compressed = list(nodes)
        for context in result.contexts if result is not None else ():
            compressed[context.index] = rebuilt(nodes[context.index], context, self.metadata_key)
        dispatcher.event(end_event(self, result, len(compressed)))
        return compressed

    async def acall(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[BaseNode]:
        """The same in a thread, so that the event loop stays free."""
        return await in_thread(self.__call__, nodes, **kwargs)
