"""A document transformer: documents are stored with shorter text. No question is known yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.documents import BaseDocumentTransformer, Document
from langchain_core.runnables.config import run_in_executor

from lingua_integrations.adapters.ingestion import IngestionAdapter
from lingua_integrations.core.background import stopping
from lingua_integrations.langchain.document_compressor import as_documents, rebuilt


class LinguaDocumentTransformer(IngestionAdapter, BaseDocumentTransformer):
    """Compresses each document on its own, before it is embedded and stored.

    Every document gets the same rate or number of tokens. Every output is a copy of its input with the
    shorter text. No document is lost: if the budget is too small for one, `when_too_small` decides. Put it
    after the splitter. Takes the fields of `HowMuch`, `How`, `OnFailure`, `Telling` and `IngestionAdapter`;
    methods that need a question are refused.

    Attributes:
        metadata_key: where a document notes which characters were kept. The default is None, because the note
            is nested and many vector stores accept only flat metadata.

    Example:
        >>> transformer = LinguaDocumentTransformer(rate=0.5)  # a short text is not worth the time
        >>> transformer.transform_documents([Document("Emma is by Jane Austen.")])[0].page_content
        'Emma is by Jane Austen.'
    """

    metadata_key: str | None = None

    def transform_documents(self, documents: Sequence[Document], **kwargs: Any) -> Sequence[Document]:
        """Compress the documents; one comes out for each that comes in, in order.

        Plain texts count as documents.
        """
        documents = as_documents(documents)
        texts = [document.page_content for document in documents]
        result = self.shorten(texts, metadata=[document.metadata for document in documents])
        compressed = list(documents)
        for context in result.contexts if result is not None else ():
            compressed[context.index] = rebuilt(documents[context.index], context, self.metadata_key)
        return compressed

    async def atransform_documents(self, documents: Sequence[Document], **kwargs: Any) -> Sequence[Document]:
        """The same in a thread, so that the event loop stays free."""
        with stopping():
            return await run_in_executor(None, self.transform_documents, documents, **kwargs)
