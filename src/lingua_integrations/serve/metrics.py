"""What a service counts, for Prometheus."""

from __future__ import annotations

import os
import time

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lingua_integrations.serve.work import GONE

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable of prometheus-client: a folder in which several processes count together."""


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "lingua_requests", "Requests that were answered.", ["path", "status"], registry=registry
        )
        self.seconds = Histogram(
            "lingua_request_seconds",
            "From the first byte of a request to the last one of its answer.",
            ["path"],
            registry=registry,
        )
        self.tokens = Counter(
            "lingua_tokens",
            "Tokens of the target model, before and after.",
            ["path", "side"],
            registry=registry,
        )
        self.texts = Counter(
            "lingua_chat_texts", "Texts of chats that might get shorter.", ["outcome"], registry=registry
        )
        self.taken = Gauge(
            "lingua_requests_in_work",
            "Requests that are being compressed or wait for it.",
            registry=registry,
            multiprocess_mode="livesum",
        )

    def count(self, path: str, before: int, after: int) -> None:
        """Add the tokens of a call."""
        self.tokens.labels(path, "before").inc(before)
        self.tokens.labels(path, "after").inc(after)

    def page(self) -> bytes:
        """All of it in Prometheus's text format; of all processes where they share a folder."""
        registry = self.registry
        if os.environ.get(_SHARED):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


class Counting:
    """Counts requests and their seconds by path; paths that are not the service's own are one."""

    def __init__(self, app: ASGIApp, metrics: Metrics, paths: frozenset[str]) -> None:
        self.app, self.metrics, self.paths = app, metrics, paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note what became of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, begun = GONE, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        path = scope["path"] if scope["path"] in self.paths else "other"
        try:
            await self.app(scope, receive, noted)
        except Exception:  # answered further out, or broken off
            status = status if status != GONE else 500
            raise
        finally:
            self.metrics.requests.labels(path, str(status)).inc()
            self.metrics.seconds.labels(path).observe(time.perf_counter() - begun)
