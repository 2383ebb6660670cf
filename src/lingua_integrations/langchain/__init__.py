"""LangChain: compress retrieved documents before the chain calls its LLM. Needs only langchain-core."""

from __future__ import annotations

from importlib.util import find_spec

from lingua_integrations.errors import MissingExtra

if find_spec("langchain_core") is None:
    raise MissingExtra("langchain-core", "langchain")

from lingua_integrations.langchain.document_compressor import LinguaDocumentCompressor

__all__ = ["LinguaDocumentCompressor"]
