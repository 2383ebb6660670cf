"""LangChain: compress what chains and agents send to their LLM. Needs langchain-core; middleware: langchain.

A name is imported when it is first used, so that each costs only what it needs. `__init__.pyi` lists them.
"""

from importlib.util import find_spec

import lazy_loader

from lingua_integrations.errors import MissingExtra

if find_spec("langchain_core") is None:
    raise MissingExtra("langchain-core", "langchain")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
