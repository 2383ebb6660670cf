"""Where models run: on which device, and in which thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import copy_context
from functools import cache
from typing import Any, Literal, TypeVar, get_args

from lingua_integrations.core.background import leave_off
from lingua_integrations.core.threads import Lock
from lingua_integrations.errors import DeviceOutOfMemory, InvalidRequest

Done = TypeVar("Done")
DType = Literal["float32", "bfloat16", "float16", "float64", "auto"]
"""What a model may work in; auto: the checkpoint's own dtype."""


def checked_device(device: str | None) -> str | None:
    """A device that there may be, or none that somebody chose; whether it is here only torch can tell.

    >>> checked_device("cuda:1")
    'cuda:1'
    """
    kind, _, number = (device or "cpu").partition(":")
    if kind not in ("cpu", "cuda", "mps") or (number and not number.isdecimal()):
        raise InvalidRequest(f"There is no device {device!r}. Use cpu, cuda, cuda:1 or mps.")
    return device


def choose_device(device: str | None) -> str:
    """The device asked for, which must be here; by default CUDA, else MPS, else the CPU."""
    import torch

    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    counts = {"cuda": cards, "mps": int(torch.backends.mps.is_available()), "cpu": 1}
    here = [kind for kind, count in counts.items() if count]
    numbered = [f"{kind}:{number}" for kind, count in counts.items() for number in range(count)]
    if device is None:
        return here[0]
    if device not in (*here, *numbered):
        names = ", ".join([*here, *numbered[:cards]])
        raise InvalidRequest(f"There is no device {device!r} here. Available: {names}.")
    return device


def choose_dtype(device: str, dtype: str | None, own: str | None = None) -> str:
    """The type of a model's numbers: the one asked for; by default what the device is quick at.

    That is bfloat16 on a CPU that multiplies it faster than float32 (AMX, or AVX512-BF16 on an AMD), where
    most calls take half to two thirds of the time and models half the memory; float32 on any other CPU, and
    where torch cannot tell. On CUDA from compute capability 8.0 (Ampere) on it is bfloat16 for checkpoints
    that have more than 16 bits; elsewhere ``"auto"``, the checkpoint's own. docs/performance.md has the
    difference in what is kept. ``own`` is the checkpoint's type, where it is known.

    Raises:
        InvalidRequest: there is no such dtype.
    """
    if checked_dtype(dtype) is not None and dtype is not None:
        return dtype
    if device.startswith("cpu"):
        return "bfloat16" if _multiplies_bfloat16() else "float32"
    short = own in ("bfloat16", "float16")
    return "bfloat16" if device.startswith("cuda") and not short and _ampere(device) else "auto"


def _ampere(device: str) -> bool:
    """Whether a card has bfloat16 as fast as float16: NVIDIA's of this generation and later ones."""
    import torch

    return torch.version.hip is None and torch.cuda.get_device_capability(device)[0] >= 8


def _multiplies_bfloat16() -> bool:
    """Whether the CPU is quicker at it than at float32: an Intel with AVX512-BF16 and no AMX is slower."""
    import torch

    can: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # not in torch 2.6
    tiles: Callable[[], bool] = getattr(torch.cpu, "_is_amx_tile_supported", bool)
    vectors = can.get("avx512_bf16") and str(can.get("cpu_name")).startswith("AMD")
    offered = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return bool(offered and (can.get("amx_bf16") or vectors or tiles()))


def default_dtype() -> str:
    """The type of a model's numbers where nobody chooses a device or a type."""
    return choose_dtype(choose_device(None), None)


def exact_dtype(device: str | None = None) -> str:
    """For instruments: float32 on a CPU, so that what is measured does not depend on its instructions.

    On other devices the checkpoint's own type: a large target would not fit otherwise.
    """
    return "float32" if choose_device(device).startswith("cpu") else "auto"


def checked_dtype(dtype: str | None) -> str | None:
    """A type that models can work in, or none that somebody chose; all else is refused."""
    if dtype is not None and dtype not in get_args(DType):
        raise InvalidRequest(f"dtype must be one of {', '.join(map(repr, get_args(DType)))}, not {dtype!r}.")
    return dtype


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
