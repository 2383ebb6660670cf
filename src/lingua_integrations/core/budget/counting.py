"""Whose tokens a budget counts: the target model's tokenizer, in whatever form the caller has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from numbers import Integral
from typing import Any, Protocol, runtime_checkable

from lingua_integrations.core.budget.encodings import load_encoding
from lingua_integrations.core.fast_tokenizer import own_copy
from lingua_integrations.core.seams import Seam
from lingua_integrations.core.text.units import clean
from lingua_integrations.errors import CounterUnavailable, InvalidRequest


@runtime_checkable
class TokenCounter(Protocol):
    """Counts tokens of the target model."""

    @property
    def name(self) -> str:
        """Whose tokens: results show it."""

    def count(self, text: str) -> int:
        """Tokens of ``text``, without special tokens."""


def as_counter(spec: Any) -> TokenCounter:
    """Make a counter of what the caller has. Nothing is loaded before the first count.

    Args:
        spec: the name of a tiktoken encoding or of an OpenAI model, a Hugging Face tokenizer, a LangChain
            model, any function from text to a number, or a `TokenCounter`.

    Raises:
        InvalidRequest: it is none of these.
    """
    if isinstance(spec, str):
        return TiktokenCounter(spec)
    if isinstance(spec, TokenCounter):
        return spec
    if hasattr(getattr(spec, "backend_tokenizer", spec), "no_truncation"):
        return TokenizerCounter.of(spec)
    if hasattr(spec, "get_num_tokens"):
        return CallableCounter(spec.get_num_tokens, type(spec).__name__)
    if hasattr(spec, "encode") and hasattr(spec, "is_fast"):
        return CallableCounter(partial(_count_slowly, spec), spec.name_or_path or type(spec).__name__)
    if callable(spec):
        return CallableCounter(spec, getattr(spec, "__name__", type(spec).__name__))
    raise InvalidRequest(
        f"{type(spec).__name__} cannot count tokens. Pass an encoding's name, a tokenizer, a "
        "LangChain model, or a function."
    )


def _count_slowly(tokenizer: Any, text: str) -> int:
    return len(tokenizer.encode(clean(text), add_special_tokens=False))


@dataclass(frozen=True)
class TokenizerCounter:
    """Counts with a fast Hugging Face tokenizer, without special tokens. Threads need no lock."""

    backend: Any = field(repr=False)
    name: str

    @classmethod
    def of(cls, tokenizer: Any) -> TokenizerCounter:
        """Take a private copy: truncation, padding and "already borrowed" stay with the caller's own."""
        name = getattr(tokenizer, "name_or_path", "") or type(tokenizer).__name__
        return cls(own_copy(tokenizer), name)

    def count(self, text: str) -> int:
        """Tokens of ``text``; a lone surrogate, which tokenizers refuse, counts as U+FFFD."""
        with Seam(CounterUnavailable, f"The tokenizer {self.name} failed", told=False):
            return len(self.backend.encode(clean(text), add_special_tokens=False).ids)


@dataclass(frozen=True)
class CallableCounter:
    """Counts with any function from text to a number."""

    function: Callable[[str], int]
    name: str = "callable"

    def count(self, text: str) -> int:
        """What the function says, which must be a number of tokens."""
        with Seam(CounterUnavailable, f"The counter {self.name} failed", told=False):
            tokens: Any = self.function(text)
        if isinstance(tokens, bool) or not isinstance(tokens, Integral) or tokens < 0:
            raise InvalidRequest(
                f"The counter {self.name} returned {tokens!r}; it must return a whole number >= 0."
            )
        return int(tokens)  # numpy's integers are welcome


@dataclass(frozen=True)
class TiktokenCounter:
    """Counts with a tiktoken encoding, offline where an installed package carries its file."""

    name: str  # an encoding such as o200k_base, or a model that tiktoken knows, such as gpt-4o

    def count(self, text: str) -> int:
        """Tokens of ``text``; what looks like a special token is ordinary text.

        Raises:
            InvalidRequest: tiktoken knows no such name.
            CounterUnavailable: the encoding's file is not here and cannot be fetched.
        """
        encoding = load_encoding(self.name)
        with Seam(CounterUnavailable, f"tiktoken failed to count in {self.name}", told=False):
            return len(encoding.encode_ordinary(text))
