"""Scores units by how near they are to the end of their text: the last steps of a worked solution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray


class TailScorer:
    """The last unit of every text first, then the one before it in every text, and so on.

    For demonstrations: the last steps of a solution and the question at the end of a problem carry the form
    that a demonstration is there to show.
    """

    name = None

    def __repr__(self) -> str:
        return "TailScorer()"

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Minus the number of units from each one to the end of its text.

        >>> from lingua_integrations.core.text.units import from_spans
        >>> TailScorer().score([from_spans("a b", [(0, 1), (2, 3)])], "", [None])
        [array([-1.,  0.])]
        """
        return [np.arange(1 - len(units), 1).astype(np.float64) for units in texts]
