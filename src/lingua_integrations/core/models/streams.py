"""Streams: text that a causal model scores segment by segment, seeing only what was kept (Eq. 5).

A dropped token is forgotten: the kept tokens are encoded again, so that the next segment sees exactly the
kept text.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from lingua_integrations.core.models.causal_model import CausalModel
from lingua_integrations.core.models.cpu.heap import trim
from lingua_integrations.core.models.cpu.sizes import rounded
from lingua_integrations.core.types import BoolArray, FloatArray, IntArray
from lingua_integrations.errors import InvalidRequest, UnsupportedModel

_STEP = 512  # tokens of pending text in one pass; with twice as many, passes hold 160 MB more
_ATTENTION = {"full_attention", "sliding_attention", "chunked_attention"}


class Stream:
    """Text on its way through the model: its window, its cache, and which ids were kept.

    Kept tokens are encoded again, together with the next segment, in one pass. The cache keeps every row,
    also for layers with a sliding window: positions have no holes, so the model's own mask is right, and a
    cache that has let rows go could not be cut back.

    When the window is full, reading starts again at position 0 with the prefix and the last half window of
    kept text. A prefix is cut to its last quarter window. A segment longer than a quarter window, a single
    huge unit, is scored in pieces; what is kept of it is then read anew.

    The window is a number of tokens, at least 4 and at most the model's own. A model with layers that cannot
    forget is refused.
    """

    def __init__(self, model: CausalModel, prefix: IntArray, window: int) -> None:
        kinds = getattr(model.model.config.get_text_config(), "layer_types", None) or ()
        if others := sorted({*kinds} - _ATTENTION):
            raise UnsupportedModel(
                f"{model.name} has layers of kind {', '.join(others)}, which cannot forget a token. "
                "Use a model of attention layers, or a method that reads whole texts."
            )
        self._model = model
        self._window = window
        self._longest = max(1, self._window // 4)
        self._prefix = prefix[-self._longest :]
        self._kept: list[int] = []
        self._segment: IntArray | None = None
        self._cache: Any = model.new_cache()
        self._restart()

    def _restart(self) -> None:
        """Forget what was read; what has to be seen again waits in ``_pending``. The memory is used again."""
        recent = np.asarray(self._kept[max(0, len(self._kept) - self._window // 2 + 1) :], dtype=np.int64)
        self._cache.crop(-self._cache.get_seq_length())
        self._pending = np.r_[self._model.start, self._prefix, recent]
        self._position = 0  # of the next token
        self._last_state: Any = None  # what predicts the next token: shape [1, width]

    def _forward(self, segment: IntArray) -> FloatArray:
        """One pass over what is pending and the segment; returns the segment's surprisals.

        After a restart half a window is pending, whose states would take memory: it is read in steps before.
        """
        while len(self._pending) > _STEP:
            step, self._pending = self._pending[:_STEP], self._pending[_STEP:]
            self._model.run(partial(self._body, ids=step))
            self._position += len(step)
        nats: FloatArray = self._model.run(partial(self._pass, segment=segment))
        self._position += len(self._pending) + len(segment)
        first = len(segment) - len(nats)  # 1 where nothing predicts the first token
        return np.asarray(np.r_[[self._model.unconditioned] * first, nats], dtype=np.float64)

    def _body(self, model: Any, ids: IntArray) -> Any:
        """The states of ``ids`` behind what the cache holds, shape [len(ids), width].

        What fills up the pass (see `rounded`) stands behind them: nothing sees it, and the cache forgets it.
        """
        import torch

        from lingua_integrations.core.models.cpu.cache import reading

        n = len(ids)
        filled = max(n, min(rounded(n), self._model.window - self._position))
        tokens = torch.from_numpy(np.pad(ids, (0, filled - n))).to(model.device)[None]
        places = np.arange(self._position, self._position + filled)
        states = self._model.apart.body(
            input_ids=tokens,
            position_ids=torch.from_numpy(places).to(model.device)[None],
            # All ones: it rules out transformers' guess that positions which start again are packed texts.
            attention_mask=tokens.new_ones(1, self._cache.get_seq_length() + filled),
            use_cache=True,
            **reading(model, self._cache),
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
        nats = self._model.apart.nats(states[:-1], targets)
        return np.asarray(nats.cpu().numpy(), dtype=np.float64)

    def score(self, ids: IntArray) -> FloatArray:
        """Surprisals in nats of the next segment."""
        if self._segment is not None:
            raise InvalidRequest("Call keep() after score(), before the next segment.")
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
            raise InvalidRequest("keep() needs one mark for each token of the segment that was scored last.")
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
            if self._model.model.device.type == "cpu":
                trim()
        return self._forward(segment)

    def _forget(self, segment: IntArray, mask: BoolArray) -> None:
        """Bring the cache to what is kept: kept tokens of the segment are read again with the next one."""
        if mask.all():
            self._pending = segment[:0]
            self._last_state = self._after_each[-1:]
            return
        self._cache.crop(-len(segment))
        self._position -= len(segment)
        self._last_state = self._after_pending
        self._pending = segment[mask]
