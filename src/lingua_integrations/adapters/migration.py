"""Arguments of the older adapters, LLMLinguaCompressor and LongLLMLinguaPostprocessor, as ours.

What each argument becomes is data: `RANKERS`, `TRANSLATED`, `WITHOUT_EFFECT`; docs/migration.md explains it.
"""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Collection, Mapping
from typing import Any

from lingua_integrations.core.config import CompressionConfig, RankerName
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.text.must_keep import MustKeep
from lingua_integrations.errors import InvalidRequest, LinguaWarning

RANKERS: dict[str, RankerName] = {
    "longllmlingua": "question-perplexity",
    "llmlingua": "perplexity",
    "bm25": "bm25",
    "sentbert": "embedding",
    "bge": "embedding",
    "bge_llmembedder": "embedding",
    "jinza": "embedding",
    "bge_reranker": "cross-encoder",
}
_READ = ("model_name", "device_map", "target_token", "rank_method", "use_llmlingua2")
_KWARGS = "additional_compress_kwargs"
_ANYWHERE = (None, "auto", "balanced", "balanced_low_0", "sequential")
_ORDERS = {"original": "original", "sort": "relevance", "two_stage": "edges"}
_SENTENCES = METHODS["extractive"].config

Change = Callable[[CompressionConfig, Any], CompressionConfig]


def _must_keep(**rules: Any) -> Change:
    """A change that adds to the rules of what must stay."""

    def change(config: CompressionConfig, value: Any) -> CompressionConfig:
        before = config.must_keep or MustKeep()
        made = {name: rule(value) for name, rule in rules.items()}
        return config.with_(must_keep=MustKeep(**{**vars(before), **made}))

    return change


def _order(config: CompressionConfig, value: str) -> CompressionConfig:
    if value not in _ORDERS:
        raise InvalidRequest(f"reorder_context must be one of {', '.join(_ORDERS)}, not {value!r}.")
    return config.with_(order=_ORDERS[value])


def _coarse_factor(config: CompressionConfig, value: str) -> CompressionConfig:
    """``"*2"`` is k = 2; ``"+100"`` adds tokens, which is a factor once the budget is known."""
    try:
        sign, number = value[0], float(value[1:])
        tokens = config.target_tokens or 0
        factor = {"*": number, "+": 1 + number / tokens if tokens else 2.0}[sign]
    except (KeyError, ValueError, IndexError, TypeError):
        raise InvalidRequest(f'context_budget must be like "*2" or "+100", not {value!r}.') from None
    return config.with_(coarse_factor=max(1.0, factor))


def _contrast(config: CompressionConfig, on: bool) -> CompressionConfig:
    return config.with_(scorer="contrastive") if on and config.scorer == "surprisal" else config


TRANSLATED: dict[str, Change] = {
    "rate": lambda config, value: config.with_(rate=value),
    "ratio": lambda config, value: config.with_(rate=1 - value),  # of older releases: what goes
    "iterative_size": lambda config, value: config.with_(segment_tokens=value),
    "dynamic_context_compression_ratio": lambda config, value: config.with_(dynamic_rate=value),
    "reorder_context": _order,
    "context_budget": _coarse_factor,
    "condition_compare": _contrast,
    "use_context_level_filter": lambda config, on: config if on else config.with_(coarse_factor=None),
    "use_sentence_level_filter": lambda config, on: config.with_(filter=_SENTENCES) if on else config,
    "keep_first_sentence": _must_keep(first=int),
    "keep_last_sentence": _must_keep(last=int),
    "force_tokens": _must_keep(tokens=tuple),
    "force_reserve_digit": _must_keep(rules=lambda on: ("numbers",) if on else ()),
}
_EXACT = "budgets are exact here, without slack to tune"
_ALONE = "the adapter hands on documents alone"
_SPANS = "text is cut from the input by spans; there is nothing to join"
WITHOUT_EFFECT: dict[str, str] = {
    "instruction": _ALONE,
    "instruction_str": _ALONE,
    "concate_question": _ALONE,
    "add_instruction": _ALONE,
    "condition_in_question": "ranking by the question implies it; the contrast is condition_compare",
    "token_budget_ratio": _EXACT,
    "context_level_rate": _EXACT,
    "context_level_target_token": _EXACT,
    "keep_split": _SPANS,
    "word_sep": _SPANS,
    "label_sep": _SPANS,
    "return_word_label": "results have the kept spans: on_result",
    "drop_consecutive": "nothing is added to what the text has",
    "chunk_end_tokens": "windows end where sentences do",
    "strict_preserve_uncompressed": "sections that stay are byte-equal: PromptCompressor.compress_sections",
    "use_token_level_filter": "choose a method of whole sentences: method='extractive'",
    "target_context": "contexts are selected by their tokens",
    "keep_sentence_number": "sentences are kept by their score",
    "high_priority_bonus": "what must stay is a rule: MustKeep",
    "force_context_ids": "what must stay is a rule: Context(rate=...)",
    "force_context_number": "contexts are selected by their tokens",
    "context_segs": "sections have a type: PromptCompressor.compress_sections",
    "context_segs_rate": "sections have a type: PromptCompressor.compress_sections",
    "context_segs_compress": "sections have a type: PromptCompressor.compress_sections",
    "token_to_word": "a classifier's probabilities are averaged; config=CompressionConfig(unit_score=...)",
    "model_config": "torch_dtype is dtype; for the rest: PromptCompressor(CausalLM.from_objects(...))",
    "model_configuration": "torch_dtype is dtype; for the rest: PromptCompressor(CausalLM.from_objects(...))",
    "open_api_config": "scorers run on this machine; a hosted ranker goes in as PromptCompressor(ranker=...)",
    "lingua": "give a PromptCompressor of this package as compressor",
    "metadata_mode": "a node's own text is compressed, and its metadata stays",
}
AS_HERE: dict[str, tuple[Any, ...]] = {
    "condition_in_question": ("after", "after_condition"),
    "add_instruction": (False,),
    "use_token_level_filter": (True,),
    "strict_preserve_uncompressed": (True,),
}
"""Values that ask for what happens anyway; so do empty ones of all others."""


def translate(arguments: Mapping[str, Any], ours: Collection[str] = ()) -> dict[str, Any]:
    """Fields of an adapter for the arguments of an older one's constructor.

    Fields of ours may stand beside them; ``additional_compress_kwargs`` may hold any of theirs.

    Raises:
        InvalidRequest: an argument is unknown, or there is no such way to rank here.

    >>> settings = translate({"target_token": 300.0, "device_map": "cuda"})
    >>> settings["device"], settings["config"].target_tokens
    ('cuda', 300)
    """
    theirs = {name: value for name, value in arguments.items() if name not in ours}
    given = {**theirs, **(theirs.get(_KWARGS) or {})}
    given.pop(_KWARGS, None)  # read above
    rank_method, tokens = given.pop("rank_method", "longllmlingua"), given.pop("target_token", None)
    place = given.pop("device_map", None)
    settings = {"model": given.pop("model_name", None), "device": None if place in _ANYWHERE else place}
    if given.pop("use_llmlingua2", False):
        config = METHODS["llmlingua2"].config
    elif rank_method in RANKERS:
        config = CompressionConfig.rag().with_(ranker=RANKERS[rank_method])
    else:
        raise InvalidRequest(
            f"rank_method={rank_method!r} is not supported. Use one of {', '.join(RANKERS)}. For your own "
            "embeddings: compressor=PromptCompressor(config=..., ranker=EmbeddingRanker(embeddings))."
        )
    if tokens is not None and tokens > 0:  # -1: by rate
        config = config.with_(target_tokens=int(tokens))
    for name in [name for name in TRANSLATED if name in given]:
        config = TRANSLATED[name](config, given.pop(name))
    _explain(given)
    return {"config": config, **settings, **{name: arguments[name] for name in arguments if name in ours}}


def _explain(given: Mapping[str, Any]) -> None:
    """Say which arguments have no effect, and why; refuse those that are unknown."""
    for name in given:
        if name not in WITHOUT_EFFECT:
            near = difflib.get_close_matches(name, [*TRANSLATED, *WITHOUT_EFFECT, *_READ, _KWARGS], n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            raise InvalidRequest(f"The older adapters have no argument {name!r}.{guess}")
    told = [name for name, value in given.items() if value and value not in AS_HERE.get(name, ())]
    if told:
        why = "; ".join(f"{name}: {WITHOUT_EFFECT[name]}" for name in told)
        warnings.warn(f"without effect here: {why}", LinguaWarning, stacklevel=4)
