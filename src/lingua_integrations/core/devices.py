"""Where models run: on which device, and in which thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import copy_context
from functools import cache
from typing import Any, Literal, TypeVar, get_args

from lingua_integrations.core.background import leave_off
from lingua_integrations.errors import DeviceOutOfMemory, InvalidRequest

Done = TypeVar("Done")
DType = Literal["float32", "bfloat16", "float16", "float64", "auto"]
"""Types that a model's numbers may have, by name; auto is the checkpoint's own."""


def choose_device(device: str | None) -> str:
    """The device asked for, if it is there; by default CUDA, else MPS, else the CPU.

    Raises:
        InvalidRequest: there is no such device here.
    """
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


def choose_dtype(device: str, dtype: str | None) -> str:
    """The type of a model's numbers: the one asked for; by default what the device is quick at.

    That is bfloat16 on CUDA from compute capability 8.0 (Ampere) on, and on a CPU that multiplies it faster
    than float32 (AMX, or AVX512-BF16 on an AMD), where a call takes half the time and models half the memory;
    float32 on any other CPU, and where torch cannot tell; elsewhere ``"auto"``, the checkpoint's own.
    docs/performance.md has the difference in what is kept.

    Raises:
        InvalidRequest: there is no such type.
    """
    if checked_dtype(dtype) is not None:
        return str(dtype)
    if device.startswith("cpu"):
        return "bfloat16" if _multiplies_bfloat16() else "float32"
    return "bfloat16" if device.startswith("cuda") and _capability(device) >= 8 else "auto"


def _capability(device: str) -> int:
    """Of a CUDA device: the first number."""
    import torch

    return torch.cuda.get_device_capability(device)[0]


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
    """A type that models can work in, or none that somebody chose.

    Raises:
        InvalidRequest: it is something else.
    """
    if dtype is not None and dtype not in get_args(DType):
        raise InvalidRequest(f"dtype is one of {', '.join(map(repr, get_args(DType)))}, and not {dtype!r}.")
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
    return _thread(str(device)).submit(copy_context().run, _guarded, device, work).result()


def _guarded(device: Any, work: Callable[[], Done]) -> Done:
    import torch

    with guarded(device), _attention(device), torch.inference_mode():
        leave_off()
        return work()


def _attention(device: Any) -> AbstractContextManager[None]:
    """On CUDA any of torch's attentions but cuDNN's, which makes a plan for every new number of rows.

    Half of a second of a call of `rag` on an H200 went into that, which takes a third of one without.
    """
    from torch.nn.attention import SDPBackend, sdpa_kernel

    if not str(device).startswith("cuda"):
        return nullcontext()
    plain = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
    found: AbstractContextManager[None] = sdpa_kernel(plain)
    return found


@cache
def _thread(device: str) -> ThreadPoolExecutor:
    """The one thread that works on a device."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"lingua-{device}")


if hasattr(os, "register_at_fork"):  # a forked process has no such thread until it starts its own
    os.register_at_fork(after_in_child=_thread.cache_clear)
