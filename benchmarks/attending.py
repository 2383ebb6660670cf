"""What a causal model attends to, as a ranker of sentences; `attention.py` measures it.

Sentinel (arXiv 2505.23277) and SAGE (arXiv 2604.15583) let a small model read texts and a question, and take
a sentence for relevant if the last token of the prompt attends to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForCausalLM

from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.prune.pieces import pieces_of, wholes_of
from lingua_integrations.core.prune.rankers.fusion import standardised
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.request import titled
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.text.units import Units, from_spans
from lingua_integrations.core.types import FloatArray

BEFORE = "Given the following information: "
AFTER = "\nAnswer the following question based on the given information with one or few words: {}\nAnswer:"
NEUTRAL = "What is this about?"  # asks for no sentence more than for another
ROOM = 1024  # tokens of a chunk


@dataclass(frozen=True)
class Seen:
    """What the last token of the prompt attends to, as a multiple of the mean over its chunk's tokens.

    Means are over characters, each with its token's attention.
    """

    own: FloatArray  # of each unit with a score of its own, shape [units, heads]
    wholes: FloatArray  # of each text, shape [texts, heads]

    def minus(self, other: Seen) -> Seen:
        """What is left when the attention under another question is taken away."""
        return Seen(self.own - other.own, self.wholes - other.wholes)


class Reader:
    """A causal model that shows where its last token looks; what it has read is remembered."""

    def __init__(self, model: str = DEFAULT_SCORER) -> None:
        self.tokens = CausalLM(model)
        self.folder = resolve(model).folder
        self.name = model
        self._seen: dict[tuple[str, ...], tuple[Seen, Seen]] = {}

    def __repr__(self) -> str:
        return f"Reader({self.name!r})"

    @cached_property
    def model(self) -> Any:
        """The network, with attention that can be looked at."""
        found = AutoModelForCausalLM.from_pretrained(
            self.folder, attn_implementation="eager", dtype=torch.float32
        )
        self._rows: list[torch.Tensor] = []
        for layer in found.model.layers:
            layer.self_attn.register_forward_hook(
                lambda _module, _inputs, outputs: self._rows.append(outputs[1][0, :, -1])
            )
        return found.eval()

    def look(self, question: str, texts: Sequence[Units], titles: Sequence[str | None]) -> tuple[Seen, Seen]:
        """Under the question, and under `NEUTRAL`."""
        key = (question, *wholes_of(texts, titles))
        if key not in self._seen:
            widths = self.model.config.num_hidden_layers * self.model.config.num_attention_heads
            found = [[np.zeros((len(units.text), widths)) for units in texts] for _ in range(2)]
            for chunk in self._chunks(texts, titles):
                for at, shares in enumerate(self._attention(question, chunk)):
                    for (text, start, end, _), share in zip(chunk, shares, strict=True):
                        found[at][text][start:end] += share
            self._seen[key] = tuple(_seen(texts, one) for one in found)  # type: ignore[assignment]
        return self._seen[key]

    def _chunks(self, texts: Sequence[Units], titles: Sequence[str | None]) -> Iterator[list[tuple]]:
        """Tokens with their text and characters there, as many as a chunk has room for."""
        chunk: list[tuple[int, int, int, int]] = []
        for number, (units, title) in enumerate(zip(texts, titles, strict=True)):
            head = len(titled(units.text, title)) - len(units.text)
            ids, spans = self.tokens.encode(titled(units.text, title) + "\n\n")
            own = [
                (number, max(0, start - head), max(0, min(end - head, len(units.text))), token)
                for token, (start, end) in zip(ids.tolist(), spans.tolist(), strict=True)
            ]
            for one in (own[at : at + ROOM] for at in range(0, len(own), ROOM)):
                if chunk and len(chunk) + len(one) > ROOM:
                    yield chunk
                    chunk = []
                chunk += one
        yield chunk

    @torch.no_grad()
    def _attention(self, question: str, chunk: Sequence[tuple]) -> Iterator[FloatArray]:
        """Of each token, the attention of all heads over their mean, under both questions."""
        before = self.tokens.encode(BEFORE).ids.tolist()
        ids = torch.tensor([[*before, *(token for *_, token in chunk)]])
        past = self.model(ids, use_cache=True, logits_to_keep=1).past_key_values
        for asked in (question, NEUTRAL):
            self._rows.clear()
            after = torch.tensor([self.tokens.encode(AFTER.format(asked)).ids.tolist()])
            self.model(after, past_key_values=past, use_cache=True, logits_to_keep=1)
            past.crop(-after.shape[1])
            seen = torch.cat(self._rows)[:, len(before) : ids.shape[1]].T.numpy()
            yield seen / np.maximum(seen.mean(0), 1e-12)


def _seen(texts: Sequence[Units], found: Sequence[FloatArray]) -> Seen:
    """Means over the characters of units and of texts."""
    own = [
        one[units.starts[unit] : units.ends[unit]].mean(0)
        for units, one in zip(texts, found, strict=True)
        for unit in units.scored().tolist()
    ]
    return Seen(np.array(own), np.array([one.mean(0) for one in found]))


@dataclass(frozen=True)
class Attention:
    """A ranker by attention."""

    reader: Reader
    differential: bool = False
    probe: FloatArray | None = field(
        default=None, repr=False
    )  # weights of the heads; without them each counts the same
    words: float = 0.0  # weight of BM25
    said: BM25Ranker = field(default_factory=BM25Ranker, repr=False)

    name = None

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Relevance of texts, shape [len(texts)]."""
        cut = [from_spans(text, [(0, len(text))]) for text in texts]
        return self.rank_units(question, cut, [None] * len(cut))[1]

    def rank_units(
        self, question: str, texts: Sequence[Units], titles: Sequence[str | None]
    ) -> tuple[FloatArray, FloatArray]:
        """Relevance of each unit, and of each text."""
        seen, neutral = self.reader.look(question, texts, titles)
        found = seen.minus(neutral) if self.differential else seen
        said = [self.said.rank(question, of(texts, titles)) for of in (pieces_of, wholes_of)]
        own, whole = (
            (1 - self.words) * standardised(self._one(looked)) + self.words * standardised(words)
            for looked, words in zip((found.own, found.wholes), said, strict=True)
        )
        return own, whole

    def _one(self, looked: FloatArray) -> FloatArray:
        return looked.mean(1) if self.probe is None else features(looked) @ self.probe


def features(looked: FloatArray) -> FloatArray:
    """What the probe reads of each head: multiples of the mean, on a scale on which they spread alike.

    >>> features(np.array([[0.05, 0.95]])).round(2)
    array([[-2.3,  0. ]])
    """
    return np.asarray(np.log(np.maximum(looked, 0.0) + 0.05))
