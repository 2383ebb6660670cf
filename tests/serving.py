"""Real servers on 127.0.0.1: any ASGI application in a thread, and an upstream that does as it is told."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import time
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@contextmanager
def serving(app):
    """The URL of an application that answers there."""
    config = uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < until, "the server does not start"
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def in_process(app, **more):
    """A client that asks an application without a socket."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", **more)


EVENTS = [f'data: {{"choices":[{{"delta":{{"content":"wörd {n} "}}}}]}}\n\n'.encode() for n in range(5)] + [
    b": comment\r\n\r\ndata: [DONE]\n\n"
]


class Upstream:
    """An OpenAI-compatible server. The model's name in a request says how it behaves."""

    def __init__(self):
        self.seen = []  # headers and bodies of requests
        self.released = threading.Event()  # events after the first one wait for it
        self.released.set()
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self.chat, methods=["POST"]),
                Route("/v1/models", self.models),
            ]
        )

    @property
    def body(self):
        """The last request's."""
        return self.seen[-1][1]

    @property
    def headers(self):
        return self.seen[-1][0]

    async def models(self, request):
        self.seen.append((request.headers, b""))
        return JSONResponse({"data": [{"id": "m"}], "query": str(request.url.query)})

    async def chat(self, request):
        self.seen.append((request.headers, await request.body()))
        try:
            name = json.loads(self.body)["model"]
        except (ValueError, KeyError):
            name = "plain"
        behaviours = {
            "stream": self.stream,
            "cut": self.cut,
            "slow": self.slow,
            "busy": self.busy,
            "zipped": self.zipped,
        }
        return await behaviours.get(name, self.plain)()

    async def plain(self):
        return JSONResponse({"choices": []}, headers={"set-cookie": "session=1", "x-request-id": "r1"})

    async def busy(self):
        return JSONResponse({"error": {"message": "slow down"}}, 429, {"retry-after": "7"})

    async def zipped(self):
        return Response(
            gzip.compress(b"{}"), headers={"content-encoding": "gzip"}, media_type="application/json"
        )

    async def slow(self):
        await asyncio.sleep(1.0)
        return await self.plain()

    async def stream(self):
        async def events():
            for number, event in enumerate(EVENTS):
                if number:
                    await asyncio.to_thread(self.released.wait, 5)
                yield event

        return StreamingResponse(events(), media_type="text/event-stream")

    async def cut(self):
        async def events():
            yield EVENTS[0]
            raise ConnectionError("the power is off")

        return StreamingResponse(events(), media_type="text/event-stream")
