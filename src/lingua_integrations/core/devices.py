"""Where the scorer model runs."""

from __future__ import annotations

from lingua_integrations.errors import InvalidRequest


def choose_device(device: str | None) -> str:
    """The device asked for, if it is there; by default CUDA, else MPS, else the CPU.

    Raises:
        InvalidRequest: there is no such device here.
    """
    import torch

    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    here = [name for name, there in found.items() if there]
    if device is None:
        return here[0]
    if device.split(":")[0] not in here:
        raise InvalidRequest(f"There is no device {device!r} here. Available: {', '.join(here)}.")
    return device
