"""Which method keeps the answer? Share of questions whose answer is still in the compressed documents.

    python benchmarks/answers_kept.py --data nq20_dev.jsonl.gz --out results.jsonl

Every row of the data (JSONL, plain or gzipped) has ``question``, ``answers`` and ``documents``, each with
``title`` and ``text``. One line per question, method and rate goes to ``--out``; what is already there is
not run again, so that a run can be resumed. Answers are compared word for word, without case, punctuation
and articles. Budgets count o200k_base
tokens over all documents.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import regex
from tqdm import tqdm

from lingua_integrations import CompressionConfig, Context, PromptCompressor
from lingua_integrations.core.counting import as_counter
from lingua_integrations.core.methods import METHODS

RATES = (0.5, 0.25, 0.1)
count = as_counter("o200k_base").count


class Random:
    """Units in random order: what any method has to beat."""

    name = None

    def score(self, texts, question, titles):
        rng = np.random.default_rng(0)
        return [rng.random(len(units)) for units in texts]


class First:
    """Units in the order of the text: truncation."""

    name = None

    def score(self, texts, question, titles):
        begins = np.cumsum([0, *map(len, texts)])
        return [-np.arange(begin, begin + len(units)) for begin, units in zip(begins, texts, strict=False)]


def compressors(names: list[str], model: str | None) -> Iterator[tuple[str, PromptCompressor | None]]:
    """The methods asked for, and the baselines."""
    whole = CompressionConfig(coarse_factor=None)
    baselines = {
        "uncompressed": None,
        "random sentences": PromptCompressor(Random(), whole.with_(unit="sentence")),
        "random atoms": PromptCompressor(Random(), whole),
        "truncation": PromptCompressor(First(), whole),
    }
    for name in names:
        if name in baselines:
            yield name, baselines[name]
        else:
            chosen = model if name == "llmlingua2" else None
            yield name, PromptCompressor.from_pretrained(chosen, name)


def normalised(text: str) -> str:
    """Words and numbers alone, in lower case, without articles, between single spaces."""
    words = regex.findall(r"\w+", text.lower())
    return f" {' '.join(word for word in words if word not in ('a', 'an', 'the'))} "


def kept(answers: list[str], texts: list[str]) -> bool:
    """Whether one of the answers stands in one of the texts, word for word."""
    places = [normalised(text) for text in texts]
    return any(normalised(answer) in place for answer in answers for place in places)


def measure(row: dict[str, Any], compressor: PromptCompressor | None, rate: float) -> dict[str, Any]:
    """One question: whether its answer is kept, tokens before and after, seconds."""
    contexts = [Context(document["text"], title=document["title"]) for document in row["documents"]]
    if compressor is None:
        return {"kept": kept(row["answers"], [context.text for context in contexts]), "seconds": 0.0}
    start = time.perf_counter()
    result = compressor.compress(contexts, question=row["question"], rate=rate)
    return {
        "kept": kept(row["answers"], result.texts),
        "seconds": time.perf_counter() - start,
        "before": result.tokens_before,
        "after": result.tokens_after,
        "budget": result.budget,
    }


def peer_line(line: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The same of another implementation's output."""
    return {**line, "kept": kept(row["answers"], [line["text"]]), "after": count(line["text"])}


def interval(values: list[bool], draws: int = 2000) -> tuple[float, float]:
    """Bootstrap 95% interval of a mean."""
    rng = random.Random(0)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(draws))
    return means[int(0.025 * draws)], means[int(0.975 * draws)]


def report(lines: list[dict[str, Any]]) -> str:
    """The table, in Markdown, best at the highest compression first."""
    rates = sorted({line["rate"] for line in lines}, reverse=True)
    names = {line["method"] for line in lines}

    def of(name: str, rate: float) -> list[dict[str, Any]]:
        return [line for line in lines if line["method"] == name and line["rate"] == rate]

    def cell(name: str, rate: float) -> str:
        values = [line["kept"] for line in of(name, rate)]
        if not values:
            return "–"
        low, high = interval(values)
        return f"{np.mean(values):.3f} [{low:.2f}, {high:.2f}]"

    def value(name: str) -> float:
        return float(np.mean([line["kept"] for line in of(name, rates[-1])] or [0]))

    head = ["method", "questions", *(f"{1 / rate:g}x" for rate in rates), "s per question at 4x"]
    out = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name in sorted(names, key=value, reverse=True):
        seconds = [line["seconds"] for line in of(name, 0.25)] or [0.0]
        n = max(len(of(name, rate)) for rate in rates)
        cells = [cell(name, rate) for rate in rates]
        out.append(f"| {name} | {n} | " + " | ".join(cells) + f" | {np.mean(seconds):.2f} |")
    return "\n".join(out)


def main() -> None:
    """Run what is missing, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--methods", nargs="*", default=["uncompressed", "random sentences", *METHODS])
    parser.add_argument("--rates", nargs="*", type=float, default=RATES)
    parser.add_argument("--limit", type=int, default=None, help="the first questions only")
    parser.add_argument("--classifier", help="model of llmlingua2")
    parser.add_argument("--peer", type=Path, help="what peer_llmlingua.py wrote; goes into the table")
    args = parser.parse_args()
    opener = gzip.open if args.data.suffix == ".gz" else open
    with opener(args.data, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream][: args.limit]
    done = [json.loads(line) for line in args.out.read_text().splitlines()] if args.out.exists() else []
    known = {(line["method"], line["rate"], line["row"]) for line in done}
    with args.out.open("a", encoding="utf-8") as stream:
        for name, compressor in compressors(args.methods, args.classifier):
            todo = [(r, i) for i in range(len(rows)) for r in args.rates if (name, r, i) not in known]
            for rate, i in tqdm(todo, desc=name, unit="question"):
                line = {"method": name, "rate": rate, "row": i} | measure(rows[i], compressor, rate)
                stream.write(json.dumps(line) + "\n")
                stream.flush()
                done.append(line)
    if args.peer:
        done += [peer_line(line, rows[line["row"]]) for line in map(json.loads, args.peer.open())]
    print(report(done))


if __name__ == "__main__":
    main()
