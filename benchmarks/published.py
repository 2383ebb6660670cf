"""The tables of benchmarks/results that `lingua eval` makes: which method keeps what, on which task.

    python benchmarks/published.py --data FOLDER --out published

Runs `lingua eval` once for each line of `RUNS` and prints a table for each. What is in ``--out`` is not run
again. All of it takes some hours on two CPU cores; ``--only nq20`` takes a part.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lingua_integrations.evaluation.command import Request, evaluate_to

TARGET = "smollm2-135m-q4_1"
SENTENCES = "extractive-fusion,extractive,whole-embedding,whole-bm25"
FEW_SHOT = "selector,whole-embedding,steps"
FIXED = ("uncompressed", "no context")


@dataclass(frozen=True)
class Run:
    """One call of `lingua eval`, and the measures that its table shows."""

    name: str
    tasks: str
    methods: str
    rates: str
    measures: str
    limit: int = 60
    target: str | None = TARGET
    peers: str = ""

    @property
    def command(self) -> str:
        """As it would be typed."""
        peer = f" --peer {self.peers}" if self.peers else ""
        target = f" --target {self.target or 'none'}"
        return f"lingua eval {self.tasks} -n {self.limit} -m {self.methods} -r {self.rates}{target}{peer}"

    def request(self) -> Request:
        """What `lingua eval` is asked for."""
        return Request(
            tasks=tuple(self.tasks.split()),
            methods=tuple(self.methods.split(",")),
            rates=tuple(map(float, self.rates.split(","))),
            target=self.target,
            peers=tuple(filter(None, [self.peers])),
            limit=self.limit,
        )


BBH = "date_understanding sports_understanding movie_recommendation tracking_shuffled_objects_three_objects"
RUNS = (
    Run("nq20", "nq20", f"{SENTENCES},rag", "0.5,0.25,0.1", "kept,nats"),
    Run("nq20-all", "nq20", "extractive-fusion", "0.1", "kept", 300, None),
    Run("nq20-peer", "nq20", "extractive-fusion,longllmlingua", "0.25", "kept,nats", 24, peers="llmlingua"),
    Run("qmsum", "qmsum", SENTENCES, "0.5,0.25,0.1", "overlap", target=None),
    Run("multifieldqa_zh", "multifieldqa_zh", SENTENCES, "0.5,0.25,0.1", "kept", target=None),
    Run("gsm8k", "gsm8k", f"{FEW_SHOT},whole-short", "0.2,0.07,0.05", "nats,benefit"),
    Run("bbh", " ".join(f"bbh-{task}" for task in BBH.split()), FEW_SHOT, "0.5", "nats,benefit"),
)


def table(rows: Sequence[dict], measures: Sequence[str]) -> str:
    """Methods down, rates across, for each measure; better than the baseline is bold, worse is in italics."""
    rates = sorted({row["rate"] for row in rows if row["method"] not in FIXED}, reverse=True)
    heads = [
        "method",
        "n",
        *(f"{LABELS[measure]}, {1 / rate:.3g}x" for measure in measures for rate in rates),
    ]
    body = []
    for method in dict.fromkeys(row["method"] for row in rows):
        mine = {row["rate"]: row for row in rows if row["method"] == method}
        first = next(iter(mine.values()))
        cells = [method, str(first["n"])]
        for measure in measures:
            for rate in rates:
                row = first if method in FIXED else mine.get(rate)
                cells.append("" if row is None else _cell(row, measure, bold=measure == measures[0]))
        body.append(cells)
    lines = [heads, ["---"] * len(heads), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


LABELS = {"kept": "kept", "overlap": "relevant kept", "nats": "nats", "benefit": "benefit"}


def _cell(row: dict, measure: str, *, bold: bool) -> str:
    if measure == "benefit":
        return "" if row["benefit"] is None else f"{row['benefit']:.2f}"
    found = row["means"].get(measure)
    if found is None:
        return ""
    text = f"{found['mean']:.3f} [{found['low']:.2f}, {found['high']:.2f}]"
    mark = {1: "**", -1: "*"}.get(row["better"] or 0, "") if bold else ""
    return f"{mark}{text}{mark}"


def main() -> None:
    """Run what is missing, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with the data sets; else LINGUA_DATA names it")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[run.name for run in RUNS])
    args = parser.parse_args()
    if args.data is not None:
        os.environ["LINGUA_DATA"] = str(args.data)
    for run in RUNS:
        if run.name not in args.only:
            continue
        folder = args.out / run.name
        evaluate_to(folder, run.request())
        rows = json.loads((folder / "report.json").read_text("utf-8"))["rows"]
        print(f"### {run.name}\n\n`{run.command}`\n")
        for task in dict.fromkeys(row["task"] for row in rows):
            print(f"{task}:\n")
            print(table([row for row in rows if row["task"] == task], run.measures.split(",")), "\n")


if __name__ == "__main__":
    main()
