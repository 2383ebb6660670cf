"""An LLM that follows a script, and a tool with long results: they stand in for yours in examples."""

from __future__ import annotations

from collections.abc import Sequence
from pydoc_data.topics import topics
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool


@tool
def read_manual(topic: str) -> str:
    """Give the page of Python's language reference on a topic, such as "assert" or "try"."""
    return topics.get(topic, f"There is no page on {topic!r}.")


class ScriptedLLM(BaseChatModel):
    """Reads one page of the manual, then answers with the first line of it that has the phrase it looks for.

    Small local models cannot call tools, and a hosted one needs a key.

    Attributes:
        topic: which page it asks `read_manual` for.
        phrase: what it looks for in the result.
    """

    topic: str = "try"
    phrase: str = "is executed if"

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> ScriptedLLM:
        """Nothing to bind: the script knows its tool."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        last = messages[-1]
        if isinstance(last, ToolMessage):
            paragraphs = (" ".join(one.split()) for one in last.text.split("\n\n"))
            reply = AIMessage(next((one for one in paragraphs if self.phrase in one), "I do not know."))
        else:
            call = {"name": read_manual.name, "args": {"topic": self.topic}, "id": "1"}
            reply = AIMessage("", tool_calls=[call])
        return ChatResult(generations=[ChatGeneration(message=reply)])
