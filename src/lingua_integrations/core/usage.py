"""Sums what compression cost and saved in a block of code, and writes its events to a trace."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lingua_integrations.core.threads import Lock
from lingua_integrations.core.trace import Compressed, Event, line_of
from lingua_integrations.errors import InvalidRequest, LinguaWarning

if TYPE_CHECKING:
    from lingua_integrations.core.prices import Prices
    from lingua_integrations.core.receipt import Receipt
    from lingua_integrations.core.results import CompressionResult

_open: ContextVar[tuple[Usage, ...]] = ContextVar("lingua_usage", default=())
_tool: ContextVar[str | None] = ContextVar("lingua_tool", default=None)
_adding = Lock()


@dataclass
class Usage:
    """Sums over calls of a compressor.

    Attributes:
        price_per_million: what a million tokens cost, in any currency; ``None``: nobody said.
        calls: how many.
        tokens_before: tokens of the target model that the budgets bounded, before.
        tokens_after: the same, after.
        seconds: spent on compressing; calls that ran at the same time count each.
        trace: a file that gets a line for each event; ``None``: none.
        prices: what tokens cost with a provider's cache; ``None``: nobody said.
        events: what happened, where there are prices to put on it.
    """

    price_per_million: float | None = None
    calls: int = 0
    tokens_before: int = 0
    tokens_after: int = 0
    seconds: float = 0.0
    trace: Path | None = None
    prices: Prices | None = None
    events: list[Event] = field(default_factory=list)

    def add(self, result: CompressionResult) -> None:
        """Count a result; `usage` does it for all calls of its block."""
        with _adding:
            self.calls += 1
            self.tokens_before += result.tokens_before
            self.tokens_after += result.tokens_after
            self.seconds += sum(result.seconds.values())

    def write(self, event: Event) -> None:
        """Add a line to the trace; where that fails there are no further ones, and a warning."""
        with _adding:
            if self.prices is not None:
                self.events.append(event)
            if self.trace is None:
                return
            try:
                with self.trace.open("a", encoding="utf-8") as file:
                    file.write(f"{line_of(event)}\n")
            except OSError as error:
                self.trace = None
                warnings.warn(f"The trace ends here: {error}", LinguaWarning, stacklevel=2)

    @property
    def told(self) -> bool:
        """Whether it wants to know of each event, and not of the sums alone."""
        return self.trace is not None or self.prices is not None

    @property
    def receipt(self) -> Receipt | None:
        """The bill so far, beside that of the same calls without compression; ``None`` without prices."""
        from lingua_integrations.core.receipt import priced

        return None if self.prices is None else priced(tuple(self.events), self.prices)

    @property
    def tokens_saved(self) -> int:
        """Target tokens that were not sent."""
        return self.tokens_before - self.tokens_after

    @property
    def saved(self) -> float | None:
        """Money saved, in the price's currency; ``None`` without a price."""
        return None if self.price_per_million is None else self.tokens_saved * self.price_per_million / 1e6

    def __str__(self) -> str:
        ratio = f" ({self.tokens_before / self.tokens_after:.1f}x)" if self.tokens_after else ""
        saved = "" if self.saved is None else f", saved {self.saved:.6g}"
        tokens = f"{self.tokens_before:,} -> {self.tokens_after:,} tokens{ratio}"
        calls = "1 call" if self.calls == 1 else f"{self.calls} calls"
        paid = f"; {self.receipt}" if self.receipt is not None and self.receipt.calls else ""
        return f"{calls}, {tokens}, {self.seconds:.2f} s{saved}{paid}"


@contextmanager
def usage(
    price_per_million: float | None = None,
    *,
    trace: str | os.PathLike[str] | None = None,
    prices: Prices | None = None,
) -> Iterator[Usage]:
    """Sum up all compressions inside the block, in whichever task or thread of it they run.

    It follows the context: asyncio's tasks, `asyncio.to_thread` and both frameworks' executors hand it on.
    Threads of your own do where they run in `contextvars.copy_context()`. Blocks may be nested, and other
    requests of a server do not count. In a generator the block is open for its caller, too, until the
    generator ends.

    Args:
        price_per_million: what a million tokens cost, in any currency.
        trace: a file to which each event adds a line of JSON, for `lingua usage report`; see `read_trace`.
        prices: of the model's tokens, with those of its cache; ``total.receipt`` is then the bill of the
            calls that `LinguaUsageHandler` has seen, beside that without compression.

    Raises:
        InvalidRequest: the file of the trace cannot be written.

    Example:
        >>> from lingua_integrations import PromptCompressor, usage
        >>> compressor = PromptCompressor(config="extractive-bm25")
        >>> with usage(price_per_million=2.5) as total:
        ...     _ = compressor.compress(
        ...         ["Emma is by Jane Austen. It came in 1815."], question="Who wrote Emma?", target_tokens=8
        ...     )
        >>> total.calls, total.tokens_before, total.tokens_after, total.saved
        (1, 13, 6, 1.75e-05)
    """
    total = Usage(price_per_million, trace=None if trace is None else Path(trace), prices=prices)
    if total.trace is not None:
        try:
            total.trace.open("a").close()
        except OSError as error:
            raise InvalidRequest(f"The trace cannot be written: {error}") from error
    _open.set((*_open.get(), total))
    try:
        yield total
    finally:  # no reset by token: a generator may be closed in another context than it was begun in
        _open.set(tuple(other for other in _open.get() if other is not total))


def count(result: CompressionResult, method: Callable[[], str | None] = lambda: None) -> None:
    """Add a result to every open block; the name of the method is asked for where one has a trace."""
    blocks = _open.get()
    for total in blocks:
        total.add(result)
    if any(total.told for total in blocks):
        seconds = round(sum(result.seconds.values()), 4)
        before, after = result.tokens_before, result.tokens_after
        record(Compressed(before, after, _tool.get(), method(), seconds, result.note))


def record(event: Event) -> None:
    """Add an event to the trace of every open block."""
    for total in _open.get():
        total.write(event)


@contextmanager
def of_tool(name: str) -> Iterator[None]:
    """Inside, what is compressed is said to be of this tool."""
    token = _tool.set(name)
    try:
        yield
    finally:
        _tool.reset(token)


@contextmanager
def uncounted() -> Iterator[None]:
    """Inside, nothing is added to any block: for calls that are steps of one that is."""
    token = _open.set(())
    try:
        yield
    finally:
        _open.reset(token)
