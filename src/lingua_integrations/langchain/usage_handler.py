"""A callback handler that tells the open `usage` block of the model's calls."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from lingua_integrations.core.usage import record
from lingua_integrations.langchain.receipt import call_of


class LinguaUsageHandler(BaseCallbackHandler):
    r"""Writes what each call of a model read and wrote to the trace of the open `usage` block.

    Only with that can `lingua usage report` price a run: ``agent.invoke(inputs, {"callbacks":
    [LinguaUsageHandler()]})``. Calls that the provider did not count are left out. With streaming the
    provider has to be told to count, as with ``stream_usage=True`` of OpenAI's.

    Example:
        >>> import tempfile
        >>> from langchain_core.language_models import FakeMessagesListChatModel
        >>> from lingua_integrations import usage
        >>> used = {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}
        >>> model = FakeMessagesListChatModel(responses=[AIMessage("Yes.", usage_metadata=used)])
        >>> with tempfile.NamedTemporaryFile("r") as file, usage(trace=file.name):
        ...     _ = model.invoke("Is it?", {"callbacks": [LinguaUsageHandler()]})
        ...     file.read()
        '{"event":"called","input_tokens":9,"output_tokens":2,"cache_read":0,"cache_write":0,"recall":false}\n'
    """

    run_inline = True  # in the task that opened the block, whose trace it is

    def on_llm_end(self, response: LLMResult, **kwargs: Any) -> None:
        """Write it down."""
        for generations in response.generations:
            for one in generations[:1]:  # several answers to one prompt are one call
                if isinstance(one, ChatGeneration) and isinstance(one.message, AIMessage):
                    call = call_of(one.message)
                    if call is not None:
                        record(call)
