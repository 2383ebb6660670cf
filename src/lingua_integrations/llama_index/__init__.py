"""LlamaIndex: compress retrieved nodes before the query engine calls its LLM. Needs only llama-index-core."""

from __future__ import annotations

from importlib.util import find_spec

from lingua_integrations.errors import MissingExtra

if find_spec("llama_index") is None or find_spec("llama_index.core") is None:
    raise MissingExtra("llama-index-core", "llama-index")

from lingua_integrations.llama_index.events import LinguaCompressionEndEvent, LinguaCompressionStartEvent
from lingua_integrations.llama_index.postprocessor import LinguaNodePostprocessor

__all__ = ["LinguaCompressionEndEvent", "LinguaCompressionStartEvent", "LinguaNodePostprocessor"]
