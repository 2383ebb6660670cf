"""Compression as a step of a chain, in one line."""

from __future__ import annotations

from typing import Any

from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain.document_compressor import LinguaDocumentCompressor


def compress_context(
    context_key: str = "context", question_key: str = "question", **settings: Any
) -> Runnable[dict[str, Any], dict[str, Any]]:
    """A step that compresses one entry of a chain's dictionary, by the question in another.

    ``{"context": retriever, "question": RunnablePassthrough()} | compress_context(rate=0.25) | prompt | llm``

    Args:
        context_key: of the documents, the texts, or the one text; comes out as what it was.
        question_key: of the question.
        **settings: fields of `LinguaDocumentCompressor`.

    Example:
        >>> step = compress_context(method="extractive-bm25", target_tokens=8)
        >>> context = "Emma is by Jane Austen. It came in 1815."
        >>> step.invoke({"context": context, "question": "Who wrote Emma?"})
        {'context': 'Emma is by Jane Austen.', 'question': 'Who wrote Emma?'}
    """
    compressor = LinguaDocumentCompressor(**settings)

    def run(inputs: dict[str, Any], config: RunnableConfig) -> dict[str, Any]:
        documents, question = _read(inputs, context_key, question_key)
        callbacks = config.get("callbacks")
        shorter = compressor.compress_documents(documents, question, callbacks=callbacks)
        return {**inputs, context_key: _like(inputs[context_key], shorter)}

    async def arun(inputs: dict[str, Any], config: RunnableConfig) -> dict[str, Any]:
        documents, question = _read(inputs, context_key, question_key)
        callbacks = config.get("callbacks")
        shorter = await compressor.acompress_documents(documents, question, callbacks=callbacks)
        return {**inputs, context_key: _like(inputs[context_key], shorter)}

    return RunnableLambda(run, arun, name="compress_context")


def runnable_of(compressor: BaseDocumentCompressor) -> Runnable[dict[str, Any], list[Document]]:
    """A compressor as a Runnable from ``{"documents", "question"}`` to documents."""

    def run(inputs: dict[str, Any], config: RunnableConfig) -> list[Document]:
        documents, question = _read(inputs, "documents", "question")
        callbacks = config.get("callbacks")
        return list(compressor.compress_documents(documents, question, callbacks=callbacks))

    async def arun(inputs: dict[str, Any], config: RunnableConfig) -> list[Document]:
        documents, question = _read(inputs, "documents", "question")
        callbacks = config.get("callbacks")
        return list(await compressor.acompress_documents(documents, question, callbacks=callbacks))

    return RunnableLambda(run, arun, name=f"{type(compressor).__name__}.as_runnable")


def _read(inputs: dict[str, Any], context_key: str, question_key: str) -> tuple[list[Document], str]:
    """Documents and question of a chain's dictionary.

    Raises:
        InvalidRequest: one of them is missing, or no documents or text.
    """
    for key in (context_key, question_key):
        if not isinstance(inputs, dict) or key not in inputs:
            had = ", ".join(map(repr, inputs)) if isinstance(inputs, dict) else type(inputs).__name__
            raise InvalidRequest(f"The step before must give a dictionary with {key!r}; it gave {had}.")
    given = inputs[context_key]
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list | tuple) or not all(isinstance(one, str | Document) for one in texts):
        raise InvalidRequest(f"{context_key!r} must be documents or text, not {type(given).__name__}.")
    if len({isinstance(one, str) for one in texts}) > 1:
        raise InvalidRequest(f"{context_key!r} mixes documents and texts.")
    question = inputs[question_key]
    if not isinstance(question, str):
        raise InvalidRequest(f"{question_key!r} must be text, not {type(question).__name__}.")
    return [Document(one) if isinstance(one, str) else one for one in texts], question


def _like(given: Any, documents: Any) -> Any:
    """Compressed documents in the form in which they came: documents, texts, or one text."""
    if isinstance(given, str):
        return "".join(document.page_content for document in documents)
    texts = given and isinstance(given[0], str)
    made = (document.page_content if texts else document for document in documents)
    return tuple(made) if isinstance(given, tuple) else list(made)
