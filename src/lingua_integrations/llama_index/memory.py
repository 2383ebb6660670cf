"""A block of a chat memory: what falls out of the short-term memory is kept, and shortened when it must."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llama_index.core.base.llms.types import ChatMessage, MessageRole

# llama_index imports the name to hand it on, but does not say so to type checkers.
from llama_index.core.instrumentation import get_dispatcher  # type: ignore[attr-defined]
from llama_index.core.memory import BaseMemoryBlock
from llama_index.core.utils import get_tokenizer
from pydantic import Field

from lingua_integrations.core.background import in_thread
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest
from lingua_integrations.llama_index.component import Component
from lingua_integrations.llama_index.events import end_event, start_event

dispatcher = get_dispatcher(__name__)
LLAMA_INDEX = "llama_index"


class LinguaMemoryBlock(Component, BaseMemoryBlock[str]):
    """Keeps the text of older messages; beyond the memory's limit it is compressed instead of cut.

    All of it is kept, so that each question can bring back another part: what stays is chosen by the last
    message of the user, and without one by LLMLingua's pruning. Where nothing of it fits, the memory leaves
    the block out; so it does, too, with a text that ``on_error="passthrough"`` hands on uncompressed. Only
    text is kept, neither images nor tool calls.

    Takes all fields of `Settings` but `rate` and `target_tokens`, which the memory decides, and `min_tokens`
    has no effect. One block may serve many memories: each session gets its own messages, and those put in
    without a session; asked without a session, a block gives all.

    Attributes:
        name: of the block; a tag in the prompt.
        description: of the block.
        priority: as in all blocks; 0 would be: never shortened.
        counter: "llama_index": that package's own tokenizer, which memories count with by default, so that
            their limit holds exactly. Any other as in `Settings`.
        lines: what is kept: the session it belongs to, if any, and "role: text".

    Example:
        >>> import asyncio
        >>> block = LinguaMemoryBlock(method="extractive-bm25")
        >>> asyncio.run(block.aput([ChatMessage("My cat is called Tom."), ChatMessage("I like green tea.")]))
        >>> content = asyncio.run(block.aget([ChatMessage("What is my cat called?")]))
        >>> asyncio.run(block.atruncate(content, 6))
        'user: My cat is called Tom.'
    """

    name: str = "earlier_conversation"
    description: str | None = "What was said before, shortened where it is long."
    priority: int = Field(default=1, ge=0)
    counter: str = LLAMA_INDEX
    lines: list[tuple[str | None, str]] = Field(default_factory=list)

    if not TYPE_CHECKING:  # type checkers make the signature from the fields

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            if self.rate is not None or self.target_tokens is not None:
                raise InvalidRequest(
                    "The memory says how many tokens a block may have; rate and target_tokens have no place."
                )

    async def _aput(self, messages: list[ChatMessage]) -> None:
        for message in messages:
            if message.content and message.content.strip():
                session = message.additional_kwargs.get("session_id")
                self.lines.append((session, f"{message.role.value}: {message.content}"))

    async def _aget(
        self, messages: list[ChatMessage] | None = None, session_id: str | None = None, **block_kwargs: Any
    ) -> str:
        lines = [line for owner, line in self.lines if None in (owner, session_id) or owner == session_id]
        return Remembered.of("\n".join(lines), question_of(messages or []))

    @dispatcher.span
    async def atruncate(self, content: str, tokens_to_truncate: int) -> str | None:
        """Compress what `aget` returned.

        Args:
            content: that; a memory without anything in it may hand in an empty list instead.
            tokens_to_truncate: how many tokens it must lose.

        Returns:
            The shorter text; None where nothing of it fits.
        """
        if not isinstance(content, str) or not content.strip():
            return None
        return await in_thread(self._shortened, content, tokens_to_truncate)

    def _shortened(self, content: str, tokens_to_truncate: int) -> str | None:
        text, question = str(content), getattr(content, "question", "")
        own = {"counter": Tokenizer(get_tokenizer())} if self.counter == LLAMA_INDEX else {}
        settings = self.model_copy(update={"min_tokens": 0, **own})
        room = self.engine.compressor(settings, question).counter.count(text) - tokens_to_truncate
        if room < 1:
            return None
        settings.target_tokens = room
        dispatcher.event(start_event(self, question, 1))
        try:
            result = self.engine.compress(settings, [text], question)
        except BudgetTooSmall:
            dispatcher.event(end_event(self, None, 0))
            return None
        dispatcher.event(end_event(self, result, 1))
        return text if result is None else result.texts[0]


class Remembered(str):
    """The content of a block, with the question it was fetched for.

    The memory hands it from `aget` to `atruncate`. So the block itself need not remember the question, which
    would be another one as soon as two answers are under way.
    """

    question: str

    @classmethod
    def of(cls, text: str, question: str) -> Remembered:
        """A text with a question."""
        remembered = cls(text)
        remembered.question = question
        return remembered


@dataclass(frozen=True)
class Tokenizer:
    """Counts with a function from text to tokens. Two are equal where their functions are."""

    function: Callable[[str], Sequence[Any]]
    name: str = LLAMA_INDEX

    def count(self, text: str) -> int:
        """Tokens of ``text``."""
        return len(self.function(text))


def question_of(messages: Sequence[ChatMessage]) -> str:
    """The text of the user's last message, or nothing."""
    asked = (message.content for message in reversed(messages) if message.role == MessageRole.USER)
    return next((text for text in asked if text), "")
