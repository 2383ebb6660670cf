"""The methods: each published one is a handful of values of `CompressionConfig`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.errors import InvalidRequest

MethodName = Literal[
    "extractive-fusion",
    "relevant",
    "extractive",
    "extractive-bm25",
    "extractive-late-interaction",
    "extractive-cross-encoder",
    "extractive-classifier",
    "extractive-pruner",
    "salience",
    "hybrid",
    "rag",
    "longllmlingua",
    "llmlingua",
    "llmlingua2",
    "selective-context",
    "steps",
]
_DEFAULT = CompressionConfig()
_SENTENCES = CompressionConfig(scorer="relevance", ranker="embedding")
_WORDS = CompressionConfig.rag()
_CLASSIFIED = CompressionConfig(scorer="classifier", unit_score="mean")


@dataclass(frozen=True)
class Method:
    """A preset: where it comes from, which models it needs and whether a question, when to use it."""

    name: str
    paper: str
    needs: str
    when: str
    config: CompressionConfig


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "extractive-fusion",
            "whole sentences by embeddings and BM25 together",
            "an embedding model; a question",
            "questions about retrieved documents, at any rate, in any language: the default",
            _SENTENCES.with_(ranker="fusion"),
        ),
        Method(
            "relevant",
            "the same without a rate: what is likely to be evidence",
            "an embedding model; a question",
            "where calls need different rates; a given rate is only a ceiling",
            _SENTENCES.with_(ranker="fusion", rate=1.0, min_relevance=0.005),
        ),
        Method(
            "extractive",
            "whole sentences by embeddings, as in SBERT rankings",
            "an embedding model; a question",
            "English questions about English documents",
            _SENTENCES,
        ),
        Method(
            "extractive-bm25",
            "whole sentences by BM25 (Robertson and Zaragoza 2009)",
            "no model; a question",
            "where no model may run, or milliseconds count",
            _SENTENCES.with_(ranker="bm25"),
        ),
        Method(
            "extractive-late-interaction",
            "whole sentences by late interaction, as in ColBERT (Khattab and Zaharia 2020), and BM25",
            "multilingual-e5-small; a question",
            "retrieved documents in many languages, read once and compared by trained weights",
            _SENTENCES.with_(ranker="late-interaction"),
        ),
        Method(
            "extractive-cross-encoder",
            "whole sentences by a cross-encoder",
            "a cross-encoder (from the hub); a question",
            "where a reranker is at hand that knows your documents",
            _SENTENCES.with_(ranker="cross-encoder"),
        ),
        Method(
            "extractive-classifier",
            "whole sentences by a token classifier, as in QuerySelect",
            "a token classifier (`lingua align classifier` trains one)",
            "where you have labels or a target LLM that makes them",
            _CLASSIFIED,
        ),
        Method(
            "extractive-pruner",
            "whole sentences by a pruner, such as Provence (Chirkova et al., ICLR 2025)",
            "a pruner (from the hub); a question",
            "where a model trained for just this knows your language; see docs/models.md",
            CompressionConfig(scorer="pruner", ranker="pruner"),
        ),
        Method(
            "salience",
            "our own: first and last sentences, then the most informative, by BM25 with the call as query",
            "no model",
            "ingestion, memory and agents, where no question is known: the default there",
            CompressionConfig(scorer="salience"),
        ),
        Method(
            "hybrid",
            "sentences first, then LLMLingua's pruning within them",
            "an embedding model and a causal LM; a question",
            "when whole sentences are too coarse for a small budget",
            _WORDS.with_(coarse_factor=None, filter=_SENTENCES, filter_factor=1.2),
        ),
        Method(
            "rag",
            "LLMLingua's pruning after BM25's selection",
            "a causal LM",
            "to remove words instead of sentences",
            _WORDS,
        ),
        Method(
            "longllmlingua",
            "LongLLMLingua (Jiang et al., ACL 2024)",
            "a causal LM; a question",
            "comparison with the paper; question-aware pruning of long documents",
            _WORDS.with_(
                scorer="contrastive", ranker="question-perplexity", dynamic_rate=0.3, independent=True
            ),
        ),
        Method(
            "llmlingua",
            "LLMLingua (Jiang et al., EMNLP 2023)",
            "a causal LM",
            "demonstrations and instructions; without a question",
            CompressionConfig.paper().with_(budget_scope="contexts", segment_tokens=200, independent=True),
        ),
        Method(
            "llmlingua2",
            "LLMLingua-2 (Pan et al., ACL Findings 2024)",
            "a token classifier (from the hub, or of your own)",
            "meetings and dialogue, without a question; fast on long texts",
            _CLASSIFIED.with_(unit="atom"),
        ),
        Method(
            "steps",
            "our own: the last sentences or lines of each text",
            "no model",
            "inside worked examples, whose last steps show the form of an answer",
            CompressionConfig(scorer="tail"),
        ),
        Method(
            "selective-context",
            "Selective Context (Li et al., EMNLP 2023)",
            "a causal LM",
            "a baseline: phrases by self-information, without a question",
            CompressionConfig(scorer="self-information", unit="phrase", unit_score="mean"),
        ),
    )
}


_OF_MODELS: dict[str, tuple[MethodName, ...]] = {
    "embedding": ("extractive-fusion", "relevant", "extractive", "extractive-late-interaction"),
    "cross-encoder": ("extractive-cross-encoder",),
    "token classifier": ("llmlingua2", "extractive-classifier"),
    "pruner": ("extractive-pruner",),
    "causal language model": ("rag", "longllmlingua", "llmlingua", "selective-context"),
}
"""What a model may be for, by its kind. A causal one is for many methods: the caller names one."""


def configuration(config: CompressionConfig | str | None) -> CompressionConfig:
    """A configuration, or that of a method by its name; the default without either.

    Raises:
        InvalidRequest: there is no method of that name; says the nearest.
    """
    if isinstance(config, str):
        if config not in METHODS:
            near = difflib.get_close_matches(config, METHODS, n=1, cutoff=0.4)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            raise InvalidRequest(f"There is no method {config!r}.{guess} There are {', '.join(METHODS)}.")
        return METHODS[config].config
    if config is not None and not isinstance(config, CompressionConfig):
        raise InvalidRequest(f"config must be a CompressionConfig or a method's name, not {config!r}.")
    return config or CompressionConfig()


def name_of(config: CompressionConfig) -> str:
    """The method that a configuration is, whatever its rate, language and marks; "default" or "custom" else.

    >>> name_of(METHODS["rag"].config.with_(rate=0.2)), name_of(CompressionConfig(neighbours=1))
    ('rag', 'custom')
    """
    known = {"default": CompressionConfig()} | {method.name: method.config for method in METHODS.values()}
    return next((name for name, one in known.items() if _plain(one) == _plain(config)), "custom")


def _plain(config: CompressionConfig) -> CompressionConfig:
    """A configuration without what a method leaves to the caller."""
    free = ("rate", "target_tokens", "language", "gap_marker", "landmarks", "overhead_tokens", "calibration")
    return config.with_(**{name: getattr(_DEFAULT, name) for name in free})


def method_of(kind: str | None, model: str) -> MethodName:
    """The method that a model of a kind (see `kind_of`) is for, where the caller names none.

    Raises:
        InvalidRequest: there are several, or it cannot be told; says which there are.

    >>> method_of("embedding", "all-minilm-l6-v2")
    'extractive-fusion'
    """
    if kind in _OF_MODELS and kind != "causal language model":
        return _OF_MODELS[kind][0]
    if kind in _OF_MODELS:
        names = ", ".join(_OF_MODELS[kind])
        raise InvalidRequest(f"{model!r} is a {kind}. Name the method that it is for: one of {names}.")
    names = "; ".join(f"{', '.join(methods)} ({one})" for one, methods in _OF_MODELS.items())
    raise InvalidRequest(
        f"Name the method that {model!r} is for: {names}. The model is the small one that chooses what to "
        "keep, not the LLM that gets the prompt; to count that LLM's tokens, set the counter."
    )


def needs_question(config: CompressionConfig) -> bool:
    """Whether a configuration works only in calls that ask a question.

    >>> needs_question(METHODS["extractive"].config), needs_question(CompressionConfig())
    (True, False)
    """
    blind = config.ranker == "perplexity" or (config.causal and config.ranker != "question-perplexity")
    scores = config.scorer in ("contrastive", "pruner") or (config.scorer == "relevance" and not blind)
    ranks = config.ranks and not blind
    return scores or ranks or (config.filter is not None and needs_question(config.filter))
