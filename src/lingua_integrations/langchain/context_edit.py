"""A context edit for LangChain's own middleware: shorter old tool results."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from langchain_core.messages import BaseMessage
from pydantic import Field, PrivateAttr

from lingua_integrations.adapters.tool_results import EXACT, AgentAdapter
from lingua_integrations.langchain.agent_messages import Texts, shorter_texts
from lingua_integrations.langchain.messages import (
    Passage,
    Place,
    open_texts,
    question_of,
    rewrite,
    role_of,
    tool_at,
    tools_of,
)

_MEMORY = 1000  # messages whose shorter texts are remembered


class LinguaContextEdit(AgentAdapter):
    """An edit for ``ContextEditingMiddleware(edits=[LinguaContextEdit()])``: shorter old tool results.

    The middleware edits a copy of the messages before every call of the model. A result is compressed by the
    human message that stands before it, so that it looks the same in every later call and a provider's prompt
    cache holds; what has been compressed, or failed to be, is remembered. The middleware's async hook runs
    edits on the event loop: `LinguaToolMiddleware` is the better choice there. Takes the fields of
    `LinguaToolMiddleware`.

    Attributes:
        trigger: edits from so many tokens in all messages, by the middleware's count.
        keep: so many of the last tool results stay as they are.
        exclude_tools: names of more tools whose results stay, beside those that an agent quotes (`EXACT`).
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
        tools = tools_of(messages)
        results = sorted({place.message for place in tools})
        for i in results[: max(0, len(results) - self.keep)]:
            found = tuple(
                Passage(Place(0, path), text)
                for path, text in open_texts(messages[i])
                if role_of(messages[i], path) == "tool"
                and tool_at(tools, Place(i, path)) not in {*EXACT, *self.exclude_tools}
            )
            if found:
                made = self._texts(found, question_of(messages[:i]))
                messages[i] = rewrite([messages[i]], made.texts, made.marks)[0] or messages[i]

    def _texts(self, found: tuple[Passage, ...], question: str) -> Texts:
        """The shorter texts, from memory where the same ones were compressed in the same way before."""
        key = (self.compressor, self.model_dump_json(), question, found)
        made = self._known.get(key)
        if made is None:
            made = shorter_texts(self, found, question)  # what failed as well: one warning is enough
            while len(self._known) >= _MEMORY:
                self._known.pop(next(iter(self._known), key), None)
            self._known[key] = made
        return made
