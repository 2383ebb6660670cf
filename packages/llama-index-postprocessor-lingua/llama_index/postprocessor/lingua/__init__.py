"""The node postprocessor of lingua-integrations, under the name that LlamaIndex's integrations have."""

from lingua_integrations.llama_index import LinguaNodePostprocessor

__all__ = ["LinguaNodePostprocessor"]
