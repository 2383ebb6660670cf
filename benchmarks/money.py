"""When compression pays, in money and in seconds: `python benchmarks/money.py`.

Arithmetic only. The price sheets are examples: put your own in with ``--prices NAME=INPUT,READ,WRITE``, per
million tokens, your own seconds with ``--work NAME=FIXED,PER_TOKEN``, and the speed at which your model reads
prompts with ``--speeds``.
"""

from __future__ import annotations

import argparse

from lingua_integrations.core.prices import Prices
from lingua_integrations.evaluation.caching import (
    Work,
    most_calls,
    pays_from,
    waits_less_from,
)

SHEETS = ("large=3,0.3,3.75", "medium=1.25,0.125,1.25", "small=0.15,0.075,0.15")
WORK = (
    "extractive-fusion=0.02,0.00018",
    "extractive-bm25=0.002,0.000009",
)  # on two cores, measured at 2,200 tokens
SPEEDS = (1_000.0, 5_000.0, 20_000.0)


def sheet(text: str) -> tuple[str, Prices]:
    """A price sheet, as it is typed."""
    name, _, numbers = text.partition("=")
    paid, read, write = map(float, numbers.split(","))
    return name, Prices(input=paid, cache_read=read, cache_write=write)


def work(text: str, machine: float) -> tuple[str, Work]:
    """What a method takes, as it is typed."""
    name, _, numbers = text.partition("=")
    fixed, each = map(float, numbers.split(","))
    return name, Work(fixed=fixed, per_token=each, machine_per_hour=machine)


def tokens(length: float | None) -> str:
    """A length for a table: lengths below a token always pay."""
    return "never" if length is None else "always" if length < 1 else f"{length:,.0f}"


def calls(number: float | None) -> str:
    """A number of calls for a table."""
    return "any number" if number is None else f"{number:.0f}" if number >= 1 else "none"


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
    heads = [
        f"{1 / rate:g}x: {what}"
        for rate in args.rates
        for what in ("no cache", "cached, 10 questions", "cached, up to")
    ]
    print(f"| prices | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    slow = max(methods.values(), key=lambda one: one.price(1000))
    for name, prices in map(sheet, args.prices):
        cells = []
        for rate in args.rates:
            alone = pays_from(rate, 1, prices, slow, cached=False)
            again = pays_from(rate, 10, prices, slow, cached=True)
            cells += [tokens(alone), tokens(again), calls(most_calls(rate, prices))]
        print(f"| {name} | {' | '.join(cells)} |")
    heads = [f"{name}, {1 / rate:g}x" for name in methods for rate in args.rates]
    print(f"\n| tokens per second | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    for speed in args.speeds:
        cells = [tokens(waits_less_from(rate, speed, one)) for one in methods.values() for rate in args.rates]
        print(f"| {speed:,.0f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
