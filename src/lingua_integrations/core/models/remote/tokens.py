"""The tokenizer of a remote model. It runs here and says which characters a token is."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingua_integrations.core.fast_tokenizer import own_copy, tokens_of
from lingua_integrations.core.models.trial import check_tokenizer
from lingua_integrations.core.optional import optional
from lingua_integrations.core.protocols import Tokens
from lingua_integrations.core.seams import Seam
from lingua_integrations.core.store.catalogue import CATALOGUE
from lingua_integrations.core.store.hub import from_hub
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.errors import InvalidRequest, UnsupportedModel

_FILES = ["tokenizer.json", "tokenizer_config.json"]


@dataclass(frozen=True, eq=False)
class RemoteTokens:
    """A tokenizer, and the token that its model's sequences begin with."""

    backend: Any  # a tokenizers.Tokenizer
    start: list[int]  # the start token's id, or nothing

    @classmethod
    def of(cls, source: Any) -> RemoteTokens:
        """From a transformers tokenizer, a ``tokenizers.Tokenizer``, a folder, one of our names, or a hub id.

        Of a hub id only the tokenizer is fetched.

        Raises:
            UnsupportedModel: there is no fast tokenizer.
            ModelUnavailable: it is not here, and cannot be fetched.
        """
        if isinstance(source, (str, Path)):
            folder = _folder_of(str(source))
            check_tokenizer(folder)
            with Seam(UnsupportedModel, f"The tokenizer of {source} cannot be read"):
                backend = optional("tokenizers", "tokenizers", "remote").Tokenizer.from_file(
                    str(folder / "tokenizer.json")
                )
            settings = folder / "tokenizer_config.json"
            told = json.loads(settings.read_text("utf-8")) if settings.is_file() else {}
            names = [_named(told.get("bos_token")), _named(told.get("eos_token"))]
        else:
            backend = getattr(source, "backend_tokenizer", source)
            names = [getattr(source, "bos_token", None), getattr(source, "eos_token", None)]
        if not hasattr(backend, "to_str"):
            raise UnsupportedModel(
                f"{type(source).__name__} is no fast tokenizer: give a folder with a tokenizer.json, a hub "
                "id, or the tokenizer of such a model."
            )
        backend = own_copy(backend)
        known = [backend.token_to_id(name) for name in names if name]
        return cls(backend, [one for one in known if one is not None][:1])

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return int(self.backend.get_vocab_size())

    def encode(self, text: str) -> Tokens:
        """Token ids without special tokens, and their character spans in ``text``."""
        return tokens_of(self.backend, text)

    def texts(self, ids: Sequence[int]) -> list[str]:
        """What each token adds to the text that they make up; of a character in parts, all with the last."""
        from tokenizers.decoders import DecodeStream

        stream = DecodeStream(skip_special_tokens=False)
        return [stream.step(self.backend, int(token)) or "" for token in ids]


def _folder_of(name: str) -> Path:
    folder = Path(os.path.expanduser(name))
    if folder.is_file() and folder.name == "tokenizer.json":
        return folder.parent
    if folder.is_dir() or name in CATALOGUE:
        folder = folder if folder.is_dir() else resolve(name).folder
    elif name.startswith((".", "/", "~")) or name.count("/") != 1:
        raise InvalidRequest(
            f"There is no tokenizer {name!r}: give tokenizer= a folder with a tokenizer.json, a hub id, or a "
            "tokenizer."
        )
    else:
        otherwise = "Give tokenizer= a folder with a tokenizer.json."
        folder = from_hub(name, _FILES, f"The tokenizer of {name!r}", otherwise)
    if not (folder / "tokenizer.json").is_file():
        raise UnsupportedModel(f"{name} has no tokenizer.json, so its tokens cannot be traced to characters.")
    return folder


def _named(token: Any) -> str | None:
    """A token in a configuration: its text, or an object that has it."""
    found = token.get("content") if isinstance(token, dict) else token
    return found if isinstance(found, str) else None
