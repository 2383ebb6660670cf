"""What compression saves of a bill, with and without a provider's prompt cache. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from lingua_integrations.core.prices import Prices


@dataclass(frozen=True, kw_only=True)
class Work:
    """What compressing costs.

    Attributes:
        fixed: seconds of a call, however short its texts are.
        per_token: further seconds for each token that goes in.
        machine_per_hour: price of the machine, in the currency of the tokens' prices.
    """

    fixed: float
    per_token: float
    machine_per_hour: float = 0.1

    def price(self, tokens: float) -> float:
        """Of compressing texts of so many tokens once."""
        return (self.fixed + self.per_token * tokens) * self.machine_per_hour / 3600


def bill(tokens: float, calls: int, prices: Prices, *, cached: bool) -> float:
    """Price of the same text in front of several calls.

    Args:
        tokens: of the text.
        calls: that it is sent with.
        prices: of the model.
        cached: whether the provider keeps it: written by the first call, read by the others.

    >>> usual = Prices(input=3, cache_read=0.3, cache_write=3.75)
    >>> bill(1_000_000, 10, usual, cached=False), round(bill(1_000_000, 10, usual, cached=True), 2)
    (30.0, 6.45)
    """
    each = prices.write + (calls - 1) * prices.read if cached else calls * prices.input
    return tokens * each / 1e6


def saved_per_token(rate: float, calls: int, prices: Prices, *, cached: bool) -> float:
    """Money saved for each token that goes in, where every call has a question of its own.

    What is left differs from question to question, so no call can read it from the cache; what would have
    been sent without compression can be, from the second call on. Below 0: compression costs money.

    Args:
        rate: share of the tokens that is left, in [0, 1].
        calls: about the same texts.
        prices: of the model.
        cached: whether the provider would keep the uncompressed texts.

    >>> usual = Prices(input=3, cache_read=0.3, cache_write=3.75)
    >>> round(saved_per_token(0.25, 1, usual, cached=False) * 1e6, 2)
    2.25
    >>> round(saved_per_token(0.25, 20, usual, cached=True) * 1e6, 2)  # 3.75 + 19 * 0.3 - 20 * 0.75
    -5.55
    """
    return bill(1, calls, prices, cached=cached) - bill(rate, calls, prices, cached=False)


def pays_from(rate: float, calls: int, prices: Prices, work: Work, *, cached: bool) -> float | None:
    """From which length of the texts on compression saves more than it costs.

    ``calls`` compressions cost ``calls (fixed + per_token n)`` of the machine and save
    ``n saved_per_token(...)``.

    Args:
        rate: share of the tokens that is left, in [0, 1].
        calls: about the same texts, each with a question of its own.
        prices: of the model.
        work: what compressing costs.
        cached: whether the provider would keep the uncompressed texts.

    Returns:
        Tokens; ``None``: never.

    >>> work = Work(fixed=0.36, per_token=0.0, machine_per_hour=0.1)  # 1e-5 a call
    >>> round(pays_from(0.5, 1, Prices(input=1), work, cached=False), 6)
    20.0
    """
    fixed = calls * work.price(0)
    gain = saved_per_token(rate, calls, prices, cached=cached) - calls * (work.price(1) - work.price(0))
    return fixed / gain if gain > 0 else None


def most_calls(rate: float, prices: Prices) -> float | None:
    """Up to how many calls about the same cached texts compression by the question saves money.

    From ``write + (calls - 1) read = calls rate input``. Less than one: not even a single call.

    Returns:
        Calls, which need not be a whole number; ``None``: any number, since what is left costs no more than
        reading everything from the cache.

    >>> usual = Prices(input=3, cache_read=0.3, cache_write=3.75)
    >>> round(most_calls(0.25, usual), 2), most_calls(0.1, usual)
    (7.67, None)
    """
    more = rate * prices.input - prices.read
    return (prices.write - prices.read) / more if more > 1e-12 else None


def waits_less_from(rate: float, tokens_per_second: float, work: Work) -> float | None:
    """From which length of the texts on the model's answer begins sooner.

    Args:
        rate: share of the tokens that is left, in [0, 1].
        tokens_per_second: that the model reads of a prompt which is not in its cache.
        work: what compressing takes.

    Returns:
        Tokens; ``None``: never, since compressing a token takes longer than reading it.

    >>> waits_less_from(0.5, 1000, Work(fixed=0.1, per_token=0.0003))
    500.0
    """
    gain = (1 - rate) / tokens_per_second - work.per_token
    return round(work.fixed / gain, 6) if gain > 0 else None
