"""Tokens of a pair, with a loss on the response only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lingua_integrations.alignment.pairs import Pair, Rejected
from lingua_integrations.alignment.recipes import Template
from lingua_integrations.alignment.responders import shown
from lingua_integrations.core.text.units import clean

IGNORED = -100
"""The label of a token that is not learnt."""
Example = dict[str, list[int]]
"""``input_ids``, and as ``labels`` for each the same id if it is learnt, else `IGNORED`."""


def example(pair: Pair, tokenizer: Any, max_tokens: int, template: Template = "chat") -> Example:
    """One pair's tokens: start token, prompt, response, end token; the last two are learnt.

    A response that was cut for its length has no end token.

    With a chat template the prompt is shown as the template has it before the assistant speaks. Prompt and
    response are tokenised apart, so that no token is half of each.

    Raises:
        ValueError: the prompt leaves no room for a response.
    """
    text = shown(pair.prompt, tokenizer, plain=template == "plain")
    before, after = (
        list(tokenizer(clean(part), add_special_tokens=False)["input_ids"]) for part in (text, pair.response)
    )
    starts = [token for token in (tokenizer.bos_token_id, tokenizer.eos_token_id) if token is not None]
    before = starts[:1] + before
    if len(before) >= max_tokens:
        raise ValueError(
            f"its prompt has {len(before)} of the scorer's tokens, which leaves no room in {max_tokens}"
        )
    if pair.whole and tokenizer.eos_token_id is not None:
        after.append(tokenizer.eos_token_id)
    after = after[: max_tokens - len(before)]
    return {"input_ids": before + after, "labels": [IGNORED] * len(before) + after}


def examples(
    pairs: Sequence[Pair], tokenizer: Any, max_tokens: int, template: Template = "chat"
) -> tuple[list[tuple[Pair, Example]], list[Rejected]]:
    """Pairs with their tokens, and those that cannot be used, by their place, counted from 1."""
    found = [_tried(pair, tokenizer, max_tokens, template) for pair in pairs]
    rejected = [Rejected(number, one) for number, one in enumerate(found, 1) if isinstance(one, str)]
    return [(pair, one) for pair, one in zip(pairs, found, strict=True) if not isinstance(one, str)], rejected


def _tried(pair: Pair, tokenizer: Any, max_tokens: int, template: Template) -> Example | str:
    """A pair's tokens, or why it cannot be used."""
    try:
        return example(pair, tokenizer, max_tokens, template)
    except ValueError as error:
        return str(error)
