"""Tokens of a pair, with a loss on the response only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from lingua_integrations.alignment.pairs import Pair, Rejected
from lingua_integrations.alignment.recipes import Template
from lingua_integrations.alignment.responders import shown
from lingua_integrations.core.models.encoder import clean

IGNORED = -100
"""The label of a token that is not learnt."""


class Example(TypedDict):
    """Token ids, and for each the same id if it is learnt, else `IGNORED`."""

    input_ids: list[int]
    labels: list[int]


def example(pair: Pair, tokenizer: Any, max_tokens: int, template: Template = "chat") -> Example:
    """One pair's tokens: start token, prompt, response, end token; the last two are learnt.

    A response that was cut for its length has no end token.

    With a chat template the prompt is shown as the template has it before the assistant speaks. Prompt and
    response are tokenised apart, so that no token is half of each.

    Raises:
        ValueError: the prompt leaves no room for a response.
    """
    before = ids_of(tokenizer, prompt_text(pair, tokenizer, template))
    after = ids_of(tokenizer, pair.response)
    start = next((i for i in (tokenizer.bos_token_id, tokenizer.eos_token_id) if i is not None), None)
    before = before if start is None else [start, *before]
    if len(before) >= max_tokens:
        raise ValueError(
            f"its prompt has {len(before)} of the scorer's tokens, which leaves no room in {max_tokens}"
        )
    if pair.whole and tokenizer.eos_token_id is not None and len(before) + len(after) < max_tokens:
        after = [*after, tokenizer.eos_token_id]
    after = after[: max_tokens - len(before)]
    return {"input_ids": before + after, "labels": [IGNORED] * len(before) + after}


def examples(
    pairs: Sequence[Pair], tokenizer: Any, max_tokens: int, template: Template = "chat"
) -> tuple[list[Example], list[Rejected]]:
    """All pairs' tokens, and those that cannot be used, by their place, counted from 1."""
    found = [_tried(pair, tokenizer, max_tokens, template) for pair in pairs]
    rejected = [Rejected(number, one) for number, one in enumerate(found, 1) if isinstance(one, str)]
    return [one for one in found if not isinstance(one, str)], rejected


def _tried(pair: Pair, tokenizer: Any, max_tokens: int, template: Template) -> Example | str:
    """A pair's tokens, or why it cannot be used."""
    try:
        return example(pair, tokenizer, max_tokens, template)
    except ValueError as error:
        return str(error)


def prompt_text(pair: Pair, tokenizer: Any, template: Template) -> str:
    """The prompt as the scorer reads it."""
    if template == "plain":
        return "\n\n".join(message.content for message in pair.prompt)
    return shown(pair.prompt, tokenizer)


def ids_of(tokenizer: Any, text: str) -> list[int]:
    """Token ids without special tokens of the tokenizer's own making."""
    return list(tokenizer(clean(text), add_special_tokens=False)["input_ids"])
