"""Asks an LLM of either framework, and counts the tokens of prompt and reply."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, NamedTuple

from lingua_integrations.core.types import Count
from lingua_integrations.errors import InvalidRequest


class Said(NamedTuple):
    """A reply."""

    text: str
    read: int  # tokens of the prompt
    written: int  # tokens of the reply


class Model:
    """A chat model or LLM of LangChain, or an LLM of LlamaIndex.

    Args:
        llm: the model.
        count: counts tokens where the model does not report them.
        workers: requests that may be under way at once.

    Raises:
        InvalidRequest: it is no such model.
    """

    def __init__(self, llm: Any, count: Count, workers: int) -> None:
        if not hasattr(llm, "invoke") and not hasattr(llm, "complete"):
            raise InvalidRequest(
                f"{type(llm).__name__} is no model of LangChain and no LLM of LlamaIndex: it has neither "
                "invoke nor complete."
            )
        self.llm = llm
        self._count = count
        self.workers = workers

    @property
    def name(self) -> str:
        """The class, and what the model calls itself."""
        told = (getattr(self.llm, name, None) for name in ("model_name", "model", "model_id"))
        own = next((name for name in told if isinstance(name, str)), "")
        return f"{type(self.llm).__name__} {own}".rstrip()

    def ask(self, prompts: Sequence[str]) -> list[Said | Exception]:
        """A reply to each prompt, or what was raised; several prompts at once, in threads."""

        def one(prompt: str) -> Said | Exception:
            try:
                said = self.llm.invoke(prompt) if hasattr(self.llm, "invoke") else self.llm.complete(prompt)
                return self._said(prompt, said)
            except Exception as error:  # whatever a provider raises: the caller decides
                return error

        if len(prompts) < 2 or self.workers < 2:
            return [one(prompt) for prompt in prompts]
        with ThreadPoolExecutor(self.workers) as pool:
            # Each in a context of its own: callbacks and traces of the frameworks are there.
            return [task.result() for task in [pool.submit(copy_context().run, one, p) for p in prompts]]

    async def aask(self, prompts: Sequence[str]) -> list[Said | Exception]:
        """The same with the model's own async calls."""
        import asyncio

        turns = asyncio.Semaphore(self.workers)

        async def one(prompt: str) -> Said | Exception:
            async with turns:
                try:
                    asked = self.llm.ainvoke if hasattr(self.llm, "ainvoke") else self.llm.acomplete
                    return self._said(prompt, await asked(prompt))
                except Exception as error:
                    return error

        return list(await asyncio.gather(*map(one, prompts)))

    def _said(self, prompt: str, reply: Any) -> Said:
        text = reply if isinstance(reply, str) else str(reply.text)
        usage = getattr(reply, "usage_metadata", None) or {}
        return Said(
            text.strip(),
            int(usage.get("input_tokens", 0)) or self._count(prompt),
            int(usage.get("output_tokens", 0)) or self._count(text),
        )
