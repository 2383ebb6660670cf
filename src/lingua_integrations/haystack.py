"""A compactor for Haystack's ``CompactionHook``: older results of tools get shorter instead of going."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lingua_integrations.adapters.originals import RECALL, RECALL_SAYS, Originals
from lingua_integrations.adapters.tool_results import EXACT, AgentAdapter
from lingua_integrations.core.background import in_thread

if TYPE_CHECKING:
    from haystack.dataclasses import ChatMessage
    from haystack.token_counters import TokenCounter
    from haystack.tools import Tool
    from typing_extensions import Unpack

    from lingua_integrations.adapters.keywords import ResultOptions

MARK = "context_compaction"
"""Haystack's key for what a compactor made of a message: no other one touches it then."""


class LinguaCompactor:
    """Shortens older results of tools, the oldest first, until a conversation has the size that is wanted.

    ``CompactionHook(compactor=LinguaCompactor(rate=0.2), context_window=200_000)``. A result is read for the
    user's last message. Those of the last step stay, and so do errors, images, results that an agent quotes
    (`EXACT`) and what a compactor has made before.

    Args:
        store: keeps the original of each result that something was left out of, see `Originals`. Give the
            agent the tool `recall` as well, which fetches it back.
        **options: fields of `HowMuch`, `HowResults`, `OnFailure` and `Telling`. By default a failure is a
            warning.
    """

    def __init__(self, *, store: Any = None, **options: Unpack[ResultOptions]) -> None:
        self.settings = AgentAdapter(**options)
        self.originals = None if store is None else Originals(store)
        self._given: dict[str, Any] = {"store": store, **options}

    @property
    def recall(self) -> Tool | None:
        """The tool that fetches back what was left out, where there is a store."""
        from haystack.tools import create_tool_from_function

        if self.originals is None:
            return None
        recall = self.originals.recall_with(self.settings.compressor_for)
        return create_tool_from_function(recall, name=RECALL, description=RECALL_SAYS)

    def compact(
        self, messages: list[ChatMessage], target_tokens: int, token_counter: TokenCounter
    ) -> list[ChatMessage] | None:
        """A shorter conversation; None where nothing gets shorter.

        Args:
            messages: of the conversation, the oldest first.
            target_tokens: what it should count.
            token_counter: counts them.
        """
        asked = next((one.text or "" for one in reversed(messages) if one.is_from("user")), "")
        left = token_counter.count(messages=messages) - target_tokens
        made = list(messages)
        for at in _old_results(messages):
            if left <= 0:
                break
            shorter = self._shorter(messages[at], asked)
            saved = token_counter.count(messages=[messages[at]]) - token_counter.count(messages=[shorter])
            if saved > 0:
                made[at] = shorter
                left -= saved
        return made if any(new is not old for new, old in zip(made, messages, strict=True)) else None

    async def compact_async(
        self, messages: list[ChatMessage], target_tokens: int, token_counter: TokenCounter
    ) -> list[ChatMessage] | None:
        """The same in a thread, so that the event loop stays free."""
        return await in_thread(self.compact, messages, target_tokens, token_counter)

    def to_dict(self) -> dict[str, Any]:
        """What it was made of, from which plain settings can be read again.

        Haystack reads it only after ``allow_deserialization_module("lingua_integrations.haystack")``.
        """
        from haystack.core.serialization import default_to_dict

        return dict(default_to_dict(self, **self._given))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> LinguaCompactor:
        """Read that."""
        from haystack.core.serialization import default_from_dict

        made: LinguaCompactor = default_from_dict(cls, data)
        return made

    def _shorter(self, message: ChatMessage, question: str) -> ChatMessage:
        from haystack.dataclasses import ChatMessage, TextContent

        result = message.tool_call_result
        said = result.result
        blocks = [TextContent(said)] if isinstance(said, str) else said
        made = [
            TextContent(self._text(one.text, question)) if isinstance(one, TextContent) else one
            for one in blocks
        ]
        meta = {**message.meta, MARK: {"strategy": "lingua"}}
        shown = made[0].text if isinstance(said, str) else made
        return ChatMessage.from_tool(shown, origin=result.origin, error=result.error, meta=meta)

    def _text(self, text: str, question: str) -> str:
        result = self.settings.shorten_result(text, question, originals=self.originals)
        return text if result is None else result.texts[0]


def _old_results(messages: Sequence[ChatMessage]) -> Iterator[int]:
    """Where results stand that may get shorter: not behind the last message of the assistant."""
    last = max((at for at, one in enumerate(messages) if one.is_from("assistant")), default=0)
    for at, message in enumerate(messages[:last]):
        result = message.tool_call_result
        told = result is not None and not result.error and MARK not in message.meta
        if told and result.origin.tool_name not in (*EXACT, RECALL):
            yield at
