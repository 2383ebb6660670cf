"""A token classifier behind vLLM: how likely each token of a text is to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, TypedDict

import numpy as np

from lingua_integrations.core.models.pruners.rows import windows
from lingua_integrations.core.models.remote.address import Connection
from lingua_integrations.core.models.remote.model import RemoteModel
from lingua_integrations.core.models.remote.text_shapes import kept, pooling_ask
from lingua_integrations.core.models.remote.tokens import RemoteTokens
from lingua_integrations.core.threads import computed_once
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import InvalidRequest

_MOST = 16  # rows of a request


class Kept(NamedTuple):
    """What a classifier says of a text."""

    keep: FloatArray  # probability that each token is kept, shape [tokens]
    spans: IntArray  # characters of each token, shape [tokens, 2]


class LabellerOptions(TypedDict, total=False):
    """The settings of `RemoteLabeller` as keyword arguments."""

    tokenizer: Any
    window: int
    label: int
    connection: Connection | None


class RemoteLabeller(RemoteModel):
    """Probabilities of a label for each token, from a token classifier that vLLM runs.

    Texts are cut into tokens here and sent as ids, in windows between the model's special tokens.

    Args:
        url: the server's address.
        model: what the server calls the model.
        tokenizer: see `RemoteCausalLM`; its template says which special tokens stand around a text.
        window: tokens of a row, special ones included.
        label: the number of the label that means keep.
        connection: how the server is asked.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        tokenizer: Any = None,
        window: int = 512,
        label: int = 1,
        connection: Connection | None = None,
    ) -> None:
        if window < 8:
            raise InvalidRequest(f"window is a number of tokens, at least 8, and not {window}.")
        super().__init__(url, model, "vllm", ("vllm",), connection)
        self.window, self.label = window, label
        self._tokenizer = model if tokenizer is None else tokenizer

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "tokens"}

    @computed_once
    def tokens(self) -> RemoteTokens:
        """The tokenizer, fetched and read when it is first needed."""
        return RemoteTokens.of(self._tokenizer)

    def read(self, texts: Sequence[str], breaks: Sequence[Sequence[int]]) -> list[Kept]:
        """Read texts; breaks are characters of each at which a window had better begin.

        Raises:
            ServerFailed: the server fails, or does not label each token.
        """
        before, after = self._frame()
        encoded = [self.tokens.encode(text) for text in texts]
        rows: list[tuple[int, int, int]] = []  # text, and the tokens of it
        for owner, (one, starts) in enumerate(zip(encoded, breaks, strict=True)):
            places = np.searchsorted(one.spans[:, 0], np.asarray(starts, dtype=np.int64))
            room = max(1, self.window - len(before) - len(after))
            rows += [(owner, begin, end) for begin, end in windows(len(one.ids), room, places)]
        ids = [[*before, *encoded[owner].ids[begin:end].tolist(), *after] for owner, begin, end in rows]
        found = self._client.ask_about(
            ids,
            _MOST,
            partial(pooling_ask, self.model),
            lambda group, answer: kept(answer, [len(row) for row in group], self.label),
        )
        keep = [np.zeros(len(one.ids)) for one in encoded]
        labels = chain.from_iterable(found)
        for (owner, begin, end), label in zip(rows, labels, strict=True):
            keep[owner][begin:end] = label[len(before) : len(before) + end - begin]
        return [Kept(one, tokens.spans) for one, tokens in zip(keep, encoded, strict=True)]

    def _frame(self) -> tuple[list[int], list[int]]:
        """Special tokens before and after a text, from a sample."""
        sample = self.tokens.backend.encode("a")
        own = [place for place, special in enumerate(sample.special_tokens_mask) if not special]
        return sample.ids[: own[0]], sample.ids[own[-1] + 1 :]
