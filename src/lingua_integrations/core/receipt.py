"""The bill of a run at a provider's prices, beside what it would have been without compression.

Tokens that were left out are not money saved: most of an agent's bill is what it reads from the provider's
cache, call after call, and a result that is fetched back costs a call of its own. So a run is priced from
what the provider counted, and so is the run without compression.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lingua_integrations.core.holdouts import Comparison, compared
from lingua_integrations.core.prices import Prices
from lingua_integrations.core.trace import HISTORY, Called, Compressed, Event, Recalled, Rewritten

RECALLING = "(fetched back)"
"""Stands for the tool in the row of what fetching back cost."""
REWRITING = "(history, written again)"
"""Likewise in that of what it cost to write history to the cache again."""


@dataclass(frozen=True)
class Row:
    """What was compressed of one tool, by one method.

    Attributes:
        tool: its name; "" where it is not known.
        method: the method's; "" where it is not known.
        results: how many were compressed, or found short enough.
        tokens_before: of them.
        tokens_after: of them, shortened.
        held_out: results that were left whole to compare with.
        saved: money; negative where it cost more than it saved.
    """

    tool: str
    method: str
    results: int
    tokens_before: int
    tokens_after: int
    held_out: int
    saved: float


@dataclass(frozen=True)
class Receipt:
    """What a run cost, and what it would have cost.

    Attributes:
        paid: for all calls of the model, those included that fetched something back.
        without: what the same run would have cost with every result whole, and nothing to fetch back.
        calls: of the model that the provider counted.
        recalls: how many of them fetched something back.
        held_out: results that were left whole to compare with, see ``holdout`` of `LinguaToolMiddleware`.
        rows: the same by tool and method; what they saved adds up to `saved`.
        comparison: what compressed results cost beside those left whole; ``None``: no call read any of these.
    """

    paid: float
    without: float
    calls: int
    recalls: int
    held_out: int = 0
    rows: tuple[Row, ...] = ()
    comparison: Comparison | None = None

    @property
    def saved(self) -> float:
        """Money saved; negative where compression cost more than it saved."""
        return self.without - self.paid

    def __str__(self) -> str:
        calls = f"{self.calls} call{'s' * (self.calls != 1)}, {self.recalls} to fetch something back"
        beside = "" if self.comparison is None else f"; {self.comparison}"
        if self.saved <= 0:
            return f"paid {self.paid:.6g}, {-self.saved:.6g} more than without compression ({calls}){beside}"
        share = f" ({self.saved / self.without:.0%})" if self.without else ""
        saved = f"saved {self.saved:.6g}{share}"
        return f"paid {self.paid:.6g} instead of {self.without:.6g}: {saved} ({calls}){beside}"


def priced(events: Iterable[Event], prices: Prices) -> Receipt:
    """Price a run.

    What the result of a tool lost would have been written to the cache, or read anew, by the next call, and
    read by all later ones. What was left out of old messages would have been read by all later calls, and
    what stands behind them would not have been written a second time. What no tool said is read by the next
    call alone. Calls that only fetch something back would not have been, and what they fetched would not
    have been read.

    >>> run = [Compressed(100, 20, "search"), Called(50, 0), Called(60, 0)]
    >>> receipt = priced(run, Prices(input=1e6))
    >>> receipt.paid, receipt.without
    (110.0, 270.0)
    """
    accounts: dict[tuple[str, str], _Account] = {}
    fetched = accounts.setdefault((RECALLING, ""), _Account())
    paid = 0.0
    calls = recalls = 0
    events = list(events)
    for event in events:
        if isinstance(event, Called):
            cost = _cost(event, prices)
            paid, calls, recalls = paid + cost, calls + 1, recalls + event.recall
            if event.recall:
                fetched.saved -= cost
            else:
                for account in accounts.values():
                    account.read(event, prices)
        elif isinstance(event, Recalled):
            fetched.new -= event.tokens
            fetched.results += 1
        elif isinstance(event, Rewritten):
            accounts.setdefault((REWRITING, ""), _Account()).rewritten += event.tokens
        else:
            accounts.setdefault((event.tool or "", event.method or ""), _Account()).add(event)
    rows = tuple(account.row(*key) for key, account in accounts.items() if account != _Account())
    held_out = sum(row.held_out for row in rows)
    without = paid / 1e6 + sum(row.saved for row in rows)
    beside = compared(events, prices, -fetched.saved / 1e6)
    return Receipt(paid / 1e6, without, calls, recalls, held_out, rows, beside)


@dataclass
class _Account:
    """The sums of a row, in tokens and in money for a million of them."""

    results: int = 0
    before: int = 0
    after: int = 0
    held_out: int = 0
    new: int = 0  # tokens that are missing since the last call, and no call has read
    old: int = 0  # those that an earlier call would have read
    once: int = 0  # those that only the next call would read
    rewritten: int = 0  # those that a call has to write to the cache once more
    saved: float = 0.0

    def add(self, event: Compressed) -> None:
        """Count a compression."""
        self.held_out += event.holdout
        if event.holdout:
            return
        self.results += 1
        self.before += event.tokens_before
        self.after += event.tokens_after
        missing = event.tokens_before - event.tokens_after
        if event.tool is None:
            self.once += missing
        elif event.tool == HISTORY:
            self.old += missing
        else:
            self.new += missing

    def read(self, call: Called, prices: Prices) -> None:
        """Count what a call would have read besides."""
        anew = prices.write if call.cache_write else prices.input
        self.saved += self.old * (prices.read if call.cache_read else prices.input)
        self.saved += (self.new + self.once) * anew - self.rewritten * max(0.0, anew - prices.read)
        self.old, self.new, self.once, self.rewritten = self.old + self.new, 0, 0, 0

    def row(self, tool: str, method: str) -> Row:
        """The sums."""
        return Row(tool, method, self.results, self.before, self.after, self.held_out, self.saved / 1e6)


def _cost(call: Called, prices: Prices) -> float:
    """Of a call, for a million times its tokens."""
    rest = call.input_tokens - call.cache_read - call.cache_write
    kept = call.cache_read * prices.read + call.cache_write * prices.write
    return kept + rest * prices.input + call.output_tokens * prices.output
