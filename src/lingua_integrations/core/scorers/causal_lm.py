"""A causal language model of the transformers library as a `TokenScorer`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import regex

from lingua_integrations.core.devices import guarded
from lingua_integrations.core.protocols import FloatArray, Tokens, TokenStream
from lingua_integrations.core.scorers.loading import Lazy, Pretrained, load_pretrained
from lingua_integrations.core.units import IntArray

_SURROGATES = regex.compile(r"[\ud800-\udfff]")
_BATCH_TOKENS = 1024  # padded tokens whose logits are held at once: 200 MB for a vocabulary of 50,000


@dataclass(eq=False)
class LoadedModel:
    """A causal model in memory, and what scoring needs to know about it.

    Attributes:
        source: weights and lock, shared by all scorers of the same model in a process.
        tokenizer: the tokenizer's fast half.
        window: tokens that the model can see at once.
        start_id: what every sequence begins with, if anything.
    """

    source: Pretrained
    tokenizer: Any
    window: int
    start_id: int | None

    @property
    def model(self) -> Any:
        """The transformers model."""
        return self.source.model

    @property
    def name(self) -> str:
        """Its name and digest."""
        return self.source.name


class CausalLM(Lazy[LoadedModel]):
    """Surprisals under a causal language model, loaded when first needed.

    One instance serves many threads: the model runs under a lock, and every stream has a cache of its own.

    Args:
        model: a folder, one of our names, or a hub id (see `lingua models list`).
        device: for example ``"cpu"`` or ``"cuda:0"``; by default the best there is.
        dtype: name of a torch type; by default float32 on the CPU, else the checkpoint's own.
        trust_remote_code: run code that comes with the model. Only for models that you trust.
    """

    def __init__(
        self,
        model: str,
        *,
        device: str | None = None,
        dtype: str | None = None,
        trust_remote_code: bool = False,
    ) -> None:
        super().__init__(model, partial(_load, model, device, dtype, trust_remote_code))

    @classmethod
    def from_objects(cls, model: Any, tokenizer: Any, *, name: str = "in memory") -> CausalLM:
        """Wrap a transformers model and its tokenizer that are already in memory."""
        scorer = cls(name)
        scorer._load = partial(_wrap, Pretrained(model, tokenizer, name))
        return scorer

    @property
    def name(self) -> str:
        """The model's name and digest."""
        return self.loaded.name

    @property
    def window(self) -> int:
        """Tokens that the model can see at once."""
        return self.loaded.window

    def encode(self, text: str) -> Tokens:
        """Token ids without special tokens, and their character spans in ``text``."""
        encoding = self.loaded.tokenizer.encode(_SURROGATES.sub("\ufffd", text), add_special_tokens=False)
        ids = np.asarray(encoding.ids, dtype=np.int64)
        return Tokens(ids, np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2))

    def stream(self, prefix: IntArray, *, exact: bool = True) -> TokenStream:
        """Start reading after ``prefix``; see `streams` for the two ways to forget tokens."""
        from lingua_integrations.core.scorers.streams import EvictingStream, ExactStream

        return (ExactStream if exact else EvictingStream)(self, prefix)

    def surprisals(self, batch: Sequence[tuple[IntArray, IntArray]]) -> list[FloatArray]:
        """Surprisals in nats of each ``ids`` after its ``prefix``.

        Short rows share forward passes, padded on the right; long ones run through a stream, which restarts
        where the window is full.
        """
        scores: list[FloatArray] = [np.zeros(0)] * len(batch)
        lengths = [len(prefix) + len(ids) + 1 for prefix, ids in batch]
        longest = min(_BATCH_TOKENS, self.window)
        short = sorted((i for i, length in enumerate(lengths) if length <= longest), key=lambda i: lengths[i])
        for rows in _batches(short, lengths):
            for row, values in zip(rows, self._score_rows([batch[i] for i in rows]), strict=True):
                scores[row] = values
        for row in (i for i, length in enumerate(lengths) if length > longest):
            scores[row] = self._score_long(*batch[row])
        return scores

    def _score_long(self, prefix: IntArray, ids: IntArray) -> FloatArray:
        stream = self.stream(prefix)
        step = max(1, min(_BATCH_TOKENS // 2, self.window // 4))
        pieces = []
        for begin in range(0, len(ids), step):
            piece = ids[begin : begin + step]
            pieces.append(stream.score(piece))
            stream.keep(np.ones(len(piece), dtype=bool))
        return np.concatenate(pieces)

    def _score_rows(self, rows: Sequence[tuple[IntArray, IntArray]]) -> list[FloatArray]:
        import torch

        sequences = [np.r_[self.start(), prefix, ids] for prefix, ids in rows]
        width = max(map(len, sequences))
        tokens = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for row, sequence in enumerate(sequences):
            tokens[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        known = [len(sequence) - len(ids) for sequence, (_, ids) in zip(sequences, rows, strict=True)]
        skip = max(0, min(known) - 1)  # nobody asks for what is predicted before
        with self.running() as model:
            ids = torch.from_numpy(tokens).to(model.device)
            output = model(
                input_ids=ids,
                attention_mask=torch.from_numpy(mask).to(model.device),
                use_cache=False,
                logits_to_keep=width - skip,
            )
            nats = surprisals_of(output.logits[:, :-1], ids[:, skip + 1 :]).cpu().numpy().astype(np.float64)
        return [
            np.r_[
                [self.unconditioned()] * (begin == 0),
                nats[row, max(begin - 1, 0) - skip : len(sequence) - 1 - skip],
            ]
            for row, (begin, sequence) in enumerate(zip(known, sequences, strict=True))
        ]

    def start(self) -> IntArray:
        """What every sequence begins with: the model's start token, or nothing."""
        start_id = self.loaded.start_id
        return np.asarray([] if start_id is None else [start_id], dtype=np.int64)

    def unconditioned(self) -> float:
        """Surprisal of a first token that nothing precedes: that of a uniform guess over the vocabulary."""
        return float(np.log(self.loaded.model.config.get_text_config().vocab_size))

    @contextmanager
    def running(self) -> Iterator[Any]:
        """The model, for one forward pass: alone on it, without gradients, out-of-memory errors named."""
        import torch

        loaded = self.loaded
        with loaded.source.lock, guarded(loaded.model.device), torch.inference_mode():
            yield loaded.model


def surprisals_of(logits: Any, targets: Any) -> Any:
    """-ln p of each target: logits [..., n, vocabulary] and ids [..., n] give nats [..., n] in float32."""
    from torch.nn import functional

    flat = functional.cross_entropy(logits.flatten(0, -2).float(), targets.flatten(), reduction="none")
    return flat.view(targets.shape)


def _batches(rows: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group rows, given in ascending length, so that each padded batch stays within the limit."""
    batch: list[int] = []
    for row in rows:
        if batch and (len(batch) + 1) * lengths[row] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _load(name: str, device: str | None, dtype: str | None, trust_remote_code: bool) -> LoadedModel:
    """Load a model by name."""
    kind = "AutoModelForCausalLM"
    return _wrap(load_pretrained(name, kind, device=device, dtype=dtype, trust_remote_code=trust_remote_code))


def _wrap(source: Pretrained) -> LoadedModel:
    """Look at a model for what scoring needs."""
    tokenizer = source.backend  # first of all: it refuses a slow one
    source.model.eval()
    config = source.model.config.get_text_config()
    starts = (source.tokenizer.bos_token_id, source.tokenizer.eos_token_id)
    return LoadedModel(
        source=source,
        tokenizer=tokenizer,
        window=int(getattr(config, "max_position_embeddings", None) or 2048),
        start_id=next((token for token in starts if token is not None), None),
    )
