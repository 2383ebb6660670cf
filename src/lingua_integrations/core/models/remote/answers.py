"""Checks of a server's answers: finite numbers, one for each item, in the order of the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lingua_integrations.core.types import FloatArray


class Malformed(ValueError):
    """An answer cannot be right; says why in words of ours, and quotes nothing of it."""


class Unfit(Malformed):
    """A server does not do what it is asked for, and never will."""


def finite(values: Any, dimensions: int) -> FloatArray:
    """Numbers as an array of so many dimensions.

    Raises:
        Malformed: some are none, not finite, or rows differ in length.

    >>> finite([[1, 2.5]], 2)
    array([[1. , 2.5]])
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise Malformed("it holds something that is no number, or rows of different lengths") from None
    if found.ndim != dimensions:
        raise Malformed(f"it has {found.ndim} dimensions and not {dimensions}")
    if not np.isfinite(found).all():
        raise Malformed("some of its numbers are not finite")
    return found


def in_order(items: Sequence[Mapping[str, Any]], n: int) -> list[Mapping[str, Any]]:
    """Items as they were asked for, each of which says its place as ``index``.

    Raises:
        Malformed: there are not n, or not one for each place.

    >>> in_order([{"index": 1, "score": 5}, {"index": 0, "score": 7}], 2)
    [{'index': 0, 'score': 7}, {'index': 1, 'score': 5}]
    """
    counted(items, n)
    found = {item["index"]: item for item in items}
    if sorted(found) != list(range(n)):
        raise Malformed("it does not answer each text once")
    return [found[place] for place in range(n)]


def counted(items: Any, n: int) -> Sequence[Any]:
    """The list that an answer has to be.

    Raises:
        Malformed: it is none, or not of that length.
    """
    if not isinstance(items, list):
        raise Malformed("it is no list")
    if len(items) != n:
        raise Malformed(f"it has {len(items)} results for {n}")
    return items
