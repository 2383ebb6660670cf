"""LlamaIndex's half of the demo: a `RetrieverQueryEngine` with `LinguaNodePostprocessor`."""

from __future__ import annotations

from typing import Any

from llama_index.core import PromptTemplate, QueryBundle
from llama_index.core.base.response.schema import Response
from llama_index.core.indices.prompt_helper import PromptHelper
from llama_index.core.llms import LLM
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import ResponseMode, get_response_synthesizer
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, TextNode

from lingua_integrations import CompressionResult, PromptCompressor
from lingua_integrations.demo.answers import PROMPT, Answer
from lingua_integrations.demo.retrieval import Index
from lingua_integrations.llama_index import LinguaNodePostprocessor

_TEMPLATE = PromptTemplate(PROMPT.format(context="{context_str}", question="{query_str}"))


class IndexRetriever(BaseRetriever):
    """The demo's index as a LlamaIndex retriever."""

    def __init__(self, index: Index) -> None:
        self._index = index
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(
                node=TextNode(
                    id_=hit.passage.id, text=hit.passage.text, metadata={"title": hit.passage.title}
                ),
                score=hit.score,
            )
            for hit in self._index.search(query_bundle.query_str)
        ]


def query_engine(
    retriever: BaseRetriever, postprocessors: list[BaseNodePostprocessor], llm: LLM, count: Any
) -> RetrieverQueryEngine:
    """An engine that asks ``llm`` once, with everything that was retrieved.

    Args:
        retriever: finds the nodes.
        postprocessors: what happens to them before the model sees them.
        llm: given explicitly, else LlamaIndex would look for OpenAI.
        count: likewise the tokenizer, else it would look for GPT-3.5's.
    """
    helper = PromptHelper.from_llm_metadata(llm.metadata, tokenizer=count)
    synthesizer = get_response_synthesizer(
        llm=llm, prompt_helper=helper, text_qa_template=_TEMPLATE, response_mode=ResponseMode.COMPACT
    )
    return RetrieverQueryEngine(retriever, synthesizer, node_postprocessors=postprocessors)


class LlamaIndexAnswers:
    """Answers questions with LlamaIndex."""

    name = "llama-index"

    def __init__(self, index: Index, compressor: PromptCompressor, llm: LLM) -> None:
        self._retriever = IndexRetriever(index)
        self._compressor = compressor
        self._llm = llm

    def ask(self, question: str, rate: float | None, *, answering: bool = True) -> Answer:
        """Ask a question of the passages, compressed to ``rate``; None: whole ones."""
        results: list[CompressionResult] = []
        shorten: list[BaseNodePostprocessor] = []
        if rate is not None:
            shorten.append(
                LinguaNodePostprocessor(compressor=self._compressor, rate=rate, on_result=results.append)
            )
        engine = query_engine(self._retriever, shorten, self._llm, self._compressor.scorer.encode)
        said = None
        if answering:
            response = engine.query(question)
            nodes, said = response.source_nodes, str(response)
        else:
            nodes = engine.retrieve(QueryBundle(question))
        return Answer([scored.node.get_content() for scored in nodes], said, results[0] if results else None)
