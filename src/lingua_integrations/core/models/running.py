"""Work on a device: one thread for each, without gradients, with errors for memory that runs out."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import copy_context
from functools import cache
from typing import Any, TypeVar

from lingua_integrations.core.background import leave_off
from lingua_integrations.core.threads import Lock
from lingua_integrations.errors import DeviceOutOfMemory

Done = TypeVar("Done")


@contextmanager
def guarded(device: Any) -> Iterator[None]:
    """Name out-of-memory errors of ``device``, whichever way torch reports them."""
    import torch

    try:
        yield
    except (torch.OutOfMemoryError, RuntimeError) as error:
        if isinstance(error, torch.OutOfMemoryError) or "allocate memory" in str(error):
            raise DeviceOutOfMemory(
                f"{device} ran out of memory while scoring. Your inputs are untouched. Use a smaller model, "
                'smaller segment_tokens, or device="cpu".'
            ) from error
        raise


def on_device(device: Any, work: Callable[[], Done]) -> Done:
    """Do work on a device: alone, without gradients, out-of-memory errors named, always in the same thread.

    Every thread that calls torch gets a team of helpers on the CPU, and the teams of several threads stand
    in each other's way even where only one of them works at a time.

    Raises:
        DeviceOutOfMemory: the device is full.
        CancelledError: nobody waits for the work any more.
    """
    if threading.current_thread().name.startswith(_name(device)):  # work that asks for more work
        return _guarded(device, work)
    with _starting:  # two threads that ask for the same one at once must get the same one
        thread = _thread(str(device))
    return thread.submit(copy_context().run, _guarded, device, work).result()


def _guarded(device: Any, work: Callable[[], Done]) -> Done:
    import torch

    attention = _without_plans if str(device).startswith("cuda") else nullcontext()
    with guarded(device), attention, torch.inference_mode():
        leave_off()
        return work()


class _WithoutPlans:
    """A time without cuDNN's attention, which makes a plan for every new number of rows.

    A call of `rag` on texts not seen before takes 0.28 seconds on an H200 without it, and 0.71 with it. torch
    knows no other way than a setting of the process: it is back as soon as no pass runs on CUDA.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._passes = 0
        self._before = True

    def __enter__(self) -> None:
        from torch.backends import cuda

        with self._lock:
            if not self._passes:
                self._before = cuda.cudnn_sdp_enabled()  # type: ignore[no-untyped-call]
                cuda.enable_cudnn_sdp(False)
            self._passes += 1

    def __exit__(self, *_: object) -> None:
        from torch.backends import cuda

        with self._lock:
            self._passes -= 1
            if not self._passes:
                cuda.enable_cudnn_sdp(self._before)


_without_plans = _WithoutPlans()


_starting = Lock()


@cache
def _thread(device: str) -> ThreadPoolExecutor:
    """The one thread that works on a device."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix=_name(device))


def _name(device: Any) -> str:
    return f"lingua-{device}_"  # not "cuda:1" for "cuda:11"


if hasattr(os, "register_at_fork"):  # a forked process has no such thread until it starts its own
    os.register_at_fork(after_in_child=_thread.cache_clear)
