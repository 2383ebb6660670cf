"""What the metadata of a document say about how to compress it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lingua_integrations.core.text.source_code import is_code

if TYPE_CHECKING:
    from lingua_integrations.core.request import Context


def contexts_of(texts: Sequence[str], metadata: Sequence[dict[str, Any]] | None) -> list[Context]:
    """Texts with what their metadata says: a title to rank by, and whether they are source code."""
    # Not at the top: importing an adapter must not cost the import of numpy.
    from lingua_integrations.core.request import Context

    return [
        Context(text, title=title_of(about), code=is_source_code(about))
        for text, about in zip(texts, metadata or [{}] * len(texts), strict=True)
    ]


def title_of(metadata: dict[str, Any]) -> str | None:
    """The title that a document's metadata names, if it is text."""
    title = metadata.get("title")
    return title if isinstance(title, str) else None


def is_source_code(metadata: dict[str, Any]) -> bool:
    """Whether the metadata names a file of source code, under one of the keys that loaders use."""
    names = (metadata.get(key) for key in ("source", "file_name", "file_path"))
    return any(isinstance(name, str) and is_code(name) for name in names)
