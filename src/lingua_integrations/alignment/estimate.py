"""What a target's responses will cost at most, before any is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lingua_integrations.alignment.pairs import Prompt
from lingua_integrations.core.budget.counting import as_counter


class Estimate(NamedTuple):
    """Tokens in, tokens out and price at most; ``None`` where no prices were given."""

    requests: int
    tokens_in: int
    tokens_out: int
    price: float | None

    def __str__(self) -> str:
        tokens = f"{self.requests:,} requests, {self.tokens_in:,} tokens in, at most {self.tokens_out:,} out"
        if self.price is None:
            return tokens
        return f"{tokens}: {'less than 0.01' if self.price < 0.01 else f'at most {self.price:,.2f}'}"


def estimate(
    prompts: Sequence[Prompt],
    response_tokens: int,
    prices: tuple[float, float] | None = None,
    counter: str | Callable[[str], int] = "o200k_base",
) -> Estimate:
    """What a collection costs at most; what a provider adds for its roles is not counted.

    Args:
        prompts: that are still to be asked.
        response_tokens: at most, of each response.
        prices: of a million tokens in, and out.
        counter: of the prompts' tokens.

    >>> from lingua_integrations.alignment.pairs import Message
    >>> prompts = [(Message("user", "Who wrote Emma?"),)]
    >>> str(estimate(prompts, 100, (1.0, 10_000.0), lambda text: len(text.split())))
    '1 requests, 3 tokens in, at most 100 out: at most 1.00'
    """
    count = as_counter(counter).count
    tokens_in = sum(count(message.content) for prompt in prompts for message in prompt)
    tokens_out = response_tokens * len(prompts)
    price = (tokens_in * prices[0] + tokens_out * prices[1]) / 1e6 if prices else None
    return Estimate(len(prompts), tokens_in, tokens_out, price)
