"""A summarizer for LangChain's own middleware that needs no LLM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from langchain_core.messages import BaseMessage

from lingua_integrations.langchain.messages import question_at, text_of
from lingua_integrations.langchain.runnable import CompressingRunnable

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressionResult

_NAMES = {"human": "Human", "ai": "AI", "tool": "Tool"}


class LinguaSummarizer(CompressingRunnable[Sequence[BaseMessage], str]):
    r"""Shortens a conversation to text: ``SummarizationMiddleware(model, summarizer=LinguaSummarizer())``.

    One budget holds for all of it, ranked by the last human message; who says what stands in front of each
    line. Give the middleware ``trim_tokens_to_summarize=None``: by default it shows its summarizer the last
    4,000 tokens only. Takes the fields of `HowMuch`, `How`, `OnFailure`, `Telling` and `SpreadingAdapter`.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> summarizer = LinguaSummarizer(method="extractive-bm25", target_tokens=8, min_tokens=0)
        >>> talk = [AIMessage("Emma is by Jane Austen. It came in 1815."), HumanMessage("Who wrote Emma?")]
        >>> summarizer.invoke(talk)
        'AI: Emma is by Jane Austen.\nHuman: Who wrote Emma?'
    """

    def _compress(self, messages: Sequence[BaseMessage]) -> tuple[str, CompressionResult | None]:
        asked = question_at(messages)
        texts = [text_of(message) for message in messages]
        question = texts[asked] if asked is not None else ""
        rest = [i for i in range(len(messages)) if i != asked]
        result = self.shorten([texts[i] for i in rest], question)
        if result is not None:
            through = {rest[context.index]: context.text for context in result.contexts}
            texts = [text if i == asked else through.get(i, "") for i, text in enumerate(texts)]
        names = [_NAMES.get(message.type, message.type.capitalize()) for message in messages]
        lines = zip(names, texts, strict=True)
        return "\n".join(f"{name}: {text}" for name, text in lines if text.strip()), result
