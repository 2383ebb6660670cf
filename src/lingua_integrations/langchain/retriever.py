"""A retriever that hands on compressed documents: any retriever, and a document compressor behind it."""

from __future__ import annotations

from inspect import signature
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.retrievers import BaseRetriever, RetrieverLike
from pydantic import ConfigDict, Field

from lingua_integrations.langchain.document_compressor import LinguaDocumentCompressor


class LinguaRetriever(BaseRetriever):
    """Retrieves with any retriever and compresses the documents it found.

    It has the same two fields as langchain-classic's ContextualCompressionRetriever, and does not need that
    package.

    Attributes:
        base_retriever: any retriever, or any Runnable from a question to documents.
        base_compressor: compresses the documents.
        k: how many documents to retrieve. A retriever that accepts ``k`` gets it; for others it is a ceiling.
            ``invoke(question, k=...)`` overrides it.

    Example:
        >>> from langchain_core.runnables import RunnableLambda
        >>> found = RunnableLambda(lambda question: [Document("Emma is by Jane Austen. It came in 1815.")])
        >>> compressor = LinguaDocumentCompressor(method="extractive-bm25", target_tokens=8, min_tokens=0)
        >>> retriever = LinguaRetriever(base_retriever=found, base_compressor=compressor)
        >>> retriever.invoke("Who wrote Emma?")[0].page_content
        'Emma is by Jane Austen.'
    """

    base_retriever: RetrieverLike
    base_compressor: BaseDocumentCompressor = Field(default_factory=LinguaDocumentCompressor)
    k: int | None = Field(default=None, ge=1)

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        kwargs, k = self._options("_get_relevant_documents", kwargs)
        # The inner runs hang under this one only where its callbacks are handed on.
        config: Any = {"callbacks": run_manager.get_child()}
        documents = self.base_retriever.invoke(query, config, **kwargs)[:k]
        if not documents:
            return []
        child = run_manager.get_child()
        return list(self.base_compressor.compress_documents(documents, query, callbacks=child))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        kwargs, k = self._options("_aget_relevant_documents", kwargs)
        config: Any = {"callbacks": run_manager.get_child()}
        documents = (await self.base_retriever.ainvoke(query, config, **kwargs))[:k]
        if not documents:
            return []
        child = run_manager.get_child()
        return list(await self.base_compressor.acompress_documents(documents, query, callbacks=child))

    def _options(self, method: str, kwargs: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
        """What to hand on to the inner retriever, and how many documents to take from it.

        Each of a retriever's two methods is asked whether it takes ``k``: one may inherit the async one,
        which does not, and write the other.
        """
        k = kwargs.pop("k", self.k)
        if k is None or not isinstance(self.base_retriever, BaseRetriever):
            return kwargs, k
        parameters = signature(getattr(self.base_retriever, method)).parameters
        takes = "k" in parameters or any(one.kind is one.VAR_KEYWORD for one in parameters.values())
        return kwargs | ({"k": k} if takes else {}), k
