"""The models behind a configuration's names: those the user gave, and those that are made when needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.devices import checked_dtype
from lingua_integrations.core.protocols import Ranker, TokenScorer, UnitScorer
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from lingua_integrations.core.rankers.embedding import EmbeddingRanker

DEFAULT_MODEL = "smollm2-135m-q4_1"
PUBLISHED_CLASSIFIERS = (
    "microsoft/llmlingua-2-xlm-roberta-large-meetingbank",
    "microsoft/llmlingua-2-bert-base-multilingual-cased-meetingbank",
)


class Kit:
    """What the stages of a compressor work with.

    Args:
        scorer: the user's own scorer; it serves every configuration whose scorer it can be.
        ranker: the user's own ranker; it serves wherever something is ranked.
        model: the model of the configuration's scorer, or of its ranker where the scorer has none.
        device: where models run.
        dtype: of their numbers.
    """

    def __init__(
        self,
        scorer: TokenScorer | UnitScorer | None = None,
        ranker: Ranker | None = None,
        *,
        model: str | None = None,
        device: str | None = None,
        dtype: str | None = None,
    ) -> None:
        for given, needed in ((scorer, ("score", "surprisals")), (ranker, ("rank",))):
            if given is not None and not any(hasattr(given, method) for method in needed):
                raise InvalidRequest(
                    f"{type(given).__name__} has no method {' or '.join(needed)}: see core/protocols.py. "
                    'For names there is PromptCompressor.from_pretrained("a-model", config="a-method").'
                )
        # Not isinstance: up to Python 3.11 it reads every property, and reading the name loads the model.
        self._causal: Any = scorer if hasattr(scorer, "stream") else None
        self._at_once: Any = None if hasattr(scorer, "stream") else scorer
        self.own_ranker = ranker
        self.model = model
        self._place: dict[str, Any] = {"device": device, "dtype": checked_dtype(dtype)}
        self._made: dict[str, Any] = {}
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        given = [one for one in (self._causal, self._at_once, self.own_ranker) if one is not None]
        models = ", ".join(map(repr, given)) or (repr(self.model) if self.model else "default models")
        return models + (f", dtype={self._place['dtype']!r}" if self._place["dtype"] else "")

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_made", "_lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _made={}, _lock=threading.RLock())

    def __deepcopy__(self, memo: dict[int, Any]) -> Kit:
        return self  # copies share the weights

    def token_scorer(self) -> TokenScorer:
        """The causal language model."""
        if self._causal is not None:
            return cast("TokenScorer", self._causal)

        def make() -> TokenScorer:
            from lingua_integrations.core.scorers.causal_lm import CausalLM

            return CausalLM(self.model or DEFAULT_MODEL, **self._place)

        return cast("TokenScorer", self._once("causal", make))

    def unit_scorer(self, config: CompressionConfig, question: str) -> UnitScorer | None:
        """What scores whole texts in one pass; ``None`` where the configuration prunes iteratively.

        Raises:
            InvalidRequest: it needs a question or a model, and there is none.
        """
        if self._at_once is not None:
            return cast("UnitScorer", self._at_once)
        if config.scorer == "tail":
            from lingua_integrations.core.scorers.tail import TailScorer

            return TailScorer()
        if config.scorer == "self-information":
            from lingua_integrations.core.scorers.self_information import SelfInformation

            return SelfInformation(self.token_scorer(), config.unit_score)
        if config.scorer == "relevance":
            from lingua_integrations.core.scorers.relevance import RelevanceScorer

            if config.ranker != "perplexity":
                _need(question, "extractive compression ranks by it")
            return RelevanceScorer(self.ranker(config, question), config.neighbours, config.diversity)
        return self._classifier(config) if config.scorer == "classifier" else None

    def ranker(self, config: CompressionConfig, question: str) -> Ranker:
        """What puts texts in order; by perplexity where the configured one would need a question.

        Raises:
            InvalidRequest: LongLLMLingua's needs a question, and there is none.
        """
        if self.own_ranker is not None:
            return self.own_ranker
        if config.ranker == "question-perplexity":
            from lingua_integrations.core.rankers.perplexity import QuestionPerplexityRanker

            _need(question, "longllmlingua ranks by it")
            return QuestionPerplexityRanker(self.token_scorer())
        if config.ranker == "perplexity" or not question:
            from lingua_integrations.core.rankers.perplexity import PerplexityRanker

            return PerplexityRanker(self.token_scorer())
        return self._question_ranker(config)

    def _question_ranker(self, config: CompressionConfig) -> Ranker:
        model = self.model if config.scorer == "relevance" else None

        def embedding() -> EmbeddingRanker:
            from lingua_integrations.core.rankers.embedding import DEFAULT_EMBEDDING, EmbeddingRanker

            return EmbeddingRanker(model or DEFAULT_EMBEDDING, **self._place)

        def fusion() -> Ranker:
            from lingua_integrations.core.rankers.fusion import FusionRanker

            return FusionRanker(self._once("embedding", embedding))

        def cross_encoder() -> Ranker:
            from lingua_integrations.core.rankers.cross_encoder import (
                DEFAULT_CROSS_ENCODER,
                CrossEncoderRanker,
            )

            return CrossEncoderRanker(model or DEFAULT_CROSS_ENCODER, **self._place)

        def bm25() -> Ranker:
            from lingua_integrations.core.rankers.lexical import BM25Ranker

            return BM25Ranker()

        makers = {"embedding": embedding, "fusion": fusion, "cross-encoder": cross_encoder, "bm25": bm25}
        return cast("Ranker", self._once(config.ranker, makers[config.ranker]))

    def _classifier(self, config: CompressionConfig) -> UnitScorer:
        if self.model is None:
            raise InvalidRequest(
                "llmlingua2 and extractive-classifier need a token classifier: model= a folder, a hub id as "
                f"{' or '.join(PUBLISHED_CLASSIFIERS)}, or one that you trained with lingua align classifier."
            )
        model = self.model

        def make() -> UnitScorer:
            from lingua_integrations.core.scorers.token_classifier import TokenClassifier

            return TokenClassifier(
                model, unit_score=config.unit_score, language=config.language, **self._place
            )

        return cast("UnitScorer", self._once("classifier", make))

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
            return self._made[key]


def _need(question: str, why: str) -> None:
    if not question.strip():
        raise InvalidRequest(
            f"This method needs a question: {why}. Give question=..., or take llmlingua, which does without."
        )
