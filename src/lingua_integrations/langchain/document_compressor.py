"""A document compressor: retrieved documents in, the same documents with shorter text out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import AsyncCallbackManager, CallbackManager, Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.runnables.config import run_in_executor
from pydantic import ConfigDict, Field, PrivateAttr, field_validator
from pydantic.json_schema import SkipJsonSchema

from lingua_integrations.adapting import (
    Engine,
    OnError,
    OnResult,
    check,
    provenance,
    read_config,
)
from lingua_integrations.core.config import CompressionConfig

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressionResult


class LinguaDocumentCompressor(BaseDocumentCompressor):
    """Compresses documents to an exact budget of the target model's tokens.

    One budget holds for all documents of a call. Every output is a copy of its input with the shorter text:
    id, class and metadata stay. Documents of which nothing is left are not handed on; blank ones are,
    untouched, as far as the budget has room for them. Works in `ContextualCompressionRetriever` and
    `DocumentCompressorPipeline`.

    Attributes:
        rate: share of the tokens to keep, in (0, 1]; default: the configuration's (0.5).
        target_tokens: a number of tokens instead.
        method: what to compress by: a name that `lingua methods` lists; default: "rag".
        model: another model than the method's own: one of our names, a folder, or a hub id. Loaded at the
            first call.
        device: where it runs; default: the best there is.
        counter: whose tokens the budget counts: a tiktoken encoding or OpenAI model; any other tokenizer goes
            into ``compressor=PromptCompressor(..., counter=tokenizer)``.
        config: what to keep and how to decide it, in detail, instead of a method.
        compressor: a finished `PromptCompressor`; wins over method, model, device and config.
        metadata_key: where an output says which characters were kept, and how many tokens; None: nowhere.
        on_result: called with the whole `CompressionResult` of each call; not where nothing was compressed,
            because there was no text or because it failed.
        on_error: "passthrough" warns and hands the documents on uncompressed where compression fails, for
            whatever reason.

    Example:
        >>> from langchain_core.documents import Document
        >>> compressor = LinguaDocumentCompressor(method="extractive-bm25", target_tokens=8)
        >>> documents = [Document("Emma is by Jane Austen. It came in 1815.")]
        >>> compressor.compress_documents(documents, "Who wrote Emma?")[0].page_content
        'Emma is by Jane Austen.'
    """

    rate: float | None = None
    target_tokens: int | None = None
    method: str | None = None
    model: str | None = None
    device: str | None = None
    counter: str = "o200k_base"
    config: CompressionConfig | None = None
    compressor: Any = Field(default=None, exclude=True, repr=False)
    metadata_key: str | None = "lingua"
    on_result: SkipJsonSchema[OnResult | None] = Field(default=None, exclude=True, repr=False)
    on_error: OnError = "raise"

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")
    _engine: Engine = PrivateAttr(default_factory=Engine)

    if not TYPE_CHECKING:  # type checkers make the signature from the fields

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            check(self)  # here and not in a validator, whose errors pydantic wraps in its own

    @field_validator("config", mode="before")
    @classmethod
    def _config_from_dict(cls, config: Any) -> Any:
        return read_config(config)

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """Compress documents; traced as one chain run.

        Args:
            documents: the retrieved documents; they are not changed.
            query: the question; ranks the documents.
            callbacks: the retriever's, so that the run appears under it.
        """
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
        run.on_chain_end(_outputs(compressed, result))
        return compressed

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """The same in a thread, so that the event loop stays free."""
        if not documents:
            return []
        manager = AsyncCallbackManager.configure(inheritable_callbacks=callbacks)
        run = await manager.on_chain_start(None, _inputs(documents, query), name=type(self).__name__)
        try:
            result = await run_in_executor(None, self._compress, documents, query)
            compressed = self._rebuild(documents, result)
        except BaseException as error:
            await run.on_chain_error(error)
            raise
        await run.on_chain_end(_outputs(compressed, result))
        return compressed

    def _compress(self, documents: Sequence[Document], query: str) -> CompressionResult | None:
        texts = [document.page_content for document in documents]
        return self._engine.compress(self, texts, [document.metadata for document in documents], query)

    def _rebuild(self, documents: Sequence[Document], result: CompressionResult | None) -> list[Document]:
        if result is None:
            return list(documents)
        rebuilt = []
        for context in result.contexts:
            document = documents[context.index]
            if not context.original.strip():
                rebuilt.append(document)
                continue
            metadata = dict(document.metadata)
            if self.metadata_key is not None:
                metadata[self.metadata_key] = provenance(context)
            rebuilt.append(document.model_copy(update={"page_content": context.text, "metadata": metadata}))
        return rebuilt


def _inputs(documents: Sequence[Document], query: str) -> dict[str, Any]:
    return {"query": query, "documents": list(documents)}


def _outputs(documents: list[Document], result: CompressionResult | None) -> dict[str, Any]:
    outputs: dict[str, Any] = {"documents": documents}
    if result is not None:
        outputs |= {"tokens_before": result.tokens_before, "tokens_after": result.tokens_after}
    return outputs
