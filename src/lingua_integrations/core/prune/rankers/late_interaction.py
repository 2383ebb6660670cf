"""Late interaction: sentences by how their tokens, read in their text, fit those of the question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lingua_integrations.core.calibration import SHIPPED as SHIPPED_CALIBRATIONS
from lingua_integrations.core.models.interaction import (
    DIGEST,
    SHIPPED,
    Compared,
    Interaction,
    Told,
    load_interaction,
)
from lingua_integrations.core.models.late_reader import LateReader
from lingua_integrations.core.prune.pieces import pieces_of, wholes_of
from lingua_integrations.core.prune.rankers.fusion import standardised
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.text.units import Units, from_spans
from lingua_integrations.core.threads import computed_once
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import UnsupportedModel

READER = "multilingual-e5-small"


class _Key(NamedTuple):
    """What the vectors of a text depend on."""

    weights: str
    title: str | None
    text: str
    parts: bytes

    @classmethod
    def of(cls, weights: Interaction, units: Units, title: str | None) -> _Key:
        closes = units.structure.closes.tobytes() if units.structure is not None else b""
        return cls(weights.digest, title, units.text, units.starts.tobytes() + units.ends.tobytes() + closes)


class LateInteractionRanker:
    """Late interaction and BM25 together, each scaled to mean 0 and deviation 1 over the texts of a call.

    Each text is read once, in windows of 256 tokens under its title, and remembered, see `Vectors`. See
    `Interaction` for the formula.

    Args:
        reader: the encoder that the weights were trained with; another one is refused.
        device: where it runs; by default the best there is.
        dtype: of its numbers, see `CausalLM`.
        weights: a file of `benchmarks/train_pruner.py`; by default the one that comes with the package.
        words: how much BM25 counts, in [0, 1].
    """

    calibration = SHIPPED_CALIBRATIONS["late-interaction"]

    def __init__(
        self,
        reader: str = READER,
        *,
        device: str | None = None,
        dtype: str | None = None,
        weights: Path | None = None,
        words: float = 0.2,
    ) -> None:
        self.reader = LateReader(reader, device=device, dtype=dtype)
        self.weights = weights
        self.words = words

    def __repr__(self) -> str:
        return f"LateInteractionRanker({self.reader.described})"

    @property
    def name(self) -> str:
        """The reader and the weights, with their digests."""
        return f"{self.reader.name} late-interaction@{self._interaction.digest[:12]}"

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Relevance of each text as a whole, shape [len(texts)]."""
        cut = [from_spans(text, [(0, len(text))] if text else []) for text in texts]
        found = self._compared(question, cut, [None] * len(cut))
        return self._fused([one.whole for one in found], BM25Ranker().rank(question, texts))

    def rank_units(
        self, question: str, texts: Sequence[Units], titles: Sequence[str | None]
    ) -> tuple[FloatArray, FloatArray]:
        """Relevance of each unit with a score of its own, text by text, and of each text."""
        found = self._compared(question, texts, titles)
        own = [one.parts[units.scored()] for one, units in zip(found, texts, strict=True)]
        wholes = [one.whole for one in found]
        words = BM25Ranker()
        return (
            self._fused(np.concatenate([*own, []]), words.rank(question, pieces_of(texts, titles))),
            self._fused(wholes, words.rank(question, wholes_of(texts, titles))),
        )

    def _fused(self, meant: Any, said: FloatArray) -> FloatArray:
        return (1 - self.words) * standardised(np.asarray(meant)) + self.words * standardised(said)

    def _compared(
        self, question: str, texts: Sequence[Units], titles: Sequence[str | None]
    ) -> list[Compared]:
        """Each text with its units as parts."""
        weights = self._interaction
        asked = weights.of_question(self.reader.read_question(question, weights.layers))
        keys = [_Key.of(weights, units, title) for units, title in zip(texts, titles, strict=True)]
        by_key = dict(zip(keys, texts, strict=True))
        told = self.reader.loaded.vectors.of(keys, lambda new: self._told(new, [by_key[one] for one in new]))
        return [weights.compare(asked, one) for one in told]

    def _told(self, keys: Sequence[_Key], texts: Sequence[Units]) -> list[Told]:
        """Texts that were not met before, read."""
        weights = self._interaction
        laid = [
            self.reader.laid(one.text, units.starts.tolist() or [0], one.title)
            for one, units in zip(keys, texts, strict=True)
        ]
        read = self.reader.read_texts(laid, weights.layers)
        return [
            weights.of_text(states, parts_of(spans, units), len(units))
            for (states, spans), units in zip(read, texts, strict=True)
        ]

    @computed_once
    def _interaction(self) -> Interaction:
        """The weights.

        Raises:
            UnsupportedModel: they do not fit the reader.
        """
        file, digest = (SHIPPED, DIGEST) if self.weights is None else (self.weights, None)
        found, config = load_interaction(file, digest), self.reader.loaded.model.config
        width = found.text.shape[1] // len(found.layers)
        if (config.hidden_size, config.num_hidden_layers) != (width, found.layers[-1]):
            raise UnsupportedModel(
                f"{self.reader.name} has other states than the weights of late interaction were trained on. "
                f"Use {READER}, or train weights for it: benchmarks/train_pruner.py."
            )
        return found


def parts_of(spans: IntArray, units: Units) -> IntArray:
    """The unit of each token, -1 for what stands around the text; what closes another unit belongs to that.

    >>> units = from_spans("one two", [(0, 3), (4, 7)])
    >>> parts_of(np.array([[-1, -1], [0, 3], [3, 5], [5, 7]]), units)
    array([-1,  0,  1,  1])
    """
    found = np.full(len(spans), -1)
    if not len(units):
        return found
    inside = spans[:, 0] >= 0
    found[inside] = units.owners(spans[inside])[0]
    if units.structure is not None:
        opener = np.where(units.structure.closes < 0, np.arange(len(units)), units.structure.closes)
        found[inside] = opener[found[inside]]
    return found
