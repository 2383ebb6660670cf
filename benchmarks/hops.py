"""How much of the evidence stays: links between texts, a method without a rate, a smaller embedding model.

    LINGUA_DATA=FOLDER python benchmarks/hops.py --out hops [--limit 40] [--tasks hotpotqa musique]
        [--only relevant]

Side by side in one run: BM25, the default without links (hops=1), the default with all-MiniLM-L6-v2, the
default, late interaction, and the method without a rate. Of tasks with one long document a question, the
shortest ones are read. What is in ``--out`` is not run again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lingua_integrations import PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.evaluation.cases import Task
from lingua_integrations.evaluation.contenders import Compressing
from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.measuring import Judge
from lingua_integrations.evaluation.report import columns, rows
from lingua_integrations.evaluation.runner import Bench, run
from lingua_integrations.evaluation.tables import grouped

FUSION = METHODS["extractive-fusion"].config
WITH_A_RATE: dict[str, PromptCompressor] = {
    "extractive-bm25": PromptCompressor(config="extractive-bm25"),
    "hops=1": PromptCompressor(config=FUSION.with_(hops=1)),
    "with MiniLM": PromptCompressor.from_pretrained("all-minilm-l6-v2", FUSION),
    "the default": PromptCompressor(config=FUSION),
    "late interaction": PromptCompressor(config="extractive-late-interaction"),
}
FREE = {"relevant, no rate": PromptCompressor(config="relevant")}
TASKS = ("hotpotqa", "2wiki", "musique", "nq20", "xquad", "cuad", "locomo", "html")
SHOWN = ("method", "rate", "achieved", "n", "all evidence kept", "answers kept", "seconds")


def shortest(task: Task, limit: int) -> Task:
    """The first cases, or the shortest ones where each has one document."""
    cases = list(task.cases)
    if all(len(case.contexts) == 1 for case in cases):
        cases.sort(key=lambda case: len(case.contexts[0].text))
    return replace(task, cases=tuple(cases[:limit]))


def show(lines: Sequence[Line]) -> None:
    """A table for each task."""
    for task, here in grouped(rows(lines), lambda row: row.task).items():
        table = columns(here)
        heads = [head for head in SHOWN if head in table]
        print(f"\n### {task}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
        for cells in zip(*(table[head] for head in heads), strict=True):
            print(f"| {' | '.join(cells)} |")


def main() -> None:
    """Run what is missing, print a table for each task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--only", default="", help="methods whose name has this word")
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    store = Store(args.out / "lines.jsonl")
    lines = []
    for name in args.tasks:
        task = shortest(load(name), args.limit)
        for compressors, rates in ((WITH_A_RATE, [0.25, 0.1]), (FREE, [1.0])):
            contenders = [Compressing(label, one) for label, one in compressors.items() if args.only in label]
            lines += run(Bench([task], contenders, Judge()), rates, store)
    show(lines)


if __name__ == "__main__":
    main()
