"""A cross-encoder behind a server as a `Ranker`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lingua_integrations.core.models.remote.address import Connection
from lingua_integrations.core.models.remote.answers import portions
from lingua_integrations.core.models.remote.client import Client
from lingua_integrations.core.models.remote.text_shapes import RANKER_SHAPES, RankerServer
from lingua_integrations.core.text.units import clean
from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import InvalidRequest


class RemoteRanker:
    """How relevant each text is, by a reranker that a server runs.

    Of a pair that is too long for the model, the text loses its end.

    Args:
        url: the server's address; for ``"cohere"`` with what stands before ``/rerank``.
        model: what the server calls the model; TEI has only one.
        server: which server it is: ``"tei"``, ``"infinity"``, ``"vllm"``, or ``"cohere"`` for another one
            with Cohere's or Jina's ``/rerank``.
        connection: how the server is asked.

    Raises:
        InvalidRequest: the address is none, or there is no such server.
    """

    def __init__(
        self,
        url: str,
        model: str = "",
        *,
        server: RankerServer = "tei",
        connection: Connection | None = None,
    ) -> None:
        if server not in RANKER_SHAPES:
            raise InvalidRequest(f"server is one of {', '.join(RANKER_SHAPES)}, not {server!r}.")
        self.model = model
        self.server = server
        self._client = Client(url, connection or Connection())

    def __repr__(self) -> str:
        return f"RemoteRanker({self._client.url!r}, {self.model!r}, server={self.server!r})"

    def __deepcopy__(self, memo: dict[int, Any]) -> RemoteRanker:
        return self

    @property
    def name(self) -> str:
        """The model and where it runs. A server does not say which weights it has."""
        return f"{self.model or 'model'} ({self.server} at {self._client.url})"

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Relevance of each text, as the server gives it, shape [len(texts)]; higher is better.

        Raises:
            ServerFailed: the server fails, or does not give one finite number for each text.
        """
        if not len(texts):
            return np.zeros(0)
        shape = RANKER_SHAPES[self.server]
        parts = list(portions(len(texts), shape.most))
        asks = [shape.ask(self.model, clean(question), [clean(texts[at]) for at in part]) for part in parts]
        found = self._client.ask(asks, lambda place, answer: shape.scores(answer, len(parts[place])))
        return np.concatenate(found)
