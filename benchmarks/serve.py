"""The service under load: requests a second, latencies, errors and memory, by the number of clients.

    python benchmarks/serve.py --seconds 20

Starts `lingua serve` on this machine and asks it from one process, in which each client sends its next
request when its last one is answered. A request is some passages of about 120 tokens of Python's language
reference, at a rate of 0.5. Server and clients share the processors, so the figures are for comparison within
one run.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

import httpx
import numpy as np
import psutil

from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.demo.corpus import passages as corpus

QUESTIONS = (
    "How does an assignment bind names?",
    "When is the else clause of a loop executed?",
    "What does the yield expression give back?",
)
WORDS = 90  # of a passage


@dataclass
class Load:
    """What clients saw."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def row(self) -> list[float]:
        """Requests a second, and the median, 95th and 99th percentile of the latency in milliseconds."""
        return [len(self.latencies) / self.seconds, *(1000 * np.percentile(self.latencies, [50, 95, 99]))]


@contextmanager
def service(method: str, workers: int) -> Iterator[tuple[str, psutil.Process]]:
    """The URL of a service that is ready, and its process."""
    run = [sys.executable, "-m", "lingua_integrations", "serve", "-m", method, "--port", "0"]
    command = [*run, "--workers", str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    url = next(found[0] for line in lines if (found := re.search(r"http://127[\d.]+:\d+", line)))
    threading.Thread(target=process.stderr.read, daemon=True).start()  # or it fills up
    try:
        for _ in range(1200):
            if _answers(f"{url}/health/ready"):
                break
            time.sleep(0.1)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.HTTPError:
        return False


def requests(passages: int) -> Iterator[dict[str, object]]:
    """Requests without an end, each with other passages."""
    words = " ".join(passage.text for passage in corpus()).split(" ")
    rng = random.Random(0)
    while True:
        starts = [rng.randrange(len(words) - WORDS) for _ in range(passages)]
        texts = [" ".join(words[start : start + WORDS]) for start in starts]
        yield {"contexts": texts, "question": rng.choice(QUESTIONS), "rate": 0.5}


async def load(url: str, clients: int, passages: int, seconds: float) -> Load:
    """Ask for some seconds."""
    seen, asked = Load(), requests(passages)
    until = time.perf_counter() + seconds

    async def client(http: httpx.AsyncClient) -> None:
        while (begun := time.perf_counter()) < until:
            try:
                answer = await http.post("/v1/compress", json=next(asked))
            except httpx.HTTPError as error:
                seen.errors.append(type(error).__name__)
                continue
            if answer.status_code in (200, 422):  # 422: half of these passages is less than their best unit
                seen.latencies.append(time.perf_counter() - begun)
            else:
                seen.errors.append(str(answer.status_code))

    begun = time.perf_counter()
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as http:
        await asyncio.gather(*(client(http) for _ in range(clients)))
    seen.seconds = time.perf_counter() - begun
    return seen


def megabytes(process: psutil.Process) -> float:
    """Resident memory of a process and those that it began."""
    return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / 2**20


def together(rounds: int, passages: int) -> Iterator[float]:
    """Processor time of reading the sentences of eight requests in one call, over that of eight calls."""
    embeddings, asked = EmbeddingRanker("all-minilm-l6-v2"), requests(passages)
    embeddings.vectors(["This loads the model."])
    for _ in range(rounds):
        seconds = []
        for calls in (8, 1):  # with texts of their own, since vectors are remembered
            pieces = [piece for one in islice(asked, 8) for piece in sentences(one)]
            begun = time.process_time()
            for call in range(calls):
                embeddings.vectors(pieces[call::calls])
            seconds.append(time.process_time() - begun)
        yield seconds[1] / seconds[0]


def sentences(request: dict[str, object]) -> list[str]:
    """Pieces of a request's passages that are as long as sentences."""
    contexts = cast("list[str]", request["contexts"])
    return [text[start : start + 130] for text in contexts for start in range(0, len(text), 130)]


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--method", default="extractive-bm25")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--passages", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--together", type=int, metavar="ROUNDS", help="Only: requests read together.")
    args = parser.parse_args()
    if args.together:
        print(*(f"{ratio:.2f}" for ratio in together(args.together, args.passages)))
        return
    with service(args.method, args.workers) as (url, process):
        asyncio.run(load(url, 2, args.passages, min(args.seconds, 5)))  # what runs first warms up
        print("| clients | requests | requests a second | p50, ms | p95 | p99 | errors | memory after, MB |")
        print("|---|---|---|---|---|---|---|---|")
        for clients in args.clients:
            seen = asyncio.run(load(url, clients, args.passages, args.seconds))
            rate, *latencies = seen.row()
            cells = [f"{rate:.1f}", *(f"{one:.0f}" for one in latencies), str(len(seen.errors))]
            print(
                f"| {clients} | {len(seen.latencies)} | {' | '.join(cells)} | {megabytes(process):.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
