"""A causal language model of the transformers library as a `TokenScorer`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import numpy as np
import regex

from lingua_integrations.core.protocols import FloatArray, Tokens, TokenStream
from lingua_integrations.core.scorers.halves import Halves, halve
from lingua_integrations.core.scorers.loading import Lazy, Pretrained, load_pretrained
from lingua_integrations.core.scorers.reading import BATCH_TOKENS, Known, Reading, batches, pass_tokens, read
from lingua_integrations.core.scorers.remembered import Remembered, Scores, identity
from lingua_integrations.core.units import IntArray
from lingua_integrations.errors import InvalidRequest

Done = TypeVar("Done")
_SURROGATES = regex.compile(r"[\ud800-\udfff]")
_LOOK_BACK = 4096  # tokens; evidence that this is enough is in docs/performance.md
_AT_ONCE = 2048  # tokens of one text that are read in one pass; longer ones in steps, through a stream
_HELD = 1 << 15  # tokens of a call whose states may wait for questions: 75 MB at a width of 576


@dataclass(eq=False)
class LoadedModel:
    """A causal model in memory, and what scoring needs to know about it.

    Attributes:
        source: weights and lock, shared by all scorers of the same model in a process.
        tokenizer: the tokenizer's fast half.
        window: tokens that the model can see at once.
        start_id: what every sequence begins with, if anything.
        halves: what of it reads, and what predicts.
    """

    source: Pretrained
    tokenizer: Any
    window: int
    start_id: int | None
    halves: Halves

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
        dtype: "float32", "bfloat16", "float16", "float64", or "auto" for the checkpoint's own. By default
            what the device is quick at, see `choose_dtype`: what is kept differs a little between machines.
            With "float32" only roundings do. "int8", on a CPU alone, is for those that are quick at nothing
            else, see `eight_bits`.
        trust_remote_code: run code that comes with the model. Only for models that you trust.
        scores: where the surprisals of texts that may come again are remembered: a mapping from strings to
            bytes, such as `in_memory()` or a ``diskcache.Cache``. Each of these texts is then read by itself,
            so that its scores depend on nothing else; without it texts of a call share passes.
        look_back: tokens that a stream sees at once, at most the model's window. More of them cost memory and
            time where much is kept of a long text.

    Raises:
        InvalidRequest: a stream could not look back, or there is no such type.
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
        super().__init__(model, partial(_load, model, device, dtype, trust_remote_code), dtype)
        if look_back < 4:
            raise InvalidRequest(f"look_back is a number of tokens, at least 4, and not {look_back}.")
        self.look_back = look_back
        self._own: str | None = None
        self._scores = scores
        self._remembered = Remembered(scores) if scores is not None else None

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {
            "look_back": self.look_back,
            "_own": self._own,
            "_scores": self._scores,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._remembered = Remembered(self._scores) if self._scores is not None else None

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
        called = name or "in memory"
        scorer = cls(called, scores=scores, look_back=look_back)
        scorer._load = partial(_wrap, Pretrained(model, tokenizer, called))
        scorer._own = None if name else uuid4().hex
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

        return (ExactStream if exact else EvictingStream)(self, prefix, min(self.window, self.look_back))

    def surprisals(self, batch: Sequence[tuple[IntArray, IntArray]]) -> list[FloatArray]:
        """Surprisals in nats of each ``ids`` after its ``prefix``; remembered where there are `scores`."""
        readings = self.read([np.r_[prefix, ids] for prefix, ids in batch], lasting=True)
        return [reading.surprisals(len(prefix)) for reading, (prefix, _) in zip(readings, batch, strict=True)]

    def read(self, texts: Sequence[IntArray], *, lasting: bool = False) -> list[Reading | Known]:
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
            return [Known(known.get(reader, text, self._read_alone)) for text in texts]
        readings: list[Reading | Known] = [Known(np.zeros(0))] * len(texts)
        short = [i for i, text in enumerate(texts) if 0 < len(text) <= self._at_once]
        held = 0
        for batch in batches([len(texts[i]) for i in short], self._pass_tokens):
            rows = [short[place] for place in batch]
            held += sum(len(texts[i]) for i in rows)
            for i, reading in zip(rows, read(self, [texts[i] for i in rows]), strict=True):
                lazy = held <= _HELD and self.loaded.halves.cut  # logits in waiting would fill the memory
                readings[i] = reading if lazy else Known(reading.surprisals())
        for i, text in enumerate(texts):
            if len(text) > self._at_once:
                readings[i] = Known(self._read_long(text))
        return readings

    @property
    def _pass_tokens(self) -> int:
        """Few where states are logits: they take a hundred times the memory."""
        return pass_tokens(self.loaded.model.device) if self.loaded.halves.cut else BATCH_TOKENS

    @property
    def _at_once(self) -> int:
        return min(_AT_ONCE, self.window) - len(self.start())

    def _read_alone(self, text: IntArray) -> FloatArray:
        if not len(text):
            return np.zeros(0)
        if len(text) > self._at_once:
            return self._read_long(text)
        (reading,) = read(self, [text])
        return reading.surprisals()

    def _read_long(self, ids: IntArray) -> FloatArray:
        from lingua_integrations.core.scorers.streams import ExactStream

        stream = ExactStream(self, ids[:0], self.window)
        step = max(1, min(_AT_ONCE // 4, self.window // 4))
        pieces = []
        for begin in range(0, len(ids), step):
            piece = ids[begin : begin + step]
            pieces.append(stream.score(piece))
            stream.keep(np.ones(len(piece), dtype=bool))
        return np.concatenate(pieces)

    def start(self) -> IntArray:
        """What every sequence begins with: the model's start token, or nothing."""
        start_id = self.loaded.start_id
        return np.asarray([] if start_id is None else [start_id], dtype=np.int64)

    def unconditioned(self) -> float:
        """Surprisal of a first token that nothing precedes: that of a uniform guess over the vocabulary."""
        return float(np.log(self.loaded.model.config.get_text_config().vocab_size))

    def run(self, work: Callable[[Any], Done]) -> Done:
        """Do work with the model; see `Pretrained.run`."""
        return self.loaded.source.run(work)


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
        halves=halve(source.model),
    )
