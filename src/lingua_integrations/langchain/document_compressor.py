"""A document compressor: retrieved documents in, the same documents with shorter text out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import AsyncCallbackManager, CallbackManager, Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.runnables.config import run_in_executor

from lingua_integrations.adapters.compressing import SpreadingAdapter
from lingua_integrations.adapters.hints import text_or_refused
from lingua_integrations.adapters.notes import key_of, provenance, report
from lingua_integrations.core.background import stopping
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable  # at run time it would cost a quarter of a second

    from lingua_integrations.core.results import CompressedContext, CompressionResult


class LinguaDocumentCompressor(SpreadingAdapter, BaseDocumentCompressor):
    """Compresses documents to an exact budget of the target model's tokens.

    All documents of a call share one budget, unless `spread` is "each". Every output is a copy of its input
    with the shorter text; id, class and metadata stay. Documents of which nothing is left are dropped. Blank
    documents come back unchanged if they fit the budget. It works in `ContextualCompressionRetriever` and
    `DocumentCompressorPipeline`.

    Takes the fields of `HowMuch`, `How`, `OnFailure`, `Telling` and `SpreadingAdapter`.

    Attributes:
        metadata_key: where an output notes which characters were kept, and how many tokens. None: nowhere.

    Example:
        >>> from langchain_core.documents import Document
        >>> compressor = LinguaDocumentCompressor(method="extractive-bm25", target_tokens=8, min_tokens=0)
        >>> documents = [Document("Emma is by Jane Austen. It came in 1815.")]
        >>> compressor.compress_documents(documents, "Who wrote Emma?")[0].page_content
        'Emma is by Jane Austen.'
    """

    metadata_key: str | None = "lingua"

    @classmethod
    def from_llmlingua(cls, **arguments: Any) -> LinguaDocumentCompressor:
        """Build one from the arguments of langchain-community's LLMLinguaCompressor; see docs/migration.md.

        Args:
            **arguments: of its constructor, by name, with its defaults, but for the model and the device;
                fields of ours are accepted as well. An argument without effect causes a warning.

        Raises:
            InvalidRequest: an argument is unknown, or its way to rank is not supported.
        """
        from lingua_integrations.adapters.migration import translate

        return cls(**translate({**_LLMLINGUA, **arguments}, cls.model_fields))

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """Compress documents; traced as one chain run.

        Args:
            documents: the retrieved documents; they are not changed. Plain texts count as documents.
            query: the question, by which the text to keep is chosen; None or "" where there is none.
            callbacks: the retriever's callbacks, so that the run appears under the retriever's.

        Raises:
            InvalidRequest: something is neither a document nor text, or the query is not text.
        """
        documents, query = as_documents(documents), text_or_refused(query, "query")
        if not documents:
            return []
        manager = CallbackManager.configure(inheritable_callbacks=callbacks)
        run = manager.on_chain_start(None, _inputs(documents, query), name=type(self).__name__)
        try:
            result = self._compress(documents, query)
            compressed = self._rebuild(documents, result)
        except BaseException as error:
            run.on_chain_error(error)
            raise
        run.on_chain_end({"documents": compressed} | report(result, self.price_per_million))
        return compressed

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """The same in a thread, so that the event loop stays free."""
        documents, query = as_documents(documents), text_or_refused(query, "query")
        if not documents:
            return []
        manager = AsyncCallbackManager.configure(inheritable_callbacks=callbacks)
        run = await manager.on_chain_start(None, _inputs(documents, query), name=type(self).__name__)
        try:
            with stopping():
                result = await run_in_executor(None, self._compress, documents, query)
            compressed = self._rebuild(documents, result)
        except BaseException as error:
            await run.on_chain_error(error)
            raise
        await run.on_chain_end({"documents": compressed} | report(result, self.price_per_million))
        return compressed

    def as_runnable(self) -> Runnable[dict[str, Any], list[Document]]:
        """This compressor as a step of a chain: from ``{"documents", "question"}`` to documents."""
        from lingua_integrations.langchain.steps import step_of  # costs a quarter of a second

        name = f"{type(self).__name__}.as_runnable"
        return step_of(self, "documents", "question", lambda _, shorter: list(shorter), name)

    def _compress(self, documents: Sequence[Document], query: str) -> CompressionResult | None:
        texts = [document.page_content for document in documents]
        return self.shorten(texts, query, [document.metadata for document in documents])

    def _rebuild(self, documents: Sequence[Document], result: CompressionResult | None) -> list[Document]:
        if result is None:
            return list(documents)
        return [rebuilt(documents[one.index], one, self.metadata_key) for one in result.contexts]


def as_documents(given: Any) -> list[Document]:
    """Documents; plain texts, or one plain text, become documents.

    Raises:
        InvalidRequest: something is neither.

    >>> as_documents("Emma came in 1815.")[0].page_content
    'Emma came in 1815.'
    """
    if isinstance(given, str | Document):
        given = [given]
    elif not isinstance(given, Iterable):
        raise _refused(given)
    return [one if isinstance(one, Document) else _document(one) for one in given]


def _document(text: Any) -> Document:
    if not isinstance(text, str):
        raise _refused(text)
    return Document(text)


def _refused(given: Any) -> InvalidRequest:
    return InvalidRequest(f"documents must be Documents or texts, not {type(given).__name__}.")


def rebuilt(document: Document, context: CompressedContext, key: str | None) -> Document:
    """A copy of a document with what came through of its text; a blank one comes back as it is.

    Under the metadata key, if there is one, a note says which characters were kept.
    """
    if not context.original.strip():
        return document
    metadata = dict(document.metadata)
    if key is not None:
        key = key_of(metadata, key)
        metadata[key] = provenance(context, metadata.get(key))
    return document.model_copy(update={"page_content": context.text, "metadata": metadata})


_LLMLINGUA = {  # what langchain-community's adapter asks for by default
    "target_token": 300,
    "additional_compress_kwargs": {
        "condition_compare": True,
        "condition_in_question": "after",
        "context_budget": "+100",
        "reorder_context": "sort",
        "dynamic_context_compression_ratio": 0.4,
    },
}


def _inputs(documents: Sequence[Document], query: str) -> dict[str, Any]:
    return {"query": query, "documents": list(documents)}
