"""POST /v1/chat/completions: shortens a chat and hands it on. The answer passes byte for byte."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from lingua_integrations.serve.access import bearer_of, same
from lingua_integrations.serve.service import Service
from lingua_integrations.serve.settings import Upstream
from lingua_integrations.serve.shortening import Shortened, Shortener, Wishes
from lingua_integrations.serve.wire import check_json, read_body

logger = logging.getLogger(__name__)
SAVED = "x-lingua-tokens"
"""Header of an answer: tokens of the texts that got shorter, before and after."""
_HOP = frozenset({
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade", "expect",
})  # fmt: skip
"""Headers that hold between two neighbours and are not handed on."""
_IDLE = 3.0  # seconds after which a connection is not used again: the other side may be closing it
_GRACE = 5.0  # seconds beyond those for compressing, in which the text at hand may be finished


class Proxy:
    """Hands chats on to an upstream.

    Args:
        service: whose threads make them shorter.
        upstream: where they go.
    """

    def __init__(self, service: Service, upstream: Upstream) -> None:
        self.service, self.upstream = service, upstream
        self.shortener = Shortener(service.compressor(), service.settings, service.metrics)
        self.client = httpx.AsyncClient(
            timeout=httpx.Timeout(upstream.seconds, connect=min(10.0, upstream.seconds)),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=_IDLE),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # or one client's go with another's
        )
        for name in list(self.client.headers):  # the client's own are handed on, and none beside them
            del self.client.headers[name]

    async def chat(self, request: Request) -> Response:
        """Make a chat shorter, hand it on, and hand back what comes."""
        check_json(request)
        wishes = Wishes.of(request.headers)
        body = await read_body(request, self.service.settings.limits)
        sent = Shortened(body) if wishes.off else await self._shorter(body, wishes)
        return await self._handed_on(request, sent)

    async def models(self, request: Request) -> Response:
        """Hand a question for the upstream's models on."""
        return await self._handed_on(request, Shortened(b""))

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()

    async def _shorter(self, body: bytes, wishes: Wishes) -> Shortened:
        """A shorter body, or where that fails, whatever the reason, the body as it came."""
        try:
            work = partial(self.shortener.shorter, body, wishes)
            return await self.service.workers.run(work, self.upstream.compressing_seconds + _GRACE)
        except HTTPException as refused:
            why = refused.detail
        except Exception as error:
            why = type(error).__name__  # its message may quote the texts
        self.service.metrics.texts.labels("request failed").inc()
        logger.warning("A chat was handed on as it came: %s", why)
        return Shortened(body)

    async def _handed_on(self, request: Request, sent: Shortened) -> Response:
        url = httpx.URL(self.upstream.url.rstrip("/") + request.url.path.removeprefix("/v1"))
        asked = self.client.build_request(
            request.method,
            url.copy_with(query=request.url.query.encode() or None),
            headers=self._headers(request),
            content=sent.body if request.method == "POST" else None,
        )
        try:
            answer = await self.client.send(asked, stream=True)
        except httpx.TimeoutException:
            raise HTTPException(504, "The upstream did not answer in time.") from None
        except httpx.HTTPError as error:
            raise HTTPException(502, f"The upstream cannot be reached ({type(error).__name__}).") from None
        response = StreamingResponse(_bytes_of(answer), answer.status_code)
        response.raw_headers = [
            one for one in _passed(answer.headers.raw) if one[0] != b"date"
        ]  # the server's own
        if sent.tokens_before:
            response.headers[SAVED] = f"{sent.tokens_before} {sent.tokens_after}"
        return response

    def _headers(self, request: Request) -> list[tuple[bytes, bytes]]:
        """A request's headers for the upstream, which never gets to see the service's own token."""
        token = self.service.settings.token
        ours = token is not None and same(bearer_of(request.headers), token)
        left = {b"host", b"content-length"} | ({b"authorization"} if ours else set())
        headers = [
            (name, value)
            for name, value in _passed(request.headers.raw)
            if name not in left and not name.startswith(b"x-lingua")
        ]
        if self.upstream.key is not None and all(name != b"authorization" for name, _ in headers):
            headers.append((b"authorization", b"Bearer " + self.upstream.key.encode()))
        return headers


def _passed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers without those that hold between neighbours, which ``Connection`` may name, too."""
    given = [(name.lower(), value) for name, value in headers]
    named = b",".join(value for name, value in given if name == b"connection").decode("latin-1").lower()
    left_out = _HOP | {one.strip() for one in named.split(",")}
    return [(name, value) for name, value in given if name.decode("latin-1") not in left_out]


async def _bytes_of(answer: httpx.Response) -> AsyncIterator[bytes]:
    """What the upstream sends, as it comes. Where it breaks off, so does this: the end is then missing."""
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()
