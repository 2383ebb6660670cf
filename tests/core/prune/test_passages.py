"""Passages of long texts: what a sentence stands in, beside its own words."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import laws
from lingua_integrations.core.prune.passages import passages
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.prune.scorers.relevance import RelevanceScorer
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.units import from_spans


def lengths(units, found):
    """Characters of each passage."""
    groups = [np.flatnonzero(found == one) for one in range(int(found.max(initial=-1)) + 1)]
    return [int(units.ends[group[-1]] - units.starts[group[0]]) for group in groups]


@given(st.lists(laws.prose, min_size=1, max_size=6).map("\n\n".join), st.integers(8, 200))
def test_passages_are_stretches_of_whole_units_and_not_too_long(text, longest):
    units = read(text)
    found = passages(units, longest)
    assert set(np.diff(found, prepend=0).tolist()) <= {0, 1}
    longer = [size for size in lengths(units, found) if size > longest]
    assert all(size in (units.ends - units.starts).tolist() for size in longer)


def test_a_short_text_is_one_passage():
    assert passages(read("# A\n\nOne.\n\n# B\n\nTwo."), 2000).tolist() == [0, 0, 0, 0]


def test_a_passage_begins_at_a_heading():
    """Not at the empty line that is nearer to the middle, nor between a heading and its text."""
    units = read("# A\n\nOne two three.\n\n# B\n\nFour five six. Seven.\n\nEight. Nine.")
    assert passages(units, 45).tolist() == [0, 0, 1, 1, 1, 1, 1]


def test_the_outermost_heading_comes_first():
    units = read("# A\n\nOne two.\n\n# B\n\nOne two.\n\n## C\n\nThree four five.")
    assert passages(units, 40).tolist() == [0, 0, 1, 1, 1, 1]


def test_several_headings_open_one_passage():
    units = read("Intro, long enough.\n\n# A\n\n## B\n\nOne two three four.")
    assert passages(units, 40).tolist() == [0, 1, 1, 1]


def test_without_headings_and_empty_lines_the_middle_is_taken():
    units = read("One two. One two. One two. One two.")
    assert passages(units, 20).tolist() == [0, 0, 1, 1]


def test_a_unit_that_is_too_long_is_a_passage_alone():
    units = from_spans("a " + "b" * 50 + " c", [(0, 1), (2, 52), (53, 54)])
    assert passages(units, 20).tolist() == [0, 1, 2]


def test_of_sentences_that_look_alike_the_one_in_the_right_section_comes_first():
    """Both sections have the sentence; what is asked stands in the sentences beside one of them."""
    filler = "Parcels travel by road and by rail to every town that has a station. " * 4
    refunds = "A refund is money that we pay back. You get a refund by card. " * 4
    text = f"# Shipping\n\n{filler}\n\nIt takes two weeks.\n\n# Money\n\n{refunds}\n\nIt takes two weeks."
    units = read(text)
    alike = [unit for unit, one in enumerate(units.strings()) if one == "It takes two weeks."]

    def difference(passage):
        scorer = RelevanceScorer(BM25Ranker(), passage=passage)
        (found,) = scorer.score([units], "How long does a refund take?", [None])
        return found[alike[1]] - found[alike[0]]

    assert difference(400) > 0
    assert difference(10_000) == 0
