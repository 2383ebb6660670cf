"""Making the calls, with tiny random models in the place of real ones."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tiny_models
from fuzz import checks
from fuzz.calls import COUNTERS, Budget, Call, above
from lingua_integrations import BudgetTooSmall, CompressionConfig, CompressionResult, PromptCompressor
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.prune.rankers.cross_encoder import CrossEncoderRanker
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.rankers.fusion import FusionRanker
from lingua_integrations.core.prune.rankers.late_interaction import LateInteractionRanker
from lingua_integrations.core.prune.rankers.perplexity import PerplexityRanker
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.errors import InvalidRequest

_ENCODERS = ("embedding", "fusion", "late-interaction", "cross-encoder")


@dataclass(frozen=True)
class Models:
    """Tiny models: a causal one, a classifier, and rankers by name."""

    causal: Any
    classifier: Any
    rankers: dict[str, Any]

    @classmethod
    def made(cls, folder: Path) -> Models:
        """All of them; those that come from files get them in a folder."""
        tokenizer = tiny_models.tokenizer_of_words()
        causal = CausalLM.from_objects(tiny_models.causal_model(tokenizer), tokenizer, name="tiny")
        folders = tiny_models.encoder_folders(folder, tokenizer)
        weights = tiny_models.interaction_weights(folder / "late-interaction.safetensors")
        embedding = EmbeddingRanker(folders["encoder"])
        rankers = {
            "embedding": embedding,
            "fusion": FusionRanker(embedding),
            "late-interaction": LateInteractionRanker(folders["encoder"], weights=weights),
            "cross-encoder": CrossEncoderRanker(folders["cross-encoder"]),
        }
        return cls(causal, TokenClassifier(folders["classifier"]), rankers)

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
        if given == (None, None):
            continue
        with suppress(InvalidRequest):
            return PromptCompressor(given[0], config, counter=COUNTERS[counter], ranker=given[1])
    if ranker is not None and any(_asks_probabilities(step) for step in (config, config.filter)):
        return _made(_without_probabilities(config), counter, scorer, ranker)  # it gives none
    return PromptCompressor(config=config, counter=COUNTERS[counter])


def _asks_probabilities(config: CompressionConfig | None) -> bool:
    return config is not None and (config.min_relevance is not None or config.keep_answer is not None)


def _without_probabilities(config: CompressionConfig) -> CompressionConfig:
    filtered = config.filter and config.filter.with_(
        min_relevance=None, keep_answer=None, when_nothing="best"
    )
    return config.with_(min_relevance=None, keep_answer=None, when_nothing="best", filter=filtered)


def check(call: Call, models: Models) -> int:
    """Make a call with each of its budgets and check what comes out; returns how many calls that were."""
    compressor = models.compressor(call.config, call.counter)
    first, least = _checked(compressor, call, call.budgets[0])
    for budget in call.budgets[1:]:
        _, needed = _checked(compressor, call, above(budget, least))
        least = needed or least
    if call.again:
        other, _ = _checked(models.compressor(call.config, call.counter), call, call.budgets[0])
        assert first == other, "the same call, another outcome"
    return len(call.budgets) + call.again


def _checked(
    compressor: PromptCompressor, call: Call, budget: Budget
) -> tuple[CompressionResult | None, int | None]:
    """The outcome, None if the call is refused; where the budget is too small, with the least, and that."""
    count = as_counter(COUNTERS[call.counter]).count
    least = None
    try:
        result = compressor.compress(call.contexts, **call.asked, **budget)
    except BudgetTooSmall as error:
        assert error.smallest > error.budget, error
        least = error.smallest
        result = compressor.compress(call.contexts, **call.asked, target_tokens=least)
        if least > 1:
            _fails(compressor, call, least - 1)
    except InvalidRequest as error:
        if "No budget works" in str(error):  # a text's own rate, or an odd counter, is against all of them
            _fails(compressor, call, 100_000)
            return None, None
        assert not (call.asked.get("question") or "").strip(), error
        assert "needs a question" in str(error), error
        return None, None
    checks.outcome(call, result, count)
    return result, least


def _fails(compressor: PromptCompressor, call: Call, tokens: int) -> None:
    try:
        result = compressor.compress(call.contexts, **call.asked, target_tokens=tokens)
    except (BudgetTooSmall, InvalidRequest):
        return
    raise AssertionError(f"{tokens} tokens work as well: {result}")
