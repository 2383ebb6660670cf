"""An LLM for chains whose contexts are read as vectors, by a model that the user runs."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import LLM

from lingua_integrations.adapters.soft import ReadsDigests


class LinguaSoftLLM(ReadsDigests, LLM):
    r"""A local target whose prompts hold contexts between marks, which it reads as digests.

    It is no compressor: nothing of a digest can be traced to the text. Takes the fields of `ReadsDigests`.
    An answer is not streamed: it comes in one chunk.

    Example:
        >>> from langchain_core.prompts import PromptTemplate
        >>> template = PromptTemplate.from_template("<context>{context}</context>\nQ: {question}\nA:")
        >>> chain = template | LinguaSoftLLM(digester="my-digester", max_tokens=16)
        >>> # chain.invoke({"context": text, "question": "Who wrote Emma?"})
    """

    @property
    def _llm_type(self) -> str:
        return "lingua-soft"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        """Whatever an answer depends on: caches of LangChain go by it."""
        return {name: getattr(self, name) for name in ReadsDigests.model_fields}

    def _call(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        return self.say(prompt, stop, kwargs)
