"""How much memory a piece of work takes at most."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


class Peak:
    """Filled when the block ends."""

    # resident memory at its highest, beyond what the process had when the block began; ``None`` but on Linux
    megabytes: float | None = None


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Measure the block. One at a time: what other threads take meanwhile counts, too."""
    peak = Peak()
    before = None
    gc.collect(
        1
    )  # or garbage of just before counts as given back; to look for all of it takes longer than BM25
    with suppress(OSError):
        _RESET.write_text("5")  # the high-water mark is the present size again
        before = _megabytes("VmRSS")
    yield peak
    highest = _megabytes("VmHWM")
    if before is not None and highest is not None:
        peak.megabytes = max(0.0, highest - before)


def _megabytes(field: str) -> float | None:
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) / 1024
    return None
