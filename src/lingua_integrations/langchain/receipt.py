"""The bill of an agent's run at a provider's prices, beside what it would have been without compression.

Tokens that were left out are not money saved: most of an agent's bill is what it reads from the provider's
cache, call after call, and a result that is fetched back costs a call of its own. So a run is priced from
what the provider counted, and so is the run without compression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.messages.utils import count_tokens_approximately

from lingua_integrations.adapters.originals import RECALL
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.langchain.messages import MARK, RESULTS


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
        if min(self.input, self.output, self.read, self.write) < 0:
            raise InvalidRequest("Prices must not be negative.")

    @property
    def read(self) -> float:
        """Of what is read from the cache."""
        return self.input if self.cache_read is None else self.cache_read

    @property
    def write(self) -> float:
        """Of what is written to the cache."""
        return self.input if self.cache_write is None else self.cache_write


@dataclass(frozen=True)
class Receipt:
    """What a run cost, and what it would have cost.

    Attributes:
        paid: for all calls of the model, those included that fetched something back.
        without: what the same run would have cost with every result whole, and nothing to fetch back.
        calls: of the model that the provider counted.
        recalls: how many of them fetched something back.
        held_out: results that were left whole to compare with, see ``holdout`` of `LinguaToolMiddleware`.
    """

    paid: float
    without: float
    calls: int
    recalls: int
    held_out: int = 0

    @property
    def saved(self) -> float:
        """Money saved; negative where compression cost more than it saved."""
        return self.without - self.paid

    def __str__(self) -> str:
        calls = f"{self.calls} call{'s' * (self.calls != 1)}, {self.recalls} to fetch something back"
        if self.saved <= 0:
            return f"paid {self.paid:.6g}, {-self.saved:.6g} more than without compression ({calls})"
        share = f" ({self.saved / self.without:.0%})" if self.without else ""
        return f"paid {self.paid:.6g} instead of {self.without:.6g}: saved {self.saved:.6g}{share} ({calls})"


def receipt(messages: Sequence[BaseMessage], prices: Prices) -> Receipt:
    """Price a run from its messages, as an agent's state holds them.

    What a result lost (see its mark) would have been written to the cache, or read anew, by the next call,
    and read by all later ones. Calls that only fetch something back would not have been, and their results
    would not have been read.

    Args:
        messages: in their order. Calls of the model count where they have ``usage_metadata``.
        prices: of the model.

    Example:
        >>> used = {"input_tokens": 1000, "output_tokens": 10, "total_tokens": 1010}
        >>> mark = {"lingua": {"tokens_before": 5000, "tokens_after": 1000}}
        >>> found = ToolMessage("...", tool_call_id="1", response_metadata=mark)
        >>> str(receipt([found, AIMessage("Done.", usage_metadata=used)], Prices(input=1.0)))
        'paid 0.001 instead of 0.005: saved 0.004 (80%) (1 call, 0 to fetch something back)'
    """
    paid = without = 0.0
    old = new = 0  # tokens that are missing since an earlier call, and since the last one
    calls = recalls = held_out = 0
    for message in messages:
        if isinstance(message, RESULTS):
            new += _missing(message)
            held_out += bool(_mark(message).get("holdout"))
        if not isinstance(message, AIMessage) or message.usage_metadata is None:
            continue
        used: Any = message.usage_metadata
        details = used.get("input_token_details", {})
        read, written = details.get("cache_read", 0) or 0, details.get("cache_creation", 0) or 0
        cost = read * prices.read + written * prices.write + used["output_tokens"] * prices.output
        cost += (used["input_tokens"] - read - written) * prices.input
        paid += cost
        calls += 1
        if message.tool_calls and all(call["name"] == RECALL for call in message.tool_calls):
            recalls += 1
            continue
        anew = prices.write if written else prices.input
        without += cost + old * (prices.read if read else prices.input) + new * anew
        old, new = old + new, 0
    return Receipt(paid / 1e6, without / 1e6, calls, recalls, held_out)


def _mark(message: BaseMessage) -> dict[str, Any]:
    mark = message.response_metadata.get(MARK)
    return mark if isinstance(mark, dict) else {}


def _missing(message: BaseMessage) -> int:
    """Tokens that a result has lost; one that was fetched back is too much."""
    if message.name == RECALL:
        return -count_tokens_approximately([message])
    mark = _mark(message)
    return int(mark.get("tokens_before", 0)) - int(mark.get("tokens_after", 0))
