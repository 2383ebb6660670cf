"""An embedding model behind a server; `EmbeddingRanker` takes it as it takes a local one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lingua_integrations.core.models.remote.address import Connection
from lingua_integrations.core.models.remote.answers import portions
from lingua_integrations.core.models.remote.client import Client
from lingua_integrations.core.models.remote.text_shapes import (
    ENCODER_SHAPES,
    EncoderServer,
    tei_embed_all,
    vectors_of_tokens,
)
from lingua_integrations.core.text.units import clean
from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import InvalidRequest, ServerFailed

_LONGEST = 2000  # characters: about 500 tokens of English, what most embedding models read


class RemoteEncoder:
    """Vectors of texts, made by a server.

    Args:
        url: the server's address; for ``"openai"`` with what stands before ``/embeddings``, such as
            ``"https://api.openai.com/v1"``.
        model: what the server calls the model; TEI has only one.
        server: which server it is: ``"tei"``, ``"infinity"``, ``"vllm"``, or ``"openai"`` for another one
            with OpenAI's ``/embeddings``.
        prompts: what stands in front of a question and of a text, such as ``("query: ", "passage: ")``: what
            the model's card says, since a server does not add it by itself.
        longest: characters of a text that are embedded at once. Servers cut off what a model does not see, so
            of a longer text the mean over its pieces is taken.
        connection: how the server is asked.

    Raises:
        InvalidRequest: the address is none, or there is no such server.
    """

    similarity_fn_name = "cosine"

    def __init__(
        self,
        url: str,
        model: str = "",
        *,
        server: EncoderServer = "tei",
        prompts: tuple[str, str] = ("", ""),
        longest: int = _LONGEST,
        connection: Connection | None = None,
    ) -> None:
        if server not in ENCODER_SHAPES:
            raise InvalidRequest(f"server is one of {', '.join(ENCODER_SHAPES)}, not {server!r}.")
        if longest < 1:
            raise InvalidRequest(f"longest is a number of characters, at least 1, and not {longest}.")
        self.model = model
        self.server = server
        self.prompts = prompts
        self.longest = longest
        self._client = Client(url, connection or Connection())

    def __repr__(self) -> str:
        return f"RemoteEncoder({self._client.url!r}, {self.model!r}, server={self.server!r})"

    @property
    def name(self) -> str:
        """The model and where it runs. A server does not say which weights it has."""
        return f"{self.model or 'model'} ({self.server} at {self._client.url})"

    def encode_query(self, texts: Sequence[str]) -> FloatArray:
        """One vector per question, shape [len(texts), dimensions]."""
        return self.encode(texts, self.prompts[0])

    def encode_document(self, texts: Sequence[str]) -> FloatArray:
        """One vector per text, shape [len(texts), dimensions]."""
        return self.encode(texts, self.prompts[1])

    def encode(self, texts: Sequence[str], prompt: str = "") -> FloatArray:
        """One vector per text behind a prompt, shape [len(texts), dimensions].

        Of a text in pieces it is the mean of theirs by their lengths.

        Raises:
            ServerFailed: the server fails, or its vectors are not all of one length.
        """
        owned = [
            (owner, prompt + piece)
            for owner, text in enumerate(texts)
            for piece in split(clean(text), self.longest)
        ]
        if not owned:
            return np.zeros((0, 1))
        pieces = [piece for _, piece in owned]
        shape = ENCODER_SHAPES[self.server]
        parts = list(portions(len(pieces), shape.most))
        found = self._client.ask(
            [shape.ask(self.model, [pieces[at] for at in part]) for part in parts],
            lambda place, answer: shape.vectors(answer, len(parts[place])),
        )
        if len({one.shape[1] for one in found}) != 1:
            raise ServerFailed(f"{self._client.url} gave vectors of different lengths.", self._client.url)
        vectors, owners = np.concatenate(found), np.array([owner for owner, _ in owned])
        weights = np.array([len(piece) - len(prompt) or 1 for piece in pieces], dtype=np.float64)
        sums = np.zeros((len(texts), vectors.shape[1]))
        np.add.at(sums, owners, vectors * weights[:, None])
        return np.asarray(sums / np.bincount(owners, weights, len(texts))[:, None])

    def token_vectors(self, texts: Sequence[str]) -> list[FloatArray]:
        """The vectors of each text's tokens, special ones included, shape [tokens, dimensions]; TEI's alone.

        Raises:
            InvalidRequest: the server is another one.
            ServerFailed: it fails, or its answer cannot be right.
        """
        if self.server != "tei":
            raise InvalidRequest("Only TEI gives vectors of tokens.")
        most = ENCODER_SHAPES["tei"].most
        parts = list(portions(len(texts), most))
        asks = [tei_embed_all([clean(texts[at]) for at in part]) for part in parts]
        found = self._client.ask(asks, lambda place, answer: vectors_of_tokens(answer, len(parts[place])))
        return [one for part in found for one in part]

    def __deepcopy__(self, memo: dict[int, Any]) -> RemoteEncoder:
        return self


def split(text: str, longest: int) -> list[str]:
    """A text in pieces of at most so many characters, cut at white space where there is some.

    >>> split("one two three", 8), split("", 8)
    (['one two ', 'three'], [''])
    """
    pieces, begin = [], 0
    while len(text) - begin > longest:
        space = max(text.rfind(white, begin, begin + longest) for white in " \n\t")
        end = space + 1 if space > begin else begin + longest
        pieces.append(text[begin:end])
        begin = end
    return [*pieces, text[begin:]]
