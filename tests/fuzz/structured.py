"""Calls of texts that are parts of a larger one: prompts with sections, and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fuzz import checks
from fuzz import drawing as st
from fuzz.calls import Budget, above, budgets, configurations
from fuzz.run import Models
from fuzz.texts import containers, documents, lines
from lingua_integrations import BudgetTooSmall, CompressionConfig, Section
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.structured import StructuredResult
from lingua_integrations.errors import InvalidRequest

count = as_counter("o200k_base").count


@dataclass(frozen=True)
class OfSections:
    """Calls of `compress_sections`."""

    config: CompressionConfig
    sections: list[Section]
    question: str
    budgets: list[Budget]


@dataclass(frozen=True)
class OfJson:
    """Calls of `compress_json`."""

    config: CompressionConfig
    data: Any
    question: str
    budgets: list[Budget]


_configs = configurations().map(lambda config: config.with_(overhead_tokens=0))
_section = st.builds(
    lambda text, lead, rate, stays: Section(lead + text, None if stays else rate, not stays),
    documents,
    st.sampled_from(["", "", "\n\n", " "]),
    st.none() | st.floats(0.05, 1.0),
    st.booleans(),
)
of_sections = st.builds(
    OfSections,
    _configs.map(lambda config: config.with_(gap_marker=None)),
    st.lists(_section, min_size=1, max_size=4),
    lines,
    budgets,
)
of_json = st.builds(OfJson, _configs, containers, lines, budgets)


def check_sections(call: OfSections, models: Models) -> int:
    """The budget bounds the whole; sections that stay are there, in their order."""
    compressor = models.compressor(call.config)
    known = None
    for budget in call.budgets:
        shorter, known = least(compressor.compress_sections, call.sections, call.question, budget, known)
        assert count(shorter.text) <= shorter.result.budget
        for part in shorter.result.contexts:
            checks.extractive(part, None)
        at = 0
        for section in call.sections:
            if not section.compress:
                assert section.text in shorter.text[at:]
                at = shorter.text.index(section.text, at) + len(section.text)
    return len(call.budgets)


def check_json(call: OfJson, models: Models) -> int:
    """JSON stays JSON of the same shape, and the budget bounds it."""
    compressor = models.compressor(call.config)
    text = json.dumps(call.data)
    known = None
    for budget in call.budgets:
        try:
            shorter, known = least(compressor.compress_json, text, call.question, budget, known)
        except InvalidRequest as error:
            assert "twice" in str(error), error
            break
        assert count(shorter.text) <= shorter.result.budget
        assert shape(json.loads(shorter.text)) == shape(json.loads(text))
    return len(call.budgets)


def least(
    compress: Callable[..., StructuredResult], given: Any, question: str, budget: Budget, known: int | None
) -> tuple[StructuredResult, int | None]:
    """The outcome; where the budget is too small, with the least, less than which fails; and the least."""
    try:
        return compress(given, question=question, **above(budget, known)), known
    except BudgetTooSmall as error:
        smallest = error.smallest
    if smallest > 1:
        try:
            compress(given, question=question, target_tokens=smallest - 1)
        except BudgetTooSmall:
            pass
        else:
            raise AssertionError(f"{smallest - 1} tokens work as well")
    return compress(given, question=question, target_tokens=smallest), smallest


def shape(data: Any) -> Any:
    """JSON with its strings blotted out."""
    if isinstance(data, dict):
        return {key: shape(value) for key, value in data.items()}
    if isinstance(data, list):
        return [shape(value) for value in data]
    return str if isinstance(data, str) else data
