"""Calls of the core, as fuzzing makes them: any configuration, any contexts, any way to count tokens."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, get_args

from fuzz import drawing as st
from fuzz.texts import documents, lines
from lingua_integrations import CompressionConfig, Context, MustKeep
from lingua_integrations.core.config import BudgetScope, Order, RankerName, Unit, UnitScore
from lingua_integrations.core.text.kind_names import Kind
from lingua_integrations.core.text.landmarks import Landmarks

_QUICK = ("relevance", "relevance", "salience", "tail")
SCORERS = (*_QUICK * 3, "auto", "surprisal", "contrastive", "self-information", "classifier")
RANKERS = ("bm25",) * 16 + tuple(
    name for name in get_args(RankerName) if name != "pruner"
)  # it needs a model
MARKERS = (None, None, None, "…", "[{lines} lines left out]", "<cut/>", "…\n")


def squared(text: str) -> int:
    """Joined texts count more than the sum of what they are joined of."""
    return len(text) ** 2 // 16


COUNTERS: dict[str, str | Callable[[str], int]] = {
    "o200k_base": "o200k_base",
    "characters": len,
    "bytes": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "words": lambda text: len(text.split()),  # white space counts nothing
    "quarters": lambda text: math.ceil(len(text) / 4),
    "lines": lambda text: text.count("\n") + 1,  # nothing counts 1
    "with a start token": lambda text: len(text.split()) + 3,
    "squared": squared,
}
"""Ways to count: real ones, and odd ones that users have."""

must_keep = st.builds(
    MustKeep,
    rules=st.lists(st.sampled_from(["numbers", "negations", "urls", "names"]), max_size=2, unique=True).map(
        tuple
    ),
    tokens=st.sampled_from([(), ("?",), ("the",)]),
    first=st.integers(0, 1),
    last=st.integers(0, 1),
)
rates = st.floats(0.02, 1.0)


def _may_filter(coarse: CompressionConfig, fine: CompressionConfig) -> bool:
    sizes = ("token", "atom", "phrase", "sentence", "context")
    return fine.unit != "context" and sizes.index(coarse.unit) >= sizes.index(fine.unit)


def configurations(filtered: bool = True) -> st.Strategy[CompressionConfig]:
    """Any configuration that can be."""
    fields: dict[str, st.Strategy[Any]] = {
        "overhead_tokens": st.sampled_from([0, 0, 0, 7]),
        "fill": st.sampled_from([True, True, False]),
        "threshold": st.sampled_from([None, None, None, -1.0, 0.0, 0.5, 3.0, 1e9]),
        "floor": st.sampled_from([0.2, 0.2, None, 0.0, 0.9]),
        "hops": st.sampled_from([1, 2, 2, 3]),
        "unit": st.sampled_from(get_args(Unit)),
        "gap_marker": st.sampled_from(MARKERS),
        "must_keep": st.none() | must_keep,
        "landmarks": st.none() | st.builds(Landmarks, alarms=st.integers(0, 4), edges=st.integers(0, 2)),
        "ranker": st.sampled_from(RANKERS),
        "coarse_factor": st.sampled_from([None, None, 1.0, 1.2, 2.0, 10.0]),
        "dynamic_rate": st.sampled_from([0.0, 0.0, 0.3, 1.0]),
        "order": st.sampled_from(["original", "original", *get_args(Order)]),
        "scorer": st.sampled_from(SCORERS),
        "unit_score": st.sampled_from(get_args(UnitScore)),
        "segment_tokens": st.sampled_from([20, 100]),
        "independent": st.booleans(),
        "neighbours": st.sampled_from([0, 0, 1]),
        "diversity": st.sampled_from([0.0, 0.0, 0.5, 1.0]),
        "separator": st.sampled_from(["\n\n", "\n", " ", ""]),
        "language": st.sampled_from([None, None, "de", "zh"]),
    }
    if not filtered:
        return st.builds(_configured, st.booleans(), st.fixed_dictionaries(fields))
    fields |= {
        "budget_scope": st.sampled_from(["contexts", "contexts", *get_args(BudgetScope)]),
        "filter_factor": st.sampled_from([1.0, 1.2, 4.0]),
        "instruction_rate": rates,
        "question_rate": rates,
    }
    coarse = configurations(False).map(lambda one: one.with_(overhead_tokens=0, when_nothing="best"))
    fine = st.builds(_configured, st.booleans(), st.fixed_dictionaries(fields))
    return fine | st.builds(
        lambda fine, filter_: fine.with_(filter=filter_ if _may_filter(filter_, fine) else None), fine, coarse
    )


FREE: tuple[dict[str, Any], ...] = (
    {"keep": "relevant"},
    {"min_relevance": 0.01},
    {"min_relevance": 0.4, "when_nothing": "empty"},
    {"keep_answer": 0.9},
)


def _configured(free: bool, fields: dict[str, Any]) -> CompressionConfig:
    """A configuration, without a rate if it is to be ``free`` of one and can be."""
    config = CompressionConfig(**fields)
    known = config.ranker in ("fusion", "embedding", "bm25") and config.scorer == "relevance"
    frees = [one for one in FREE if config.budget_scope == "contexts" or "when_nothing" not in one]
    frees = frees if known else frees[:1]
    return config.with_(**frees[len(config.separator) % len(frees)]) if free and config.floored else config


def _context(rng: Random) -> str | Context:
    """A text, half of the time with more to say than that."""
    text = documents.draw(rng)
    if rng.random() < 0.5:
        return text
    keep = [(start, min(len(text), start + size)) for start, size in _spans(len(text)).draw(rng)]
    return Context(
        text,
        title=(st.none() | lines).draw(rng),
        rate=(st.none() | st.none() | rates | st.just(1.0)).draw(rng),
        keep=tuple((start, end) for start, end in keep if start < end),
        kind=_kinds.draw(rng),
    )


def _spans(size: int) -> st.Strategy[list[tuple[int, ...]]]:
    return st.just([]) | st.lists(st.tuples(st.integers(0, size), st.integers(1, 40)), max_size=2)


_kinds = st.sampled_from([None, None, None, None, *get_args(Kind)])
contexts = st.Strategy(_context)


Budget = dict[str, Any]
"""What a call says about its size."""


@dataclass(frozen=True)
class Call:
    """A call to be made, with each of some budgets."""

    config: CompressionConfig
    counter: str
    contexts: list[str | Context]
    asked: dict[str, str | None]
    budgets: list[Budget]
    again: bool = False  # whether the first is made once more in the end, by another compressor

    @property
    def texts(self) -> list[str]:
        """The inputs' texts."""
        return [one.text for one in self.settled]

    @property
    def settled(self) -> list[Context]:
        """The inputs, all of one class."""
        return [one if isinstance(one, Context) else Context(one) for one in self.contexts]


budgets = st.lists(
    st.one_of(
        rates.map(lambda rate: {"rate": rate}),
        st.integers(1, 120).map(lambda tokens: {"target_tokens": tokens}),
    ),
    min_size=4,
    max_size=4,
)


def above(budget: Budget, least: int | None) -> Budget:
    """The budget, or where the least that works is known, one above that: all below it fail alike."""
    if least is None:
        return budget
    return {"target_tokens": least + (budget.get("target_tokens") or int(120 * budget["rate"]))}


calls = st.builds(
    Call,
    config=configurations(),
    counter=st.sampled_from(["o200k_base"] * 4 + sorted(COUNTERS)),
    contexts=st.lists(contexts, max_size=4),
    asked=st.fixed_dictionaries({"question": lines}, optional={"instruction": lines}),
    budgets=budgets,
    again=st.sampled_from([True] + [False] * 7),
)
