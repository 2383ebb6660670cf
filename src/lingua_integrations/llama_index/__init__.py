"""LlamaIndex: compress what query engines, pipelines, memories and tools hand to the LLM.

Needs only llama-index-core. Names are imported when they are first used; each costs only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lingua_integrations.errors import MissingExtra

if TYPE_CHECKING:
    from lingua_integrations.llama_index.events import (
        LinguaCompressionEndEvent as LinguaCompressionEndEvent,
    )
    from lingua_integrations.llama_index.events import (
        LinguaCompressionStartEvent as LinguaCompressionStartEvent,
    )
    from lingua_integrations.llama_index.ingestion import LinguaTransform as LinguaTransform
    from lingua_integrations.llama_index.memory import LinguaMemoryBlock as LinguaMemoryBlock
    from lingua_integrations.llama_index.postprocessor import (
        LinguaNodePostprocessor as LinguaNodePostprocessor,
    )
    from lingua_integrations.llama_index.tools import LinguaTool as LinguaTool

if find_spec("llama_index") is None or find_spec("llama_index.core") is None:
    raise MissingExtra("llama-index-core", "llama-index")

_HOMES = {
    "LinguaCompressionEndEvent": "events",
    "LinguaCompressionStartEvent": "events",
    "LinguaMemoryBlock": "memory",
    "LinguaNodePostprocessor": "postprocessor",
    "LinguaTool": "tools",
    "LinguaTransform": "ingestion",
}
__all__ = [
    "LinguaCompressionEndEvent",
    "LinguaCompressionStartEvent",
    "LinguaMemoryBlock",
    "LinguaNodePostprocessor",
    "LinguaTool",
    "LinguaTransform",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
