"""`lingua usage`: what a run cost and saved, out of the trace that it left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingua_integrations.core.visible import visible
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table
    from rich.text import Text

    from lingua_integrations.core.prices import Prices
    from lingua_integrations.core.receipt import Receipt
    from lingua_integrations.core.trace import Event

usage_app = typer.Typer(no_args_is_help=True, help="What a run cost and saved.")


@usage_app.callback()
def _usage() -> None:
    """What a run cost and saved."""


@usage_app.command()
def report(
    trace: Annotated[Path, typer.Argument(help="A file that `usage(trace=...)` wrote.", dir_okay=False)],
    prices: Annotated[
        Path | None,
        typer.Option(
            help="JSON with what a million tokens cost: input, output, cache_read, cache_write.",
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Print the receipt of a run: tokens by tool and method, and what they cost beside the run without us.

    lingua usage report run.jsonl --prices prices.json
    """
    from rich.console import Console

    from lingua_integrations.core.prices import Prices
    from lingua_integrations.core.receipt import priced
    from lingua_integrations.core.trace import read_trace

    events = list(read_trace(_text(trace).split("\n")))
    money = None if prices is None else _prices(prices)
    made = priced(events, money or Prices(input=0.0))
    console = Console(highlight=False, soft_wrap=True)
    console.print(_table(made, priced=money is not None and made.calls > 0))
    for line in (*_calls(events), *_verdict(made, money)):
        console.print(line, markup=False)


def _table(made: Receipt, *, priced: bool) -> Table:
    """A row for each tool and method."""
    from rich.table import Column, Table

    numbers = ["results", "tokens before", "after", "kept", *(["saved"] if priced else [])]
    table = Table("tool", "method", *(Column(name, justify="right") for name in numbers))
    for row in made.rows:
        kept = f"{row.tokens_after / row.tokens_before:.0%}" if row.tokens_before else ""
        cells = [f"{row.results:,}", f"{row.tokens_before:,}", f"{row.tokens_after:,}", kept]
        saved = [f"{row.saved:.6g}"] if priced else []
        table.add_row(*map(_shown, [row.tool or "-", row.method or "-", *cells, *saved]))
    return table


def _calls(events: Sequence[Event]) -> Iterator[str]:
    """What the model read and wrote."""
    from lingua_integrations.core.trace import Called

    calls = [event for event in events if isinstance(event, Called)]
    if calls:
        read, written = sum(one.cache_read for one in calls), sum(one.cache_write for one in calls)
        rest = sum(one.input_tokens for one in calls) - read - written
        output = sum(one.output_tokens for one in calls)
        yield (
            f"The model read {read:,} tokens from the cache, {written:,} that were written to it and "
            f"{rest:,} besides, and wrote {output:,}."
        )


def _verdict(made: Receipt, prices: Prices | None) -> Iterator[str]:
    """What it comes to, and where it does not pay."""
    results = sum(row.results for row in made.rows)
    if made.held_out:
        share = made.held_out / (made.held_out + results)
        yield f"Held out: {made.held_out} of {made.held_out + results} results ({share:.0%})."
    if not made.calls:
        yield "No call of a model is in the trace, so it has no price; LinguaUsageHandler writes them down."
    elif prices is None:
        yield "Give --prices for what it cost."
    else:
        yield f"{made}."
        losing = [row for row in made.rows if row.saved <= 0 and row.tokens_before]
        for row in losing:
            yield visible(
                f"Does not pay: {row.tool or 'no tool'}, {row.method or 'no method'}: {row.saved:.6g}."
            )
        if made.saved <= 0:
            yield "All in all compression did not pay."


def _shown(cell: str) -> Text:
    from rich.text import Text

    return Text(visible(cell))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file}: {getattr(error, 'strerror', None) or error}") from error


def _prices(file: Path) -> Prices:
    from lingua_integrations.core.prices import Prices

    try:
        return Prices(**json.loads(_text(file)))
    except (ValueError, TypeError) as error:
        raise InvalidRequest(
            f"{file} must hold prices as JSON, such as "
            f'{{"input": 3.0, "cache_read": 0.3, "cache_write": 3.75, "output": 15.0}}: {error}'
        ) from error
