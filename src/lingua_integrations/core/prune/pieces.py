"""What a ranker reads of a unit: its text under its title, and under what it stands under."""

from __future__ import annotations

from collections.abc import Sequence

from lingua_integrations.core.request import titled
from lingua_integrations.core.text.units import Units


def pieces_of(texts: Sequence[Units], titles: Sequence[str | None]) -> list[str]:
    r"""Of each unit with a score of its own, text by text; a sentence rarely says what it is about.

    >>> from lingua_integrations.core.text.units import from_spans
    >>> pieces_of([from_spans("It rained. It snowed.", [(0, 10), (11, 21)])], ["1815"])
    ['1815\nIt rained.', '1815\nIt snowed.']
    """
    found = []
    for units, title in zip(texts, titles, strict=True):
        scored, above = units.scored(), units.above
        own = zip(units.texts(scored), scored.tolist(), strict=True)
        found += [titled(titled(piece, above[unit]), title) for piece, unit in own]
    return found


def wholes_of(texts: Sequence[Units], titles: Sequence[str | None]) -> list[str]:
    """Of each text, all of it under its title."""
    return [titled(units.text, title) for units, title in zip(texts, titles, strict=True)]
