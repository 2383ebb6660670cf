"""Shortens the texts of a chat request. What fails stays as it came."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cachetools import LRUCache

from lingua_integrations.adapters.compressing import Adapter
from lingua_integrations.adapters.options import OnError
from lingua_integrations.adapters.originals import Originals
from lingua_integrations.adapters.tool_results import AgentAdapter
from lingua_integrations.core.checks import check_rate
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.text.data.json_forms import data_of, written
from lingua_integrations.core.threads import Lock
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.serve.conversation import (
    Choice,
    Passage,
    Path,
    documents,
    offers_recall,
    passages,
    replaced,
)
from lingua_integrations.serve.metrics import Metrics
from lingua_integrations.serve.settings import Settings, Upstream

OFF, RATE, PIN = "x-lingua", "x-lingua-rate", "x-lingua-pin"
"""Headers of a request: ``off``: nothing gets shorter; how much of each text stays; ids of calls whose
results stay whole."""
_NOTHING_LEFT = "…"
_PATH = "/v1/chat/completions"


class DocumentAdapter(Adapter):
    """Compresses the documents of a request to one budget; a failure is a warning."""

    on_error: OnError = "passthrough"


@dataclass(frozen=True)
class Wishes:
    """What a client says about a request by its headers.

    Raises:
        InvalidRequest: the rate is none.
    """

    off: bool = False
    rate: float | None = None
    pinned: tuple[str, ...] = ()

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Wishes:
        """Read them.

        >>> Wishes.of({"x-lingua-rate": "0.25", "x-lingua-pin": "call_1, call_2"})
        Wishes(off=False, rate=0.25, pinned=('call_1', 'call_2'))
        """
        rate = headers.get(RATE)
        try:
            share = None if rate is None else check_rate(float(rate), RATE)
        except ValueError:
            raise InvalidRequest(f"{RATE} must be in (0, 1].") from None
        pinned = (one.strip() for one in headers.get(PIN, "").split(","))
        return cls(headers.get(OFF, "").strip().lower() == "off", share, tuple(filter(None, pinned)))


@dataclass(frozen=True)
class Shortened:
    """A request on its way, and what it counted."""

    body: bytes
    tokens_before: int = 0
    tokens_after: int = 0


class Shortener:
    """Makes chat requests shorter. It remembers shorter texts, because every turn sends the texts again.

    Args:
        compressor: chooses what stays.
        settings: of the service, with an upstream.
        metrics: counts what became of the texts.

    Raises:
        InvalidRequest: the settings have no upstream.
    """

    def __init__(self, compressor: PromptCompressor, settings: Settings, metrics: Metrics) -> None:
        if settings.upstream is None:
            raise InvalidRequest("Chats go to an upstream, and these settings have none.")
        self.upstream: Upstream = settings.upstream
        self.metrics = metrics
        self.results = AgentAdapter(compressor=compressor, rate=settings.rate, min_tokens=settings.min_tokens)
        self.documents = DocumentAdapter(
            compressor=compressor, rate=settings.rate, min_tokens=settings.min_tokens
        )
        self.originals = None if self.upstream.store is None else Originals(self.upstream.store)
        self._known: LRUCache[bytes, str] = LRUCache(
            self.upstream.remembered, getsizeof=lambda text: len(text) + 100
        )
        self._lock = Lock()

    def shorter(self, body: bytes, wishes: Wishes) -> Shortened:
        """A request's body with shorter texts in it; without any it comes back byte for byte.

        It is not touched either where it is no JSON that can be written again without a loss. After
        `Upstream.compressing_seconds` what is left goes on as it came.
        """
        until = time.monotonic() + self.upstream.compressing_seconds
        try:
            request = data_of(body.decode())
        except (InvalidRequest, UnicodeDecodeError):
            request = None  # the upstream will say what is wrong
        if not isinstance(request, dict):
            return Shortened(body)
        made: dict[Path, str] = {}
        choice = Choice(self.upstream.only, self.upstream.exclude, wishes.pinned, self.upstream.user_contexts)
        originals = self.originals if offers_recall(request) else None
        for passage in passages(request, choice):
            if time.monotonic() >= until:
                self.metrics.texts.labels("late").inc()
            else:
                made |= self._passage(passage, wishes.rate, originals)
        if time.monotonic() < until:
            made |= self._documents(list(documents(request)), wishes.rate)
        if not made:
            return Shortened(body)
        return self._counted(request, made)

    def _counted(self, request: dict[str, Any], made: Mapping[Path, str]) -> Shortened:
        count = self.results.compressor_for().counter.count
        before = sum(count(_at(request, path)) for path in made)
        after = sum(map(count, made.values()))
        self.metrics.count(_PATH, before, after)
        return Shortened(written(replaced(request, made)).encode(), before, after)

    def _passage(self, passage: Passage, rate: float | None, originals: Originals | None) -> dict[Path, str]:
        """What stands in the place of a text, if that is something else."""
        key = _key(passage.text, passage.question, passage.tool, rate, originals is not None)
        text = self._recalled(key)
        if text is None:
            settings = _at_rate(self.results, rate)
            result = settings.shorten_result(passage.text, passage.question, originals=originals)
            text = passage.text if result is None else result.texts[0]
            outcome = "failed" if result is None else "whole" if text == passage.text else "shortened"
            self.metrics.texts.labels(outcome).inc()
            self._remember(key, text if text != passage.text else "")
        else:
            self.metrics.texts.labels("remembered").inc()
        return {passage.path: text + passage.tail} if text and text != passage.text else {}

    def _documents(self, found: Sequence[Passage], rate: float | None) -> dict[Path, str]:
        """What stands in the places of documents. One of which nothing is left keeps its place."""
        settings = _at_rate(self.documents, rate)
        result = settings.shorten([one.text for one in found], found[0].question) if found else None
        if result is None:
            return {}
        left = {context.index: context.text for context in result.contexts}
        made = {one.path: left.get(at, _NOTHING_LEFT) for at, one in enumerate(found)}
        return {one.path: made[one.path] for one in found if made[one.path] != one.text}

    def _recalled(self, key: bytes) -> str | None:
        with self._lock:
            return self._known.get(key)

    def _remember(self, key: bytes, text: str) -> None:
        with self._lock:
            if len(text) + 100 <= self._known.maxsize:
                self._known[key] = text


def _key(*parts: object) -> bytes:
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()


def _at(data: Any, path: Path) -> str:
    for step in path:
        data = data[step]
    return str(data)


def _at_rate(settings: Any, rate: float | None) -> Any:
    return settings if rate is None else settings.model_copy(update={"rate": rate})
