"""A scorer that many requests use at once: texts that arrive together are read together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lingua_integrations.core.background import abandoned, for_all, leave_off
from lingua_integrations.core.protocols import FloatArray, ReadText, Tokens, TokenScorer, TokenStream
from lingua_integrations.core.units import IntArray

_PATIENCE = 0.05  # seconds after which a waiting request looks whether anybody still wants it


@dataclass(eq=False)
class _Request:
    texts: Sequence[IntArray]
    readings: Sequence[ReadText] = ()
    error: BaseException | None = None
    done: bool = False


@dataclass(eq=False)
class Shared:
    """Lets the texts of concurrent requests share the model's passes.

    Which texts share a pass depends on who asks when, so scores differ in their last bits from call to call:
    see docs/performance.md for how little that is, and for what it gains. Nothing is remembered. Streams, of
    texts longer than a segment, take turns as ever.

    Args:
        scorer: the model.
        wait: seconds that a request waits at most for others before it is read.
        most: texts that are read together at most.

    Example:
        >>> from lingua_integrations.core.scorers.causal_lm import CausalLM
        >>> Shared(CausalLM("smollm2-135m-q4_1"), wait=0.01)
        Shared(CausalLM('smollm2-135m-q4_1', not loaded yet), wait=0.01)
    """

    scorer: TokenScorer
    wait: float = 0.005
    most: int = 256
    _waiting: list[_Request] = field(default_factory=list, repr=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __repr__(self) -> str:
        return f"Shared({self.scorer!r}, wait={self.wait})"

    def __reduce__(self) -> tuple[type[Shared], tuple[TokenScorer, float, int]]:
        return type(self), (self.scorer, self.wait, self.most)

    @property
    def name(self) -> str:
        """The model's name and digest."""
        return self.scorer.name

    @property
    def window(self) -> int:
        """Tokens that the model can see at once."""
        return self.scorer.window

    def encode(self, text: str) -> Tokens:
        """Token ids and their character spans."""
        return self.scorer.encode(text)

    def stream(self, prefix: IntArray, *, exact: bool = True) -> TokenStream:
        """A stream of the model."""
        return self.scorer.stream(prefix, exact=exact)

    def surprisals(self, batch: Sequence[tuple[IntArray, IntArray]]) -> list[FloatArray]:
        """Surprisals in nats of each ``ids`` after its ``prefix``."""
        readings = self.read([np.r_[prefix, ids] for prefix, ids in batch])
        return [reading.surprisals(len(prefix)) for reading, (prefix, _) in zip(readings, batch, strict=True)]

    def read(self, texts: Sequence[IntArray], *, lasting: bool = False) -> Sequence[ReadText]:
        """Read texts together with those of whoever else asks meanwhile.

        Raises:
            LinguaError: the model cannot read these texts; those of others are not touched by that.
            CancelledError: nobody waits for them any more; their place is free.
        """
        request = _Request(texts)
        with self._changed:
            self._waiting.append(request)
            self._changed.notify_all()
        while not request.done:
            if abandoned():
                self._withdraw(request)
            if self._turn.acquire(timeout=_PATIENCE):  # whoever has the turn reads for all
                try:
                    if not request.done:
                        self._read_together(self._gather())
                finally:
                    self._turn.release()
        if request.error is not None:
            raise request.error
        return request.readings

    def _withdraw(self, request: _Request) -> None:
        with self._changed:
            if request in self._waiting:
                self._waiting.remove(request)
        leave_off()

    def _gather(self) -> list[_Request]:
        """The requests that have come, after a wait for more; at least one, however many texts it has."""
        with self._changed:
            self._changed.wait_for(lambda: self._texts() >= self.most, timeout=self.wait)
            taken: list[_Request] = []
            while self._waiting and (
                not taken or self._texts(taken) + len(self._waiting[0].texts) <= self.most
            ):
                taken.append(self._waiting.pop(0))
        return taken

    def _texts(self, requests: Sequence[_Request] | None = None) -> int:
        return sum(len(one.texts) for one in (self._waiting if requests is None else requests))

    def _read_together(self, requests: Sequence[_Request]) -> None:
        with for_all():
            try:
                readings = iter(self.scorer.read([text for one in requests for text in one.texts]))
                for one in requests:
                    one.readings = [next(readings) for _ in one.texts]
            except Exception as error:
                if len(requests) == 1:
                    requests[0].error = error
                else:  # whose fault it is shows where each is read alone
                    for one in requests:
                        self._read_together([one])
            finally:
                for one in requests:
                    one.done = True
