"""LangChain's EmbeddingsFilter, on documents or on chunks of them, with or without its redundancy filter.

A request has ``texts``, ``question``, ``folder`` of the embedding model, ``k`` or the ``share`` of all chunks
that ``k`` is, ``chunk``, the characters of a chunk (without it: whole documents), and ``redundant``, the
similarity above which a chunk is left out as a repetition (without it: none is).
"""

from __future__ import annotations

from typing import Any

from answering import Pieces, answer
from embedding import embedding
from langchain_classic.retrievers.document_compressors import DocumentCompressorPipeline, EmbeddingsFilter
from langchain_community.document_transformers import EmbeddingsRedundantFilter
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter


class ByFolder(Embeddings):
    """The embedding model as LangChain wants it."""

    def __init__(self, folder: str) -> None:
        self._model = embedding(folder)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Of texts."""
        return self._model.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """Of a question."""
        return self._model.embed_query(text)


def compress(request: dict[str, Any]) -> Pieces:
    """The chunks that are kept, in the order of the documents."""
    documents = [
        Document(text, metadata={"index": index})
        for index, text in enumerate(request["texts"])
        if text.strip()
    ]
    model = ByFolder(request["folder"])
    chunks = documents
    if size := request.get("chunk"):
        splitter = RecursiveCharacterTextSplitter(chunk_size=size, chunk_overlap=0, add_start_index=True)
        chunks = splitter.split_documents(documents)
    steps: list[Any] = []
    if request.get("redundant"):
        steps.append(EmbeddingsRedundantFilter(embeddings=model, similarity_threshold=request["redundant"]))
    k = request.get("k") or max(1, round(request["share"] * len(chunks)))
    steps.append(EmbeddingsFilter(embeddings=model, k=k))
    kept = DocumentCompressorPipeline(transformers=steps).compress_documents(chunks, request["question"])
    kept = sorted(kept, key=lambda one: (one.metadata["index"], one.metadata.get("start_index", 0)))
    return [(one.metadata["index"], one.page_content) for one in kept]


if __name__ == "__main__":
    answer(compress)
