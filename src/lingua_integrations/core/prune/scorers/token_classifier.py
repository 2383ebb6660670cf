"""Token classifiers and pruners: a model that reads a whole text says how likely each token is to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lingua_integrations.core.config import UnitScore
from lingua_integrations.core.models.pruner import Pruner
from lingua_integrations.core.models.pruners import rows
from lingua_integrations.core.models.pruners.layouts import Pooling
from lingua_integrations.core.prune.iterative import unit_scores
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.language.languages import language_of
from lingua_integrations.core.text.language.sentences import boundaries
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray, IntArray

_APART = (rows.pair_of_sentences, rows.one_row)  # layouts that read each sentence by itself


@dataclass
class TokenClassifier:
    """Probability to keep, of each unit, from a token classifier (LLMLingua-2, Pan et al. 2024) or a pruner.

    A pruner is known by its configuration, and read as its authors do it: see docs/models.md. What a label of
    any other classifier means is read from its configuration, never from its name: a label called keep,
    preserve and the like, or the one that is not called drop; of two nameless labels the second, as in the
    published LLMLingua-2 models; with a single label its sigmoid. These read the text alone.

    Args:
        model: a folder or a hub id, such as ``microsoft/llmlingua-2-xlm-roberta-large-meetingbank``.
        device: where it runs; by default the best there is.
        unit_score: how a unit's score comes from its tokens' probabilities; ``None``: as the model's authors
            do it, and where they do not say, their mean.
        language: of the texts, for sentence ends; by default it is found.
        dtype: of its numbers, see `CausalLM`.
        reads_question: whether a classifier reads question and title in front of the text, as QuerySelect
            does; ``None``: where its configuration has ``reads_question``. A pruner's layout says it.
    """

    model: str
    device: str | None = None
    unit_score: UnitScore | None = "mean"
    language: str | None = None
    dtype: str | None = None
    reads_question: bool | None = None

    def __post_init__(self) -> None:
        self._encoder = Pruner(self.model, device=self.device, dtype=self.dtype)

    @property
    def name(self) -> str:
        """The model and its digest."""
        return self._encoder.name

    @property
    def own_threshold(self) -> float | None:
        """The probability from which on the model's authors keep a unit; None for a classifier without."""
        loaded = self._encoder.loaded
        return loaded.layout.threshold_of(loaded.settings) if loaded.layout else None

    def probabilities(self, scores: FloatArray) -> FloatArray | None:
        """A pruner's scores, which are probabilities to keep; a classifier's are not about a question."""
        return scores if self._encoder.loaded.layout else None

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Probability to keep of each unit; of a pruner's, what is there for others only has none."""
        layout = self._encoder.loaded.layout
        if layout is not None and layout.each:
            return self._each(texts, question, titles)
        laid = [self._laid(units, question, title) for units, title in zip(texts, titles, strict=True)]
        how: Pooling = self.unit_score or (layout.pooling if layout else "mean")
        scores = [
            of_units(opinion.keep, one.spans, units, how)
            for opinion, one, units in zip(self._encoder.read(laid), laid, texts, strict=True)
        ]
        if self.unit_score is None:
            for one, units in zip(scores, texts, strict=True):
                one[np.setdiff1d(np.arange(len(units)), units.scored())] = 0.0
        return scores

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Relevance of each text: the ranking head's where the model has one, else its best unit's."""
        cut = [read(text, language=self.language) for text in texts]
        layout = self._encoder.loaded.layout
        if layout is not None and layout.each:
            each = self._each(cut, question, [None] * len(cut))
            return np.array([one.max(initial=0.0) for one in each], dtype=np.float64)
        laid = [self._laid(units, question, None) for units in cut]
        found = self._encoder.read(laid)
        if all(one.relevance is not None for one in found):
            return np.array([one.relevance for one in found], dtype=np.float64)
        best = [
            of_units(opinion.keep, one.spans, units, "mean").max(initial=0.0)
            for opinion, one, units in zip(found, laid, cut, strict=True)
        ]
        return np.array(best, dtype=np.float64)

    def _each(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Probability of units that the model is asked about one by one."""
        loaded = self._encoder.loaded
        asked = [
            rows.Text(sentence, [0], question, title or "", units.text)
            for units, title in zip(texts, titles, strict=True)
            for sentence in units.texts(units.scored())
        ]
        lay = loaded.layout.lay if loaded.layout else rows.alone
        found = iter(self._encoder.read([lay(self._encoder, one) for one in asked]))
        scores: list[FloatArray] = [np.zeros(len(units)) for units in texts]
        for one, units in zip(scores, texts, strict=True):
            for unit in units.scored().tolist():
                one[unit] = next(found).relevance or 0.0
        return scores

    def _laid(self, units: Units, question: str, title: str | None) -> rows.Laid:
        loaded = self._encoder.loaded
        if loaded.layout is None:
            told = getattr(loaded.model.config, "reads_question", False)
            asked = question if (told if self.reads_question is None else self.reads_question) else ""
            lay = rows.pair if asked else rows.alone
            return lay(self._encoder, self._text(units, f"{asked} {title or ''}" if asked else "", ""))
        return loaded.layout.lay(self._encoder, self._text(units, question, title or ""))

    def _text(self, units: Units, question: str, title: str) -> rows.Text:
        layout = self._encoder.loaded.layout
        if layout is not None and layout.lay in _APART:
            starts = units.starts.tolist() or [0]
        else:
            starts = window_starts(units.text, self._encoder.window, self.language)
        return rows.Text(units.text, starts, question, title)


def window_starts(text: str, window: int, language: str | None) -> list[int]:
    """Characters at which a window of so many tokens had better begin: those of the text's sentences."""
    if len(text.encode("utf-8", "surrogatepass")) <= window // 2:  # one window has room for all of it
        return [0]
    return boundaries(text, 0, len(text), language or language_of(text))


def of_units(keep: FloatArray, spans: IntArray, units: Units, how: Pooling) -> FloatArray:
    """Probability of each unit from its tokens', whose spans may be `NOWHERE`; 0 for a unit without tokens.

    >>> from lingua_integrations.core.text.units import from_spans
    >>> units, spans = from_spans("one two", [(0, 3), (4, 7)]), np.array([[0, 1], [1, 3], [-1, -1], [4, 7]])
    >>> keep = np.array([0.9, 0.3, 1.0, 0.5])
    >>> of_units(keep, spans, units, "mean").round(2), of_units(keep, spans, units, "characters").round(2)
    (array([0.6, 0.5]), array([0.5, 0.5]))
    """
    seen = spans[:, 0] >= 0
    if not len(units) or not seen.any():
        return np.zeros(len(units))
    keep, spans = keep[seen], spans[seen]
    owners = (*units.owners(spans), len(units))
    if how == "odds":
        kept = np.clip(keep, 1e-12, 1 - 1e-12)
        odds = unit_scores(np.log(kept / (1 - kept)), *owners, "mean")
        there = unit_scores(np.ones(len(keep)), *owners, "max")
        return np.asarray(there / (1 + np.exp(-odds)))
    if how == "characters":
        weights = np.maximum(spans[:, 1] - spans[:, 0], 1).astype(np.float64)
        whole = np.maximum(unit_scores(weights, *owners, "sum"), 1)
        return np.asarray(unit_scores(keep * weights, *owners, "sum") / whole)
    return unit_scores(keep, *owners, how)
