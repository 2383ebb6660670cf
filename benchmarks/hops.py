"""How much of the evidence stays: links between texts, a method without a rate, other languages.

    LINGUA_DATA=FOLDER python benchmarks/hops.py --out hops [--limit 40] [--tasks hotpotqa musique]
        [--only relevant]

Side by side in one run: BM25, the default without links (hops=1), the default, the method without a rate, and
in other languages the default's model for English. What is in ``--out`` is not run again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.evaluation.contenders import Compressing
from lingua_integrations.evaluation.lines import Store
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.measuring import Judge
from lingua_integrations.evaluation.report import columns, rows
from lingua_integrations.evaluation.runner import Bench, run
from lingua_integrations.evaluation.tables import grouped

FUSION = METHODS["extractive-fusion"].config
WITH_A_RATE: dict[str, CompressionConfig] = {
    "extractive-bm25": METHODS["extractive-bm25"].config,
    "hops=1": FUSION.with_(hops=1),
    "the default": FUSION,
}
IN_OTHER_LANGUAGES = {"the English model": FUSION.with_(language="en")}
FREE = {"relevant, no rate": METHODS["relevant"].config}
SHOWN = ("method", "rate", "achieved", "n", "all evidence kept", "answers kept", "seconds")


def main() -> None:
    """Run what is missing, print a table for each task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--only", default="", help="methods whose name has this word")
    parser.add_argument("--tasks", nargs="+", default=["hotpotqa", "2wiki", "musique", "nq20", "xquad"])
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    store = Store(args.out / "lines.jsonl")
    lines = []
    for name in args.tasks:
        with_a_rate = WITH_A_RATE | (IN_OTHER_LANGUAGES if name == "xquad" else {})
        for configs, rates in ((with_a_rate, [0.25, 0.1]), (FREE, [1.0])):
            chosen = {name: one for name, one in configs.items() if args.only in name}
            contenders = [Compressing(name, PromptCompressor(config=one)) for name, one in chosen.items()]
            lines += run(Bench([load(name, args.limit)], contenders, Judge()), rates, store)
    for task, here in grouped(rows(lines), lambda row: row.task).items():
        table = columns(here)
        heads = [head for head in SHOWN if head in table]
        print(f"\n### {task}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
        for cells in zip(*(table[head] for head in heads), strict=True):
            print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
