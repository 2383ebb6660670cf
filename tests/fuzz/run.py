"""Making the calls, with tiny random models in the place of real ones."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fuzz import checks
from fuzz.calls import COUNTERS, Call
from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.prune.rankers.perplexity import PerplexityRanker
from lingua_integrations.errors import InvalidRequest

_ENCODERS = ("embedding", "fusion", "late-interaction", "cross-encoder")


@dataclass(frozen=True)
class Models:
    """Tiny models: a causal one, a classifier, and rankers by name."""

    causal: Any
    classifier: Any
    rankers: dict[str, Any]

    def compressor(self, config: CompressionConfig, counter: str = "o200k_base") -> PromptCompressor:
        """A compressor of a configuration that asks no real model."""
        steps = [config] if config.filter is None else [config, config.filter]
        reads = [step for step in steps if step.causal or step.unit == "token" or "perplexity" in step.ranker]
        named = next((self.rankers[step.ranker] for step in steps if step.ranker in _ENCODERS), None)
        if any(step.scorer == "classifier" for step in steps):
            return _made(config, counter, self.classifier, named or PerplexityRanker(self.causal))
        return _made(config, counter, self.causal if reads else None, named)


def _made(config: CompressionConfig, counter: str, scorer: Any, ranker: Any) -> PromptCompressor:
    """What the configuration would never ask is refused, and left out here."""
    for given in ((scorer, ranker), (scorer, None), (None, ranker)):
        with suppress(InvalidRequest):
            return PromptCompressor(given[0], config, counter=COUNTERS[counter], ranker=given[1])
    return PromptCompressor(config=config, counter=COUNTERS[counter])


def check(call: Call, models: Models) -> None:
    """Make a call, and the one with the least budget where that is too small; check what comes out."""
    compressor = models.compressor(call.config, call.counter)
    count = as_counter(COUNTERS[call.counter]).count
    try:
        result = compressor.compress(call.contexts, **call.asked, **call.budget)
    except BudgetTooSmall as error:
        assert error.smallest > error.budget, error
        result = compressor.compress(call.contexts, **call.asked, target_tokens=error.smallest)
        if error.smallest > 1:
            _fails(compressor, call, error.smallest - 1)
    except InvalidRequest as error:
        if "No budget works" in str(error):  # a text's own rate, or an odd counter, is against all of them
            _fails(compressor, call, 100_000)
            return
        assert not (call.asked.get("question") or "").strip(), error
        assert "needs a question" in str(error), error
        return
    checks.outcome(call, result, count)


def _fails(compressor: PromptCompressor, call: Call, tokens: int) -> None:
    try:
        result = compressor.compress(call.contexts, **call.asked, target_tokens=tokens)
    except (BudgetTooSmall, InvalidRequest):
        return
    raise AssertionError(f"{tokens} tokens work as well: {result}")
