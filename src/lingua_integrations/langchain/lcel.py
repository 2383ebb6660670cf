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

    from lingua_integrations.adapters.keywords import DocumentOptions

_BETWEEN = "\n\n"  # documents in a prompt


def compress_context(
    context_key: str = "context",
    question_key: str = "question",
    *,
    as_documents: bool = False,
    **options: Unpack[DocumentOptions],
) -> Runnable[dict[str, Any], dict[str, Any]]:
    """A step that compresses one entry of a chain's dictionary, by the question in another.

    ``{"context": retriever, "question": RunnablePassthrough()} | compress_context(rate=0.25) | prompt | llm``

    The entry becomes one text, with blank lines between documents, as a prompt template needs it.

    Args:
        context_key: of the documents, the texts, or the one text.
        question_key: of the question; None or "" where there is none.
        as_documents: the entry stays what it was instead: documents, texts, or one text.
        **options: fields of `LinguaDocumentCompressor`.

    Raises:
        InvalidRequest: a setting is unknown or out of range; in a call: an entry is missing, or is neither
            documents nor text.

    Example:
        >>> step = compress_context(method="extractive-bm25", target_tokens=8, min_tokens=0)
        >>> documents = [Document("Emma is by Jane Austen. It came in 1815.")]
        >>> step.invoke({"context": documents, "question": "Who wrote Emma?"})
        {'context': 'Emma is by Jane Austen.', 'question': 'Who wrote Emma?'}
    """
    form = _like if as_documents else _joined

    def put(inputs: dict[str, Any], shorter: Sequence[Document]) -> dict[str, Any]:
        return {**inputs, context_key: form(inputs[context_key], shorter)}

    compressor = LinguaDocumentCompressor(**options)
    return step_of(compressor, context_key, question_key, put, "compress_context")


def _joined(given: Any, documents: Sequence[Document]) -> str:
    """Compressed documents as one text."""
    return _BETWEEN.join(document.page_content for document in documents)


def _like(given: Any, documents: Sequence[Document]) -> Any:
    """Compressed documents in the form in which they came: documents, texts, or one text."""
    if isinstance(given, str):
        return _joined(given, documents)
    texts = given and isinstance(given[0], str)
    made = (document.page_content if texts else document for document in documents)
    return tuple(made) if isinstance(given, tuple) else list(made)
