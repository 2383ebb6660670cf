"""Checks of a caller's values: rates, numbers of tokens, marks."""

from __future__ import annotations

import math
from typing import Any

from lingua_integrations.errors import InvalidRequest


def check_marker(marker: str | None) -> None:
    """Refuse a gap marker with braces that are not ``{lines}``."""
    try:
        (marker or "").format(lines=1)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise InvalidRequest(f"gap_marker may contain {{lines}} and no other braces: {marker!r}.") from error


def check_rate(rate: Any, name: str) -> float:
    """Return ``rate`` if it is a number in (0, 1]; NaN is none."""
    value = math.nan if isinstance(rate, bool) or not hasattr(rate, "__float__") else float(rate)
    if not 0 < value <= 1:
        percent = f" For {value:g}%, give {value / 100:g}." if 5 <= value <= 100 else ""
        raise InvalidRequest(f"{name} must be in (0, 1], not {rate!r}.{percent}")
    return value


def check_share(value: Any, name: str) -> None:
    """Refuse what is neither None nor a number in (0, 1)."""
    if value is not None and not 0 < check_rate(value, name) < 1:
        raise InvalidRequest(f"{name} must be in (0, 1), not {value!r}.")


def check_count(value: Any, name: str) -> int:
    """Return ``value`` if it is a positive whole number."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidRequest(f"{name} must be a whole number of at least 1, not {value!r}.")
    return value


def check_tokens(target_tokens: int) -> int:
    """Return ``target_tokens`` if it is a positive whole number."""
    return check_count(target_tokens, "target_tokens")
