"""Where the scorer model runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lingua_integrations.errors import DeviceOutOfMemory, InvalidRequest


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
