"""What the arguments of LlamaIndex's LongLLMLinguaPostprocessor mean here, as tables."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Iterable, Mapping
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
    if not str(context_budget).startswith("*"):
        raise InvalidRequest(
            f"context_budget={context_budget!r}: only a multiple, such as '*1.5', has a counterpart here."
        )
    return {"coarse_factor": float(context_budget[1:])}


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

WITHOUT_EFFECT: dict[str, str] = {
    "instruction_str": "nodes are compressed, and the query engine's own template holds the instruction",
    "model_config": "models load from safetensors with the settings of their own files; for others give "
    "compressor=PromptCompressor(scorer)",
    "open_api_config": "no API is called",
    "metadata_mode": "a node's own text is compressed and its metadata stays as it is",
    "callback_manager": "query engines set it",
    "add_instruction": "ranking reads the question alone",
    "condition_in_question": 'method="longllmlingua" always ranks by the question after the context',
    "concate_question": "the question is not part of the nodes",
    "use_sentence_level_filter": "take a config with a filter",
    "use_context_level_filter": "a factor for it is CompressionConfig.coarse_factor",
    "use_token_level_filter": 'method="extractive" keeps whole sentences',
    "token_budget_ratio": "the budget is exact at every level",
}
"""Arguments that nothing here corresponds to, and why."""


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
    config = _configuration(given)
    rules = _read(MUST_KEEP, given)
    changes = _read(CONFIGURATION, given) | ({"must_keep": MustKeep(**rules)} if rules else {})
    return {"config": config.with_(**changes), **_read(SETTINGS, given)}


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


def _check(given: Iterable[str]) -> None:
    known = [*CHOICES, *SETTINGS, *CONFIGURATION, *MUST_KEEP, *WITHOUT_EFFECT]
    for name in given:
        if name in WITHOUT_EFFECT:
            message = f"{name} has no effect: {WITHOUT_EFFECT[name]}."
            warnings.warn(message, LinguaWarning, stacklevel=4)
        elif name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            raise InvalidRequest(f"LongLLMLinguaPostprocessor has no argument {name!r}.{guess}")
