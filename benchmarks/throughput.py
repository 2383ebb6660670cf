"""Many requests: one after the other, at once in threads, and at once with texts that share passes.

    python benchmarks/throughput.py --requests 16

Every request is five passages of 119 tokens of Python's language reference. Prints requests per second
relative to one after the other, and how far scores of shared passes are from those of texts read alone.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from itertools import islice

import numpy as np
from contenders import QUESTION, TOKENS, texts_of

from lingua_integrations import PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.scorers.shared import Shared
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER


async def together(compressor: PromptCompressor, requests: list[list[str]], rate: float) -> list:
    """All requests at once."""
    return await asyncio.gather(
        *(compressor.acompress(texts, question=QUESTION, rate=rate) for texts in requests)
    )


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    scorer = CausalLM(DEFAULT_SCORER)
    requests = list(islice(texts_of(scorer, 5, TOKENS), args.requests))
    print("| method | one after the other | in threads | sharing passes | kept characters that differ |")
    print("|---|---|---|---|---|")
    for method in ("llmlingua", "longllmlingua"):
        plain = PromptCompressor(scorer, method)
        shared = PromptCompressor(Shared(scorer), method)
        seconds: dict[str, list[float]] = {"one": [], "threads": [], "shared": []}
        for _ in range(args.rounds):
            for name, compressor in (("one", plain), ("threads", plain), ("shared", shared)):
                start = time.perf_counter()
                if name == "one":
                    alone = [plain.compress(texts, question=QUESTION, rate=0.5) for texts in requests]
                else:
                    found = asyncio.run(together(compressor, requests, 0.5))
                seconds[name].append(time.perf_counter() - start)
        base = statistics.median(seconds["one"])
        ratios = [f"{base / statistics.median(times):.2f}" for times in seconds.values()]
        print(f"| {method} |", " | ".join(ratios), f"| {differing(alone, found):.2%} |", flush=True)
    nothing = np.zeros(0, dtype=np.int64)
    rows = [(nothing, scorer.encode(text).ids) for text in requests[0]]
    pairs = zip(scorer.surprisals(rows), Shared(scorer).surprisals(rows), strict=True)
    print(f"\nScores differ by at most {max(abs(one - two).max() for one, two in pairs):.1e} nats.")


def differing(some: list, others: list) -> float:
    """Share of characters that one keeps and the other does not."""
    differ = total = 0
    for one, other in zip(some, others, strict=True):
        marks = [
            {
                (text.index, at)
                for text in result.contexts
                for start, end in text.spans
                for at in range(start, end)
            }
            for result in (one, other)
        ]
        differ, total = differ + len(marks[0] ^ marks[1]), total + len(marks[0])
    return differ / total


if __name__ == "__main__":
    main()
