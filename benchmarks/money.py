"""When compression pays, in money and in seconds: `python benchmarks/money.py`.

Arithmetic only. The prices are examples: put your own in with ``--prices INPUT,READ,WRITE`` (of a million
tokens: read without a cache, read from it, written into it), your own seconds with ``--work
NAME=FIXED,PER_TOKEN``, and the speed at which your model reads prompts with ``--speeds``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from math import floor

from lingua_integrations.core.prices import Prices
from lingua_integrations.evaluation.caching import (
    Work,
    most_calls,
    pays_from,
    waits_less_from,
)
from lingua_integrations.evaluation.tables import in_markdown

SHEETS = ("3,0.3,3.75", "1.25,0.125,1.25", "0.15,0.075,0.15")  # examples of November 2026, not quotes
WORK = (
    "extractive-fusion=0,0.00018",
    "extractive-bm25=0,0.000009",
)  # 0.4 and 0.02 s of two cores for 2,200 tokens
SPEEDS = (1_000.0, 5_000.0, 20_000.0)


def sheet(text: str) -> Prices:
    """Prices, as they are typed."""
    paid, read, write = map(float, text.split(","))
    return Prices(input=paid, cache_read=read, cache_write=write)


def work(text: str, machine: float) -> tuple[str, Work]:
    """What a method takes, as it is typed."""
    name, _, numbers = text.partition("=")
    fixed, each = map(float, numbers.split(","))
    return name, Work(fixed=fixed, per_token=each, machine_per_hour=machine)


def length(tokens: float | None) -> str:
    """From which length on, for a table; less than a token is always."""
    return "never" if tokens is None else "always" if tokens < 1 else f"from {tokens:,.0f} tokens on"


def questions(number: float | None) -> str:
    """Up to how many questions, for a table."""
    if number is None:
        return "any number"
    return f"up to {floor(number + 1e-9)} questions" if number >= 1 else "none"


def money(sheets: Sequence[str], rates: Sequence[float], method: Work) -> Iterator[list[str]]:
    """Without a cache, the length from which on it pays; with one, the questions up to which it does."""
    yield ["price of a million tokens: read, from the cache, into the cache", "no cache", *map(cached, rates)]
    for text in sheets:
        prices = sheet(text)
        alone = pays_from(max(rates), 1, prices, method, cached=False)
        yield [
            text.replace(",", ", "),
            length(alone),
            *(questions(most_calls(rate, prices)) for rate in rates),
        ]


def seconds(speeds: Sequence[float], rates: Sequence[float], methods: dict[str, Work]) -> Iterator[list[str]]:
    """From which length on the answer begins sooner."""
    yield [
        "tokens that the model reads per second",
        *(f"{name}, {1 / rate:g}x" for name in methods for rate in rates),
    ]
    for speed in speeds:
        lengths = [waits_less_from(rate, speed, one) for one in methods.values() for rate in rates]
        yield [f"{speed:,.0f}", *map(length, lengths)]


def cached(rate: float) -> str:
    """A heading."""
    return f"cached, {1 / rate:g}x"


def main() -> None:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prices", nargs="+", default=SHEETS)
    parser.add_argument("--work", nargs="+", default=WORK)
    parser.add_argument("--speeds", nargs="+", type=float, default=SPEEDS)
    parser.add_argument("--machine", type=float, default=0.1, help="price of the machine per hour")
    parser.add_argument("--rates", nargs="+", type=float, default=(0.25, 0.1))
    args = parser.parse_args()
    methods = dict(work(one, args.machine) for one in args.work)
    slowest = max(methods.values(), key=lambda one: one.price(1000))
    for rows in (money(args.prices, args.rates, slowest), seconds(args.speeds, args.rates, methods)):
        head, *body = rows
        print(in_markdown(dict(zip(head, zip(*body, strict=True), strict=True))))


if __name__ == "__main__":
    main()
