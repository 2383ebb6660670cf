"""An LLM for query engines whose contexts are read as vectors, by a model that the user runs."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms.callbacks import llm_completion_callback
from llama_index.core.llms.custom import CustomLLM

from lingua_integrations.adapters.soft import ReadsDigests


class LinguaSoftLLM(ReadsDigests, CustomLLM):
    r"""A local target whose prompts hold contexts between marks, which it reads as digests.

    It is no compressor: nothing of a digest can be traced to the text. Takes the fields of `ReadsDigests`.
    An answer is not streamed: it comes in one piece.

    Example:
        >>> from llama_index.core import PromptTemplate
        >>> llm = LinguaSoftLLM(digester="my-digester", max_tokens=16)
        >>> template = PromptTemplate("<context>{context_str}</context>\nQ: {query_str}\nA:")
        >>> # index.as_query_engine(llm=llm, text_qa_template=template)
    """

    @classmethod
    def class_name(cls) -> str:
        """Name in serialised form."""
        return "LinguaSoftLLM"

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex packs its prompts by; a context counts as text there."""
        return LLMMetadata(
            context_window=self.reader.window, num_output=self.max_tokens, model_name=self.reader.name
        )

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """What the target goes on with."""
        stop = kwargs.pop("stop", None)
        return CompletionResponse(text=self.say(prompt, stop, kwargs))

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """The same, in one piece."""
        stop = kwargs.pop("stop", None)

        def whole() -> CompletionResponseGen:
            text = self.say(prompt, stop, kwargs)
            yield CompletionResponse(text=text, delta=text)

        return whole()
