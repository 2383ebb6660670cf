"""Draws the pictures of docs/evidence.md from what the benchmarks left.

python benchmarks/evidence_pictures.py --reader reader/answers.jsonl --rivals rivals/lines.jsonl
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from chart import Bar, Series, bars, lines

from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.statistics import estimate
from lingua_integrations.evaluation.tables import grouped

DOCS = Path(__file__).parent.parent / "docs"
TITLES = {
    "nq20": "NaturalQuestions: 20 documents that look alike",
    "hotpotqa": "HotpotQA: two facts in different documents",
    "tatqa": "TAT-QA: tables and notes of annual reports",
}
SHOWN = {
    "extractive-fusion": "the default",
    "extractive-bm25": "extractive-bm25",
    "EmbeddingsFilter": "EmbeddingsFilter (LangChain)",
    "SentenceEmbeddingOptimizer": "SentenceEmbeddingOptimizer",
    "lines by BM25": "lines by BM25",
    "relevant": "relevant, without a rate",
    "the evidence alone": "the evidence alone: the bound",
}
TICKS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5)


def curves(task: str, found: Sequence[Line]) -> str:
    """Answers kept over the tokens that came out, one line for each method."""
    by_method = grouped(found, lambda line: line.method)
    series = []
    for method, label in SHOWN.items():
        rates = grouped(by_method.get(method, ()), lambda line: line.rate).values()
        points = sorted((_share(mine), sum(line.kept or 0.0 for line in mine) / len(mine)) for mine in rates)
        series.append(Series(label, points))
    return lines(TITLES[task], series, TICKS, "tokens that come out, as a share of all")


def _share(mine: Sequence[Line]) -> float:
    return sum(line.tokens_after for line in mine) / sum(line.tokens_before for line in mine)


def answers(rows: Sequence[dict]) -> str:
    """Right answers of a reader, and the tokens that it read."""
    drawn = []
    for name, mine in grouped(rows, lambda row: str(row["contexts"])).items():
        found = estimate([row["right"] for row in mine])
        if found is not None:
            tokens = sum(row["tokens"] for row in mine) / len(mine)
            drawn.append(Bar(name, found.mean, found.low, found.high, f"{tokens:,.0f} tokens"))
    drawn.sort(key=lambda bar: -bar.value)
    return bars("Right answers of a small model, 20 documents a question", drawn, "share of right answers")


def main() -> None:
    """Write the pictures for which there is something to draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reader", type=Path)
    parser.add_argument("--rivals", type=Path)
    args = parser.parse_args()
    if args.reader:
        rows = [json.loads(line) for line in args.reader.read_text("utf-8").splitlines()]
        (DOCS / "reader.svg").write_text(answers(rows), "utf-8")
    if args.rivals:
        found = grouped([Line(**row) for row in Store(args.rivals).rows()], lambda line: line.task)
        for task in TITLES.keys() & found.keys():
            (DOCS / f"kept_{task}.svg").write_text(curves(task, found[task]), "utf-8")


if __name__ == "__main__":
    main()
