"""The model that reads the compressed prompt: how well it expects the right answer, and what it says."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.causal_model import CausalModel
from lingua_integrations.core.models.devices import exact_dtype
from lingua_integrations.core.optional import optional
from lingua_integrations.core.types import IntArray
from lingua_integrations.errors import InvalidRequest


class Reading(NamedTuple):
    """How a target expects an answer: mean surprisal of its tokens in nats, and how many they are."""

    nats: float
    tokens: int


class Target(ABC):
    """Reads prompts."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The model, and whatever else its answers depend on."""

    def read(self, prompt: str, answer: str) -> Reading | None:
        """How it expects the answer after the prompt; ``None`` where that cannot be had."""
        return None

    @abstractmethod
    def say(self, prompt: str, tokens: int) -> str | None:
        """What it goes on with, of at most so many tokens; ``None`` where it is not asked."""


class Staying(CausalLM):
    """A model that stays in memory when others are unloaded. A pickle of it is without its weights."""

    _kept: CausalModel | None = None

    @property
    def loaded(self) -> CausalModel:
        """The model in memory; the first access loads it."""
        if self._kept is None:
            self._kept = super().loaded
        return self._kept

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_kept": None}


class LocalTarget(Target):
    """A local causal language model.

    Args:
        model: one of our names, a folder or a hub id.
        device: where it runs; default: the best there is.
        generate: whether it is asked for answers, greedily; likelihoods cost less.
    """

    def __init__(self, model: str, *, device: str | None = None, generate: bool = False) -> None:
        self._model = Staying(model, device=device, dtype=exact_dtype(device))
        self.generate = generate
        self._read: dict[tuple[str, str], Reading | None] = {}

    @property
    def name(self) -> str:
        """The model's name and digest, and whether it is asked for answers."""
        return self._model.name + ", asked" * self.generate

    def read(self, prompt: str, answer: str) -> Reading | None:
        """How it expects the answer after the prompt; ``None`` where they do not fit.

        Methods that keep the same texts make the same prompt, which is read once.
        """
        if (prompt, answer) not in self._read:
            self._read[prompt, answer] = self._reading(prompt, answer)
        return self._read[prompt, answer]

    def _reading(self, prompt: str, answer: str) -> Reading | None:
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
        ids = np.r_[self._model.loaded.start, self._model.encode(prompt).ids]
        if not self.generate or len(ids) + tokens > self._model.window:
            return None
        ((said, _),) = continued(self._model, [ids], tokens)
        return said


class ChatTarget(Target):
    """A LangChain chat model or a LlamaIndex LLM, hosted or not; it answers, and tells no likelihoods.

    Args:
        model: the model, or "provider:model" as LangChain's `init_chat_model` reads it.
        options: of `init_chat_model`.

    Raises:
        InvalidRequest: it is none of these.
        MissingExtra: langchain is not installed, and a name was given.
    """

    def __init__(self, model: Any, **options: Any) -> None:
        self.model = _chat_model(model, options) if isinstance(model, str) else model
        if not hasattr(self.model, "invoke") and not hasattr(self.model, "complete"):
            raise InvalidRequest(
                f"{type(model).__name__} is neither a LangChain chat model nor a LlamaIndex LLM."
            )

    @property
    def name(self) -> str:
        """The model's own name."""
        names = (getattr(self.model, name, None) for name in ("model_name", "model", "model_id"))
        return next((name for name in names if isinstance(name, str)), type(self.model).__name__)

    def say(self, prompt: str, tokens: int) -> str | None:
        """Its answer; it is not cut, since not every model can be told where to stop."""
        if hasattr(self.model, "invoke"):
            said = self.model.invoke(prompt)
            return said if isinstance(said, str) else str(said.text)
        return str(self.model.complete(prompt))


def target_of(name: str, *, generate: bool = False) -> Target:
    """A target by its name: "provider:model" of LangChain, or a local model, which need not be asked."""
    return ChatTarget(name) if is_hosted(name) else LocalTarget(name, generate=generate)


def is_hosted(name: str) -> bool:
    """Whether a name is one of LangChain's, "provider:model"; a folder may begin with a drive's letter.

    >>> is_hosted("openai:gpt-4o-mini"), is_hosted("C:/models/mine"), is_hosted("owner/name")
    (True, False, False)
    """
    return ":" in name[2:]


def _chat_model(name: str, options: dict[str, Any]) -> Any:
    make = optional("langchain.chat_models", "langchain", "agents").init_chat_model
    try:
        return make(name, **options)
    except Exception as error:  # an unknown provider, its package, its key: each in the provider's words
        raise InvalidRequest(f"{name} cannot be asked: {error}") from error


def continued(
    model: CausalLM, rows: Sequence[IntArray], tokens: int, *, seed: int = 0, **sampling: Any
) -> list[tuple[str, bool]]:
    """What a local model goes on with after each row, and whether it had to stop for the length.

    Args:
        model: the model.
        rows: token ids, the start token included; together with ``tokens`` they fit its window.
        tokens: at most so many.
        seed: of the tokens that are drawn.
        sampling: how they are drawn, as transformers' ``generate`` has it; default: the likeliest each time.
    """
    import torch

    tokenizer, width = model.loaded.tokenizer, max(map(len, rows))
    padding = next((i for i in (tokenizer.pad_token_id, tokenizer.eos_token_id) if i is not None), 0)
    ids = torch.full((len(rows), width), padding)
    seen = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, width - len(row) :] = torch.from_numpy(row)
        seen[i, width - len(row) :] = 1

    def generate(own: Any) -> Any:
        inputs = {"input_ids": ids.to(own.device), "attention_mask": seen.to(own.device)}
        options = {"do_sample": False, "max_new_tokens": tokens, "pad_token_id": padding} | sampling
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return own.generate(**inputs, **options)[:, width:].cpu()

    out = model.loaded.run(generate)
    ends = {tokenizer.eos_token_id, tokenizer.pad_token_id} - {None}
    texts = tokenizer.batch_decode(out, skip_special_tokens=True)
    return [(text, not ends & set(row.tolist())) for text, row in zip(texts, out, strict=True)]
