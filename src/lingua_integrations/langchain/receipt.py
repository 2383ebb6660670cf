"""The bill of a LangChain agent's run: what its messages tell, priced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.utils import count_tokens_approximately

from lingua_integrations.adapters.originals import RECALL
from lingua_integrations.core.prices import Payback as Payback
from lingua_integrations.core.prices import Prices as Prices
from lingua_integrations.core.receipt import Receipt as Receipt
from lingua_integrations.core.receipt import priced
from lingua_integrations.core.trace import Called, Compressed, Event, Recalled
from lingua_integrations.langchain.messages import MARK, RESULTS


def receipt(messages: Sequence[BaseMessage], prices: Prices) -> Receipt:
    """Price a run from its messages, as an agent's state holds them.

    What a result lost, its mark says; see `priced`.

    Args:
        messages: in their order. Calls of the model count where they have ``usage_metadata``.
        prices: of the model.

    Example:
        >>> from langchain_core.messages import ToolMessage
        >>> used = {"input_tokens": 1000, "output_tokens": 10, "total_tokens": 1010}
        >>> mark = {"lingua": {"tokens_before": 5000, "tokens_after": 1000}}
        >>> found = ToolMessage("...", tool_call_id="1", response_metadata=mark)
        >>> str(receipt([found, AIMessage("Done.", usage_metadata=used)], Prices(input=1.0)))
        'paid 0.001 instead of 0.005: saved 0.004 (80%) (1 call, 0 to fetch something back)'
    """
    return priced(events_of(messages), prices)


def events_of(messages: Sequence[BaseMessage]) -> Iterator[Event]:
    """What a run's messages tell of tokens: results with our mark, and calls that the provider counted."""
    for message in messages:
        if isinstance(message, AIMessage):
            call = call_of(message)
            if call is not None:
                yield call
        elif isinstance(message, RESULTS) and message.name == RECALL:
            yield Recalled(count_tokens_approximately([message]))
        elif isinstance(message, RESULTS):
            mark = message.response_metadata.get(MARK)
            if isinstance(mark, dict):
                before, after = (int(mark.get(key, 0)) for key in ("tokens_before", "tokens_after"))
                yield Compressed(before, after, message.name or "", holdout=bool(mark.get("holdout")))


def call_of(message: AIMessage) -> Called | None:
    """The call of a model that gave a message; ``None`` where the provider did not count it."""
    if message.usage_metadata is None:
        return None
    used: Any = message.usage_metadata
    details = used.get("input_token_details") or {}
    read, written = details.get("cache_read") or 0, details.get("cache_creation") or 0
    recall = bool(message.tool_calls) and all(call["name"] == RECALL for call in message.tool_calls)
    return Called(used["input_tokens"], used["output_tokens"], read, written, recall)
