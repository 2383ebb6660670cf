"""Makes contexts of texts and their metadata, which may name a title and the kind of text."""

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
)
"""Keys under which loaders of both frameworks say what a text was read from."""


def contexts_of(
    texts: Sequence[str], metadata: Sequence[dict[str, Any]] | None, kind: str | None = None
) -> list[Context]:
    """Texts with what their metadata says: a title to rank by, and which kind they are, if none is given."""
    # Not at the top: importing an adapter must not cost the import of numpy.
    from lingua_integrations.core.request import Context

    return [
        Context(text, title=title_of(about), kind=kind or kind_in(about, text))
        for text, about in zip(texts, metadata or [{}] * len(texts), strict=True)
    ]


def title_of(metadata: dict[str, Any]) -> str | None:
    """The title that a document's metadata names, if it is text."""
    title = metadata.get("title")
    return title if isinstance(title, str) else None


def kind_in(metadata: dict[str, Any], text: str) -> str | None:
    """The kind that the metadata's file name or MIME type stands for, if the text can be of it."""
    from lingua_integrations.core.text.kind_names import kind_of_name
    from lingua_integrations.core.text.kinds import may_be

    names = (metadata.get(key) for key in _NAMES)
    kinds = (kind_of_name(name) for name in names if isinstance(name, str))
    kind = next((kind for kind in kinds if kind is not None), None)
    return kind if kind not in (None, "text") and may_be(kind, text) else None
