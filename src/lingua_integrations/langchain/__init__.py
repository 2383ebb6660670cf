"""LangChain: compress what chains and agents send to their LLM. Needs langchain-core; middleware: langchain.

Names are imported when they are first used, so that each costs only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lingua_integrations.errors import MissingExtra

if TYPE_CHECKING:
    from lingua_integrations.langchain.document_compressor import (
        LinguaDocumentCompressor as LinguaDocumentCompressor,
    )
    from lingua_integrations.langchain.document_transformer import (
        LinguaDocumentTransformer as LinguaDocumentTransformer,
    )
    from lingua_integrations.langchain.examples import LinguaExampleSelector as LinguaExampleSelector
    from lingua_integrations.langchain.lcel import compress_context as compress_context
    from lingua_integrations.langchain.middleware import LinguaHistoryMiddleware as LinguaHistoryMiddleware
    from lingua_integrations.langchain.middleware import LinguaToolMiddleware as LinguaToolMiddleware
    from lingua_integrations.langchain.plugs import LinguaContextEdit as LinguaContextEdit
    from lingua_integrations.langchain.plugs import LinguaSummarizer as LinguaSummarizer
    from lingua_integrations.langchain.prompt import LinguaPromptCompressor as LinguaPromptCompressor
    from lingua_integrations.langchain.retriever import LinguaRetriever as LinguaRetriever

if find_spec("langchain_core") is None:
    raise MissingExtra("langchain-core", "langchain")

_HOMES = {
    "LinguaContextEdit": "plugs",
    "LinguaDocumentCompressor": "document_compressor",
    "LinguaDocumentTransformer": "document_transformer",
    "LinguaExampleSelector": "examples",
    "LinguaHistoryMiddleware": "middleware",
    "LinguaPromptCompressor": "prompt",
    "LinguaRetriever": "retriever",
    "LinguaSummarizer": "plugs",
    "LinguaToolMiddleware": "middleware",
    "compress_context": "lcel",
}
__all__ = [
    "LinguaContextEdit",
    "LinguaDocumentCompressor",
    "LinguaDocumentTransformer",
    "LinguaExampleSelector",
    "LinguaHistoryMiddleware",
    "LinguaPromptCompressor",
    "LinguaRetriever",
    "LinguaSummarizer",
    "LinguaToolMiddleware",
    "compress_context",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
