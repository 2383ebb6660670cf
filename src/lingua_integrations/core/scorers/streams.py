"""Streams: text that a causal model scores segment by segment, seeing only what was kept (Eq. 5).

Two ways to forget a dropped token. `ExactStream` encodes the kept tokens again, so that the next segment
sees exactly the kept text. `EvictingStream` leaves the kept tokens' rows in the model's key-value cache as
they are and removes the others: faster, but the kept rows still remember what stood between them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lingua_integrations.core.protocols import BoolArray, FloatArray
from lingua_integrations.core.scorers.heap import trim
from lingua_integrations.core.scorers.reading import rounded
from lingua_integrations.core.units import IntArray
from lingua_integrations.errors import InvalidRequest, UnsupportedModel

if TYPE_CHECKING:
    from lingua_integrations.core.scorers.causal_lm import CausalLM


_STEP = 512  # tokens of pending text in one pass; with twice as many, passes hold 160 MB more
_ATTENTION = {"full_attention", "sliding_attention", "chunked_attention"}


class _Stream(ABC):
    """What both kinds share: the window, the cache, and which ids were kept.

    When the window is full, reading starts again at position 0 with the prefix and the last half window of
    kept text. A prefix is cut to its last quarter window. A segment longer than a quarter window, a single
    huge unit, is scored in pieces; what is kept of it is then read anew.

    Args:
        scorer: whose surprisals.
        prefix: token ids of what stands before the text.
        window: tokens that are seen at once, at least 4 and at most the model's own.

    Raises:
        UnsupportedModel: the model has layers that cannot forget.
    """

    def __init__(self, scorer: CausalLM, prefix: IntArray, window: int) -> None:
        from lingua_integrations.core.scorers.growing import cache_for

        kinds = getattr(scorer.loaded.model.config.get_text_config(), "layer_types", None) or ()
        if others := sorted({*kinds} - _ATTENTION):
            raise UnsupportedModel(
                f"{scorer.name} has layers of kind {', '.join(others)}, which cannot forget a token. "
                "Use a model of attention layers, or a method that reads whole texts."
            )
        self._scorer = scorer
        self._window = window
        self._longest = max(1, self._window // 4)
        self._prefix = prefix[-self._longest :]
        self._kept: list[int] = []
        self._segment: IntArray | None = None
        self._cache: Any = cache_for(scorer.loaded.model)
        self._restart()

    def _restart(self) -> None:
        """Forget what was read; what has to be seen again waits in ``_pending``. The memory is used again."""
        recent = np.asarray(self._kept[max(0, len(self._kept) - self._window // 2 + 1) :], dtype=np.int64)
        self._cache.crop(-self._cache.get_seq_length())
        self._pending = np.r_[self._scorer.start(), self._prefix, recent]
        self._position = 0  # of the next token
        self._last_state: Any = None  # what predicts the next token: shape [1, width]

    def _forward(self, segment: IntArray) -> FloatArray:
        """One pass over what is pending and the segment; returns the segment's surprisals.

        After a restart half a window is pending, whose states would take memory: it is read in steps before.
        """
        while len(self._pending) > _STEP:
            step, self._pending = self._pending[:_STEP], self._pending[_STEP:]
            self._scorer.run(partial(self._body, ids=step))
            self._position += len(step)
        nats: FloatArray = self._scorer.run(partial(self._pass, segment=segment))
        self._position += len(self._pending) + len(segment)
        first = len(segment) - len(nats)  # 1 where nothing predicts the first token
        return np.asarray(np.r_[[self._scorer.unconditioned()] * first, nats], dtype=np.float64)

    def _body(self, model: Any, ids: IntArray) -> Any:
        """The states of ``ids`` behind what the cache holds, shape [len(ids), width].

        What fills up the pass (see `rounded`) stands behind them: nothing sees it, and the cache forgets it.
        """
        import torch

        n = len(ids)
        filled = max(n, min(rounded(n), self._scorer.window - self._position))
        tokens = torch.from_numpy(np.pad(ids, (0, filled - n))).to(model.device)[None]
        places = np.arange(self._position, self._position + filled)
        states = self._scorer.loaded.halves.body(
            input_ids=tokens,
            position_ids=torch.from_numpy(places).to(model.device)[None],
            # All ones: it rules out transformers' guess that positions which start again are packed texts.
            attention_mask=tokens.new_ones(1, self._cache.get_seq_length() + filled),
            past_key_values=self._cache,
            use_cache=True,
        )[0]
        if filled > n:
            self._cache.crop(n - filled)
        return states[:n]

    def _pass(self, model: Any, segment: IntArray) -> FloatArray:
        import torch

        ids = np.r_[self._pending, segment]
        states = self._body(model, ids)[max(0, len(self._pending) - 1) :].clone()
        if not len(self._pending) and self._last_state is not None:
            states = torch.cat([self._last_state, states])
        predicted = len(states) - 1
        unpredicted = len(segment) - predicted
        self._after_pending, self._after_each = states[: 1 - unpredicted], states[1 - unpredicted :]
        targets = torch.from_numpy(ids[len(ids) - predicted :]).to(model.device)
        nats = self._scorer.loaded.halves.nats(states[:-1], targets)
        return np.asarray(nats.cpu().numpy(), dtype=np.float64)

    def score(self, ids: IntArray) -> FloatArray:
        """Surprisals in nats of the next segment."""
        if self._segment is not None:
            raise InvalidRequest("keep() has to follow score() before the next segment.")
        self._segment = ids
        if len(ids) <= self._longest:
            return self._read(ids)
        mark = len(self._kept)
        nats = []
        for begin in range(0, len(ids), self._longest):
            piece = ids[begin : begin + self._longest]
            nats.append(self._read(piece))
            self._kept += piece.tolist()
            self._pending, self._last_state = piece[:0], self._after_each[-1:]
        del self._kept[mark:]
        return np.concatenate(nats)

    def keep(self, mask: BoolArray) -> None:
        """Keep the marked tokens of the last segment, forget the others."""
        if self._segment is None or len(mask) != len(self._segment):
            raise InvalidRequest("keep() takes one mark for each token of the segment just scored.")
        segment, self._segment = self._segment, None
        self._kept += segment[mask].tolist()
        if len(segment) > self._longest:
            self._restart()
        elif len(segment):
            self._forget(segment, mask)

    def _read(self, segment: IntArray) -> FloatArray:
        if not len(segment):
            return np.zeros(0)
        if self._position + len(self._pending) + len(segment) > self._window:
            self._restart()
            if self._scorer.loaded.model.device.type == "cpu":
                trim()
        return self._forward(segment)

    @abstractmethod
    def _forget(self, segment: IntArray, mask: BoolArray) -> None:
        """Bring the cache to what is kept."""


class ExactStream(_Stream):
    """Kept tokens are encoded again, together with the next segment, in one pass.

    The cache keeps every row, also for layers with a sliding window: positions have no holes, so the model's
    own mask is right, and a cache that has let rows go could not be cut back.
    """

    def _forget(self, segment: IntArray, mask: BoolArray) -> None:
        if mask.all():
            self._pending = segment[:0]
            self._last_state = self._after_each[-1:]
            return
        self._cache.crop(-len(segment))
        self._position -= len(segment)
        self._last_state = self._after_pending
        self._pending = segment[mask]


class EvictingStream(_Stream):
    """Rows of dropped tokens leave the cache; kept tokens keep their positions."""

    def __init__(self, scorer: CausalLM, prefix: IntArray, window: int) -> None:
        from transformers import DynamicCache

        super().__init__(scorer, prefix, window)
        if any(DynamicCache(config=scorer.loaded.model.config).is_sliding):
            raise UnsupportedModel(
                f"{scorer.name} attends through a sliding window, where rows cannot be evicted. "
                "Use exact_stream=True."
            )

    def _forget(self, segment: IntArray, mask: BoolArray) -> None:
        import torch

        rows = self._cache.get_seq_length()
        stay = np.r_[np.ones(rows - len(segment), dtype=bool), mask]
        with torch.inference_mode():  # as its rows were written
            for layer in self._cache.layers:
                layer.select(torch.from_numpy(np.flatnonzero(stay)))
        kept = np.flatnonzero(mask)
        self._last_state = self._after_each[kept[-1] : kept[-1] + 1] if len(kept) else self._after_pending
        self._pending = segment[:0]
