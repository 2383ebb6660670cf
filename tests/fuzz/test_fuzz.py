"""Any call of the core keeps the laws and raises no foreign error: `make fuzz` makes 100,000 of them."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fuzz import checks
from fuzz.calls import budgets, calls, configurations
from fuzz.run import Models, check
from fuzz.texts import containers, documents, lines
from lingua_integrations import BudgetTooSmall, Section
from lingua_integrations.core.prune.rankers.cross_encoder import CrossEncoderRanker
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.rankers.fusion import FusionRanker
from lingua_integrations.core.prune.rankers.late_interaction import LateInteractionRanker
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.errors import InvalidRequest

MANY = int(os.environ.get("FUZZ", "0"))
fuzzed = settings(max_examples=MANY or 30, derandomize=not MANY)


@pytest.fixture(scope="session")
def models(tiny_scorer, tiny_encoders, tiny_interaction):
    """Tiny models of every sort."""
    embedding = EmbeddingRanker(tiny_encoders["encoder"])
    rankers = {
        "embedding": embedding,
        "fusion": FusionRanker(embedding),
        "late-interaction": LateInteractionRanker(tiny_encoders["encoder"], weights=tiny_interaction),
        "cross-encoder": CrossEncoderRanker(tiny_encoders["cross-encoder"]),
    }
    return Models(tiny_scorer, TokenClassifier(tiny_encoders["classifier"]), rankers)


@fuzzed
@given(call=calls)
def test_any_call(models, call):
    check(call, models)


sections = st.lists(
    st.builds(
        lambda text, lead, rate, stays: Section(lead + text, None if stays else rate, not stays),
        documents,
        st.sampled_from(["", "", "\n\n", " "]),
        st.none() | st.floats(0.05, 1.0),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def least(compress, *given, **request):
    """The outcome; where the budget is too small, with the least, less than which fails."""
    try:
        return compress(*given, **request)
    except BudgetTooSmall as error:
        request = {name: value for name, value in request.items() if name not in ("rate", "target_tokens")}
        if error.smallest > 1:
            with pytest.raises(BudgetTooSmall):
                compress(*given, **request, target_tokens=error.smallest - 1)
        return compress(*given, **request, target_tokens=error.smallest)


@fuzzed
@given(config=configurations(), found=sections, question=lines, budget=budgets)
def test_any_sections(models, o200k, config, found, question, budget):
    """The budget bounds the whole; sections that stay are there, in their order."""
    assume(config.gap_marker is None)
    compressor = models.compressor(config.with_(overhead_tokens=0))
    shorter = least(compressor.compress_sections, found, question=question, **budget)
    assert o200k(shorter.text) <= shorter.result.budget
    for part in shorter.result.contexts:
        checks.extractive(part, None)
    at = 0
    for section in found:
        if not section.compress:
            assert section.text in shorter.text[at:]
            at = shorter.text.index(section.text, at) + len(section.text)


@fuzzed
@given(config=configurations(), data=containers, question=lines, budget=budgets)
def test_any_json(models, o200k, config, data, question, budget):
    """JSON stays JSON of the same shape, and the budget bounds it."""
    compressor = models.compressor(config.with_(overhead_tokens=0))
    try:
        shorter = least(compressor.compress_json, json.dumps(data), question=question, **budget)
    except InvalidRequest as error:
        if "twice" not in str(error):
            raise
        return
    assert o200k(shorter.text) <= shorter.result.budget
    assert shape(json.loads(shorter.text)) == shape(json.loads(json.dumps(data)))


def shape(data):
    """JSON with its strings blotted out."""
    if isinstance(data, dict):
        return {key: shape(value) for key, value in data.items()}
    if isinstance(data, list):
        return [shape(value) for value in data]
    return str if isinstance(data, str) else data
