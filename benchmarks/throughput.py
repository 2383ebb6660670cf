"""Many requests: one after the other, and at once in threads.

    python benchmarks/throughput.py --requests 16

Every request is five passages of 119 tokens of Python's language reference. Prints requests per second
relative to one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from functools import partial
from itertools import islice

from contenders import QUESTION, TOKENS, texts_of

from lingua_integrations import PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from speed import seconds


def in_turn(compressor: PromptCompressor, requests: list[list[str]]) -> None:
    """All requests, one after the other."""
    for texts in requests:
        compressor.compress(texts, question=QUESTION, rate=0.5)


def at_once(compressor: PromptCompressor, requests: list[list[str]]) -> None:
    """All requests, in threads."""

    async def together() -> None:
        await asyncio.gather(*(compressor.acompress(t, question=QUESTION, rate=0.5) for t in requests))

    asyncio.run(together())


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    scorer = CausalLM(DEFAULT_SCORER)
    requests = list(islice(texts_of(scorer, 5, TOKENS), args.requests))
    print("| method | one after the other | in threads |\n|---|---|---|")
    for method in ("llmlingua", "longllmlingua"):
        compressor = PromptCompressor(scorer, method)
        ways = (partial(in_turn, compressor, requests), partial(at_once, compressor, requests))
        in_turn(compressor, requests[:1])  # what runs first warms up
        times = [[seconds(way) for way in ways] for _ in range(args.rounds)]
        one, threads = map(statistics.median, zip(*times, strict=True))
        print(f"| {method} | 1 | {one / threads:.2f} |", flush=True)


if __name__ == "__main__":
    main()
