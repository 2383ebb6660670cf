"""A block of a chat memory: what falls out of the short-term memory is kept, and shortened when it must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.memory import BaseMemoryBlock
from llama_index.core.utils import get_tokenizer
from pydantic import BaseModel, Field

from lingua_integrations.adapters.compressing import Compressing
from lingua_integrations.adapters.pins import laid_down
from lingua_integrations.core.background import in_thread
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.usage import uncounted
from lingua_integrations.errors import BudgetTooSmall
from lingua_integrations.llama_index.events import end_event, get_dispatcher, start_event

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.results import CompressionResult

dispatcher = get_dispatcher(__name__)
LLAMA_INDEX = "llama_index"


class Cut(BaseModel):
    """What the first lines of a session were cut to.

    Attributes:
        lines: how many lines it stands for.
        text: what is left of them.
    """

    lines: int
    text: str


class LinguaMemoryBlock(Compressing, BaseMemoryBlock[str]):
    """Keeps the text of older messages; beyond the memory's limit it is compressed instead of cut.

    What was cut stays as it came out, and what is said later is added at its end, so that each text begins
    with the one before and a provider's prompt cache holds. Only when the memory has no room for it any more
    is it cut again, out of all that was ever said: what stays is chosen by the last message of the user at
    that moment, and without one what says most. What the user has demanded, forbidden or left to do ("never",
    "do not", a to-do) stays as long as all of that fits.

    Where nothing of it fits, the memory leaves the block out; so it does, too, with a text that
    ``on_error="passthrough"`` hands on uncompressed. Only text is kept, neither images nor tool calls.

    Takes the fields of `How`, `OnFailure` and `Telling`; how much to keep, the memory decides. One block may
    serve many memories: each session gets its own messages, and those put in without a session; asked without
    a session, a block gives all.

    Attributes:
        name: of the block; a tag in the prompt.
        description: of the block.
        priority: as in all blocks; 0 would be: never shortened.
        counter: "llama_index": that package's own tokenizer, which memories count with by default, so that
            their limit holds exactly. Any other as in `How`.
        slack: share of its room that a cut leaves free for what is said next, in [0, 1). The more, the fewer
            cuts, and the less stays.
        lines: what is kept: the session it belongs to, if any, and "role: text".
        cuts: for each session, and under "" without one, what its first lines were cut to.

    Example:
        >>> import asyncio
        >>> block = LinguaMemoryBlock(method="extractive-bm25", slack=0)
        >>> asyncio.run(block.aput([ChatMessage("My cat is called Tom."), ChatMessage("I like green tea.")]))
        >>> content = asyncio.run(block.aget([ChatMessage("What is my cat called?")]))
        >>> asyncio.run(block.atruncate(content, 6))
        'user: My cat is called Tom.'
    """

    name: str = "earlier_conversation"
    description: str | None = "What was said before, shortened where it is long."
    priority: int = Field(default=1, ge=0)
    counter: str = LLAMA_INDEX
    slack: float = Field(default=0.25, ge=0, lt=1)
    lines: list[tuple[str | None, str]] = Field(default_factory=list)
    cuts: dict[str, Cut] = Field(default_factory=dict)

    async def _aput(self, messages: list[ChatMessage]) -> None:
        for message in messages:
            if message.content and message.content.strip():
                session = message.additional_kwargs.get("session_id")
                self.lines.append((session, f"{message.role.value}: {message.content}"))

    async def _aget(
        self, messages: list[ChatMessage] | None = None, session_id: str | None = None, **block_kwargs: Any
    ) -> str:
        lines = [line for owner, line in self.lines if None in (owner, session_id) or owner == session_id]
        cut = self.cuts.get(session_id or "")
        shown = lines if cut is None or cut.lines > len(lines) else [cut.text, *lines[cut.lines :]]
        return Remembered.of("\n".join(shown), lines, question_of(messages or []), session_id or "")

    @dispatcher.span
    async def atruncate(self, content: str, tokens_to_truncate: int) -> str | None:
        """Compress what `aget` returned; None where nothing of it fits.

        Args:
            content: that; a memory without anything in it may hand in an empty list instead.
            tokens_to_truncate: how many tokens it must lose.
        """
        if not isinstance(content, str) or not content.strip():
            return None
        if tokens_to_truncate <= 0:
            return content
        shown = content if isinstance(content, Remembered) else Remembered.of(content, [content])
        shorter, cut = await in_thread(self._cut, shown, tokens_to_truncate)
        if cut is not None and shown is content:
            self.cuts[shown.session] = cut
        return shorter

    def compressor_for(self, counter: Any = None) -> PromptCompressor:
        """As in `How`; but what was said stays as far as there is room, relevant to the question or not."""
        own = LlamaIndexCounter() if self.counter == LLAMA_INDEX else None
        made = super().compressor_for(counter or own)
        return made.with_config(made.config.with_(floor=None))

    def _cut(self, shown: Remembered, tokens_to_truncate: int) -> tuple[str | None, Cut | None]:
        """What the memory gets instead of a text, and what stays of it for later, if it was cut."""
        compressor = self.compressor_for()
        room = compressor.counter.count(shown) - tokens_to_truncate
        if room < 1:
            return None, None
        dispatcher.event(start_event(self, shown.question, 1))
        result = self.attempt(lambda: (self._compressed(compressor, shown, room),))
        found = result[0] if result else None
        if found is not None:
            self.tell(found)
        dispatcher.event(end_event(self, found, int(result is None or found is not None)))
        if found is None:
            return (str(shown) if result is None else None), None
        return found.texts[0], Cut(lines=len(shown.lines), text=found.texts[0])

    def _compressed(
        self, compressor: PromptCompressor, shown: Remembered, room: int
    ) -> CompressionResult | None:
        """All lines, cut to less than their room; or to all of it, where less is too little.

        What the user has laid down stays in it, as long as all of that fits.
        """
        from lingua_integrations.core.request import Context

        question = shown.question or None
        whole = Context("\n".join(shown.lines), keep=tuple(_laid_down(shown.lines)))
        for context in dict.fromkeys((whole, replace(whole, keep=()))):
            for target in (max(1, int(room * (1 - self.slack))), room):
                with uncounted(), suppress(BudgetTooSmall):
                    return compressor.compress([context], question=question, target_tokens=target)
        return None


def _laid_down(lines: Sequence[str]) -> Iterator[Span]:
    """What the user's lines demand, forbid or leave to do, in characters of all lines joined."""
    begin = 0
    for line in lines:
        if line.startswith(f"{MessageRole.USER.value}: "):
            yield from (Span(begin + start, begin + end) for start, end in laid_down(line))
        begin += len(line) + 1


class Remembered(str):
    """The content of a block, with what it was made of and the question it was fetched for.

    The memory hands it from `aget` to `atruncate`. So the block itself need not remember the question, which
    would be another one as soon as two answers are under way.
    """

    lines: Sequence[str]
    question: str
    session: str

    @classmethod
    def of(cls, text: str, lines: Sequence[str], question: str = "", session: str = "") -> Remembered:
        """A text of lines, with a question."""
        remembered = cls(text)
        remembered.lines, remembered.question, remembered.session = lines, question, session
        return remembered


@dataclass(frozen=True)
class LlamaIndexCounter:
    """Counts with llama_index's own tokenizer, whichever is set there at the time."""

    name: str = LLAMA_INDEX

    def count(self, text: str) -> int:
        """Tokens of ``text``."""
        return len(get_tokenizer()(text))


def question_of(messages: Sequence[ChatMessage]) -> str:
    """The text of the user's last message, or nothing."""
    asked = (message.content for message in reversed(messages) if message.role == MessageRole.USER)
    return next((text for text in asked if text), "")
