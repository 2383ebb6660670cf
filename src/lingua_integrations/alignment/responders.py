"""Who answers the prompts: a chat model of either framework, or a local model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from jinja2 import TemplateError

from lingua_integrations.alignment.pairs import Prompt
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.devices import exact_dtype
from lingua_integrations.core.optional import optional
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.evaluation.targets import ChatTarget, continued, is_hosted


class Said(NamedTuple):
    """A response, or why there is none: the target refused, but the request has been paid for."""

    text: str  # the response
    refused: str | None = None  # why it is none
    cut: bool = False  # whether it ended for its length


_REFUSED = {"content_filter", "refusal", "safety", "prohibited_content", "blocklist", "recitation"}
_CUT = {"length", "max_tokens"}


class Responder(Protocol):
    """Answers prompts."""

    workers: int
    """Requests that may be under way at once."""
    batch: int
    """Prompts of a request."""

    @property
    def name(self) -> str:
        """The target, and what else its responses depend on."""

    def respond(self, prompts: Sequence[Prompt]) -> list[Said]:
        """One answer for each prompt; raises where there is none to be had."""


class ChatResponder:
    """A LangChain chat model or a LlamaIndex LLM, hosted or not.

    Args:
        model: the model, or "provider:model" as LangChain's `init_chat_model` reads it.
        per_minute: requests, at most; default: as many as the workers manage.
        workers: requests under way at once.
        max_tokens: of a response; a model object has its own setting.

    Raises:
        InvalidRequest: it is no such model.
        MissingExtra: langchain is not installed, and a name or a limit was given.
    """

    batch = 1

    def __init__(
        self, model: Any, *, per_minute: float | None = None, workers: int = 4, max_tokens: int | None = None
    ) -> None:
        self._target = ChatTarget(model, **({"max_tokens": max_tokens} if max_tokens else {}))
        self._limiter = None if per_minute is None else _limiter(per_minute)
        self._cap = f", {max_tokens} tokens" if max_tokens else ""
        self.workers = workers

    @property
    def name(self) -> str:
        """The model's own name, and how long its responses may be."""
        return f"{self._target.name}{self._cap}"

    def respond(self, prompts: Sequence[Prompt]) -> list[Said]:
        """Ask for each prompt, in turn; a blank answer and a filtered one count as refused."""
        return [self._ask(prompt) for prompt in prompts]

    def _ask(self, prompt: Prompt) -> Said:
        if self._limiter:
            self._limiter.acquire()
        model = self._target.model
        if hasattr(model, "invoke"):
            said = model.invoke([tuple(message) for message in prompt])
            text = said if isinstance(said, str) else str(said.text)
            facts = getattr(said, "response_metadata", None) or {}
        else:
            from llama_index.core.llms import ChatMessage

            response = model.chat([ChatMessage(role=role, content=text) for role, text in prompt])
            choices = getattr(response.raw, "choices", None) or [None]
            facts = {"finish_reason": getattr(choices[0], "finish_reason", None)}
            text = response.message.content or ""
        stop = str(facts.get("finish_reason") or facts.get("stop_reason") or "").casefold()
        return Said(text, f"the target stopped for {stop}") if stop in _REFUSED else _said(text, stop in _CUT)


class LocalResponder:
    """A local causal language model, which is sampled from: its responses show its own distribution.

    Args:
        model: one of our names, a folder or a hub id, or a scorer that has it.
        max_tokens: of a response.
        temperature: of the samples; 0 takes the likeliest token each time.
        batch: prompts that are answered at once.
        seed: of the samples, together with the prompts.
    """

    workers = 1

    def __init__(
        self,
        model: str | CausalLM,
        *,
        max_tokens: int = 128,
        temperature: float = 1.0,
        batch: int = 16,
        seed: int = 0,
    ) -> None:
        self._model = CausalLM(model, dtype=exact_dtype()) if isinstance(model, str) else model
        self.max_tokens, self.temperature, self.batch, self.seed = max_tokens, temperature, batch, seed

    @property
    def name(self) -> str:
        """The model's name and digest, and how it is sampled."""
        how = f"{self.max_tokens} tokens, temperature {self.temperature:g}, seed {self.seed}"
        return f"{self._model.name} {how}"

    def respond(self, prompts: Sequence[Prompt]) -> list[Said]:
        """Continue all prompts in one batch; what leaves no room counts as refused."""
        loaded, room = self._model.loaded, self._model.window - self.max_tokens
        texts = [shown(prompt, loaded.tokenizer) for prompt in prompts]
        rows = [np.r_[loaded.start, self._model.encode(text).ids] for text in texts]
        fitting = [row for row in rows if len(row) <= room]
        drawn = {"do_sample": True, "temperature": self.temperature, "top_k": 0, "top_p": 1.0}
        sampling = drawn | {"repetition_penalty": 1.0} if self.temperature else {}
        seed = self.seed + sum(int(row.sum()) for row in fitting)
        found = continued(self._model, fitting, self.max_tokens, seed=seed, **sampling) if fitting else []
        said = iter(found)
        return [
            _said(*next(said))
            if len(row) <= room
            else Said("", f"its {len(row)} tokens leave no room in the target's window")
            for row in rows
        ]


def responder_of(
    name: str,
    *,
    max_tokens: int,
    per_minute: float | None = None,
    workers: int = 4,
    temperature: float = 1.0,
) -> ChatResponder | LocalResponder:
    """A responder by its name: "provider:model" of LangChain, or a local model with a temperature."""
    if is_hosted(name):
        return ChatResponder(name, per_minute=per_minute, workers=workers, max_tokens=max_tokens)
    return LocalResponder(name, max_tokens=max_tokens, temperature=temperature)


def shown(prompt: Prompt, tokenizer: Any, *, plain: bool = False) -> str:
    """A prompt as a model reads it: in its chat template; plain, or without one, turns between blank lines.

    Raises:
        ValueError: the template does not take such a prompt.
    """
    if plain or not getattr(tokenizer, "chat_template", None):
        return "\n\n".join(message.content for message in prompt)
    messages = [message._asdict() for message in prompt]
    try:
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    except TemplateError as error:
        raise ValueError(f"the chat template refuses it: {error}") from error
    return str(text).removeprefix(tokenizer.bos_token or "")


def _said(text: str, cut: bool) -> Said:
    return Said(text, None if text.strip() else "the target said nothing", cut)


def _limiter(per_minute: float) -> Any:
    if per_minute <= 0:
        raise InvalidRequest(f"per_minute must be above 0, not {per_minute}.")
    limits = optional("langchain_core.rate_limiters", "langchain-core", "align")
    return limits.InMemoryRateLimiter(
        requests_per_second=per_minute / 60, check_every_n_seconds=0.05, max_bucket_size=1
    )
