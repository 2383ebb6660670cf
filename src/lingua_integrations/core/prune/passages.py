"""Passages: stretches of a long text that are about one thing, as a chunk of an index is.

A sentence rarely says what it is about. What stands around it does, and in a contract or a log of a hundred
pages that is not the whole text but its section.
"""

from __future__ import annotations

import numpy as np

from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray, IntArray

_MARGIN = 0.25  # of a stretch, at either end: a cut there would leave scraps


def passages(units: Units, longest: int) -> IntArray:
    """The passage of each unit, ascending from 0; a text that is not too long is one.

    What is too long is cut in two until nothing is: at a header that others need, the outermost first, else
    at an empty line, and among those of one rank near the middle.

    Args:
        units: of one text.
        longest: characters of a passage at most, unless a unit is longer.
    """
    begins = np.zeros(len(units), dtype=np.int64)
    ranks: FloatArray | None = None
    stretches = [(0, len(units))] if len(units) else []
    while stretches:
        first, end = stretches.pop()
        if end - first < 2 or units.ends[end - 1] - units.starts[first] <= longest:
            continue
        ranks = _ranks(units) if ranks is None else ranks
        cut = _cut(units, ranks, first, end)
        begins[cut] = 1
        stretches += [(first, cut), (cut, end)]
    return np.cumsum(begins)


def _cut(units: Units, ranks: FloatArray, first: int, end: int) -> int:
    """The unit at which the second part of a stretch begins."""
    places = np.arange(first + 1, end)
    length = int(units.ends[end - 1] - units.starts[first])
    off = np.abs((units.starts[places] - units.starts[first]) / length - 0.5)  # from the middle
    within = places[off <= 0.5 - _MARGIN]
    if not len(within):
        return int(places[off.argmin()])
    order = np.lexsort((off[within - first - 1], -ranks[within]))
    return int(within[order[0]])


def _ranks(units: Units) -> FloatArray:
    """How well a passage may begin at each unit: best at a header, never right below one."""
    pieces = units.structure.pieces if units.structure else ()
    gaps = [units.text[end:start] for end, start in zip(units.ends[:-1], units.starts[1:], strict=True)]
    ranks = np.array([0.0, *(float(gap.count("\n") > 1) for gap in gaps)])
    for unit, piece in enumerate(pieces):
        if unit and pieces[unit - 1].carrier:
            ranks[unit] = -1.0
        elif piece.carrier:
            ranks[unit] = 1.0 + 1.0 / (1 + len(piece.needs))
    return ranks
