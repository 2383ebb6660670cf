"""The event loop of all requests. It runs in a thread of its own while callers wait for answers."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import wait as wait_for_futures
from typing import Any, TypeVar

from lingua_integrations.core.background import leave_off
from lingua_integrations.core.threads import Lock

Done = TypeVar("Done")
_LOOK = 0.05  # seconds between two looks at whether somebody still waits
_starting = Lock()
_running: dict[int, asyncio.AbstractEventLoop] = {}  # by process: a fork inherits no threads


def loop() -> asyncio.AbstractEventLoop:
    """The loop of this process, started when it is first needed."""
    with _starting:
        here = os.getpid()
        if here not in _running:
            _running.clear()
            _running[here] = asyncio.new_event_loop()
            threading.Thread(target=_running[here].run_forever, name="lingua-remote", daemon=True).start()
        return _running[here]


def runs(one: asyncio.AbstractEventLoop) -> bool:
    """Whether a loop is that of this process; a forked one has a copy that nobody runs."""
    return _running.get(os.getpid()) is one


def wait(work: Coroutine[Any, Any, Done]) -> Done:
    """Run a coroutine on the loop and wait for it.

    Where nobody waits any more, it is cancelled at once: its connections close, and servers stop working.

    Raises:
        CancelledError: nobody waits any more.
    """
    future = asyncio.run_coroutine_threadsafe(work, loop())
    try:
        while not wait_for_futures([future], timeout=_LOOK).done:
            leave_off()
        return future.result()
    finally:
        future.cancel()
