"""The parts outside the models, each alone, on 10,000 tokens of Python's language reference.

python -m pytest benchmarks --benchmark-only
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.budget.drafts import Draft
from lingua_integrations.core.budget.fit import fit
from lingua_integrations.core.prune.one_pass import unit_costs
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.language.sentences import sentences
from lingua_integrations.demo.corpus import QUESTIONS, passages

TEXT = "\n".join(passage.text for passage in passages())[:44_000]
COUNT = as_counter("o200k_base").count


def draft(kept: float) -> Draft:
    """A first decision at random, which keeps about this share."""
    units = segment(TEXT)
    margin = np.random.default_rng(0).random(len(units)) - (1 - kept)
    return Draft(units, margin > 0, margin, np.zeros(len(units), dtype=bool))


@pytest.mark.parametrize("cut", [segment, partial(sentences, language="en")], ids=["atoms", "sentences"])
def test_segmenting(benchmark, cut):
    """Stage 1: text to units."""
    assert len(benchmark(cut, TEXT)) > 100


def test_counting(benchmark):
    """Tokens of the target model."""
    assert benchmark(COUNT, TEXT) > 8000


def test_costs_of_units(benchmark):
    """What each unit costs where it stands."""
    assert len(benchmark(unit_costs, segment(TEXT), COUNT)) > 1000


@pytest.mark.parametrize("kept", [0.4, 0.49, 0.6])
def test_fitting(benchmark, kept):
    """Stage 6: from a decision that keeps too little, about enough, or too much, to half of the tokens."""
    budget = COUNT(TEXT) // 2
    (mask,) = benchmark(fit, [draft(kept)], budget, COUNT)
    assert mask.any()


def test_cutting(benchmark):
    """Stage 7: units to text."""
    one = draft(0.5)
    assert benchmark(one.units.join, np.flatnonzero(one.kept))


def test_ranking_by_words(benchmark):
    """BM25 over every sentence."""
    pieces = sentences(TEXT, "en").strings()
    assert len(benchmark(BM25Ranker().rank, QUESTIONS[0].text, pieces)) == len(pieces)
