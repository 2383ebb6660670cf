"""Does the work of requests in a few threads, with a bounded queue and a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from lingua_integrations.core.background import stopping
from lingua_integrations.core.threads import Lock

Done = TypeVar("Done")
GONE = 499
"""Status of a request whose client does not wait any more. Nobody reads it but the metrics."""


class Workers:
    """A few threads, and room for so many requests that wait for one.

    A thread cannot be stopped from outside. Work that has run out of time leaves off before its model's next
    pass, and takes up its thread until then. So room is free again when a thread is, and not when a request
    was answered.

    Args:
        threads: that work at the same time.
        waiting: requests that may wait for one.
        told: is told how much of the room is taken, whenever that changes.
    """

    def __init__(self, threads: int, waiting: int, told: Callable[[int], object] = int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="lingua-serve")
        self._room = threads + waiting
        self._told = told
        self._lock = Lock()
        self.taken = 0  # of the room

    async def run(self, work: Callable[[], Done], seconds: float) -> Done:
        """Do some work in a thread.

        Raises:
            HTTPException: 503, there is no room; 504, it took longer than ``seconds``, waiting included.
        """
        with self._lock:
            if self.taken >= self._room:
                raise HTTPException(503, "Too many requests are waiting.", {"Retry-After": "1"})
            self.taken += 1
            self._told(self.taken)
        try:
            return await asyncio.wait_for(self._in_thread(work), seconds)
        except asyncio.TimeoutError:
            raise HTTPException(504, f"This took longer than {seconds:g} seconds.") from None

    async def _in_thread(self, work: Callable[[], Done]) -> Done:
        with stopping():  # a timeout cancels this
            future = self._pool.submit(copy_context().run, work)
            future.add_done_callback(self._free)
            return await asyncio.wrap_future(future)

    def _free(self, _: Future[Any]) -> None:
        with self._lock:
            self.taken -= 1
            self._told(self.taken)

    def close(self) -> None:
        """Take no more work; what waits is cancelled."""
        self._pool.shutdown(wait=False, cancel_futures=True)


async def while_there(request: Request, work: Awaitable[Done]) -> Done:
    """Do some work for as long as the request's client waits for it. Its body must have been read.

    Raises:
        HTTPException: `GONE`, it does not any more, and the work was cancelled.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise HTTPException(GONE, "The client has gone.")
    finally:
        task.cancel()
        gone.cancel()
        await asyncio.wait({task, gone})  # cancelling takes turns of the loop; only then the work is told


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
