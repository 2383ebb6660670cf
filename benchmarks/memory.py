"""Resident memory and seconds of every method from 1,000 to 128,000 tokens, each in a process of its own.

    python benchmarks/memory.py --plot docs/length.svg
    python benchmarks/memory.py --passage 0 --lengths 8000 128000 --dtype float32

Memory is the most that the process had resident at any time, interpreter, libraries and weights included
(Linux only). Time is per token, as a multiple of the same method's at the shortest length. The text is
Python's language reference, in passages of 200 tokens or as one text.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

LENGTHS = (1_000, 8_000, 32_000, 128_000)
METHODS = ("llmlingua", "longllmlingua", "rag", "selective-context", "llmlingua2", "extractive-fusion")
PASSAGE = 200
RATE = 0.25


def child(method: str, path: str, dtype: str, model: str | None) -> None:
    """Compress once, and print seconds and megabytes."""
    from lingua_integrations import PromptCompressor
    from lingua_integrations.demo.corpus import QUESTIONS

    texts = json.loads(Path(path).read_text())
    compressor = PromptCompressor.from_pretrained(model, method, dtype=dtype)
    compressor.compress(["The first call loads the model."] * 2, question=QUESTIONS[0].text, rate=0.5)
    start = time.perf_counter()
    compressor.compress(texts, question=QUESTIONS[0].text, rate=RATE)
    print(json.dumps({"seconds": time.perf_counter() - start, "megabytes": resident()}))


def resident() -> float:
    """Mebibytes of this process at its highest."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def texts_of(tokens: int, passage: int) -> list[str]:
    """Texts of ``passage`` tokens each, ``tokens`` in all."""
    from tokenizers import Tokenizer

    from lingua_integrations.core.store.resolve import resolve
    from lingua_integrations.demo.corpus import passages

    source = "\n".join(f"{turn} {one.text}" for turn in range(3) for one in passages())
    tokenizer = Tokenizer.from_file(str(resolve("smollm2-135m-q4_1").folder / "tokenizer.json"))
    spans = tokenizer.encode(source).offsets
    edges = [spans[at][0] for at in range(0, tokens + 1, passage)]
    return [source[begin:end] for begin, end in pairwise(edges)]


def measure(method: str, tokens: int, passage: int, dtype: str, model: str | None) -> dict[str, float]:
    """One run in a new process, which is given the texts: cutting them takes memory, too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        path.write_text(json.dumps(texts_of(tokens, passage)))
        given = (method, str(path), dtype, *filter(None, [model]))
        command = [sys.executable, __file__, "--child", *given]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


class Kept:
    """What was measured before, in a file of JSON lines, so that parts may run apart.

    Args:
        path: the file; without one nothing is kept.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def __call__(
        self, method: str, tokens: int, passage: int, dtype: str, model: str | None
    ) -> dict[str, float]:
        """A run that is known, or else one that is made now."""
        run = {"method": method, "tokens": tokens, "passage": passage, "dtype": dtype}
        lines = self.path.read_text().splitlines() if self.path and self.path.exists() else []
        for known in map(json.loads, lines):
            if run.items() <= known.items():
                return known
        point = measure(method, tokens, passage, dtype, model)
        if self.path:
            with self.path.open("a") as file:
                file.write(json.dumps(run | point) + "\n")
        return point


def plot(found: dict[str, list[dict[str, float]]], lengths: Sequence[int], path: Path) -> None:
    """Seconds and memory over length."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for method, points in found.items():
        left.plot(lengths[: len(points)], [point["seconds"] for point in points], "o-", label=method)
        right.plot(lengths[: len(points)], [point["megabytes"] / 1024 for point in points], "o-")
    left.set(xscale="log", yscale="log", xlabel="tokens", ylabel="seconds")
    right.set(xscale="log", ylim=(0, 2.1), xlabel="tokens", ylabel="resident memory in all, GiB")
    right.axhline(2, color="gray", linestyle=":")
    left.legend()
    figure.savefig(path)


def main() -> None:
    """Measure, print a table, draw it."""
    if sys.argv[1:2] == ["--child"]:
        method, path, dtype, *model = sys.argv[2:]
        child(method, path, dtype, next(iter(model), None))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", nargs="*", default=METHODS)
    parser.add_argument("--lengths", nargs="*", type=int, default=LENGTHS)
    parser.add_argument("--passage", type=int, default=PASSAGE, help="tokens of a text; 0: all is one text")
    parser.add_argument("--dtype", help="type of the numbers; by default this machine's")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--keep", type=Path, help="a file of what was measured, which is not measured again")
    args = parser.parse_args()
    from contenders import classifier

    from lingua_integrations.core.models.devices import choose_dtype

    dtype = choose_dtype("cpu", args.dtype)
    found: dict[str, list[dict[str, float]]] = {}
    run = Kept(args.keep)
    print(f"In {dtype}.\n\n| method | {' | '.join(f'{length:,} tokens' for length in args.lengths)} |")
    print("|---" * (1 + len(args.lengths)) + "|")
    with tempfile.TemporaryDirectory() as folder:
        for method in args.methods:
            model = str(classifier(Path(folder))) if method == "llmlingua2" else None
            points = found.setdefault(method, [])
            for length in args.lengths:
                points.append(run(method, length, args.passage or length, dtype, model))
            pace = [point["seconds"] / length for point, length in zip(points, args.lengths, strict=True)]
            cells = [
                f"{each / pace[0]:.2f}, {point['megabytes'] / 1024:.2f} GiB"
                for each, point in zip(pace, points, strict=True)
            ]
            print(f"| {method} | {' | '.join(cells)} |", flush=True)
    if args.plot:
        plot(found, args.lengths, args.plot)


if __name__ == "__main__":
    main()
