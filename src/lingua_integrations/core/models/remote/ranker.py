"""A cross-encoder behind a server as a `Ranker`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from lingua_integrations.core.models.remote.address import Connection
from lingua_integrations.core.models.remote.model import RemoteModel
from lingua_integrations.core.models.remote.text_shapes import RANKER_SHAPES, RankerServer
from lingua_integrations.core.text.units import clean
from lingua_integrations.core.types import FloatArray


class RemoteRanker(RemoteModel):
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
        super().__init__(url, model, server, RANKER_SHAPES, connection)

    def rank(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Relevance of each text, as the server gives it, shape [len(texts)]; higher is better.

        Raises:
            ServerFailed: the server fails, or does not give one finite number for each text.
        """
        if not len(texts):
            return np.zeros(0)
        shape = RANKER_SHAPES[self.server]
        found = self._client.ask_about(
            [clean(text) for text in texts],
            shape.most,
            partial(shape.ask, self.model, clean(question)),
            lambda group, answer: shape.scores(answer, len(group)),
        )
        return np.concatenate(found)
