"""Progress while a model is fetched: one line, and a bar on a terminal."""

from __future__ import annotations

import sys
from typing import Any


def tell(line: str, shown: bool) -> None:
    """A line on stderr, where progress is to be shown."""
    if shown and sys.stderr is not None:
        sys.stderr.write(f"lingua: {line}\n")
        sys.stderr.flush()


def bar(total: int, description: str, unit: str, shown: bool) -> Any:
    """A progress bar on a terminal; elsewhere, as in logs and notebooks, one that is not drawn."""
    from tqdm import tqdm

    watched = shown and sys.stderr is not None and sys.stderr.isatty()
    return tqdm(
        total=total, desc=description, unit=unit, unit_scale=unit == "B", disable=not watched, leave=False
    )
