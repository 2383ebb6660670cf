"""Reads the text of nodes of all kinds, and copies them with another text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from llama_index.core.schema import BaseNode, MetadataMode, Node, NodeWithScore, TextNode

from lingua_integrations.adapters.notes import is_note, key_of, provenance
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressedContext


def scored_nodes(given: Any) -> list[NodeWithScore]:
    """Nodes with scores; nodes without one, and plain texts, become such.

    Raises:
        InvalidRequest: something is neither.

    >>> scored_nodes(["Emma came in 1815."])[0].node.get_content()
    'Emma came in 1815.'
    """
    if isinstance(given, str | BaseNode | NodeWithScore):
        given = [given]
    elif not isinstance(given, Iterable):
        raise _refused(given)
    return [one if isinstance(one, NodeWithScore) else NodeWithScore(node=_node(one)) for one in given]


def _node(given: Any) -> BaseNode:
    if isinstance(given, str):
        return TextNode(text=given)
    if not isinstance(given, BaseNode):
        raise _refused(given)
    return given


def _refused(given: Any) -> InvalidRequest:
    return InvalidRequest(f"nodes must be nodes or texts, not {type(given).__name__}.")


def text_of(node: BaseNode) -> str:
    """The node's own text, without metadata; nothing for a node that is only an image, say."""
    if isinstance(node, Node) and node.text_resource is None:
        return ""
    return node.get_content(metadata_mode=MetadataMode.NONE) or ""


def rebuilt(node: BaseNode, context: CompressedContext, key: str | None) -> BaseNode:
    """A node with what came through of its text; a blank one comes back as it is.

    Under the metadata key, if there is one, a note says which characters were kept.
    """
    if not context.original.strip():
        return node
    note = None
    if key is not None:
        key = key_of(node.metadata, key)
        earlier = node.metadata.get(key)
        note = origin(node) | provenance(context, earlier)
        if earlier is not None and is_note(earlier):  # in whose document the characters are counted
            note |= {name: earlier[name] for name in ("node_id", "start") if name in earlier}
    return node_with_text(node, None if context.unchanged else context.text, key, note)


def origin(node: BaseNode) -> dict[str, Any]:
    """Which node the kept characters are counted in, and where that began in its document, if it says so."""
    start = node.start_char_idx if isinstance(node, TextNode) else None
    return {"node_id": node.node_id} | ({} if start is None else {"start": start})


def node_with_text(
    node: BaseNode, text: str | None, key: str | None, note: dict[str, Any] | None
) -> BaseNode:
    """A copy of ``node`` with another text; none of its containers is shared with the original.

    What belonged to the old text goes: the embedding, and the place in the document it was cut from. Without
    a new text all of it stays. The key of the note is hidden from LLM and embedding model.
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
