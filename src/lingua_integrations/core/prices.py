"""What tokens cost with a provider's cache, and when it pays to send fewer of them."""

from __future__ import annotations

from dataclasses import dataclass

from lingua_integrations.errors import InvalidRequest


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What a million tokens of a model cost, in any currency.

    Attributes:
        input: read for the first time, and not kept.
        output: written.
        cache_read: read from the provider's cache; default: as `input`.
        cache_write: read for the first time and kept there; default: as `input`.
    """

    input: float
    output: float = 0.0
    cache_read: float | None = None
    cache_write: float | None = None

    def __post_init__(self) -> None:
        if not min(self.input, self.output, self.read, self.write) >= 0:
            raise InvalidRequest("Prices must not be negative.")

    @property
    def read(self) -> float:
        """Of what is read from the cache."""
        return self.input if self.cache_read is None else self.cache_read

    @property
    def write(self) -> float:
        """Of what is written to the cache."""
        return self.input if self.cache_write is None else self.cache_write


@dataclass(frozen=True, kw_only=True)
class Payback:
    """What is expected of the rest of a run, to tell whether compression will pay.

    Attributes:
        prices: of the model that reads what is compressed. Only their ratios count; by default those of
            Anthropic's cache: reading costs a tenth, writing a quarter more.
        calls: of the model that are still to come, on average. `receipt` counts those of a run.
        recalls: share of the shortened results that are fetched back, where there is a store.
    """

    prices: Prices = Prices(input=1.0, cache_read=0.1, cache_write=1.25)
    calls: int = 10
    recalls: float = 0.1

    def __post_init__(self) -> None:
        if self.calls < 1 or not 0 <= self.recalls <= 1:
            raise InvalidRequest("Payback: calls must be at least 1, and recalls must be in [0, 1].")


def payback(asked: Payback | bool | None) -> Payback | None:
    """What ``only_if_it_pays`` asks for.

    Raises:
        InvalidRequest: it is neither a `Payback` nor true or false.

    >>> payback(True) == Payback(), payback(False)
    (True, None)
    """
    if isinstance(asked, bool | None):
        return Payback() if asked else None
    if not isinstance(asked, Payback):
        raise InvalidRequest(f"only_if_it_pays must be True or Payback(prices=...), not {asked!r}.")
    return asked


def gained_on_arrival(before: int, after: int, standing: int, expected: Payback) -> float:
    """Money gained by shortening a result before any model has read it; negative: it would cost more.

    What is left out would be written to the cache once and read by all later calls. With the probability
    ``recalls`` it is fetched back: a call more, which reads all that stands before it, and then all of the
    result is written and read after all. With r and w for the prices of reading and writing and n calls::

        (before - after) (w + (n - 1) r) - recalls (standing r + before (w + (n - 1) r))

    Args:
        before: tokens of the result.
        after: tokens of it when shortened.
        standing: tokens of the conversation before it.
        expected: prices, further calls, and the share of what is fetched back.

    >>> dear = Payback(prices=Prices(input=3, cache_read=0.3, cache_write=3.75), calls=5, recalls=0.2)
    >>> gained = gained_on_arrival(1000, 250, 10_000, dear)  # (750 * 4.95 - 0.2 * (3000 + 4950)) / 1e6
    >>> round(gained, 7), gained_on_arrival(1000, 900, 10_000, dear) < 0
    (0.0021225, True)
    """
    prices = expected.prices
    each = prices.write + (expected.calls - 1) * prices.read
    fetched = expected.recalls * (standing * prices.read + before * each)
    return ((before - after) * each - fetched) / 1e6


def gained_by_rewriting(before: int, after: int, cached: int, expected: Payback) -> float:
    """Money gained by shortening history that a provider has in its cache; negative: it would cost more.

    Each further call reads less. But a cache holds a conversation up to the first token that is another one:
    what is behind it has to be written again instead of being read, once::

        (before - after) n r - cached (w - r)

    Args:
        before: tokens of the messages that are shortened.
        after: tokens of them when shortened.
        cached: tokens that are in the cache now and stand, shortened, from the first of them on.
        expected: prices and further calls.

    >>> usual = Payback(prices=Prices(input=3, cache_read=0.3, cache_write=3.75), calls=10)
    >>> round(gained_by_rewriting(40_000, 10_000, 15_000, usual), 4)  # 30,000 * 3 - 15,000 * 3.45
    0.0382
    >>> gained_by_rewriting(8_000, 2_000, 50_000, usual) < 0
    True
    """
    prices = expected.prices
    reads = (before - after) * expected.calls * prices.read
    return (reads - cached * (prices.write - prices.read)) / 1e6
