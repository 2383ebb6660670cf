"""Ranking without compressing."""

from __future__ import annotations

import numpy as np
import pytest

from lingua_integrations import PromptCompressor
from lingua_integrations.core.request import Context
from lingua_integrations.errors import InvalidRequest

TEXTS = ["It rained in the town.", "Emma is by Jane Austen.", "Ulysses is by James Joyce."]


def test_the_text_that_answers_comes_first():
    scores = PromptCompressor(config="extractive-bm25").rank(TEXTS, "Who wrote Emma?")
    assert scores.shape == (3,)
    assert np.argmax(scores) == 1


def test_a_title_counts():
    """As it does in `compress`."""
    titled = [*TEXTS[::2], Context("It came out in 1815.", title="Emma")]
    assert np.argmax(PromptCompressor(config="extractive-bm25").rank(titled, "When did Emma come out?")) == 2


def test_nothing_has_no_order_and_nothing_asked_gives_none():
    compressor = PromptCompressor(config="extractive-bm25")
    assert compressor.rank([], "Who?").shape == (0,)
    with pytest.raises(InvalidRequest, match="blank"):
        compressor.rank(TEXTS, " \n")
