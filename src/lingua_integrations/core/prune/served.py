"""Models behind servers by a name, as settings, the command line and pickles can hold one.

``vllm+http://gpu:8000#Qwen/Qwen3-0.6B`` is the server, its address, and what it calls the model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import regex

from lingua_integrations.core.models.remote.causal import RemoteCausalLM
from lingua_integrations.core.models.remote.encoder import RemoteEncoder
from lingua_integrations.core.models.remote.ranker import RemoteRanker
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.scorers.remote_classifier import RemoteClassifier
from lingua_integrations.core.store.catalogue import Kind
from lingua_integrations.errors import InvalidRequest

_NAME = regex.compile(r"([a-z]+)\+(https?://[^#]*)(?:#(.*))?")


class Served(NamedTuple):
    """What such a name says."""

    server: str
    url: str
    model: str


def served(name: str | None) -> Served | None:
    """What a name says of a server; None where it is another one.

    >>> served("tei+http://localhost:8080")
    Served(server='tei', url='http://localhost:8080', model='')
    >>> served("all-minilm-l6-v2")
    """
    found = _NAME.fullmatch(name or "")
    return Served(found[1], found[2], found[3] or "") if found else None


@lru_cache(maxsize=64)
def served_as(kind: Kind, name: str) -> Any:
    """The model of a name, as what a method needs: one for all who ask, so that its connections are shared.

    A scorer, or a ranker for "embedding" and "cross-encoder".

    Raises:
        InvalidRequest: servers do not run such models, the name lacks the model, or the address is none.
    """
    one = served(name)
    if one is None or kind not in _MADE:
        raise InvalidRequest(f"A server cannot be asked for a {kind}, only for a {', a '.join(_MADE)}.")
    if not one.model and (kind in _NAMED or one.server != "tei"):
        raise InvalidRequest(f"{name!r} lacks what the server calls its model: write it behind #.")
    return _MADE[kind](one)


def _classifier(one: Served) -> RemoteClassifier:
    if one.server != "vllm":
        raise InvalidRequest(f"Token classifiers are asked from vLLM, not from {one.server}.")
    return RemoteClassifier(one.url, one.model)


_MADE: dict[Kind, Callable[[Served], Any]] = {
    "causal language model": lambda one: RemoteCausalLM(one.url, one.model, server=one.server),  # type: ignore[arg-type]
    "embedding": lambda one: EmbeddingRanker(RemoteEncoder(one.url, one.model, server=one.server)),  # type: ignore[arg-type]
    "cross-encoder": lambda one: RemoteRanker(one.url, one.model, server=one.server),  # type: ignore[arg-type]
    "token classifier": _classifier,
}
_NAMED: tuple[Kind, ...] = ("causal language model", "token classifier")  # whose tokenizer goes by that name
