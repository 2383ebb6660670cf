"""The embedding models of the rivals: sentence-transformers, which remembers what it has embedded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sentence_transformers import SentenceTransformer


class Embedding:
    """Vectors of queries and of texts, with the prompts that the model was trained with.

    Args:
        folder: of the model, as sentence-transformers reads it.
    """

    def __init__(self, folder: str) -> None:
        self._model = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": "float32"})
        self._known: dict[str, list[float]] = {}

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        """Vectors of texts; a text that was embedded before is not embedded again."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            found = self._model.encode_document(missing, show_progress_bar=False).tolist()
            self._known.update(zip(missing, found, strict=True))
        return [self._known[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        found: list[float] = self._model.encode_query(text, show_progress_bar=False).tolist()
        return found


@cache
def embedding(folder: str) -> Embedding:
    """The model of a folder, loaded once."""
    return Embedding(folder)
