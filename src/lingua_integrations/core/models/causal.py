"""A causal language model of the transformers library as a `TokenScorer`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import numpy as np

from lingua_integrations.core.models.causal_model import CausalModel
from lingua_integrations.core.models.loading import ByName
from lingua_integrations.core.models.reading import (
    BATCH_TOKENS,
    ReadStates,
    ScoredText,
    batches,
    pass_tokens,
    read,
)
from lingua_integrations.core.models.remembered import Remembered, Scores, identity
from lingua_integrations.core.models.request import Request
from lingua_integrations.core.models.streams import Stream
from lingua_integrations.core.protocols import Tokens
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import InvalidRequest

_LOOK_BACK = 4096  # tokens; evidence that this is enough is in docs/performance.md
_AT_ONCE = 2048  # tokens of one text that are read in one pass; longer ones in steps, through a stream
_HELD = 1 << 15  # tokens of a call whose states may wait for questions: 75 MB at a width of 576


class CausalLM(ByName[CausalModel]):
    """Surprisals under a causal language model, loaded when first needed.

    One instance serves many threads: the model runs under a lock, and every stream has a cache of its own.

    Args:
        model: a folder, one of our names, or a hub id (see `lingua models list`).
        device: for example ``"cpu"`` or ``"cuda:0"``; by default the best there is.
        dtype: "float32", "bfloat16", "float16", "float64", or "auto" for the checkpoint's own. By default
            what the device is quick at, see `choose_dtype`: what is kept differs a little between machines.
            With "float32" only roundings do.
        trust_remote_code: run code that comes with the model. Only for models that you trust.
        scores: where the surprisals of texts that may come again are remembered: a mapping from strings to
            bytes, such as `in_memory()` or a ``diskcache.Cache``. Each of these texts is then read by itself,
            so that its scores depend on nothing else; without it texts of a call share passes.
        look_back: tokens that a stream sees at once, at most the model's window. More of them cost memory and
            time where much is kept of a long text.

    Raises:
        InvalidRequest: a stream could not look back, or there is no such dtype.
    """

    def __init__(
        self,
        model: str,
        *,
        device: str | None = None,
        dtype: str | None = None,
        trust_remote_code: bool = False,
        scores: Scores | None = None,
        look_back: int = _LOOK_BACK,
    ) -> None:
        if look_back < 4:
            raise InvalidRequest(f"look_back must be a number of tokens, at least 4, not {look_back}.")
        super().__init__(
            Request(model, "causal language model", CausalModel, device, dtype, trust_remote_code)
        )
        self.look_back = look_back
        self._remembered = None if scores is None else Remembered(scores)
        self._own: str | None = None

    @property
    def described(self) -> str:
        """What it is called by, and what differs from the default."""
        look_back = "" if self.look_back == _LOOK_BACK else f", look_back={self.look_back}"
        return super().described + look_back

    @classmethod
    def from_objects(
        cls,
        model: Any,
        tokenizer: Any,
        *,
        name: str | None = None,
        scores: Scores | None = None,
        look_back: int = _LOOK_BACK,
    ) -> CausalLM:
        """Wrap a transformers model and its tokenizer that are already in memory.

        Args:
            model: in evaluation mode, on its device.
            tokenizer: a fast one.
            name: tells these weights from all others; `scores` remembered under it are found again by it.
            scores: see `CausalLM`. Without a name they are found again by this scorer only.
            look_back: see `CausalLM`.
        """
        from lingua_integrations.core.models.cpu.prepare import prepare

        called = name or "in memory"
        scorer = cls(called, scores=scores, look_back=look_back)
        scorer._given = CausalModel(model, tokenizer, called, prepare(model.eval(), packed=False))
        scorer._own = None if name else uuid4().hex
        return scorer

    @property
    def window(self) -> int:
        """Tokens that the model can see at once."""
        return self.loaded.window

    def encode(self, text: str) -> Tokens:
        """Token ids without special tokens, and their character spans in ``text``."""
        return self.loaded.encode(text)

    def stream(self, prefix: IntArray) -> Stream:
        """Start reading after ``prefix``."""
        return Stream(self.loaded, prefix, min(self.window, self.look_back))

    def surprisals(self, batch: Sequence[tuple[IntArray, IntArray]]) -> list[FloatArray]:
        """Surprisals in nats of each ``ids`` after its ``prefix``; remembered where there are `scores`."""
        readings = self.read([np.r_[prefix, ids] for prefix, ids in batch], lasting=True)
        return [reading.surprisals(len(prefix)) for reading, (prefix, _) in zip(readings, batch, strict=True)]

    def read(self, texts: Sequence[IntArray], *, lasting: bool = False) -> list[ReadStates | ScoredText]:
        """Read texts, to ask for the surprisals of some of their tokens later.

        Short texts share passes, padded on the right. Of long ones, and where more texts wait than memory
        should hold, all surprisals are computed at once; a stream reads what exceeds the window, and starts
        again where that is full.

        Args:
            texts: token ids, without the start token.
            lasting: other calls may bring them again: where there are `scores`, they are remembered.
        """
        if lasting and self._remembered is not None:
            known, reader = self._remembered, identity(self.name, self.loaded.model, self._own)
            return [ScoredText(known.get(reader, text, self._read_alone)) for text in texts]
        readings: list[ReadStates | ScoredText] = [ScoredText(np.zeros(0))] * len(texts)
        short = [i for i, text in enumerate(texts) if 0 < len(text) <= self._at_once]
        held = 0
        for batch in batches([len(texts[i]) for i in short], self._pass_tokens):
            rows = [short[place] for place in batch]
            held += sum(len(texts[i]) for i in rows)
            for i, reading in zip(rows, read(self.loaded, [texts[i] for i in rows]), strict=True):
                lazy = held <= _HELD and not self.loaded.apart.whole  # waiting logits would fill the memory
                readings[i] = reading if lazy else ScoredText(reading.surprisals())
        for i, text in enumerate(texts):
            if len(text) > self._at_once:
                readings[i] = ScoredText(self._read_long(text))
        return readings

    @property
    def _pass_tokens(self) -> int:
        """Few where states are logits: they take a hundred times the memory."""
        return BATCH_TOKENS if self.loaded.apart.whole else pass_tokens(self.loaded.model.device)

    @property
    def _at_once(self) -> int:
        return min(_AT_ONCE, self.window) - len(self.loaded.start)

    def _read_alone(self, text: IntArray) -> FloatArray:
        if not len(text):
            return np.zeros(0)
        if len(text) > self._at_once:
            return self._read_long(text)
        (reading,) = read(self.loaded, [text])
        return reading.surprisals()

    def _read_long(self, ids: IntArray) -> FloatArray:
        stream = Stream(self.loaded, ids[:0], self.window)
        step = max(1, min(_AT_ONCE // 4, self.window // 4))
        pieces = []
        for begin in range(0, len(ids), step):
            piece = ids[begin : begin + step]
            pieces.append(stream.score(piece))
            stream.keep(np.ones(len(piece), dtype=bool))
        return np.concatenate(pieces)
