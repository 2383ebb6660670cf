"""The same retrieval-augmented generation twice: as a LangChain chain and as a LlamaIndex query engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel, FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline
from llama_index.core.llms import LLM, CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import ResponseMode
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.demo.corpus import found_for
from lingua_integrations.langchain import LinguaDocumentCompressor
from lingua_integrations.llama_index import LinguaNodePostprocessor

ANSWER_TOKENS = 32
LOCAL = "local"
Answer = Callable[[str], str]
OnResult = Callable[[CompressionResult], None]

_PROMPT = ChatPromptTemplate.from_messages([
    ("system", "Answer the question from the context, in one short sentence."),
    ("human", "Context:\n{context}\n\nQuestion: {question}"),
])  # fmt: skip


class TopicRetriever(BaseRetriever):
    """The search as a LlamaIndex retriever."""

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(node=TextNode(text=passage.text, metadata={"title": passage.topic}), score=score)
            for passage, score in found_for(query_bundle.query_str)
        ]


def langchain_chain(
    llm: BaseChatModel, compressor: PromptCompressor, rate: float, on_result: OnResult
) -> Answer:
    """Retrieve, compress, prompt, answer: in LangChain's expression language."""
    shorten = LinguaDocumentCompressor(compressor=compressor, rate=rate, on_result=on_result)

    def context(question: str) -> dict[str, str]:
        found = [
            Document(page_content=passage.text, metadata={"title": passage.topic, "score": score})
            for passage, score in found_for(question)
        ]
        shorter = shorten.compress_documents(found, question)
        return {"context": "\n\n".join(document.page_content for document in shorter), "question": question}

    chain = RunnableLambda(context) | _PROMPT | llm | StrOutputParser()
    return chain.invoke


def llama_index_engine(llm: LLM, compressor: PromptCompressor, rate: float, on_result: OnResult) -> Answer:
    """The same as a LlamaIndex query engine with a postprocessor."""
    engine = RetrieverQueryEngine.from_args(
        TopicRetriever(),
        llm=llm,
        response_mode=ResponseMode.SIMPLE_SUMMARIZE,
        node_postprocessors=[LinguaNodePostprocessor(compressor=compressor, rate=rate, on_result=on_result)],
    )
    return lambda question: str(engine.query(question))


def models_of(name: str | None) -> tuple[BaseChatModel, LLM]:
    """A model for both frameworks.

    Args:
        name: ``provider:model``, as LangChain has it; "local": SmolLM2 on this machine; None: none is asked.
    """
    if name is None:
        chat: BaseChatModel = FakeListChatModel(responses=["(no LLM was asked)"])
    else:
        chat = _local_model() if name == LOCAL else init_chat_model(name)
    return chat, ChatModelLLM(model=chat, name=name or "none")


def _local_model() -> BaseChatModel:
    from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

    folder = str(resolve(DEFAULT_SCORER).folder)
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype="float32")
    model.generation_config.update(max_new_tokens=ANSWER_TOKENS, do_sample=False)
    generate = pipeline("text-generation", model=model, tokenizer=tokenizer, return_full_text=False)
    return ChatHuggingFace(llm=HuggingFacePipeline(pipeline=generate, model_id=folder), tokenizer=tokenizer)


class ChatModelLLM(CustomLLM):
    """A LangChain chat model as a LlamaIndex LLM."""

    model: Any
    name: str

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex has to know of it."""
        return LLMMetadata(model_name=self.name, context_window=8192, num_output=ANSWER_TOKENS * 4)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """One answer."""
        return CompletionResponse(text=self.model.invoke(prompt).text)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """The answer in one piece."""
        yield self.complete(prompt)
