"""Plans the requests for long texts and streams. Servers keep no state: each request has all the context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from lingua_integrations.core.types import BoolArray, FloatArray, IntArray
from lingua_integrations.errors import InvalidRequest

Score = Callable[[IntArray, int], FloatArray]
"""Surprisals, in nats, of tokens from a place on: of ``(ids without the start token, place)``."""


class Pass(NamedTuple):
    """Tokens ``[begin, end)`` are scored after those from ``seen`` on."""

    seen: int
    begin: int
    end: int


def passes(n: int, window: int, started: int, step: int) -> Iterator[Pass]:
    """The requests that n tokens take with a window of so many, ``started`` of which are the start token.

    Each scores as many tokens as fit, in whole steps; the next one sees the last half window of what came
    before, as a local model's stream does when its window is full.

    >>> list(passes(10, 8, 1, 2))
    [Pass(seen=0, begin=0, end=6), Pass(seen=3, begin=6, end=10)]
    """
    begin = 0
    while begin < n:
        seen = max(0, begin - window // 2 + 1) if begin else 0
        end = begin
        while end < n and started + min(end + step, n) - seen <= window:
            end = min(end + step, n)
        end = max(end, min(begin + step, n))
        yield Pass(seen, begin, end)
        begin = end


class RemoteStream:
    """Text that a server scores segment by segment, seeing only what was kept: see `Stream`, its local twin.

    The context is sent anew with every segment. When the window is full, it becomes the prefix and the last
    half window of kept text. A prefix is cut to its last quarter window; a segment longer than a quarter
    window is scored in pieces.
    """

    def __init__(self, score: Score, started: int, prefix: IntArray, window: int) -> None:
        self._score = score
        self._window = window - started  # of which the start token takes a part
        self._half = window // 2 - 1
        self._longest = max(1, window // 4)
        self._prefix = prefix[len(prefix) - self._longest :] if len(prefix) > self._longest else prefix
        self._kept: list[int] = []
        self._context = self._prefix
        self._segment: IntArray | None = None

    def score(self, ids: IntArray) -> FloatArray:
        """Surprisals in nats of the next segment."""
        if self._segment is not None:
            raise InvalidRequest("keep() has to follow score() before the next segment.")
        self._segment = ids
        mark, nats = len(self._kept), []
        for begin in range(0, len(ids), self._longest):
            piece = ids[begin : begin + self._longest]
            nats.append(self._read(piece))
            if len(ids) > self._longest:  # the next piece sees all of this one
                self._take(piece)
        del self._kept[mark:]
        return np.concatenate([*nats, np.zeros(0)])

    def keep(self, mask: BoolArray) -> None:
        """Keep the marked tokens of the last segment, forget the others."""
        if self._segment is None or len(mask) != len(self._segment):
            raise InvalidRequest("keep() takes one mark for each token of the segment just scored.")
        segment, self._segment = self._segment, None
        self._take(segment[mask])
        if len(segment) > self._longest:
            self._restart()

    def _read(self, segment: IntArray) -> FloatArray:
        if len(self._context) + len(segment) > self._window:
            self._restart()
        return self._score(np.r_[self._context, segment], len(self._context))

    def _take(self, ids: IntArray) -> None:
        self._kept += ids.tolist()
        self._context = np.r_[self._context, ids]

    def _restart(self) -> None:
        recent = self._kept[max(0, len(self._kept) - self._half) :]
        self._context = np.r_[self._prefix, np.asarray(recent, dtype=np.int64)]
