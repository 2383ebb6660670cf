"""Compression as a step of a chain, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.runnables import Runnable

from lingua_integrations.langchain.document_compressor import LinguaDocumentCompressor
from lingua_integrations.langchain.steps import step_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lingua_integrations.adapters.options import DocumentOptions


def compress_context(
    context_key: str = "context", question_key: str = "question", **options: Unpack[DocumentOptions]
) -> Runnable[dict[str, Any], dict[str, Any]]:
    """A step that compresses one entry of a chain's dictionary, by the question in another.

    ``{"context": retriever, "question": RunnablePassthrough()} | compress_context(rate=0.25) | prompt | llm``

    Args:
        context_key: of the documents, the texts, or the one text; comes out as what it was.
        question_key: of the question.
        **options: fields of `LinguaDocumentCompressor`.

    Example:
        >>> step = compress_context(method="extractive-bm25", target_tokens=8, min_tokens=0)
        >>> context = "Emma is by Jane Austen. It came in 1815."
        >>> step.invoke({"context": context, "question": "Who wrote Emma?"})
        {'context': 'Emma is by Jane Austen.', 'question': 'Who wrote Emma?'}
    """

    def put(inputs: dict[str, Any], shorter: Sequence[Document]) -> dict[str, Any]:
        return {**inputs, context_key: _like(inputs[context_key], shorter)}

    compressor = LinguaDocumentCompressor(**options)
    return step_of(compressor, context_key, question_key, put, "compress_context")


def _like(given: Any, documents: Sequence[Document]) -> Any:
    """Compressed documents in the form in which they came: documents, texts, or one text."""
    if isinstance(given, str):
        return "".join(document.page_content for document in documents)
    texts = given and isinstance(given[0], str)
    made = (document.page_content if texts else document for document in documents)
    return tuple(made) if isinstance(given, tuple) else list(made)
