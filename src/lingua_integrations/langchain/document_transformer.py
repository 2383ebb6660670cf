"""A document transformer: documents are stored with shorter text. No question is known yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from langchain_core.documents import BaseDocumentTransformer, Document
from langchain_core.runnables.config import run_in_executor

from lingua_integrations.adapting.settings import Settings, check_question_free
from lingua_integrations.core.background import stopping
from lingua_integrations.langchain.document_compressor import rebuilt


class LinguaDocumentTransformer(Settings, BaseDocumentTransformer):
    """Compresses each document alone, before it is embedded and stored, to the same rate or number of tokens.

    Every output is a copy of its input with the shorter text. No document is lost: where the budget is too
    small for one, that is an error, or with ``on_error="passthrough"`` a warning, and this one is stored
    whole. Put it after the splitter. Takes all fields of `Settings`; methods that need a question are
    refused.

    Attributes:
        spread: "each", nothing else: what is stored of a text must not depend on its neighbours.
        metadata_key: where a document says which characters were kept. None by default: the note is nested,
            and many vector stores only take flat metadata.

    Example:
        >>> transformer = LinguaDocumentTransformer(rate=0.5, min_tokens=100)
        >>> transformer.transform_documents([Document("Emma is by Jane Austen.")])[0].page_content
        'Emma is by Jane Austen.'
    """

    spread: Literal["each"] = "each"
    metadata_key: str | None = None

    may_drop: ClassVar[bool] = False

    if not TYPE_CHECKING:  # type checkers make the signature from the fields

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            check_question_free(self)

    def transform_documents(self, documents: Sequence[Document], **kwargs: Any) -> Sequence[Document]:
        """Compress the documents; one comes out for each that comes in, in order."""
        texts = [document.page_content for document in documents]
        result = self.engine.compress(self, texts, metadata=[document.metadata for document in documents])
        compressed = list(documents)
        for context in result.contexts if result is not None else ():
            compressed[context.index] = rebuilt(documents[context.index], context, self.metadata_key)
        return compressed

    async def atransform_documents(self, documents: Sequence[Document], **kwargs: Any) -> Sequence[Document]:
        """The same in a thread, so that the event loop stays free."""
        with stopping():
            return await run_in_executor(None, self.transform_documents, documents, **kwargs)
