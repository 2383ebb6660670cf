"""What tests look at: what comes out of a text, and what its units need."""

from __future__ import annotations

import pytest

from lingua_integrations import BudgetTooSmall, PromptCompressor
from lingua_integrations.core.text.documents import read


def kept(text: str, question: str) -> str:
    """What comes out with the least budget."""
    compressor = PromptCompressor(config="extractive-bm25")
    with pytest.raises(BudgetTooSmall) as error:
        compressor.compress([text], question=question, target_tokens=1)
    (found,) = compressor.compress([text], question=question, target_tokens=error.value.smallest).texts
    return found


def needed(text: str, kind: str | None = None) -> dict[str, set[str]]:
    """For each unit the units that it needs, as text."""
    units = read(text, kind)
    found = [one.strip() for one in units.strings()]
    pieces = units.structure.pieces if units.structure else []
    return {found[at]: {found[need] for need in piece.needs} for at, piece in enumerate(pieces)}
