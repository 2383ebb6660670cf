"""Work in threads for an event loop. It stops when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Done = TypeVar("Done")
_abandoned: ContextVar[threading.Event | None] = ContextVar("lingua_abandoned", default=None)


@contextmanager
def stopping() -> Iterator[None]:
    """Where this block is cancelled, models leave off the work that was started in it, in any thread.

    They finish the pass that is running. The context has to follow into the thread, as it does with
    `asyncio.to_thread` and with LangChain's executors.
    """
    event = threading.Event()
    token = _abandoned.set(event)
    try:
        yield
    except asyncio.CancelledError:
        event.set()
        raise
    finally:
        _abandoned.reset(token)


async def in_thread(function: Callable[..., Done], *args: Any, **kwargs: Any) -> Done:
    """Call a function in a thread, so that the event loop stays free; cancelling the call stops it."""
    with stopping():
        return await asyncio.to_thread(function, *args, **kwargs)


def leave_off() -> None:
    """Stop here if nobody waits any more.

    Raises:
        CancelledError: nobody does. It passes whatever handles failures, since it is none.
    """
    event = _abandoned.get()
    if event is not None and event.is_set():
        raise asyncio.CancelledError
