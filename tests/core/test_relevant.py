"""Without a rate: what is about the question stays, and nothing else, however much room there is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import Context, PromptCompressor, Section
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.pipeline import NOTHING
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest

TEXTS = [
    "The brewery opened in Asheville in 2014. Its beer is sold in May. A river runs by.",
    "Mount Whitney is a mountain in California. It is 14,505 feet high. Climbers like it.",
    "Whales sing. They live in the sea. Some are blue, and some are grey.",
    "The brewery of Munich is older. It opened in 1589. Dogs may come in.",
]
QUESTION = "When did the brewery open in Asheville?"


@pytest.fixture
def compressor():
    return PromptCompressor(config=METHODS["relevant"].config.with_(ranker="bm25"))


def test_what_is_beside_the_question_goes_without_a_rate(compressor):
    result = compressor.compress(TEXTS, question=QUESTION)
    found = {context.index for context in result.contexts}
    assert 0 in found
    assert not found & {1, 2}  # what is about neither breweries nor opening
    assert result.texts[0].startswith("The brewery opened in Asheville in 2014.")
    assert result.budget == result.tokens_before


def test_by_its_floor_alone():
    """Without a probability the floor decides, as with a rate; a higher one keeps less."""

    def kept(floor):
        config = METHODS["extractive-bm25"].config.with_(keep="relevant", rate=1.0, floor=floor)
        return PromptCompressor(config=config).compress(TEXTS, question=QUESTION).texts

    assert len(" ".join(kept(-1.0))) > len(" ".join(kept(0.2))) > len(kept(0.9)[0])
    assert kept(0.9) == ["The brewery opened in Asheville in 2014."]


def test_a_rate_is_a_ceiling(compressor, o200k):
    everything = compressor.compress(TEXTS * 2, question=QUESTION)
    least = o200k("The brewery opened in Asheville in 2014.")
    bounded = compressor.compress(TEXTS * 2, question=QUESTION, target_tokens=least)
    assert bounded.texts == ["The brewery opened in Asheville in 2014."]
    assert everything.tokens_after <= compressor.compress(TEXTS * 2, question=QUESTION, rate=1.0).tokens_after


def test_what_must_stay_stays(compressor):
    texts = [*TEXTS[:2], Context(TEXTS[2], keep=((0, 12),)), Context(TEXTS[3], rate=1.0), "  "]
    result = compressor.compress(texts, question=QUESTION)
    found = {context.index: context.text for context in result.contexts}
    assert found[2].startswith("Whales sing.")
    assert found[3] == TEXTS[3]
    assert found[4] == "  "
    assert 1 not in found


BESIDE = "What is the tallest tower of Japan?"


@pytest.mark.parametrize(("choice", "texts"), [("best", 1), ("empty", 0)])
def test_nothing_is_relevant(compressor, choice, texts):
    """The best sentence stays, or none does; in either case the result says that it is not likely."""
    config = compressor.config.with_(min_relevance=0.5, when_nothing=choice)
    result = compressor.with_config(config).compress(TEXTS, question=BESIDE)
    assert len(result.texts) == texts
    assert result.tokens_after == sum(map(compressor.counter.count, result.texts))
    assert sorted([context.index for context in (*result.contexts, *result.dropped)]) == [0, 1, 2, 3]
    if not texts:
        assert {one.reason for one in result.dropped} == {NOTHING}
        assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["ratio"] is None
        assert "nothing left" in str(result) and "nothing left" in repr(result)
        assert result.confidence == 0


def test_a_filter_leaves_something():
    empty = METHODS["relevant"].config.with_(when_nothing="empty")
    with pytest.raises(InvalidRequest, match="leave nothing"):
        METHODS["rag"].config.with_(filter=empty)


def test_what_is_relevant_stays_whatever_is_said_of_nothing(compressor):
    config = compressor.config.with_(min_relevance=0.1, when_nothing="empty")
    result = compressor.with_config(config).compress(TEXTS, question=QUESTION)
    assert result.texts == ["The brewery opened in Asheville in 2014."]


def test_what_must_stay_stays_where_nothing_is_relevant(compressor):
    config = compressor.config.with_(min_relevance=0.5, when_nothing="empty")
    texts = [*TEXTS[:2], Context(TEXTS[2], keep=((0, 12),)), Context(TEXTS[3], rate=1.0), "  "]
    result = compressor.with_config(config).compress(texts, question=BESIDE)
    assert {context.index: context.text for context in result.contexts} == {
        2: "Whales sing.",
        3: TEXTS[3],
        4: "  ",
    }


@given(
    form=st.sampled_from(["short strings", "a long string", "sections"]),
    budget=st.integers(1, 40),
)
def test_a_frame_with_nothing_in_it_keeps_to_the_budget_too(form, budget):
    """What stands around the texts has tokens; a budget below them is refused, and the next one works."""
    config = METHODS["extractive-bm25"].config.with_(min_relevance=0.9, when_nothing="empty")
    compressor = PromptCompressor(config=config)
    long = "The sea was calm. It rained all day. Nobody came to the beach that week. " * 3

    def run(budget):
        asked = {"question": BESIDE, "target_tokens": budget}
        if form == "sections":
            sections = [Section("Answer in one word, please.", compress=False), Section(long)]
            return compressor.compress_sections(sections, **asked)
        return compressor.compress_json({"note": "It rained." if form == "short strings" else long}, **asked)

    try:
        found = run(budget)
    except BudgetTooSmall as error:
        assert error.smallest > budget
        found = run(error.smallest)
        budget = error.smallest
    assert compressor.counter.count(found.text) <= budget


def test_without_a_question_it_says_what_it_needs(compressor):
    with pytest.raises(InvalidRequest, match="needs a question"):
        compressor.compress(TEXTS)


@pytest.mark.parametrize(
    "change",
    [{"floor": None}, {"unit": "context"}, {"min_relevance": 1.0}, {"min_relevance": float("nan")},
     {"when_nothing": "empty", "budget_scope": "prompt"}, {"when_nothing": "none"},
     {"when_nothing": "empty", "min_relevance": None, "keep": "relevant"},
     {"keep_answer": 0.9}, {"keep": "x"}, {"scorer": "salience"}, {"scorer": "auto"}, {"diversity": 0.5}],
    ids=str,
)  # fmt: skip
def test_settings_that_contradict_are_refused(change):
    """Where no floor decides, everything would stay, and nobody would be told."""
    with pytest.raises(InvalidRequest):
        METHODS["relevant"].config.with_(**change)
