"""The models behind a configuration's names: those the caller gave, else the ones that the names mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from lingua_integrations.core.calibration import SHIPPED
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.devices import checked_device, checked_dtype
from lingua_integrations.core.protocols import Ranker, TokenScorer, UnitScorer
from lingua_integrations.core.prune.rankers.cross_encoder import DEFAULT_CROSS_ENCODER, CrossEncoderRanker
from lingua_integrations.core.prune.rankers.embedding import (
    DEFAULT_EMBEDDING,
    EmbeddingRanker,
)
from lingua_integrations.core.prune.rankers.fusion import FusionRanker
from lingua_integrations.core.prune.rankers.late_interaction import READER, LateInteractionRanker
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.prune.rankers.perplexity import PerplexityRanker, QuestionPerplexityRanker
from lingua_integrations.core.prune.scorers.relevance import RelevanceScorer
from lingua_integrations.core.prune.scorers.remote_classifier import RemoteClassifier
from lingua_integrations.core.prune.scorers.salience import SalienceScorer
from lingua_integrations.core.prune.scorers.self_information import SelfInformation
from lingua_integrations.core.prune.scorers.tail import TailScorer
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.core.prune.served import served, served_as
from lingua_integrations.core.request import Prompt
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER, Kind
from lingua_integrations.core.store.resolve import kinds_of, resolve
from lingua_integrations.errors import InvalidRequest

PUBLISHED_CLASSIFIERS = (
    "microsoft/llmlingua-2-xlm-roberta-large-meetingbank",
    "microsoft/llmlingua-2-bert-base-multilingual-cased-meetingbank",
)

PUBLISHED_PRUNERS = ("KRLabsOrg/verbatim-rag-modern-bert-v2", "hotchpotch/open-provence-reranker-v1")

_OF_RANKERS: dict[str, Kind] = {
    "embedding": "embedding",
    "fusion": "embedding",
    "late-interaction": "embedding",
    "cross-encoder": "cross-encoder",
    "pruner": "pruner",
    "perplexity": "causal language model",
    "question-perplexity": "causal language model",
}


@dataclass(frozen=True)
class ModelSet:
    """What a compressor scores and ranks with. It holds no weights: those are in the cache of `loading`."""

    scorer: TokenScorer | UnitScorer | None = None  # the caller's own
    ranker: Ranker | None = None  # the caller's own; it serves wherever something is ranked
    model: str | None = None  # names the configuration's scorer, or its ranker where that is the scorer
    device: str | None = None
    dtype: str | None = None

    def __post_init__(self) -> None:
        checked_dtype(self.dtype)
        checked_device(self.device)
        if served(self.model) and (self.device or self.dtype):
            raise InvalidRequest(f"{self.model!r} runs on its server: device and dtype have no effect on it.")
        for given, needed in ((self.scorer, ("score", "surprisals")), (self.ranker, ("rank",))):
            if given is not None and not any(hasattr(given, method) for method in needed):
                raise InvalidRequest(
                    f"{type(given).__name__} has no method {' or '.join(needed)}: see core/protocols.py. "
                    'By name: PromptCompressor(config="a-method"), or '
                    'PromptCompressor.from_pretrained("a-model", config="a-method").'
                )

    def __repr__(self) -> str:
        given = ", ".join(repr(one) for one in (self.scorer, self.ranker, self.model) if one is not None)
        place = [f", {name}={value!r}" for name in ("device", "dtype") if (value := getattr(self, name))]
        return (given or "default models") + "".join(place)

    def __deepcopy__(self, memo: dict[int, Any]) -> ModelSet:
        return self  # it never changes, and what the caller gave is not to be copied

    @property
    def fingerprint(self) -> str:
        """Which models these are, with the digests of those that have one."""
        given = [one for one in (self.scorer, self.ranker) if one is not None]
        found = [getattr(one, "name", None) or type(one).__qualname__ for one in given]
        if self.model is not None:
            found.append(self.model if served(self.model) else f"{self.model}@{resolve(self.model).digest}")
        return " ".join([*found, *(one for one in (self.device, self.dtype) if one)])

    def check(self, config: CompressionConfig) -> None:
        """Refuse what a configuration would not use, and say which methods would."""
        steps = [config] if config.filter is None else [config, config.filter]
        if self._causal and not any(self._reads(step) for step in steps):
            raise InvalidRequest(
                f"This configuration does not use {self.scorer!r}, a causal language model. Choose a "
                "method that does: rag, longllmlingua, llmlingua or selective-context."
            )
        if self.ranker is not None and not any(s.ranks or s.scorer in ("relevance", "auto") for s in steps):
            raise InvalidRequest(f"ranker={self.ranker!r} has no effect: this configuration does not rank.")
        for step in steps:
            self._check_probabilities(step)
        if self.model is not None:
            needed = next(filter(None, map(kind_for, steps)), None)
            if needed is None:
                raise InvalidRequest(f"model={self.model!r} has no effect: this configuration uses no model.")
            if served(self.model):
                served_as(needed, self.model)  # refuses what that server does not do
                return
            kinds = kinds_of(self.model)
            if kinds and needed not in kinds:
                raise InvalidRequest(
                    f"{self.model!r} is of the kind {kinds[0]!r}; this configuration needs {needed!r}."
                )

    def for_filter(self, config: CompressionConfig) -> ModelSet:
        """What a configuration's filter works with: the model named is its own only where that uses none."""
        return self if kind_for(config) is None else replace(self, model=None)

    def token_scorer(self) -> TokenScorer:
        """The causal language model."""
        if self._causal:
            return cast("TokenScorer", self.scorer)
        if self.model is not None and served(self.model):
            return cast("TokenScorer", served_as("causal language model", self.model))
        return CausalLM(self.model or DEFAULT_SCORER, device=self.device, dtype=self.dtype)

    def unit_scorer(self, config: CompressionConfig, prompt: Prompt) -> UnitScorer | None:
        """What scores whole texts in one pass; ``None`` where the configuration prunes iteratively."""
        if self.scorer is not None and not self._causal:
            return cast("UnitScorer", self.scorer)
        if config.scorer == "relevance":
            ranker = self.ranker_of(config, prompt)
            calibration = config.calibration or getattr(ranker, "calibration", None)
            return RelevanceScorer(ranker, config.neighbours, config.diversity, config.hops, calibration)
        if config.scorer == "salience":
            return SalienceScorer()
        if config.scorer == "tail":
            return TailScorer()
        if config.scorer == "self-information":
            return SelfInformation(self.token_scorer(), config.unit_score)
        if config.scorer == "pruner":
            return self._pruner(config)
        return self._classifier(config) if config.scorer == "classifier" else None

    def ranker_of(self, config: CompressionConfig, prompt: Prompt) -> Ranker:
        """What puts texts in order; by perplexity where the configured one would need a question."""
        if self.ranker is not None:
            return self.ranker
        if config.ranker == "question-perplexity":
            return QuestionPerplexityRanker(self.token_scorer())
        if config.ranker == "perplexity" or not prompt.asked.strip():
            return PerplexityRanker(self.token_scorer())
        if config.ranker == "bm25":
            return BM25Ranker()
        if config.ranker == "pruner":
            return cast("Ranker", self.scorer) if hasattr(self.scorer, "rank") else self._pruner(config)
        model = self.model if config.scorer == "relevance" else None
        if config.ranker == "cross-encoder":
            if model is not None and served(model):
                return cast("Ranker", served_as("cross-encoder", model))
            return CrossEncoderRanker(model or DEFAULT_CROSS_ENCODER, device=self.device, dtype=self.dtype)
        if config.ranker == "late-interaction":
            return self._late_interaction(model)
        model = model or DEFAULT_EMBEDDING
        if served(model):
            embeddings = cast("EmbeddingRanker", served_as("embedding", model))
        else:
            embeddings = EmbeddingRanker(model, device=self.device, dtype=self.dtype)
        return embeddings if config.ranker == "embedding" else FusionRanker(embeddings)

    def _late_interaction(self, model: str | None) -> Ranker:
        """Late interaction needs the states of tokens, which servers do not give."""
        if model is not None and served(model):
            raise InvalidRequest(f"extractive-late-interaction reads with {READER} here, not at {model!r}.")
        return LateInteractionRanker(model or READER, device=self.device, dtype=self.dtype)

    def _classifier(self, config: CompressionConfig) -> UnitScorer:
        if self.model is not None and served(self.model):
            remote: RemoteClassifier = served_as("token classifier", self.model)
            return remote.pooled_by(config.unit_score)
        if self.model is None:
            raise InvalidRequest(
                "llmlingua2 and extractive-classifier need a token classifier. Pass model=: a folder, a "
                f"hub id such as {' or '.join(PUBLISHED_CLASSIFIERS)}, or one that you "
                "trained with lingua align classifier."
            )
        return TokenClassifier(self.model, self.device, config.unit_score, config.language, self.dtype)

    def _pruner(self, config: CompressionConfig) -> TokenClassifier:
        """A pruner, whose authors say how units get their scores."""
        if self.model is None or kind_for(config) != "pruner":
            raise InvalidRequest(
                f"extractive-pruner needs a pruner. Pass model=: a folder, or a hub id such as "
                f"{' or '.join(PUBLISHED_PRUNERS)}."
            )
        return TokenClassifier(self.model, self.device, None, config.language, self.dtype)

    @property
    def _causal(self) -> bool:
        # Not isinstance: up to Python 3.11 it reads every property, and reading the name loads the model.
        return hasattr(self.scorer, "stream")

    def _check_probabilities(self, config: CompressionConfig) -> None:
        """Refuse to keep by probability what nobody gives probabilities of."""
        if config.min_relevance is None and config.keep_answer is None:
            return
        if self.scorer is not None and not self._causal:
            told = hasattr(self.scorer, "probabilities")
        elif config.scorer == "pruner" or config.calibration is not None:
            told = True
        elif self.ranker is not None:
            told = hasattr(self.ranker, "calibration")
        else:
            told = config.ranker in SHIPPED
        if not told:
            raise InvalidRequest(
                "min_relevance and keep_answer need probabilities, and "
                f"{self.scorer or self.ranker or config.ranker} gives none. The rankers {', '.join(SHIPPED)} "
                "do, and so do pruners; else give a calibration= that lingua eval --calibrate made."
            )

    def _reads(self, config: CompressionConfig) -> bool:
        """Whether a configuration asks a causal language model."""
        ranks = config.ranks or config.scorer in ("relevance", "auto")
        return config.causal or config.unit == "token" or (ranks and "perplexity" in config.ranker)


def kind_for(config: CompressionConfig) -> Kind | None:
    """The kind of model that ``model=`` names for a configuration; None: it works without one.

    >>> kind_for(CompressionConfig(ranker="fusion")), kind_for(CompressionConfig(scorer="tail"))
    ('embedding', None)
    """
    if config.causal or config.unit == "token":
        return "causal language model"
    if config.scorer == "classifier":
        return "token classifier"
    if config.scorer == "pruner":
        return "pruner"
    return _OF_RANKERS.get(config.ranker) if config.scorer in ("relevance", "auto") else None
