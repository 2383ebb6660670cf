"""Prompt compression for LangChain and LlamaIndex: the LLMLingua family on one core.

    from lingua_integrations import PromptCompressor

    compressor = PromptCompressor.from_pretrained()
    result = compressor.compress(documents, question="Who wrote Emma?", rate=0.25)

The adapters live in `lingua_integrations.langchain` and `lingua_integrations.llama_index`. Importing this
package loads neither torch nor a framework; names are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor as PromptCompressor
    from lingua_integrations.core.config import CompressionConfig as CompressionConfig
    from lingua_integrations.core.mustkeep import MustKeep as MustKeep
    from lingua_integrations.core.prompt import Context as Context
    from lingua_integrations.core.results import CompressionResult as CompressionResult
    from lingua_integrations.core.sections import Section as Section
    from lingua_integrations.core.usage import Usage as Usage
    from lingua_integrations.core.usage import usage as usage
    from lingua_integrations.errors import BudgetTooSmall as BudgetTooSmall
    from lingua_integrations.errors import LinguaError as LinguaError

__version__ = "0.1.0"
_HOMES = {
    "BudgetTooSmall": "errors",
    "CompressionConfig": "core.config",
    "CompressionResult": "core.results",
    "Context": "core.prompt",
    "LinguaError": "errors",
    "MustKeep": "core.mustkeep",
    "PromptCompressor": "core.compressor",
    "Section": "core.sections",
    "Usage": "core.usage",
    "usage": "core.usage",
}
__all__ = [
    "BudgetTooSmall",
    "CompressionConfig",
    "CompressionResult",
    "Context",
    "LinguaError",
    "MustKeep",
    "PromptCompressor",
    "Section",
    "Usage",
    "usage",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
