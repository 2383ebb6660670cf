"""Requests for the log probabilities of a prompt's tokens, and where the answers have them.

| shape | server | asked with |
| --- | --- | --- |
| ``vllm`` | vLLM, ``/v1/completions`` with ``prompt_logprobs`` | token ids |
| ``sglang`` | SGLang, ``/generate`` with ``return_logprob`` | token ids |
| ``tgi`` | Text Generation Inference, ``/generate`` with ``decoder_input_details`` | text |
| ``openai`` | what has OpenAI's older ``/completions`` with ``echo`` and ``logprobs`` | text |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from lingua_integrations.core.models.remote.answers import Malformed, Unfit, counted, in_order
from lingua_integrations.core.models.remote.client import Ask
from lingua_integrations.core.types import FloatArray

CausalServer = Literal["vllm", "sglang", "tgi", "openai"]
_SLACK = 1e-3  # nats by which rounding may lift a log probability above 0


class Prompt(NamedTuple):
    """What is to be scored."""

    ids: list[int]  # with the start token, if the model has one
    text: str  # without it


class Said(NamedTuple):
    """What a server says of the tokens of a prompt, as it cuts it; it may have put a start token in front."""

    logprobs: list[float | None]  # of each token given those before it; None of the first
    ids: list[int] | None  # of its tokens
    pieces: list[str] | None  # the text of each of its tokens


@dataclass(frozen=True)
class CausalShape:
    """The requests and answers of one kind of server."""

    path: str
    takes_ids: bool  # else it cuts the text itself
    most: int  # prompts of a request
    body: Callable[[str, Sequence[Prompt]], dict[str, Any]]  # of a model and prompts
    said: Callable[[Any, Sequence[Prompt]], list[Said]]  # of an answer, for each prompt
    windows: str | None  # the route that tells how many tokens the model sees

    def ask(self, model: str, prompts: Sequence[Prompt]) -> Ask:
        """The request for some prompts."""
        return Ask(self.path, self.body(model, prompts))


def nats(logprobs: Sequence[float | None], unconditioned: float) -> FloatArray:
    """Surprisals from log probabilities; the first token's may be missing, which nothing precedes.

    Raises:
        Malformed: one of another token is missing, or is none.

    >>> nats([None, -2.0], 6.9)
    array([6.9, 2. ])
    """
    if any(one is None for one in logprobs[1:]):
        raise Malformed("log probabilities of the prompt's tokens are missing")
    given = [-unconditioned if one is None else one for one in logprobs]
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in given):
        raise Malformed("some log probabilities are no numbers")
    found = np.asarray(given, dtype=np.float64)
    if not np.isfinite(found).all() or (found > _SLACK).any():
        raise Malformed("some log probabilities are above 0 or not finite")
    return np.asarray(np.maximum(-found, 0.0))


def _vllm_body(model: str, prompts: Sequence[Prompt]) -> dict[str, Any]:
    ids = [prompt.ids for prompt in prompts]
    return {"model": model, "prompt": ids, "max_tokens": 1, "temperature": 0, "prompt_logprobs": 0}


def _vllm_said(answer: Any, prompts: Sequence[Prompt]) -> list[Said]:
    choices = in_order(answer["choices"], len(prompts))
    return [_vllm_one(choice, prompt) for choice, prompt in zip(choices, prompts, strict=True)]


def _vllm_one(choice: Any, prompt: Prompt) -> Said:
    """At each place a mapping from token ids, where that of the prompt's own token is one of them."""
    places = choice.get("prompt_logprobs")
    if places is None:
        raise Unfit("it has no prompt_logprobs, as only vLLM knows them")
    counted(places, len(prompt.ids))
    found: list[float | None] = [None]
    for token, place in zip(prompt.ids[1:], places[1:], strict=True):
        if str(token) not in place:
            raise Malformed("it scores other tokens than those it was asked about")
        found.append(place[str(token)]["logprob"])
    return Said(found, prompt.ids, None)


def _sglang_body(model: str, prompts: Sequence[Prompt]) -> dict[str, Any]:
    return {
        "input_ids": [prompt.ids for prompt in prompts],
        "sampling_params": {"temperature": 0, "max_new_tokens": 0},
        "return_logprob": True,
        "logprob_start_len": 0,
    }


def _sglang_said(answer: Any, prompts: Sequence[Prompt]) -> list[Said]:
    found = []
    for one, prompt in zip(counted(answer, len(prompts)), prompts, strict=True):
        triples = counted(one["meta_info"]["input_token_logprobs"], len(prompt.ids))
        ids = [triple[1] for triple in triples]
        if ids != prompt.ids:
            raise Malformed("it scores other tokens than those it was asked about")
        found.append(Said([None, *(triple[0] for triple in triples[1:])], ids, None))
    return found


def _tgi_body(model: str, prompts: Sequence[Prompt]) -> dict[str, Any]:
    asked = {"details": True, "decoder_input_details": True, "max_new_tokens": 1}
    return {"inputs": prompts[0].text, "parameters": asked}


def _tgi_said(answer: Any, prompts: Sequence[Prompt]) -> list[Said]:
    one = counted(answer, 1)[0] if isinstance(answer, list) else answer
    tokens = one["details"]["prefill"]
    if not tokens:
        raise Unfit("it has no prefill: the server does not score prompts")
    return [
        Said(
            [token.get("logprob") for token in tokens],
            [token["id"] for token in tokens],
            [token["text"] for token in tokens],
        )
    ]


def _openai_body(model: str, prompts: Sequence[Prompt]) -> dict[str, Any]:
    text = prompts[0].text
    return {"model": model, "prompt": text, "max_tokens": 1, "temperature": 0, "echo": True, "logprobs": 1}


def _openai_said(answer: Any, prompts: Sequence[Prompt]) -> list[Said]:
    """The prompt's tokens; behind them stands what the server wrote, a token or none."""
    (choice,) = in_order(answer["choices"], 1)
    found = choice.get("logprobs") or {}
    tokens, logprobs = found.get("tokens") or [], found.get("token_logprobs") or []
    written = (answer.get("usage") or {}).get("completion_tokens", 1)
    own = len(tokens) - written
    if own < 1 or len(logprobs) != len(tokens):
        raise Unfit(
            "it has no log probabilities of the prompt's tokens: the server ignores echo, as llama.cpp's does"
        )
    return [Said(logprobs[:own], None, tokens[:own])]


CAUSAL_SHAPES: dict[str, CausalShape] = {
    "vllm": CausalShape("/v1/completions", True, 16, _vllm_body, _vllm_said, "/v1/models"),
    "sglang": CausalShape("/generate", True, 16, _sglang_body, _sglang_said, "/v1/models"),
    "tgi": CausalShape("/generate", False, 1, _tgi_body, _tgi_said, "/info"),
    "openai": CausalShape("/completions", False, 1, _openai_body, _openai_said, None),
}


def window_told(answer: Any, model: str) -> int | None:
    """Tokens that a model sees, as its server tells it, less the one that it has to write.

    >>> window_told({"data": [{"id": "m", "max_model_len": 2048}]}, "m")
    2047
    >>> window_told({"max_input_tokens": 1024, "max_total_tokens": 2048}, "m")
    1024
    """
    if "data" in answer:
        known = [one.get("max_model_len") for one in answer["data"] if one.get("id") == model]
        known = known or [one.get("max_model_len") for one in answer["data"]][:1]
        return int(known[0]) - 1 if known and known[0] else None
    most = answer.get("max_input_tokens") or answer.get("max_input_length")
    return int(most) if most else None
