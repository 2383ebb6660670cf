"""What the metadata of a document say about how to compress it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingua_integrations.core.request import Context

_NAMES = (
    "source",
    "file_name",
    "file_path",
    "filename",
    "mime_type",
    "content_type",
    "file_type",
    "language",
)
"""Keys under which loaders of both frameworks say what a text was read from."""


def contexts_of(texts: Sequence[str], metadata: Sequence[dict[str, Any]] | None) -> list[Context]:
    """Texts with what their metadata says: a title to rank by, and which kind of text they are."""
    # Not at the top: importing an adapter must not cost the import of numpy.
    from lingua_integrations.core.request import Context

    return [
        Context(text, title=title_of(about), kind=kind_in(about))
        for text, about in zip(texts, metadata or [{}] * len(texts), strict=True)
    ]


def title_of(metadata: dict[str, Any]) -> str | None:
    """The title that a document's metadata names, if it is text."""
    title = metadata.get("title")
    return title if isinstance(title, str) else None


def kind_in(metadata: dict[str, Any]) -> str | None:
    """The kind of text that the metadata's file name or MIME type stands for, if it is one read apart."""
    from lingua_integrations.core.text.kinds import kind_of_name

    for key in _NAMES:
        name = metadata.get(key)
        kind = kind_of_name(name) if isinstance(name, str) else None
        if kind is not None:
            return kind if kind != "text" else None
    return None
