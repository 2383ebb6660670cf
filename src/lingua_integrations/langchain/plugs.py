"""Parts for LangChain's own middleware: a summarizer that needs no LLM, and a context edit."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from langchain_core.messages import BaseMessage, ToolMessage
from pydantic import Field, PrivateAttr

from lingua_integrations.langchain.agent_messages import AgentSettings, Texts, shorter_texts
from lingua_integrations.langchain.messages import Passage, Place, open_texts, question_of, rewrite
from lingua_integrations.langchain.runnable import CompressingRunnable

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressionResult

_MEMORY = 1000  # messages whose shorter texts are remembered
_NAMES = {"human": "Human", "ai": "AI", "tool": "Tool"}


class LinguaSummarizer(CompressingRunnable[Sequence[BaseMessage], str]):
    r"""Shortens a conversation to text: ``SummarizationMiddleware(model, summarizer=LinguaSummarizer())``.

    One budget holds for all of it, ranked by the last human message; who says what stands in front of each
    line. Give the middleware ``trim_tokens_to_summarize=None``: by default it shows its summarizer the last
    4,000 tokens only. Takes all fields of `Settings`; the method is "extractive-fusion" by default, and "rag"
    without a question.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> summarizer = LinguaSummarizer(method="extractive-bm25", target_tokens=8)
        >>> talk = [AIMessage("Emma is by Jane Austen. It came in 1815."), HumanMessage("Who wrote Emma?")]
        >>> summarizer.invoke(talk)
        'AI: Emma is by Jane Austen.\nHuman: Who wrote Emma?'
    """

    def _compress(self, messages: Sequence[BaseMessage]) -> tuple[str, CompressionResult | None]:
        asked = next((i for i in reversed(range(len(messages))) if messages[i].type == "human"), None)
        texts = [str(message.text) for message in messages]
        question = texts[asked] if asked is not None else ""
        rest = [i for i in range(len(messages)) if i != asked]
        result = self.engine.compress(self, [texts[i] for i in rest], question)
        if result is not None:
            through = {rest[context.index]: context.text for context in result.contexts}
            texts = [text if i == asked else through.get(i, "") for i, text in enumerate(texts)]
        lines = zip(messages, texts, strict=True)
        return "\n".join(f"{_name(message)}: {text}" for message, text in lines if text.strip()), result


class LinguaContextEdit(AgentSettings):
    """An edit for ``ContextEditingMiddleware(edits=[LinguaContextEdit()])``: shorter old tool results.

    The middleware edits a copy of the messages before every call of the model. A result is compressed by the
    human message that stands before it, so that it looks the same in every later call and a provider's prompt
    cache holds; what has been compressed is remembered. The middleware's async hook runs edits on the event
    loop: `LinguaToolMiddleware` is the better choice there. Takes all fields of `Settings`, with the defaults
    of `LinguaToolMiddleware`.

    Attributes:
        trigger: edits from so many tokens in all messages, by the middleware's count.
        keep: so many of the last tool results stay as they are.
        exclude_tools: names of tools whose results stay.
    """

    trigger: int = Field(default=4000, ge=0)
    keep: int = Field(default=3, ge=0)
    exclude_tools: tuple[str, ...] = ()

    _known: dict[Hashable, Texts] = PrivateAttr(default_factory=dict)

    def apply(
        self, messages: list[BaseMessage], *, count_tokens: Callable[[Sequence[BaseMessage]], int]
    ) -> None:
        """Shorten tool results in ``messages``, in place."""
        if count_tokens(messages) < self.trigger:
            return
        results = [i for i, message in enumerate(messages) if isinstance(message, ToolMessage)]
        for i in results[: max(0, len(results) - self.keep)]:
            if messages[i].name not in self.exclude_tools:
                messages[i] = self._shorter(messages[i], question_of(messages[:i]))

    def _shorter(self, message: BaseMessage, question: str) -> BaseMessage:
        found = tuple(Passage(Place(0, block), text) for block, text in open_texts(message))
        if not found:
            return message
        made = self._texts(found, question)
        return rewrite([message], made.texts, made.marks)[0] or message

    def _texts(self, found: tuple[Passage, ...], question: str) -> Texts:
        """The shorter texts, from memory where the same ones were compressed in the same way before."""
        compressor = self.engine.attempt(self, partial(self.engine.compressor, self, question))
        key = (compressor, self.model_dump_json(), question, found)
        made = self._known.get(key)
        if made is None:
            made = shorter_texts(self, found, question)
            if len(made.reports) == len(found):  # what failed may work the next time
                while len(self._known) >= _MEMORY:
                    self._known.pop(next(iter(self._known), key), None)
                self._known[key] = made
        return made


def _name(message: BaseMessage) -> str:
    return _NAMES.get(message.type, message.type.capitalize())
