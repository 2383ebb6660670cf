"""The application: any ASGI server runs it, and `lingua serve` does with uvicorn."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from lingua_integrations.errors import LinguaError
from lingua_integrations.serve import endpoints
from lingua_integrations.serve.access import Access
from lingua_integrations.serve.metrics import Counting
from lingua_integrations.serve.proxy import Proxy
from lingua_integrations.serve.service import Service
from lingua_integrations.serve.settings import SETTINGS, Settings
from lingua_integrations.serve.wire import problem_of
from lingua_integrations.serve.work import GONE

OPEN = ("/health", "/health/live", "/health/ready")
"""Paths that need no token: whoever asks them knows none."""


def create_app(settings: Settings | None = None) -> Starlette:
    """The application. Nothing is loaded before a server starts it, in the process that then answers.

    Args:
        settings: what the service is told; default: the default method, and no upstream.

    Raises:
        InvalidRequest: the settings contradict each other.

    Example:
        >>> app = create_app(Settings(methods=("extractive-bm25",)))
        >>> sorted(route.path for route in app.routes)[-2:]
        ['/v1/rerank', '/v2/rerank']
    """
    settings = settings or Settings()
    service = Service(settings)
    proxy = None if settings.upstream is None else Proxy(service, settings.upstream)
    routes = _routes(proxy)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        getting_ready = service.begin()
        try:
            yield
        finally:
            getting_ready.cancel()
            service.workers.close()
            if proxy is not None:
                await proxy.close()

    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(Counting, metrics=service.metrics, paths=frozenset(route.path for route in routes)),
            Middleware(Access, token=settings.token, hosts=settings.hosts, open_paths=OPEN),
        ],
        exception_handlers={
            HTTPException: _failed,
            LinguaError: _failed,
            ClientDisconnect: _failed,
            Exception: _failed,
        },
    )
    app.state.service = service
    return app


def app_from_environment() -> Starlette:
    """The application of a worker, which its parent process has left its settings in the environment."""
    return create_app(Settings.from_json(os.environ[SETTINGS]))


def _routes(proxy: Proxy | None) -> list[Route]:
    routes = [
        Route("/v1/compress", endpoints.compress, methods=["POST"]),
        *(
            Route(path, endpoints.rerank, methods=["POST"])
            for path in ("/v1/rerank", "/v2/rerank", "/rerank")
        ),
        Route("/health", endpoints.ready),
        Route("/health/live", endpoints.live),
        Route("/health/ready", endpoints.ready),
        Route("/metrics", endpoints.metrics),
    ]
    if proxy is not None:
        routes.append(Route("/v1/chat/completions", proxy.chat, methods=["POST"]))
        routes += [Route(path, proxy.models) for path in ("/v1/models", "/v1/models/{name:path}")]
    return routes


async def _failed(request: Request, error: Exception) -> Response:
    return Response(status_code=GONE) if isinstance(error, ClientDisconnect) else problem_of(error)
