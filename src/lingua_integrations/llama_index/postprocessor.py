"""A node postprocessor: retrieved nodes in, the same nodes with shorter text out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

# llama_index imports the name to hand it on, but does not say so to type checkers.
from llama_index.core.instrumentation import get_dispatcher  # type: ignore[attr-defined]
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import BaseNode, MetadataMode, Node, NodeWithScore, QueryBundle, TextNode

from lingua_integrations.adapting.engine import provenance, report
from lingua_integrations.adapting.settings import Settings
from lingua_integrations.llama_index.events import LinguaCompressionEndEvent, LinguaCompressionStartEvent

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressionResult

dispatcher = get_dispatcher(__name__)
logger = logging.getLogger(__name__)


class LinguaNodePostprocessor(Settings, BaseNodePostprocessor):
    """Compresses retrieved nodes to an exact budget of the target model's tokens.

    One budget holds for all nodes of a call. Every output is a copy of its input with the shorter text: id,
    score, metadata and relationships stay, one node per input, in order, so that citations still point at
    the right ones. Nodes of which nothing is left are not handed on; those without text are, untouched, and
    blank ones as far as the budget has room for them. Put it last: rerankers and cut-offs need the original
    text. Pickles leave compressor, callbacks and weights out; the copy loads its own when it needs them.

    Takes all fields of `Settings`; the method is "rag" by default.

    Attributes:
        metadata_key: where a node says which characters were kept; it is excluded from what LLM and embedding
            model see. None: nowhere.

    Example:
        >>> from llama_index.core.schema import NodeWithScore, TextNode
        >>> postprocessor = LinguaNodePostprocessor(method="extractive-bm25", target_tokens=8)
        >>> nodes = [NodeWithScore(node=TextNode(text="Emma is by Jane Austen. It came in 1815."), score=0.5)]
        >>> postprocessor.postprocess_nodes(nodes, query_str="Who wrote Emma?")[0].text
        'Emma is by Jane Austen.'
    """

    metadata_key: str | None = "lingua"

    if not TYPE_CHECKING:  # type checkers make the signature from the fields

        def __init__(self, **settings: Any) -> None:
            settings.pop("class_name", None)  # every dump of llama_index carries it
            super().__init__(**settings)

    @classmethod
    def class_name(cls) -> str:
        """Name in serialised form."""
        return "LinguaNodePostprocessor"

    def __getstate__(self) -> dict[str, Any]:
        """What dumps hold, so that nothing live is serialised, not even to see whether it can be.

        The base class pickles every attribute to find out, and deletes from the live object those that fail.
        """
        if self.compressor is not None:
            logger.warning(
                "A pickle leaves the given compressor out; the copy builds its own from model=%r, config=%r.",
                self.model,
                self.config,
            )
        fields = type(self).model_fields
        return {
            "__dict__": {name: getattr(self, name) for name in fields if not fields[name].exclude},
            "__pydantic_fields_set__": {name for name in self.model_fields_set if not fields[name].exclude},
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        query = query_bundle.query_str if query_bundle else ""
        model = self.model if self.compressor is None else None
        dispatcher.event(LinguaCompressionStartEvent(query=query, nodes=len(nodes), model_name=model))
        texts = [_text_of(scored.node) for scored in nodes]
        result = self.engine.compress(self, texts, query, [scored.node.metadata for scored in nodes])
        if result is None:
            dispatcher.event(LinguaCompressionEndEvent(nodes=len(nodes)))
            return list(nodes)
        compressed = self._rebuild(nodes, result)
        dispatcher.event(
            LinguaCompressionEndEvent(
                nodes=len(compressed), model_name=result.model, **report(result, self.price_per_million)
            )
        )
        return compressed

    def _rebuild(self, nodes: list[NodeWithScore], result: CompressionResult) -> list[NodeWithScore]:
        rebuilt = []
        for context in result.contexts:
            scored = nodes[context.index]
            if not context.original.strip():
                rebuilt.append(scored)
                continue
            note = provenance(context) if self.metadata_key is not None else None
            text = None if context.unchanged else context.text
            node = node_with_text(scored.node, text, self.metadata_key, note)
            rebuilt.append(scored.model_copy(update={"node": node}))
        return rebuilt


def node_with_text(
    node: BaseNode, text: str | None, key: str | None, note: dict[str, Any] | None
) -> BaseNode:
    """A copy of ``node`` with another text; none of its containers is shared with the original.

    What belonged to the old text goes: the embedding, and the place in the document it was cut from.

    Args:
        node: any kind of node that has text.
        text: the new text; None: as it was, and so is all that belongs to it.
        key: metadata key for the note, hidden from LLM and embedding model; None: no note.
        note: what to leave there.
    """
    copy = node.model_copy()
    copy.metadata = dict(node.metadata)
    copy.relationships = dict(node.relationships)
    copy.excluded_llm_metadata_keys = list(node.excluded_llm_metadata_keys)
    copy.excluded_embed_metadata_keys = list(node.excluded_embed_metadata_keys)
    if key is not None:
        copy.metadata[key] = note
        for hidden in (copy.excluded_llm_metadata_keys, copy.excluded_embed_metadata_keys):
            if key not in hidden:
                hidden.append(key)
    if text is not None:
        copy.embedding = None
        _set_text(copy, text)
    return copy


def _set_text(node: BaseNode, text: str) -> None:
    if isinstance(node, TextNode):
        node.text = text
        node.start_char_idx = node.end_char_idx = None
    elif isinstance(node, Node) and node.text_resource is not None:
        # Not set_content: it would forget the resource's type and path.
        node.text_resource = node.text_resource.model_copy(update={"text": text, "embeddings": None})
    else:
        node.set_content(text)


def _text_of(node: BaseNode) -> str:
    """The node's own text, without metadata; nothing for a node that is only an image, say."""
    if isinstance(node, Node) and node.text_resource is None:
        return ""
    return node.get_content(metadata_mode=MetadataMode.NONE) or ""
