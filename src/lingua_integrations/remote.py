"""Models behind servers that already run: vLLM, SGLang, TGI, TEI, Infinity, and what speaks OpenAI's routes.

    from lingua_integrations import PromptCompressor
    from lingua_integrations.remote import RemoteCausalLM

    compressor = PromptCompressor(RemoteCausalLM("http://gpu:8000", "Qwen/Qwen3-0.6B"), "longllmlingua")

Needs the extra ``remote``, and torch for nothing. See docs/remote.md.
"""

from lingua_integrations.core.models.remote.address import Connection
from lingua_integrations.core.models.remote.causal import RemoteCausalLM
from lingua_integrations.core.models.remote.encoder import RemoteEncoder
from lingua_integrations.core.models.remote.ranker import RemoteRanker
from lingua_integrations.core.prune.scorers.remote_classifier import RemoteClassifier

__all__ = ["Connection", "RemoteCausalLM", "RemoteClassifier", "RemoteEncoder", "RemoteRanker"]
