"""An embedding model behind a server; `EmbeddingRanker` takes it as it takes a local one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from lingua_integrations.core.models.embedding_recipe import mean_of_pieces
from lingua_integrations.core.models.remote.address import Connection
from lingua_integrations.core.models.remote.model import RemoteModel
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


class RemoteEncoder(RemoteModel):
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
        if longest < 1:
            raise InvalidRequest(f"longest is a number of characters, at least 1, and not {longest}.")
        super().__init__(url, model, server, ENCODER_SHAPES, connection)
        self.prompts = prompts
        self.longest = longest

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
        found = self._client.ask_about(
            pieces,
            shape.most,
            partial(shape.ask, self.model),
            lambda group, answer: shape.vectors(answer, len(group)),
        )
        if len({one.shape[1] for one in found}) != 1:
            raise ServerFailed(f"{self.url} gave vectors of different lengths.", self.url)
        owners = np.array([owner for owner, _ in owned])
        weights = np.array([len(piece) - len(prompt) or 1 for piece in pieces])
        return mean_of_pieces(np.concatenate(found), owners, weights, len(texts))

    def token_vectors(self, texts: Sequence[str]) -> list[FloatArray]:
        """The vectors of each text's tokens, special ones included, shape [tokens, dimensions]; TEI's alone.

        Raises:
            InvalidRequest: the server is another one.
            ServerFailed: it fails, or its answer cannot be right.
        """
        if self.server != "tei":
            raise InvalidRequest("Only TEI gives vectors of tokens.")
        found = self._client.ask_about(
            [clean(text) for text in texts],
            ENCODER_SHAPES["tei"].most,
            tei_embed_all,
            lambda group, answer: vectors_of_tokens(answer, len(group)),
        )
        return [one for group in found for one in group]


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
