"""Tells what a model may serve as, from the configuration in its folder. Nothing is loaded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingua_integrations.core.store.catalogue import Kind

_BY_ARCHITECTURE: dict[str, Kind] = {  # how its class is called, by the end of the name
    "ForCausalLM": "causal language model",
    "LMHeadModel": "causal language model",
    "ForSequenceClassification": "cross-encoder",
    "ForTokenClassification": "token classifier",
    "ForMaskedLM": "embedding",
    "Model": "embedding",
    "Contriever": "embedding",
}


def _type(name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda config: config.get("model_type") == name


def _named(name: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether the class, or the type, of a model is called so, in any case of letters."""
    return lambda config: any(
        str(one).casefold().startswith(name)
        for one in (config.get("model_type"), *(config.get("architectures") or []))
    )


def _highlights(config: Mapping[str, Any]) -> bool:
    """Whether a token classifier says that its own code marks spans."""
    return any("Highlighter" in str(one) for one in (config.get("auto_map") or {}).values())


def _adapts(base: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a configuration is that of low-rank updates to a model."""
    return lambda config: (
        config.get("peft_type") == "LORA"
        and str(config.get("base_model_name_or_path")).rstrip("/").endswith(base)
    )


@dataclass(frozen=True)
class Known:
    """A layout of weights that is read natively: how its configuration is known, and what it serves as."""

    by: Callable[[Mapping[str, Any]], bool]
    kind: Kind = "pruner"  # it reads a question, and says what of a text stays


PRUNERS: dict[str, Known] = {
    "open-provence": Known(lambda config: "pruning_config" in config or _type("open_provence")(config)),
    "provence": Known(_named("provence")),
    "xprovence": Known(_named("xprovence")),
    "verbatim-rag": Known(_highlights),
    "swe-pruner": Known(_type("swepruner")),
    "squeez": Known(_type("squeez-encoder")),
    "squeez-pooled": Known(_type("squeez-pooled")),
    "exit": Known(_adapts("gemma-2b-it")),
    "kompress": Known(_type("kompress_v2"), "token classifier"),  # it does not read the question
}
"""The layouts that are known, by name."""


def pruner_of(config: Mapping[str, Any]) -> str | None:
    """Which of `PRUNERS` a configuration belongs to.

    >>> pruner_of({"model_type": "open_provence"}), pruner_of({"model_type": "bert"})
    ('open-provence', None)
    """
    return next((name for name, known in PRUNERS.items() if known.by(config)), None)


def asked_yes_or_no(config: Mapping[str, Any]) -> bool:
    """Whether a reranker is a language model, whose answers "yes" and "no" say how relevant a text is.

    Qwen3-Reranker's configuration is that of any Qwen3, so that only who names the method knows.
    """
    causal = str((config.get("architectures") or [""])[0]).endswith("ForCausalLM")
    return causal and config.get("model_type") == "qwen3"


def kinds_in(folder: Path) -> tuple[Kind, ...]:
    """What the model in a folder may serve as, what it is for first; nothing where its files do not tell."""
    config = config_in(folder)
    modules = read_json(folder / "modules.json", [])
    types = [str(one.get("type")) for one in modules if isinstance(one, dict)]
    if any(one.endswith("LogitScore") for one in types):
        return ("cross-encoder",)
    if any("Pooling" in one for one in types):
        return ("embedding",)
    if pruner := pruner_of(config):
        # Any other updates to the same model look alike, so that only who names the method knows.
        return ("causal language model", "pruner") if "peft_type" in config else (PRUNERS[pruner].kind,)
    architecture = str((config.get("architectures") or [""])[0])
    kinds = [kind for ending, kind in _BY_ARCHITECTURE.items() if architecture.endswith(ending)][:1]
    return (*kinds, "cross-encoder") if asked_yes_or_no(config) else tuple(kinds)


def config_in(folder: Path) -> dict[str, Any]:
    """The configuration of a folder's model, or of its updates to another one."""
    found = read_json(folder / "config.json", None) or read_json(folder / "adapter_config.json", {})
    return found if isinstance(found, dict) else {}


def read_json(file: Path, otherwise: Any) -> Any:
    """What is in a file, or something else where that cannot be read."""
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return otherwise
