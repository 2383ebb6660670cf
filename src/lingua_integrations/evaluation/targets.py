"""The model that reads the compressed prompt: how well it expects the right answer, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.devices import exact_dtype
from lingua_integrations.errors import InvalidRequest, MissingExtra


class Reading(NamedTuple):
    """How a target expects an answer: mean surprisal of its tokens in nats, and how many they are."""

    nats: float
    tokens: int


class Target(Protocol):
    """Reads prompts."""

    @property
    def name(self) -> str:
        """The model."""
        ...

    def read(self, prompt: str, answer: str) -> Reading | None:
        """How it expects the answer after the prompt; ``None`` if that cannot be had."""
        ...

    def say(self, prompt: str, tokens: int) -> str | None:
        """What it goes on with, of at most so many tokens; ``None`` where it is not asked."""
        ...


class LocalTarget:
    """A local causal language model.

    Args:
        model: one of our names, a folder or a hub id.
        device: where it runs; default: the best there is.
        generate: whether it is asked for answers, greedily; likelihoods cost less.
    """

    def __init__(self, model: str, *, device: str | None = None, generate: bool = False) -> None:
        self._model = CausalLM(model, device=device, dtype=exact_dtype(device))
        self.generate = generate

    @property
    def name(self) -> str:
        """The model's name and digest."""
        return self._model.name

    def read(self, prompt: str, answer: str) -> Reading | None:
        """How it expects the answer after the prompt; ``None`` where they do not fit."""
        before, after = self._model.encode(prompt).ids, self._model.encode(answer).ids
        if not len(after) or len(before) + len(after) >= self._model.window:
            return None
        (surprisals,) = self._model.surprisals([(before, after)])
        return Reading(float(surprisals.mean()), len(after))

    def nats_of(self, prompts: Sequence[str], answer: str) -> list[float]:
        """Mean surprisal of the answer after each of many short prompts, in batches."""
        after = self._model.encode(answer).ids
        rows = [(self._model.encode(prompt).ids, after) for prompt in prompts]
        return [float(one.mean()) for one in self._model.surprisals(rows)]

    def say(self, prompt: str, tokens: int) -> str | None:
        """Its greedy continuation; ``None`` where the prompt does not fit."""
        import numpy as np
        import torch

        ids = np.r_[self._model.loaded.start, self._model.encode(prompt).ids]
        if not self.generate or len(ids) + tokens > self._model.window:
            return None
        tokenizer = self._model.loaded.tokenizer

        def generate(model: Any) -> Any:
            row = torch.from_numpy(ids)[None].to(model.device)
            return model.generate(
                row,
                attention_mask=torch.ones_like(row),
                max_new_tokens=tokens,
                do_sample=False,
                pad_token_id=tokenizer.pad_token_id or tokenizer.eos_token_id or 0,
            )

        out = self._model.loaded.run(generate)
        return str(tokenizer.decode(out[0, len(ids) :], skip_special_tokens=True))


class ChatTarget:
    """A LangChain chat model or a LlamaIndex LLM, hosted or not; it answers, and tells no likelihoods.

    Args:
        model: the model, or "provider:model" as LangChain's `init_chat_model` reads it.

    Raises:
        InvalidRequest: it is none of these.
        MissingExtra: langchain is not installed, and a name was given.
    """

    def __init__(self, model: Any) -> None:
        self.model = _chat_model(model) if isinstance(model, str) else model
        if not hasattr(self.model, "invoke") and not hasattr(self.model, "complete"):
            raise InvalidRequest(
                f"{type(model).__name__} is no chat model of LangChain and no LLM of LlamaIndex."
            )

    @property
    def name(self) -> str:
        """The model's own name."""
        names = (getattr(self.model, name, None) for name in ("model_name", "model", "model_id"))
        return next((name for name in names if isinstance(name, str)), type(self.model).__name__)

    def read(self, prompt: str, answer: str) -> Reading | None:
        """Not to be had."""
        return None

    def say(self, prompt: str, tokens: int) -> str | None:
        """Its answer; it is not cut, since not every model can be told where to stop."""
        if hasattr(self.model, "invoke"):
            said = self.model.invoke(prompt)
            return said if isinstance(said, str) else str(said.text)
        return str(self.model.complete(prompt))


def target_of(name: str, *, generate: bool = False) -> Target:
    """A target by its name: "provider:model" of LangChain, or a local model.

    Args:
        name: that.
        generate: whether a local one is asked for answers; others always are.
    """
    return ChatTarget(name) if ":" in name[2:] else LocalTarget(name, generate=generate)  # C:\\ is a folder


def _chat_model(name: str) -> Any:
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise MissingExtra("langchain", "agents") from error
    return init_chat_model(name)
