"""Middleware for LangChain's agents that makes tool results shorter as they arrive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar

from langchain_core.messages import ToolMessage
from langchain_core.runnables.config import run_in_executor
from langgraph.types import Command

from lingua_integrations.adapters.tool_results import AgentAdapter
from lingua_integrations.core.background import stopping
from lingua_integrations.errors import MissingExtra
from lingua_integrations.langchain.agent_messages import atell, tell
from lingua_integrations.langchain.tool_results import (
    Question,
    ToolResultOptions,
    ToolResults,
    asked,
    conversation,
)

try:
    from langchain.agents.middleware import AgentMiddleware
except ImportError as error:
    raise MissingExtra("langchain", "agents") from error

if TYPE_CHECKING:
    from langchain.tools.tool_node import ToolCallRequest
    from typing_extensions import Unpack


class NamedMiddleware(AgentMiddleware[Any, Any, Any]):
    """What our middleware has in common: the settings of an adapter, and a name of their own."""

    settings: AgentAdapter
    _shown: ClassVar[tuple[str, str]]
    """Attributes that its `repr` shows beside the settings."""

    def __init__(self, name: str | None) -> None:
        super().__init__()
        self._name = name or type(self).__name__

    @property
    def name(self) -> str:
        """What the agent knows it by."""
        return self._name

    def __repr__(self) -> str:
        shown = ", ".join(f"{one}={getattr(self, one)}" for one in self._shown)
        return f"{self.name}({shown}, {self.settings!r})"


class LinguaToolMiddleware(NamedMiddleware):
    """Compresses tool results once, when they arrive.

    The agent's state gets the shorter result, so every later call of the model has the same prefix, and the
    provider's prompt cache keeps working. Errors, images and other blocks stay; JSON stays JSON. The message
    is marked in its ``response_metadata``, so that nothing compresses it again; its ``artifact`` stays.

    Args:
        question: a function that says what a result is read for, instead of the default.
        name: a name of its own, if an agent has two of them.
        **results: which results are compressed, and how: the arguments of `ToolResults`. With ``store``, the
            agent also gets the tool `recall`, which fetches originals.

    Raises:
        InvalidRequest: the settings contradict each other.
    """

    _shown = ("only", "exclude")

    def __init__(
        self,
        *,
        question: Question = asked,
        name: str | None = None,
        **results: Unpack[ToolResultOptions],
    ) -> None:
        super().__init__(name)
        self.results = ToolResults(**results)
        self.settings = self.results.settings
        self.only, self.exclude, self.question = self.results.only, self.results.exclude, question
        recall = self.results.recall_tool()
        self.tools = [] if recall is None else [recall]

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
    ) -> ToolMessage | Command[Any]:
        """Run the tool and compress what it says."""
        outcome: ToolMessage | Command[Any]
        outcome, reports = self._shorter(request, handler(request))
        tell(reports)
        return outcome

    async def awrap_tool_call(
        self,
        request: ToolCallRequest,
        handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]],
    ) -> ToolMessage | Command[Any]:
        """The same; compresses in a thread, so that the event loop stays free."""
        outcome: ToolMessage | Command[Any]
        answer = await handler(request)
        with stopping():
            outcome, reports = await run_in_executor(None, self._shorter, request, answer)
        # Before Python 3.11, a coroutine does not inherit what the agent runs with.
        await atell(reports, getattr(request.runtime, "config", None))
        return outcome

    def _shorter(self, request: ToolCallRequest, outcome: Any) -> tuple[Any, list[dict[str, Any]]]:
        if not self.results.compresses(request.tool_call["name"]):
            return outcome, []
        before = conversation(request.state)
        return self.results.shorter(request.tool_call, outcome, self.question(request), before)
