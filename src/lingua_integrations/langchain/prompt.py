"""A step between prompt and model: the prompt's texts get shorter, its question stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import BaseMessage, HumanMessage, convert_to_messages
from langchain_core.prompt_values import ChatPromptValue, ImagePromptValue, PromptValue, StringPromptValue

from lingua_integrations.adapters.questions import split_question
from lingua_integrations.langchain.messages import (
    Passage,
    Place,
    Role,
    above_question,
    passages,
    question_of,
    rewrite,
)
from lingua_integrations.langchain.runnable import CompressingRunnable

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressionResult


class LinguaPromptCompressor(CompressingRunnable[LanguageModelInput, PromptValue]):
    """Compresses a prompt on its way to the model: ``prompt | LinguaPromptCompressor(rate=0.3) | model``.

    It takes what a model takes: a prompt value, a string, or messages. The last human message is the
    question. It stays, except for tool and search results in blocks of their own, and the other texts are
    ranked by it. System messages, images, tool calls, reasoning, citations, and cached blocks with everything
    before them stay byte for byte. All texts that may be compressed share one budget. A message of which
    nothing is left is dropped; a tool result then becomes "…".

    In a string, the question is the last paragraph or, if there is only one paragraph, the last line. A
    single line is compressed without a question. Takes the fields of `HowMuch`, `How`, `OnFailure`, `Telling`
    and `SpreadingAdapter`.

    Attributes:
        roles: whose messages are compressed: any of "human", "ai" and "tool".
        question: "message": the whole last human message. "paragraph": only its last paragraph or line, for
            prompts with question and documents in one message.

    Example:
        >>> from langchain_core.prompts import ChatPromptTemplate
        >>> prompt = ChatPromptTemplate([("human", "{documents}"), ("human", "{question}")])
        >>> shorter = prompt | LinguaPromptCompressor(method="extractive-bm25", target_tokens=8, min_tokens=0)
        >>> documents = "Emma is by Jane Austen. It came in 1815."
        >>> value = shorter.invoke({"documents": documents, "question": "Who wrote Emma?"})
        >>> [message.content for message in value.to_messages()]
        ['Emma is by Jane Austen.', 'Who wrote Emma?']
    """

    roles: tuple[Role, ...] = ("human", "ai", "tool")
    question: Literal["message", "paragraph"] = "message"

    def _compress(self, given: LanguageModelInput) -> tuple[PromptValue, CompressionResult | None]:
        if isinstance(given, ImagePromptValue):
            return given, None
        parts = PromptParts.of(given, self.roles, by_paragraph=self.question == "paragraph")
        result = self.shorten([one.text for one in parts.open], parts.question)
        if result is None:
            return parts.value({}), None
        through = {context.index: context.text for context in result.contexts}
        return parts.value({i: through.get(i, "") for i in range(len(parts.open))}), result


@dataclass(frozen=True)
class PromptParts:
    """A prompt, taken apart; a string is one human message."""

    messages: Sequence[BaseMessage]
    open: Sequence[Passage]  # the texts that may be compressed
    question: str
    plain: bool = False  # it was a string

    @classmethod
    def of(cls, given: LanguageModelInput, roles: Sequence[Role], *, by_paragraph: bool) -> PromptParts:
        """Take a prompt apart."""
        if isinstance(given, (str, StringPromptValue)):
            text = given if isinstance(given, str) else given.text
            body, question = split_question(text)
            passage = Passage(Place(0, ()), body, question)
            return cls([HumanMessage(text)], [passage], question.strip(), plain=True)
        messages = given.to_messages() if isinstance(given, PromptValue) else convert_to_messages(given)
        found = list(passages(messages, roles))
        head = above_question(messages, roles) if by_paragraph else None
        if head is not None:
            found = sorted([*found, head], key=lambda one: one.place.message)
            return cls(messages, found, head.tail.strip())
        return cls(messages, found, question_of(messages))

    def value(self, texts: dict[int, str]) -> PromptValue:
        """The prompt again, with other texts for the open ones, by their place among them."""
        filled = {self.open[i].place: _joined(text, self.open[i].tail) for i, text in texts.items()}
        messages = [one for one in rewrite(self.messages, filled) if one is not None]
        if self.plain:
            return StringPromptValue(text=str(messages[0].content))
        return ChatPromptValue(messages=messages)


def _joined(text: str, tail: str) -> str:
    return text + tail if text else tail.lstrip()
