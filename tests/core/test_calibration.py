"""Probabilities that a unit is evidence: they keep the order of the scores, and decide what stays."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.calibration import SHIPPED, Calibration
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.prune.evidence import least_of, probabilities
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest

SUBJECTS = "brewery river mountain whale novel bridge engine museum".split()
PLACES = "Asheville Munich Oregon Kyoto Lima Oslo".split()
QUESTION = "When did the brewery open in Asheville?"
BM25 = METHODS["extractive-bm25"].config
sentences = st.builds(
    lambda subject, place, year: f"The {subject} of {place} opened in {year} for all.",
    st.sampled_from(SUBJECTS),
    st.sampled_from(PLACES),
    st.integers(1900, 2020),
)
texts = st.lists(
    st.lists(sentences, min_size=1, max_size=6, unique=True).map(" ".join), min_size=1, max_size=6
)
scores = st.lists(st.floats(-50, 50), min_size=1, max_size=30).map(np.array)
calibrations = st.builds(
    Calibration, st.floats(0.1, 4), st.floats(-3, 3), st.floats(-1.5, 0), st.floats(-1.5, 0)
)


def kept(result) -> set[tuple[int, int]]:
    """Kept characters, by context."""
    return {(c.index, at) for c in result.contexts for span in c.spans for at in range(*span)}


def compressor(**changes) -> PromptCompressor:
    return PromptCompressor(config=BM25.with_(**changes))


def outcome(texts, rate, **changes) -> list[str] | int:
    """The texts that come out, or the least budget in which any would."""
    try:
        return compressor(**changes).compress(texts, question=QUESTION, rate=rate).texts
    except BudgetTooSmall as error:
        return error.smallest


@given(scores, calibrations)
def test_the_order_stays(relevance, calibration):
    """Calibrated scores rise with the ranker's: all that goes by order is as without."""
    odds = calibration.log_odds(relevance)
    assert np.isfinite(odds).all()
    assert (np.diff(odds[np.argsort(relevance)]) >= -1e-9).all()
    chances = probabilities(odds)
    assert ((chances >= 0) & (chances <= 1)).all()


@pytest.mark.parametrize(
    ("calibration", "odds"),
    [
        (Calibration(slope=2, bias=0, best=0, count=0), [-2, 2]),  # z is -1 and 1
        (Calibration(slope=2, bias=5, best=0, count=0), [3, 7]),
        (Calibration(slope=2, bias=0, best=3, count=0), [1, 5]),
        (Calibration(slope=2, bias=0, best=0, count=1), [-2 + math.log(2), 2 + math.log(2)]),
    ],
    ids=["slope", "bias", "best", "count"],
)
def test_each_number_of_a_calibration(calibration, odds):
    assert calibration.log_odds(np.array([0.0, 2.0])) == pytest.approx(odds)


@given(scores, st.floats(0.1, 10), st.floats(-100, 100))
def test_the_measure_of_a_ranker_does_not_matter(relevance, scale, shift):
    """Scores in another measure say the same."""
    calibration = SHIPPED["fusion"]
    if relevance.std() > 1e-6:
        again = calibration.log_odds(relevance * scale + shift)
        np.testing.assert_allclose(again, calibration.log_odds(relevance), atol=1e-5)


def test_each_ranker_with_numbers_of_its_own_has_them(tiny_compressor):
    """Those that are named there tell how likely a sentence is to be evidence."""
    for ranker in SHIPPED:
        config = CompressionConfig(scorer="relevance", ranker=ranker, rate=1.0, min_relevance=0.001)
        made = PromptCompressor(config=config) if ranker == "bm25" else tiny_compressor(config)
        found = made.compress(
            ["Emma came in 1815. It is by Austen.", "It rained."], question="Who wrote Emma?"
        )
        assert 0 < found.confidence <= 1


@given(texts, calibrations, st.floats(0.1, 0.9))
def test_with_a_rate_calibration_changes_nothing(texts, calibration, rate):
    assert outcome(texts, rate, calibration=calibration) == outcome(texts, rate)


@given(texts, st.floats(0.001, 0.5), st.floats(0.001, 0.5))
def test_more_relevance_keeps_less(texts, one, other):
    low, high = sorted([one, other])
    much = compressor(min_relevance=low).compress(texts, question=QUESTION, rate=1.0)
    less = compressor(min_relevance=high).compress(texts, question=QUESTION, rate=1.0)
    assert kept(less) <= kept(much)
    assert less.texts  # the best unit stays


@given(texts, st.floats(0.05, 0.99))
def test_as_much_of_the_evidence_as_was_asked_for(texts, share):
    """Of all probability that share is kept, and without its least likely unit it would be less."""
    result = compressor(keep_answer=share).compress(texts, question=QUESTION, rate=1.0)
    assert result.confidence is not None
    repeated = len({line for text in texts for line in text.split(". ")}) < sum(t.count(".") for t in texts)
    assert result.confidence >= share - 1e-6 or repeated  # what is said twice is kept once


@given(scores, st.floats(0.01, 0.99))
def test_no_unit_too_many(relevance, share):
    chances = probabilities(SHIPPED["fusion"].log_odds(relevance))
    least = least_of(relevance, chances, None, share)
    above = chances[relevance > least].sum()
    assert above < share * chances.sum() + 1e-9
    assert chances[relevance >= least].sum() >= share * chances.sum() - 1e-9


def test_a_result_says_how_sure_it_is():
    documents = [" ".join(f"The {one} of {place} opened in 19{at:02}." for at, place in enumerate(PLACES))
                 for one in SUBJECTS]  # fmt: skip
    result = compressor().compress(documents, question=QUESTION, rate=0.1)
    more = compressor().compress(documents, question=QUESTION, rate=0.5)
    assert 0 < result.confidence < more.confidence <= 1
    assert result.to_dict()["confidence"] == result.confidence
    unscored = PromptCompressor(config="salience").compress(documents, rate=0.5)
    assert unscored.confidence is None


class Own:
    """A ranker of the caller's."""

    def rank(self, question, texts):
        return np.array([float(len(text)) for text in texts])


def test_a_ranker_without_a_calibration_is_refused():
    """A probability that nobody has measured is not made up."""
    config = METHODS["extractive-fusion"].config.with_(min_relevance=0.1)
    with pytest.raises(InvalidRequest, match="need probabilities"):
        PromptCompressor(config=config, ranker=Own())
    own = config.with_(calibration=Calibration(1.0, 0.0, 0.0, 0.0))
    mine = PromptCompressor(config=own, ranker=Own())
    texts = ["It is so. No one knows what it is for.", "Nor by whom it was made. Who asks?"]
    assert mine.compress(texts, question="A?", rate=0.9).confidence is not None


@pytest.mark.parametrize("wrong", [{"min_relevance": 0.1, "keep_answer": 0.9}, {"keep_answer": 1.5}], ids=str)
def test_settings_that_cannot_be(wrong):
    with pytest.raises(InvalidRequest):
        CompressionConfig(scorer="relevance", **wrong)


def test_a_calibration_in_a_file(tmp_path):
    file = tmp_path / "mine.json"
    SHIPPED["bm25"].save(file)
    assert Calibration.load(file) == SHIPPED["bm25"]


NUMBERS = {"slope": 1.0, "bias": 0.0, "best": 0.0, "count": 0.0}
WRONG = [
    NUMBERS | {"slope": -1},
    NUMBERS | {"slope": math.inf},
    NUMBERS | {"bias": "x"},
    {"slope": 1},
    [],
    None,
]


@pytest.mark.parametrize("content", ["", *map(json.dumps, WRONG)])
def test_files_that_hold_none(tmp_path, content):
    file = tmp_path / "mine.json"
    file.write_text(content)
    with pytest.raises(InvalidRequest):
        Calibration.load(file)
    with pytest.raises(InvalidRequest, match="no calibration"):
        Calibration.load(tmp_path / "nowhere.json")
