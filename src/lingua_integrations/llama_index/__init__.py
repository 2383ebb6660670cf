"""LlamaIndex: compress what query engines, pipelines, memories and tools hand to the LLM.

Needs only llama-index-core. A name is imported when it is first used, so that each costs only what it needs.
`__init__.pyi` lists them.
"""

from importlib.util import find_spec

import lazy_loader

from lingua_integrations.errors import MissingExtra

if find_spec("llama_index") is None or find_spec("llama_index.core") is None:
    raise MissingExtra("llama-index-core", "llama-index")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
