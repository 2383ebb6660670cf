"""Compresses the results of MCP tools on their way to the agent or graph that calls them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from langchain_core.messages import ToolMessage
from langchain_core.runnables.config import run_in_executor
from langchain_core.tools import BaseTool
from langgraph.types import Command

from lingua_integrations.core.background import stopping
from lingua_integrations.langchain.messages import question_of_call
from lingua_integrations.langchain.tool_results import ToolResultOptions, ToolResults

if TYPE_CHECKING:
    from typing_extensions import Unpack


class LinguaToolInterceptor:
    """An interceptor for ``MultiServerMCPClient(..., tool_interceptors=[...])``.

    What a server says is read for the call's arguments, since a client knows nothing of the conversation;
    in an agent `LinguaToolMiddleware` knows more. Text blocks get shorter; images, resources, structured
    content and errors stay.

    Args:
        **results: which results are compressed and how: the arguments of `ToolResults`. With ``store`` give
            the agent `recall` as well.

    Raises:
        InvalidRequest: the settings contradict each other.
    """

    def __init__(self, **results: Unpack[ToolResultOptions]) -> None:
        self.results = ToolResults(**results)

    def __repr__(self) -> str:
        return f"LinguaToolInterceptor({self.results.settings!r})"

    @property
    def recall(self) -> BaseTool | None:
        """The tool that fetches back what was left out, where there is a store."""
        return self.results.recall_tool()

    async def __call__(self, request: Any, handler: Callable[[Any], Awaitable[Any]]) -> Any:
        """Call the tool and compress what it says, in a thread, so that the event loop stays free."""
        result = await handler(request)
        with stopping():
            return await run_in_executor(None, self._shorter, request, result)

    def _shorter(self, request: Any, result: Any) -> Any:
        call = {"name": request.name, "args": request.args, "id": f"{request.name} {request.args}"}
        question = question_of_call([], call)
        if isinstance(result, ToolMessage | Command):
            return self.results.shorter(call, result, question)[0]
        if getattr(result, "isError", False) or not self.results.compresses(request.name):
            return result
        blocks: list[str | dict[Any, Any]] = [_plain(one, at) for at, one in enumerate(result.content)]
        shown = self.results.shorter(call, ToolMessage(blocks, tool_call_id=""), question)[0].content
        content = []
        for block in shown:  # fewer, where short ones were read together
            one = result.content[block["index"]]
            shorter = {"text": block["text"]} if block["type"] == "text" else {}
            content.append(one.model_copy(update=shorter))
        return result.model_copy(update={"content": content})


def _plain(block: Any, at: int) -> dict[str, Any]:
    """A block of MCP as one of LangChain; what is no text is only a place."""
    said = {"type": "text", "text": block.text} if block.type == "text" else {"type": "other"}
    return {**said, "index": at}
