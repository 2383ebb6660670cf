"""A node postprocessor: retrieved nodes in, the same nodes with shorter text out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from lingua_integrations.adapters.compressing import SpreadingAdapter
from lingua_integrations.adapters.hints import text_or_refused
from lingua_integrations.llama_index.events import end_event, get_dispatcher, start_event
from lingua_integrations.llama_index.nodes import rebuilt, scored_nodes, text_of

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressedContext

dispatcher = get_dispatcher(__name__)


class LinguaNodePostprocessor(SpreadingAdapter, BaseNodePostprocessor):
    """Compresses retrieved nodes to an exact budget of the target model's tokens.

    All nodes of a call share one budget. Every output is a copy of its input with the shorter text. Id,
    score, metadata and relationships stay, and so does the order, so citations still point at the right
    nodes. Nodes of which nothing is left are dropped. Nodes without text pass through unchanged, and so do
    blank ones if the budget has room. Put it last, because rerankers and cut-offs need the original text. A
    pickle contains no compressor, callbacks or weights; the copy loads its own when it needs them. Plain
    strings count as nodes.

    Takes the fields of `HowMuch`, `How`, `OnFailure`, `Telling` and `SpreadingAdapter`.

    Attributes:
        metadata_key: where a node notes which characters were kept; the LLM and the embedding model do not
            see it. None: nowhere.

    Example:
        >>> from llama_index.core.schema import NodeWithScore, TextNode
        >>> postprocessor = LinguaNodePostprocessor(method="extractive-bm25", target_tokens=8, min_tokens=0)
        >>> nodes = [NodeWithScore(node=TextNode(text="Emma is by Jane Austen. It came in 1815."), score=0.5)]
        >>> postprocessor.postprocess_nodes(nodes, query_str="Who wrote Emma?")[0].text
        'Emma is by Jane Austen.'
    """

    metadata_key: str | None = "lingua"

    @classmethod
    def class_name(cls) -> str:
        """Name in serialised form."""
        return "LinguaNodePostprocessor"

    @classmethod
    def from_longllmlingua(cls, **arguments: Any) -> LinguaNodePostprocessor:
        """Build one from the arguments of LlamaIndex's LongLLMLinguaPostprocessor; see docs/migration.md.

        Args:
            **arguments: of its constructor, by name, with its defaults, but for the model and the device;
                fields of ours are accepted as well. An argument without effect causes a warning.

        Raises:
            InvalidRequest: an argument is unknown, or its way to rank is not supported.
        """
        from lingua_integrations.adapters.migration import translate

        return cls(**translate(arguments, cls.model_fields))

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        nodes = scored_nodes(nodes)
        asked = query_bundle.query_str if isinstance(query_bundle, QueryBundle) else query_bundle
        query = text_or_refused(asked, "query_bundle")
        dispatcher.event(start_event(self, query, len(nodes)))
        texts = [text_of(scored.node) for scored in nodes]
        result = self.shorten(texts, query, [scored.node.metadata for scored in nodes])
        compressed = nodes if result is None else [self._rebuilt(nodes, one) for one in result.contexts]
        dispatcher.event(end_event(self, result, len(compressed)))
        return list(compressed)

    def _rebuilt(self, nodes: list[NodeWithScore], context: CompressedContext) -> NodeWithScore:
        scored = nodes[context.index]
        return scored.model_copy(update={"node": rebuilt(scored.node, context, self.metadata_key)})
