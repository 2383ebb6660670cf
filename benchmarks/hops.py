"""How much of the evidence stays: links between texts, a method without a rate, a smaller embedding model.

    LINGUA_DATA=FOLDER python benchmarks/hops.py --out hops [--limit 40] [--tasks hotpotqa musique]
        [--only relevant lines]

Side by side in one run: sentences or lines by BM25, our BM25, the default without links (hops=1), the default
with all-MiniLM-L6-v2, the default, late interaction, `relevant`, late interaction without a rate, and the
evidence alone. Of tasks with one long document a question, the shortest ones are read. What is in ``--out``
is not run again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from baselines import Lines, Oracle

from lingua_integrations import PromptCompressor
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.methods import METHODS
from lingua_integrations.evaluation.cases import Task
from lingua_integrations.evaluation.contenders import Compressing
from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.measuring import Judge
from lingua_integrations.evaluation.outcomes import Contender
from lingua_integrations.evaluation.report import columns, rows
from lingua_integrations.evaluation.runner import Bench, run
from lingua_integrations.evaluation.tables import grouped

FUSION = METHODS["extractive-fusion"].config
LATE = METHODS["extractive-late-interaction"].config
RELEVANT_LATE = LATE.with_(rate=1.0, min_relevance=0.01)
WITH_A_RATE: dict[str, PromptCompressor] = {
    "extractive-bm25": PromptCompressor(config="extractive-bm25"),
    "hops=1": PromptCompressor(config=FUSION.with_(hops=1)),
    "with MiniLM": PromptCompressor.from_pretrained("all-minilm-l6-v2", FUSION),
    "the default": PromptCompressor(config=FUSION),
    "late interaction": PromptCompressor(config=LATE),
}
COUNTER = as_counter("o200k_base")
RATES, FREE = (0.25, 0.1), (1.0,)
TASKS = ("hotpotqa", "2wiki", "musique", "nq20", "xquad", "cuad", "locomo", "html")
SHOWN = ("method", "rate", "achieved", "n", "all evidence kept", "answers kept", "seconds")


def contenders(only: Sequence[str]) -> Iterator[tuple[Contender, Sequence[float]]]:
    """With the rates that each runs at; those whose name has one of some words."""
    found: list[tuple[Contender, Sequence[float]]] = [
        (Lines("sentences or lines by BM25", COUNTER), RATES),
        *((Compressing(label, one), RATES) for label, one in WITH_A_RATE.items()),
        (Compressing("relevant, no rate", PromptCompressor(config="relevant")), FREE),
        (Compressing("late interaction, no rate", PromptCompressor(config=RELEVANT_LATE)), FREE),
        (Oracle("the evidence alone", COUNTER), FREE),
    ]
    return (one for one in found if not only or any(word in one[0].name for word in only))


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
    parser.add_argument("--only", nargs="+", default=(), help="methods whose name has one of these words")
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    store = Store(args.out / "lines.jsonl")
    lines = []
    for name in args.tasks:
        task = shortest(load(name), args.limit)
        for contender, rates in contenders(args.only):
            lines += run(Bench([task], [contender], Judge()), rates, store)
    show(lines)


if __name__ == "__main__":
    main()
