"""What the arguments of LlamaIndex's LongLLMLinguaPostprocessor mean here, as tables."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.mustkeep import MustKeep
from lingua_integrations.errors import InvalidRequest, LinguaWarning

Read = Callable[[Any], dict[str, Any]]

CONFIGURATIONS: dict[str, CompressionConfig] = {
    "longllmlingua": METHODS["longllmlingua"].config,
    "llmlingua": METHODS["llmlingua"].config,
    "bm25": CompressionConfig(ranker="bm25"),
    "sentbert": CompressionConfig(ranker="embedding"),
    "bge": CompressionConfig(ranker="embedding"),
    "bge_reranker": CompressionConfig(ranker="cross-encoder"),
}
"""By rank_method."""

ORDERS = {"original": "original", "sort": "relevance", "two_stage": "edges"}


def _tokens(target_token: float) -> dict[str, Any]:
    # -1 was "not given"; the field was an integer that took floats.
    return {"target_tokens": int(target_token)} if target_token > 0 else {}


def _device(device_map: str) -> dict[str, Any]:
    return {} if device_map == "auto" else {"device": device_map}


def _order(reorder_context: str) -> dict[str, Any]:
    return {"order": choose(ORDERS, reorder_context, "reorder_context")}


def _coarse_factor(context_budget: str) -> dict[str, Any]:
    if str(context_budget).startswith("*"):
        return {"coarse_factor": float(context_budget[1:])}
    _warn(
        "context_budget",
        "only a multiple, such as '*1.5', has a counterpart: CompressionConfig.coarse_factor",
    )
    return {}


SETTINGS: dict[str, Read] = {
    "model_name": lambda name: {"model": name},
    "device_map": _device,
    "target_token": _tokens,
    "rate": lambda rate: {"rate": rate},
    "ratio": lambda ratio: {"rate": 1 - ratio},
}
"""How an argument becomes fields of `Settings`."""

CONFIGURATION: dict[str, Read] = {
    "iterative_size": lambda size: {"segment_tokens": size},
    "reorder_context": _order,
    "dynamic_context_compression_ratio": lambda delta: {"dynamic_rate": delta},
    "condition_compare": lambda on: {"scorer": "contrastive"} if on else {},
    "context_budget": _coarse_factor,
}
"""How an argument becomes values of `CompressionConfig`."""

MUST_KEEP: dict[str, Read] = {
    "force_tokens": lambda tokens: {"tokens": tuple(tokens or ())},
    "force_reserve_digit": lambda on: {"rules": ("numbers",)} if on else {},
    "keep_first_sentence": lambda count: {"first": count},
    "keep_last_sentence": lambda count: {"last": count},
}
"""How an argument becomes rules of `MustKeep`."""

CHOICES = ("rank_method", "use_llmlingua2", "additional_compress_kwargs")
"""Arguments that decide about others."""

_WHOLE = "nothing is returned but nodes; on_result gets the spans that were kept"
_UNITS = "CompressionConfig.unit says what is kept or dropped whole"
_SELECTION = "which nodes stay is decided by the ranker and the budget"

WITHOUT_EFFECT: dict[str, str] = {
    "instruction_str": "nodes are compressed, and the query engine's own template holds the instruction",
    "model_config": "models load by the settings in their own files; others go into compressor=",
    "open_api_config": "no API is called",
    "metadata_mode": "a node's own text is compressed, and its metadata stays as it is",
    "callback_manager": "query engines set it",
    "condition_in_question": "longllmlingua always ranks by the question after the context",
    "add_instruction": "nodes are ranked by the question alone",
    "concate_question": "the question is no part of the nodes",
    "use_context_level_filter": "without one: config=CompressionConfig(coarse_factor=None)",
    "use_sentence_level_filter": "with one: method='hybrid'",
    "use_token_level_filter": "without one: method='extractive', which keeps whole sentences",
    "token_budget_ratio": "the budget is exact; CompressionConfig.filter_factor is a filter's",
    "force_context_ids": _SELECTION,
    "force_context_number": _SELECTION,
    "target_context": _SELECTION,
    "context_level_rate": _SELECTION,
    "context_level_target_token": _SELECTION,
    "keep_sentence_number": "MustKeep has the first and the last ones",
    "high_priority_bonus": "what must stay has no score",
    "keep_split": "line breaks survive",
    "context_segs": "PromptCompressor.compress_sections has sections",
    "context_segs_rate": "PromptCompressor.compress_sections has sections",
    "context_segs_compress": "PromptCompressor.compress_sections has sections",
    "return_word_label": _WHOLE,
    "word_sep": _WHOLE,
    "label_sep": _WHOLE,
    "token_to_word": _UNITS,
    "chunk_end_tokens": _UNITS,
    "drop_consecutive": "what must stay stays",
    "strict_preserve_uncompressed": "what must stay stays",
}
"""Arguments that nothing here corresponds to, and what to know instead."""

AS_HERE: dict[str, tuple[Any, ...]] = {
    "model_config": ({}, None),
    "open_api_config": ({}, None),
    "condition_in_question": ("after", "after_condition"),
    "add_instruction": (False,),
    "use_context_level_filter": (True,),
    "use_sentence_level_filter": (False,),
    "use_token_level_filter": (True,),
    "strict_preserve_uncompressed": (True,),
}
"""Values of theirs that ask for what happens anyway."""


def from_longllmlingua(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of ours for the arguments of a `LongLLMLinguaPostprocessor`.

    Args:
        arguments: those of its constructor; ``additional_compress_kwargs`` may hold any of them, too.

    Raises:
        InvalidRequest: an argument is unknown, or its value has no counterpart here.

    >>> from_longllmlingua({"target_token": 300.0, "device_map": "cuda"})["target_tokens"]
    300
    """
    given = dict(arguments) | dict(arguments.get("additional_compress_kwargs") or {})
    _check(given)
    rules = _read(MUST_KEEP, given)
    changes = _read(CONFIGURATION, given) | ({"must_keep": MustKeep(**rules)} if rules else {})
    settings = _read(SETTINGS, given)
    if "target_tokens" in settings:
        settings.pop("rate", None)  # theirs, too, goes by the number of tokens then
    if given.get("use_llmlingua2"):
        changes |= {"scorer": "classifier"}  # whatever is said about questions
    return {"config": _configuration(given).with_(**changes), **settings}


def choose(table: Mapping[str, Any], name: str, argument: str) -> Any:
    """An entry of a table.

    Raises:
        InvalidRequest: it has none of that name; says which there are.
    """
    if name not in table:
        raise InvalidRequest(f"{argument}={name!r} has no counterpart here; there are {', '.join(table)}.")
    return table[name]


def _configuration(given: Mapping[str, Any]) -> CompressionConfig:
    if given.get("use_llmlingua2"):
        return METHODS["llmlingua2"].config
    method: CompressionConfig = choose(
        CONFIGURATIONS, given.get("rank_method", "longllmlingua"), "rank_method"
    )
    return method


def _read(table: Mapping[str, Read], given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for key in table if key in given for name, value in table[key](given[key]).items()}


def _check(given: Mapping[str, Any]) -> None:
    known = [*CHOICES, *SETTINGS, *CONFIGURATION, *MUST_KEEP, *WITHOUT_EFFECT]
    for name, value in given.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            raise InvalidRequest(f"LongLLMLinguaPostprocessor has no argument {name!r}.{guess}")
        if name in WITHOUT_EFFECT and value not in AS_HERE.get(name, ()):
            _warn(name, WITHOUT_EFFECT[name])


def _warn(argument: str, why: str) -> None:
    warnings.warn(f"{argument} has no effect: {why}.", LinguaWarning, stacklevel=5)
