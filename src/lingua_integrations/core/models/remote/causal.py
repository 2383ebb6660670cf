"""A causal language model behind a server as a `TokenScorer`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from lingua_integrations.core.models.reading import ScoredText
from lingua_integrations.core.models.remote.address import Connection
from lingua_integrations.core.models.remote.answers import Malformed, counted
from lingua_integrations.core.models.remote.causal_shapes import (
    CAUSAL_SHAPES,
    CausalServer,
    Prompt,
    Said,
    nats,
    window_told,
)
from lingua_integrations.core.models.remote.client import Ask
from lingua_integrations.core.models.remote.model import RemoteModel
from lingua_integrations.core.models.remote.pieces import lengths, located, shared
from lingua_integrations.core.models.remote.probe import PREDICTABLE, UNPREDICTABLE, judge
from lingua_integrations.core.models.remote.reading import RemoteStream, passes
from lingua_integrations.core.models.remote.tokens import RemoteTokens
from lingua_integrations.core.protocols import Tokens
from lingua_integrations.core.threads import Lock, computed_once
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import InvalidRequest, UnsupportedModel

_LONGEST = 8192  # tokens that a request scores: servers hold what they predict for all of them
_USUAL = 2048  # tokens that a model sees where its server does not say it
_LOOK_BACK = 4096  # tokens that a stream sees, see `CausalLM`
_STEP = 512  # tokens by which a long text is read, see `CausalLM`


class RemoteCausalLM(RemoteModel):
    """Surprisals under a causal language model that a server runs.

    Before the first text is scored, the server is asked about two of our own, see `judge`: one that answers
    with something else than the log probabilities of the prompt's tokens is refused.

    Nothing is asked when it is made. It may be used from many threads and after a fork; a pickle of it has
    the settings alone.

    Args:
        url: the server's address, such as ``"http://localhost:8000"``; for ``server="openai"`` with what
            stands before ``/completions``, such as ``"http://localhost:8000/v1"``.
        model: what the server calls the model.
        server: which server it is: ``"vllm"``, ``"sglang"``, ``"tgi"``, or ``"openai"`` for another one with
            OpenAI's ``/completions``, ``echo`` and ``logprobs``. The first two are asked with token ids. The
            others cut the text themselves; where they cut it otherwise than the tokenizer here does, a
            token's surprisal is spread over its characters.
        tokenizer: of the model: a folder with a ``tokenizer.json``, a hub id, or a tokenizer of transformers
            or tokenizers; default: ``model``.
        window: tokens that the model sees at once; default: as the server says, at most 8192.
        connection: how the server is asked.

    Raises:
        InvalidRequest: the address is none, there is no such server, or the window is too small.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        server: CausalServer = "vllm",
        tokenizer: Any = None,
        window: int | None = None,
        connection: Connection | None = None,
    ) -> None:
        if window is not None and window < 8:
            raise InvalidRequest(f"window is a number of tokens, at least 8, and not {window}.")
        super().__init__(url, model, server, CAUSAL_SHAPES, connection)
        self._shape = CAUSAL_SHAPES[server]
        self._tokenizer = model if tokenizer is None else tokenizer
        self._window = window
        self._lock = Lock()
        self._believed = False

    def __getstate__(self) -> dict[str, Any]:
        """The settings: what was found out is found out again, where the pickle is used."""
        made_here = ("_believed", "tokens", "window")
        return {name: value for name, value in vars(self).items() if name not in made_here}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _believed=False)

    @computed_once
    def tokens(self) -> RemoteTokens:
        """The tokenizer, fetched and read when it is first needed."""
        return RemoteTokens.of(self._tokenizer)

    @computed_once
    def window(self) -> int:
        """Tokens that the model sees at once."""
        if self._window is not None or self._shape.windows is None:
            return self._window or _USUAL
        told = self._client.ask([Ask(self._shape.windows)], lambda _, answer: window_told(answer, self.model))
        window = min(told[0] or _USUAL, _LONGEST)
        if window < 8:
            raise UnsupportedModel(f"{self.name} sees {window} tokens: give window= if that is not so.")
        return window

    def encode(self, text: str) -> Tokens:
        """Token ids without special tokens, and their character spans in ``text``."""
        return self.tokens.encode(text)

    def stream(self, prefix: IntArray) -> RemoteStream:
        """Start reading after ``prefix``."""

        def score(ids: IntArray, place: int) -> FloatArray:
            return self._scored([ids])[0][place:]

        return RemoteStream(score, len(self.tokens.start), prefix, min(self.window, _LOOK_BACK))

    def surprisals(self, batch: Sequence[tuple[IntArray, IntArray]]) -> list[FloatArray]:
        """Surprisals in nats of each ``ids`` after its ``prefix``."""
        readings = self.read([np.r_[prefix, ids] for prefix, ids in batch])
        return [one.surprisals(len(prefix)) for one, (prefix, _) in zip(readings, batch, strict=True)]

    def read(self, texts: Sequence[IntArray], *, lasting: bool = False) -> list[ScoredText]:
        """Read texts, token ids without the start token, in requests under way together.

        A text longer than the window takes several, each of which sees the last half window before it.
        """
        started, window = len(self.tokens.start), self.window
        step = max(1, min(_STEP, window // 4))
        plans = [list(passes(len(text), window, started, step)) for text in texts]
        pieces = [text[one.seen : one.end] for text, plan in zip(texts, plans, strict=True) for one in plan]
        found = iter(self._scored(pieces))
        return [
            ScoredText(np.concatenate([np.zeros(0), *(next(found)[one.begin - one.seen :] for one in plan)]))
            for plan in plans
        ]

    def _scored(self, texts: Sequence[IntArray]) -> list[FloatArray]:
        """Surprisals of all tokens of texts that fit the window."""
        with self._lock:
            if not self._believed:
                own = [self.encode(text).ids for text in (PREDICTABLE, UNPREDICTABLE)]
                judge(self.name, *self._asked(own))
                self._believed = True
        return self._asked(texts)

    def _asked(self, texts: Sequence[IntArray]) -> list[FloatArray]:
        filled = [place for place, text in enumerate(texts) if len(text)]
        filled.sort(key=lambda place: len(texts[place]))  # texts of a request are of like length
        prompts = [self._prompt(texts[place]) for place in filled]

        def meaning(group: Sequence[Prompt], answer: Any) -> list[FloatArray]:
            said = self._shape.said(answer, group)
            return [self._nats(one, prompt) for one, prompt in zip(said, group, strict=True)]

        ask = partial(self._shape.ask, self.model)
        answers = self._client.ask_about(prompts, self._shape.most, ask, meaning)
        found: list[FloatArray] = [np.zeros(0)] * len(texts)
        for place, one in zip(filled, chain.from_iterable(answers), strict=True):
            found[place] = one
        return found

    def _prompt(self, ids: IntArray) -> Prompt:
        text = "" if self._shape.takes_ids else "".join(self.tokens.texts(ids.tolist()))
        return Prompt([*self.tokens.start, *ids.tolist()], text)

    def _nats(self, said: Said, prompt: Prompt) -> FloatArray:
        """Surprisals of the prompt's own tokens, the start token left out."""
        started = len(self.tokens.start)
        found = nats(said.logprobs, float(np.log(self.tokens.size)))
        own = prompt.ids[started:]
        for added in (started, 0):
            if said.ids is not None and said.ids[added:] == own:
                return found[added:]
        if said.pieces is None:
            raise Malformed("it scores other tokens than those it was asked about")
        counted(said.pieces, len(found))
        before, ends = located(said.pieces, prompt.text)
        return shared(found[before:], ends, *lengths(self.tokens.texts(own)))
