"""A local target that reads contexts as digests, and a learnt prefix in front of everything."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lingua_integrations.core.checks import check_count
from lingua_integrations.core.models.causal_model import CausalModel
from lingua_integrations.core.models.loading import ByName
from lingua_integrations.core.models.request import Request
from lingua_integrations.core.types import FloatArray, IntArray
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.soft.digester import Digester, digest, pieces
from lingua_integrations.soft.prefix import Prefix
from lingua_integrations.soft.rows import MARKS, check_marks, parts, until
from lingua_integrations.soft.saved import Soft


class SoftReader:
    """A target whose input is rows: vectors of the prefix, word embeddings of text, digests of contexts.

    Everything is loaded when it is first needed. A context of no more tokens than it would have digests is
    read as text, so that no digest is longer than its context.

    Args:
        digester: turns contexts into digests.
        prefix: stands in front of every prompt. One of the two is needed, or a ``target``.
        target: the model that both were learnt for, where it goes by another name here.
        device: for example ``"cpu"`` or ``"cuda:0"``; by default the best there is.
        dtype: of the target, see `CausalLM`.
        marks: what stands before and after a context in a prompt.

    Raises:
        InvalidRequest: there is nothing to read with, the two are for different models, or marks cannot be.
        UnsupportedModel: the target's weights are not those that they were learnt for.
    """

    def __init__(
        self,
        *,
        digester: Soft[Digester] | None = None,
        prefix: Soft[Prefix] | None = None,
        target: str | None = None,
        device: str | None = None,
        dtype: str | None = None,
        marks: tuple[str, str] = MARKS,
    ) -> None:
        check_marks(marks)
        given = [one for one in (digester, prefix) if one is not None]
        if not given and target is None:
            raise InvalidRequest("Give a digester, a prefix, or both.")
        if len({one.target.digest for one in given}) > 1:
            raise InvalidRequest("The digester and the prefix were learnt for different models.")
        self.digester, self.prefix, self.marks = digester, prefix, marks
        name = given[0].target.found(target) if given else str(target)
        self._target = _named(name, device, dtype)
        reads = digester is not None and digester.scorer.digest != digester.target.digest
        self._scorer = _named(digester.scorer.found(), device, dtype) if digester and reads else self._target

    @property
    def name(self) -> str:
        """The target's name and digest."""
        return self._target.name

    @property
    def window(self) -> int:
        """Rows that the target can read at once."""
        return self._target.loaded.window

    @torch.inference_mode()
    def rows(self, prompt: str) -> Tensor:
        """What the target reads instead of the prompt's token ids, shape [rows, width].

        Raises:
            InvalidRequest: the marks do not match, or a context is marked and there is no digester.
        """
        target = self._target.loaded
        rows = [self._embedded(target.start)]
        if self.prefix is not None:
            rows.append(self.prefix.learnt(1)[0])
        for text, digested in parts(prompt, self.marks):
            rows.append(self._digested(text) if digested else self._embedded(target.encode(text).ids))
        model = target.model
        return torch.cat([one.to(model.device, model.dtype) for one in rows])

    def nats(self, prompt: str, answer: str) -> FloatArray:
        """Surprisal of each of the answer's tokens after the prompt.

        Raises:
            InvalidRequest: the two do not fit the target's window, or there is nothing before the answer.
        """
        rows, ids = self.rows(prompt), self._target.loaded.encode(answer).ids
        self._check(rows, len(ids))
        whole = torch.cat([rows, self._embedded(ids).to(rows)])

        def read(model: Any) -> FloatArray:
            logits = model(inputs_embeds=whole[None], use_cache=False).logits[0, len(rows) - 1 : -1]
            targets = torch.from_numpy(ids).to(logits.device)
            found: FloatArray = (
                functional.cross_entropy(logits.float(), targets, reduction="none").cpu().numpy()
            )
            return found

        return np.asarray(self._target.loaded.run(read), dtype=np.float64) if len(ids) else np.zeros(0)

    def say(
        self,
        prompt: str,
        max_tokens: int,
        *,
        temperature: float = 0.0,
        seed: int = 0,
        stop: list[str] | None = None,
    ) -> str:
        """What the target goes on with.

        Args:
            prompt: with its contexts between the marks.
            max_tokens: of the answer, at most.
            temperature: of the samples; 0 takes the likeliest token each time.
            seed: of the samples.
            stop: the answer ends before the first of these.

        Raises:
            InvalidRequest: prompt and answer do not fit the target's window, or a number leaves its range.
        """
        check_count(max_tokens, "max_tokens")
        if not 0 <= temperature < math.inf:
            raise InvalidRequest(f"temperature must be 0 or more, not {temperature!r}.")
        rows, tokenizer = self.rows(prompt), self._target.loaded.tokenizer
        self._check(rows, max_tokens)
        padding = next((i for i in (tokenizer.pad_token_id, tokenizer.eos_token_id) if i is not None), 0)
        drawn = {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}
        sampling = drawn if temperature else {"do_sample": False}

        def generate(model: Any) -> Any:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                return model.generate(
                    inputs_embeds=rows[None],
                    attention_mask=torch.ones(1, len(rows), dtype=torch.long, device=rows.device),
                    max_new_tokens=max_tokens,
                    pad_token_id=padding,
                    **sampling,
                )[0].cpu()

        ids = self._target.loaded.run(generate)
        return until(str(tokenizer.decode(ids, skip_special_tokens=True)), stop)

    def _check(self, rows: Tensor, more: int) -> None:
        if not len(rows):
            raise InvalidRequest("The prompt is empty, and the target has no token that begins a text.")
        if len(rows) + more > self.window:
            raise InvalidRequest(
                f"The prompt has {len(rows)} rows and the answer up to {more}, but the target's window has "
                f"{self.window}."
            )

    def _embedded(self, ids: IntArray) -> Tensor:
        """Word embeddings of the target, shape [n, width]."""
        target = self._target.loaded
        found: Tensor = target.run(
            lambda model: model.get_input_embeddings()(torch.from_numpy(ids).to(model.device))
        )
        return found

    def _digested(self, text: str) -> Tensor:
        """A context's digests, shape [count for each piece, width]; a short one's word embeddings."""
        if self.digester is None:
            raise InvalidRequest(
                "The prompt has a context between marks, and there is no digester to read it."
            )
        sizes = self.digester.learnt.sizes
        as_text = self._target.loaded.encode(text).ids
        if len(as_text) <= sizes.count:
            return self._embedded(as_text)
        ids = self._scorer.loaded.encode(text).ids
        return torch.cat(
            [self._digest(self.digester, ids[begin:end]) for begin, end in pieces(len(ids), sizes.piece)]
        )

    def _digest(self, digester: Soft[Digester], ids: IntArray) -> Tensor:
        """The digests of one piece, shape [count, width]."""
        scorer = self._scorer.loaded

        def read(model: Any) -> Tensor:
            tokens = torch.from_numpy(ids).to(model.device)[None]
            length = torch.tensor([len(ids)], device=model.device)
            return digest(digester.learnt.to(model.device), scorer, digester.layer, tokens, length)[0]

        return scorer.run(read)


def _named(name: str, device: str | None, dtype: str | None) -> ByName[CausalModel]:
    return ByName(Request(name, "causal language model", CausalModel, device, dtype))
