"""LLMLingua-2 (Pan et al. 2024): a token classifier says how likely each word is to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import regex

from lingua_integrations.core.config import UnitScore
from lingua_integrations.core.models.encoder import Encoder
from lingua_integrations.core.prune.iterative import unit_scores
from lingua_integrations.core.text.languages import language_of
from lingua_integrations.core.text.sentences import boundaries
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import UnsupportedModel

_KEEP = regex.compile(r"(?i)\b(keep|kept|preserve|preserved|retain|important|relevant)\b")
_DROP = regex.compile(r"(?i)\b(not|no|drop|dropped|discard|delete|deleted|remove|prune|omit)\b")


class Window(NamedTuple):
    """Tokens ``[begin, end)`` of a text that the classifier reads at once."""

    begin: int
    end: int


@dataclass(frozen=True)
class Frame:
    """What stands around a window's tokens: special tokens, and the question where the model reads one."""

    encoder: Encoder
    asked: Sequence[int] | None = None  # ids of the question and the text's title, where the model reads them

    @classmethod
    def of(cls, encoder: Encoder, question: str, title: str | None) -> Frame:
        """The frame of a text; question and title get a quarter of the window at most."""
        if not question:
            return cls(encoder)
        return cls(encoder, encoder.ids_of(f"{question} {title or ''}")[: encoder.window // 4])

    def around(self, ids: Sequence[int]) -> tuple[list[int], list[int]]:
        """Token ids and type ids of a window."""
        return self.encoder.framed(ids) if self.asked is None else self.encoder.framed(self.asked, ids)

    @property
    def before(self) -> int:
        """Tokens in front of the window's own."""
        return self.around([-1])[0].index(-1)

    @property
    def room(self) -> int:
        """Tokens of a text that a window has room for."""
        return max(1, self.encoder.window - len(self.around([])[0]))


@dataclass
class TokenClassifier:
    """Probability to keep, of each unit, from any token-classification model.

    What a label means is read from the model's configuration, never from its name: a label called keep,
    preserve and the like, or the one that is not called drop; of two nameless labels the second, as in the
    published LLMLingua-2 models; with a single label its sigmoid. The published ones read the text alone; one
    whose configuration has ``reads_question`` reads the question and the text's title in front of it.

    Args:
        model: a folder or a hub id, such as ``microsoft/llmlingua-2-xlm-roberta-large-meetingbank``.
        device: where it runs; by default the best there is.
        unit_score: how a unit's score comes from its tokens' probabilities.
        language: of the texts, for sentence ends; by default it is found.
        dtype: of its numbers, see `CausalLM`.
    """

    model: str
    device: str | None = None
    unit_score: UnitScore = "mean"
    language: str | None = None
    dtype: str | None = None

    def __post_init__(self) -> None:
        head = "AutoModelForTokenClassification"
        self._encoder = Encoder(self.model, head, device=self.device, dtype=self.dtype)

    @property
    def name(self) -> str:
        """The model and its digest."""
        return self._encoder.name

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Probability to keep of each unit."""
        config = self._encoder.loaded.model.config
        keep = keep_label(config)
        asked = question if getattr(config, "reads_question", False) else ""
        rows: list[tuple[list[int], list[int]]] = []
        plans = []
        for units, title in zip(texts, titles, strict=True):
            frame = Frame.of(self._encoder, asked, title)
            encoded, spans = self._encoder.loaded.encode(units.text)
            ids: list[int] = encoded.tolist()
            starts = self._sentences(units.text) if len(ids) > frame.room else []
            ends = np.searchsorted(spans[:, 0], starts)
            cut = list(windows(len(ids), frame.room, ends))
            plans.append((units, spans, cut, frame.before))
            rows += [frame.around(ids[w.begin : w.end]) for w in cut]
        outputs = iter(self._encoder.run([ids for ids, _ in rows], [types for _, types in rows]))
        scores = []
        for units, spans, cut, before in plans:
            pieces = [next(outputs)[before : before + w.end - w.begin] for w in cut]
            found = np.concatenate([_probability(piece, keep) for piece in pieces] or [np.zeros(0)])
            scores.append(unit_scores(found, *units.owners(spans), len(units), self.unit_score))
        return scores

    def _sentences(self, text: str) -> list[int]:
        return boundaries(text, 0, len(text), self.language or language_of(text))


def keep_label(config: Any) -> int | None:
    """Which of a classifier's labels means keep; None where it has only one. Some label must say it."""
    labels = {int(i): str(label).replace("_", " ") for i, label in config.id2label.items()}
    if len(labels) == 1:
        return None
    keeping = [i for i, label in labels.items() if _KEEP.search(label) and not _DROP.search(label)]
    if len(keeping) == 1:
        return keeping[0]
    rest = [i for i, label in labels.items() if not _DROP.search(label)]
    if len(labels) == 2 and len(rest) == 1:
        return rest[0]
    if len(labels) == 2 and all(regex.fullmatch(r"(?i)label \d|\d", label) for label in labels.values()):
        return 1
    raise UnsupportedModel(
        f"It is not clear which label of this classifier means keep: {', '.join(labels.values())}. Rename "
        'one to "keep" in id2label of its config.json.'
    )


def windows(n: int, size: int, sentence_starts: Sequence[int] | IntArray) -> Iterator[Window]:
    """Cut n tokens into windows of at most ``size``, each up to a sentence's end where there is one.

    >>> list(windows(10, 6, [0, 4, 8]))
    [Window(begin=0, end=4), Window(begin=4, end=10)]
    """
    starts = np.unique(np.asarray(sentence_starts, dtype=np.int64))
    begin = 0
    while begin + size < n:
        whole = starts[(starts > begin + size // 2) & (starts <= begin + size)]
        end = int(whole[-1]) if len(whole) else begin + size
        yield Window(begin, end)
        begin = end
    if begin < n:
        yield Window(begin, n)


def _probability(logits: Any, keep: int | None) -> FloatArray:
    probability = logits.sigmoid()[:, 0] if keep is None else logits.softmax(-1)[:, keep]
    return np.asarray(probability.numpy(), dtype=np.float64)
