"""Where models run and in which dtype, as far as the caller does not say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

from lingua_integrations.errors import InvalidRequest

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
