"""Prompt compression for LangChain and LlamaIndex: the LLMLingua family on one core.

    from lingua_integrations import PromptCompressor

    compressor = PromptCompressor.from_pretrained()
    result = compressor.compress(documents, question="Who wrote Emma?", rate=0.25)

The adapters live in `lingua_integrations.langchain` and `lingua_integrations.llama_index`. Importing this
package loads neither torch nor a framework: a name is imported when it is first used. `__init__.pyi` lists
the names.
"""

import lazy_loader

from lingua_integrations import moved

moved.install()
__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
