"""LangChain's half of the demo: an LCEL chain with `LinguaDocumentCompressor` between retriever and prompt."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda, RunnableParallel, RunnablePassthrough

from lingua_integrations import CompressionResult, PromptCompressor
from lingua_integrations.demo.answers import PROMPT, Answer
from lingua_integrations.demo.retrieval import Index
from lingua_integrations.langchain import LinguaDocumentCompressor


class IndexRetriever(BaseRetriever):
    """The demo's index as a LangChain retriever."""

    index: Any

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(
                hit.passage.text, id=hit.passage.id, metadata={"title": hit.passage.title, "score": hit.score}
            )
            for hit in self.index.search(query)
        ]


def retrieval(retriever: BaseRetriever, compressor: LinguaDocumentCompressor | None) -> Runnable[str, Any]:
    """A question becomes ``{"question": ..., "documents": ...}``; without a compressor, whole ones."""
    found = RunnableParallel(question=RunnablePassthrough(), documents=retriever)
    if compressor is None:
        return found
    compress = RunnableLambda(lambda found: compressor.compress_documents(found["documents"], found["question"]))
    return found | RunnablePassthrough.assign(documents=compress)


def generation(model: BaseChatModel) -> Runnable[Any, Any]:
    """Adds ``"answer"`` to what `retrieval` returns."""
    context = RunnableLambda(lambda found: "\n\n".join(document.page_content for document in found["documents"]))
    prompt = ChatPromptTemplate.from_template(PROMPT)
    answer = RunnablePassthrough.assign(context=context) | prompt | model | StrOutputParser()
    return RunnablePassthrough.assign(answer=answer)


class LangChainAnswers:
    """Answers questions with LangChain."""

    name = "langchain"

    def __init__(self, index: Index, compressor: PromptCompressor, model: BaseChatModel) -> None:
        self._retriever = IndexRetriever(index=index)
        self._compressor = compressor
        self._model = model

    def ask(self, question: str, rate: float | None, *, answering: bool = True) -> Answer:
        """Ask a question of the passages, compressed to ``rate``; None: whole ones."""
        results: list[CompressionResult] = []
        compressor = rate and LinguaDocumentCompressor(
            compressor=self._compressor, rate=rate, on_result=results.append
        )
        chain = retrieval(self._retriever, compressor or None)
        if answering:
            chain = chain | generation(self._model)
        outcome = chain.invoke(question)
        texts = [document.page_content for document in outcome["documents"]]
        return Answer(texts, outcome.get("answer"), results[0] if results else None)
