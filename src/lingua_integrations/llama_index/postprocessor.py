"""A node postprocessor: retrieved nodes in, the same nodes with shorter text out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from llama_index.core.bridge.pydantic import ConfigDict, PrivateAttr, field_serializer, field_validator
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import BaseNode, MetadataMode, Node, NodeWithScore, QueryBundle, TextNode
from llama_index_instrumentation import get_dispatcher

from lingua_integrations.adapting import DEFAULT_MODEL, Engine, OnError, check_budget, provenance
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.prompt import Context
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.llama_index.events import LinguaCompressionEndEvent, LinguaCompressionStartEvent

dispatcher = get_dispatcher(__name__)


class LinguaNodePostprocessor(BaseNodePostprocessor):
    """Compresses retrieved nodes to an exact budget of the target model's tokens.

    One budget holds for all nodes of a call. Every output is a copy of its input with the shorter text: id,
    score, metadata and relationships stay, one node per input, in order, so that citations still point at
    the right ones. Nodes without text pass untouched; nodes of which nothing is left are not handed on. Put
    it last: rerankers and cut-offs need the original text.

    Args:
        compressor: a finished `PromptCompressor` instead of model, device and config.
        on_result: called with the whole `CompressionResult` of every call.
        **fields: the attributes below.

    Attributes:
        rate: share of the tokens to keep, in (0, 1]; default: the configuration's (0.5).
        target_tokens: a number of tokens instead.
        model: scorer model: one of our names, a folder, or a hub id. Loaded at the first call.
        device: where it runs; default: the best there is.
        config: what to keep and how to decide it; default: `CompressionConfig.rag()`.
        metadata_key: where a node says which characters were kept; it is excluded from what LLM and embedding
            model see. None: nowhere.
        on_error: "passthrough" warns and hands the nodes on uncompressed where compression fails.

    Example:
        >>> engine = index.as_query_engine(  # doctest: +SKIP
        ...     node_postprocessors=[LinguaNodePostprocessor(rate=0.5)]
        ... )
    """

    rate: float | None = None
    target_tokens: int | None = None
    model: str = DEFAULT_MODEL
    device: str | None = None
    config: CompressionConfig | None = None
    metadata_key: str | None = "lingua"
    on_error: OnError = "raise"

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")
    _engine: Engine = PrivateAttr(default_factory=Engine)
    _on_result: Callable[[CompressionResult], None] | None = PrivateAttr(default=None)

    def __init__(
        self,
        *,
        compressor: Any = None,
        on_result: Callable[[CompressionResult], None] | None = None,
        **fields: Any,
    ) -> None:
        fields.pop("class_name", None)
        super().__init__(**fields)
        check_budget(self.rate, self.target_tokens)
        self._engine = Engine(compressor, self.model, self.device, self.config)
        self._on_result = on_result

    @classmethod
    def class_name(cls) -> str:
        """Name in serialised form."""
        return "LinguaNodePostprocessor"

    @field_serializer("config")
    def _config_to_dict(self, config: CompressionConfig | None) -> dict[str, Any] | None:
        return None if config is None else asdict(config)

    @field_validator("config", mode="before")
    @classmethod
    def _config_from_dict(cls, config: Any) -> Any:
        return CompressionConfig(**config) if isinstance(config, dict) else config

    def __getstate__(self) -> dict[str, Any]:
        """Leave the live model and callbacks out: the copy builds its own when it first needs one."""
        private = self.__pydantic_private__
        self.__pydantic_private__ = None
        try:
            return super().__getstate__()
        finally:
            self.__pydantic_private__ = private

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        query = query_bundle.query_str if query_bundle else ""
        dispatcher.event(LinguaCompressionStartEvent(query=query, nodes=len(nodes), model_name=self.model))
        result = self._compress(nodes, query)
        compressed = list(nodes) if result is None else self._rebuild(nodes, result)
        dispatcher.event(
            LinguaCompressionEndEvent(
                nodes=len(compressed),
                tokens_before=result.tokens_before if result else None,
                tokens_after=result.tokens_after if result else None,
                model_name=self.model,
            )
        )
        return compressed

    def _compress(self, nodes: list[NodeWithScore], query: str) -> CompressionResult | None:
        contexts = [Context(_text_of(scored.node), title=_title(scored.node)) for scored in nodes]
        if not nodes:
            return None
        result = self._engine.compress(contexts, query, self.rate, self.target_tokens, self.on_error)
        if result is not None and self._on_result is not None:
            self._on_result(result)
        return result

    def _rebuild(self, nodes: list[NodeWithScore], result: CompressionResult) -> list[NodeWithScore]:
        rebuilt = []
        for context in result.contexts:
            scored = nodes[context.index]
            if not context.original:
                rebuilt.append(scored)
                continue
            note = provenance(context) if self.metadata_key is not None else None
            node = node_with_text(scored.node, context.text, self.metadata_key, note)
            rebuilt.append(NodeWithScore(node=node, score=scored.score))
        return rebuilt


def node_with_text(node: BaseNode, text: str, key: str | None, note: dict[str, Any] | None) -> BaseNode:
    """A copy of ``node`` with another text, that shares nothing changeable with it.

    What belonged to the old text goes: the embedding, and the place in the document it was cut from.

    Args:
        node: any kind of node that has text.
        text: the new text.
        key: metadata key for the note, hidden from LLM and embedding model; None: no note.
        note: what to leave there.
    """
    copy = node.model_copy()
    copy.metadata = dict(node.metadata)
    copy.relationships = dict(node.relationships)
    copy.excluded_llm_metadata_keys = list(node.excluded_llm_metadata_keys)
    copy.excluded_embed_metadata_keys = list(node.excluded_embed_metadata_keys)
    copy.embedding = None
    if key is not None:
        copy.metadata[key] = note
        for hidden in (copy.excluded_llm_metadata_keys, copy.excluded_embed_metadata_keys):
            if key not in hidden:
                hidden.append(key)
    if isinstance(copy, TextNode):
        copy.text = text
        copy.start_char_idx = copy.end_char_idx = None
    elif isinstance(copy, Node) and copy.text_resource is not None:
        copy.text_resource = copy.text_resource.model_copy(update={"text": text, "embeddings": None})
    else:
        copy.set_content(text)
    return copy


def _text_of(node: BaseNode) -> str:
    """The node's own text, without metadata; nothing for a node that is only an image, say."""
    if isinstance(node, Node) and node.text_resource is None:
        return ""
    return node.get_content(metadata_mode=MetadataMode.NONE) or ""


def _title(node: BaseNode) -> str | None:
    title = node.metadata.get("title")
    return title if isinstance(title, str) else None
