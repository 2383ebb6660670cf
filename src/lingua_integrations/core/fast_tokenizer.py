"""Private copies of fast tokenizers, and texts as token ids with character spans."""

from __future__ import annotations

from typing import Any

import numpy as np

from lingua_integrations.core.protocols import Tokens
from lingua_integrations.core.text.units import clean


def own_copy(tokenizer: Any) -> Any:
    """The fast half of a tokenizer as a private copy, without truncation or padding. Threads need no lock."""
    theirs = getattr(tokenizer, "backend_tokenizer", tokenizer)
    return plain(type(theirs).from_str(theirs.to_str()))


def plain(tokenizer: Any) -> Any:
    """The fast half of a tokenizer itself, from now on without truncation or padding.

    Some tokenizers come with both switched on: all-MiniLM-L6-v2 pads every text to 128 tokens.
    """
    fast = getattr(tokenizer, "backend_tokenizer", tokenizer)
    fast.no_truncation()
    fast.no_padding()
    return fast


def tokens_of(backend: Any, text: str) -> Tokens:
    """Token ids without special tokens, and their character spans in ``text``."""
    encoding = backend.encode(clean(text), add_special_tokens=False)
    ids = np.asarray(encoding.ids, dtype=np.int64)
    return Tokens(ids, np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2))
