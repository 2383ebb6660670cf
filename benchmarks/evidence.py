"""How much of the evidence stays: all ways of choosing sentences side by side, in one table.

    LINGUA_DATA=FOLDER python benchmarks/evidence.py --out evidence [--limit 40] [--tasks hotpotqa musique]
        [--only relevant lines] [--time]

Sentences or lines by BM25, our BM25, attention of a causal model (`attending.py`), the default with
all-MiniLM-L6-v2, the default without links between texts (hops=1), the default, late interaction, `relevant`,
late interaction without a rate, and the evidence alone. Attention reads no task of long documents. Where each
question has one long document, the shortest ones are read. What is in ``--out`` is not run again. With
``--time``, no method profits from what another has read, and the table has their seconds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from attending import Attention, Reader
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
from lingua_integrations.evaluation.report import Row, rows
from lingua_integrations.evaluation.runner import Bench, run
from lingua_integrations.evaluation.tables import grouped

FUSION = METHODS["extractive-fusion"].config
LATE = METHODS["extractive-late-interaction"].config
RELEVANT_LATE = LATE.with_(rate=1.0, min_relevance=0.01)
READER = Reader()
WITH_A_RATE: dict[str, PromptCompressor] = {
    "extractive-bm25": PromptCompressor(config="extractive-bm25"),
    "attention": PromptCompressor(config=FUSION, ranker=Attention(READER, differential=True)),
    "attention and BM25": PromptCompressor(
        config=FUSION, ranker=Attention(READER, differential=True, words=0.4)
    ),
    "the default with all-MiniLM-L6-v2": PromptCompressor.from_pretrained("all-minilm-l6-v2", FUSION),
    "the default without links": PromptCompressor(config=FUSION.with_(hops=1)),
    "the default": PromptCompressor(config=FUSION),
    "late interaction": PromptCompressor(config=LATE),
}
COUNTER = as_counter("o200k_base")
RATES, FREE = (0.25, 0.1), (1.0,)
TASKS = ("hotpotqa", "2wiki", "musique", "xquad", "nq20", "locomo")
LONG = ("locomo", "cuad")  # attention would read them for a minute a question


def contenders(task: str, only: Sequence[str]) -> Iterator[tuple[Contender, Sequence[float]]]:
    """Of a task, with the rates that each runs at; those whose name has one of some words."""
    found: list[tuple[Contender, Sequence[float]]] = [
        (Lines("sentences or lines by BM25", COUNTER), RATES),
        *((Compressing(label, one), RATES) for label, one in WITH_A_RATE.items()),
        (Compressing("relevant, no rate", PromptCompressor(config="relevant")), FREE),
        (Compressing("late interaction, no rate", PromptCompressor(config=RELEVANT_LATE)), FREE),
        (Oracle("the evidence alone", COUNTER), FREE),
    ]
    for contender, rates in found:
        asked = not only or any(word in contender.name for word in only)
        if asked and not (task in LONG and contender.name.startswith("attention")):
            yield contender, rates


def shortest(task: Task, limit: int) -> Task:
    """The first cases, or the shortest ones where each has one document."""
    cases = list(task.cases)
    if all(len(case.contexts) == 1 for case in cases):
        cases.sort(key=lambda case: len(case.contexts[0].text))
    return replace(task, cases=tuple(cases[:limit]))


def show(lines: Sequence[Line], *, timed: bool = False) -> None:
    """One table: methods at their rates down, tasks across; the time is relative to the default's."""
    of_tasks = grouped(rows(lines), lambda row: row.task)
    found = {(row.method, row.rate, task): row for task, here in of_tasks.items() for row in here}
    heads = ["method", *(f"{task} ({here[0].n})" for task, here in of_tasks.items())]
    heads += ["seconds"] * timed
    print("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    methods = dict.fromkeys((line.rate, line.method) for line in lines)
    for rate, method in sorted(methods, key=lambda one: (one[0] == 1.0, -one[0])):
        mine = [found.get((method, rate, task)) for task in of_tasks]
        name = method if rate == 1.0 else f"{method}, {1 / rate:.0f}x"
        times = [_time(lines, method, rate)] * timed
        print("| " + " | ".join([name, *map(_cell, mine), *times]) + " |")


def _cell(row: Row | None) -> str:
    """The share that is kept, of all evidence or else of answers, its interval, and the share of tokens."""
    if row is None:
        return ""
    kept = row.means.get("all_kept") or row.means["kept"]
    return f"{kept.mean:.3f} [{kept.low:.2f}, {kept.high:.2f}] ({row.achieved:.3f})"


def _time(lines: Sequence[Line], method: str, rate: float) -> str:
    """What a case takes, as a multiple of the default's on the same cases: the median."""
    times = {(line.method, line.rate, line.task, line.case): line.seconds for line in lines}
    mine = [key for key in times if key[:2] == (method, rate)]
    other = RATES[0] if rate == 1.0 else rate
    ratios = [times[key] / base for key in mine if (base := times.get(("the default", other, *key[2:])))]
    return f"{median(ratios):.2f}" if ratios else ""


def main() -> None:
    """Run what is missing, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--only", nargs="+", default=(), help="methods whose name has one of these words")
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--time", action="store_true", help="read everything anew for each row")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    store = Store(args.out / "lines.jsonl")
    lines = []
    for name in args.tasks:
        task = shortest(load(name), args.limit)
        for contender, rates in contenders(name, args.only):
            lines += run(Bench([task], [contender], Judge(), warm=not args.time), rates, store)
    show(lines, timed=args.time)


if __name__ == "__main__":
    main()
