"""LlamaIndex's SentenceEmbeddingOptimizer, on each node or on one node with all texts.

A request has ``texts``, ``question``, ``folder`` of the embedding model, ``share`` (of the
sentences of a node that are kept), and ``joined``: whether all texts are one node.
"""

from __future__ import annotations

from typing import Any

from answering import Pieces, answer
from embedding import embedding
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.postprocessor.optimizer import SentenceEmbeddingOptimizer
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from llama_index.core.utils import globals_helper


class ByFolder(BaseEmbedding):
    """The embedding model as LlamaIndex wants it."""

    folder: str

    def _get_text_embedding(self, text: str) -> list[float]:
        return embedding(self.folder).embed_documents([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return embedding(self.folder).embed_documents(texts)

    def _get_query_embedding(self, query: str) -> list[float]:
        return embedding(self.folder).embed_query(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def compress(request: dict[str, Any]) -> Pieces:
    """The sentences that are left, in their order, without the neighbours that would be kept with them."""
    texts = ["\n\n".join(request["texts"])] if request["joined"] else request["texts"]
    share = request["share"]
    if request["joined"]:  # a share of less than one sentence would keep all of them
        share = max(share, 1.01 / max(1, len(globals_helper.punkt_tokenizer.tokenize(texts[0]))))
    split: list[list[str]] = []

    def sentences(text: str) -> list[str]:
        split.append(globals_helper.punkt_tokenizer.tokenize(text))
        return split[-1]

    optimizer = SentenceEmbeddingOptimizer(
        embed_model=ByFolder(folder=request["folder"]),
        percentile_cutoff=min(1.0, share),
        tokenizer_fn=sentences,
        context_before=0,
        context_after=0,
    )
    nodes = [NodeWithScore(node=TextNode(text=text)) for text in texts]
    kept = optimizer.postprocess_nodes(nodes, QueryBundle(request["question"]))
    return [
        (None if request["joined"] else index, sentence)
        for index, (one, known) in enumerate(zip(kept, split, strict=True))
        for sentence in in_order(one.node.get_content(), known)
    ]


def in_order(joined: str, sentences: list[str]) -> list[str]:
    """The sentences that a text is joined of, by a space each, in the order of ``sentences``."""
    found: list[int] = []
    by_length = sorted(range(len(sentences)), key=lambda i: -len(sentences[i]))
    at = 0
    while at < len(joined):
        index = next(i for i in by_length if joined.startswith(sentences[i], at) and i not in found)
        found.append(index)
        at += len(sentences[index]) + 1
    return [sentences[index] for index in sorted(found)]


if __name__ == "__main__":
    answer(compress)
