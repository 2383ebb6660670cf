"""What a run says: one row per method and rate, with intervals, and a verdict where there is one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lingua_integrations.evaluation.metrics import benefit_retained
from lingua_integrations.evaluation.runner import Line, seconds_of
from lingua_integrations.evaluation.statistics import Estimate, estimate, paired_p

BASELINE = "extractive-bm25"
SURE = 0.05
_VERDICTS = {None: "", 0: "no difference", 1: "better", -1: "worse"}


@dataclass(frozen=True)
class Row:
    """One method at one rate on one task.

    Attributes:
        task: its name.
        method: the contender.
        rate: asked for.
        kept: share of cases with an answer that is still there.
        overlap: share of the relevant text that is still there.
        nats: per answer token.
        benefit: share of what the uncompressed contexts give that is retained.
        achieved: tokens after, as a share of those before, over all cases.
        seconds: of compressing a case.
        better: than the baseline at this rate, by what the task is judged on: 1, -1, or 0 inside the noise;
            ``None`` where the baseline was not run on the same cases.
    """

    task: str
    method: str
    rate: float
    kept: Estimate | None
    overlap: Estimate | None
    nats: Estimate | None
    benefit: float | None
    achieved: float
    seconds: float
    better: int | None


def rows(lines: Sequence[Line]) -> list[Row]:
    """The table: tasks in their order, rates from gentle to harsh, the better first."""
    table: list[Row] = []
    for task in dict.fromkeys(line.task for line in lines):
        here = [line for line in lines if line.task == task]
        judged = judged_on(here)
        rates = sorted({line.rate for line in here}, reverse=True)
        for rate in rates:
            names = dict.fromkeys(line.method for line in here if line.rate == rate)
            made = [_row(here, name, rate, judged) for name in names]
            table += sorted(made, key=lambda row: -_worth(row, judged))
    return table


def judged_on(lines: Iterable[Line]) -> str:
    """What decides on a task: overlap with what is relevant, else the answer, else the nats."""
    found = list(lines)
    if any(line.overlap is not None for line in found):
        return "overlap"
    return "kept" if any(line.kept for line in found) or all(line.nats is None for line in found) else "nats"


def _row(lines: Sequence[Line], method: str, rate: float, judged: str) -> Row:
    mine = [line for line in lines if line.method == method and line.rate == rate]
    before = sum(line.tokens_before for line in mine)
    return Row(
        task=mine[0].task,
        method=method,
        rate=rate,
        kept=estimate([line.kept for line in mine]),
        overlap=estimate([line.overlap for line in mine if line.overlap is not None]),
        nats=estimate([line.nats for line in mine if line.nats is not None]),
        benefit=_benefit(lines, mine),
        achieved=sum(line.tokens_after for line in mine) / before if before else 0.0,
        seconds=seconds_of(mine),
        better=_better(lines, mine, judged),
    )


def _benefit(lines: Sequence[Line], mine: Sequence[Line]) -> float | None:
    """Of the cases that all three were run on."""
    by_case = {
        name: {line.case: line.nats for line in lines if line.method == name and line.nats is not None}
        for name in ("no context", "uncompressed")
    }
    nothing, everything = by_case["no context"], by_case["uncompressed"]
    common = [line for line in mine if line.nats is not None and line.case in nothing.keys() & everything]
    if not common:
        return None

    def mean(value: Callable[[Line], Any]) -> float:
        return float(sum(map(value, common)) / len(common))

    return benefit_retained(
        mean(lambda line: nothing[line.case]),
        mean(lambda line: line.nats),
        mean(lambda line: everything[line.case]),
    )


def _better(lines: Sequence[Line], mine: Sequence[Line], judged: str) -> int | None:
    rate = mine[0].rate
    theirs = {line.case: line for line in lines if line.method == BASELINE and line.rate == rate}
    pairs = [
        (getattr(line, judged), getattr(theirs[line.case], judged)) for line in mine if line.case in theirs
    ]
    known = [(one, other) for one, other in pairs if one is not None and other is not None]
    if not known or mine[0].method == BASELINE:
        return None
    ours, others = zip(*known, strict=True)
    if paired_p(ours, others) >= SURE:
        return 0
    ahead = sum(ours) > sum(others)
    return 1 if ahead != (judged == "nats") else -1


def _worth(row: Row, judged: str) -> float:
    value: Estimate | None = getattr(row, judged)
    if value is None:
        return -1e9
    return -value.mean if judged == "nats" else value.mean


def markdown(table: Sequence[Row]) -> str:
    """The table of each task, in Markdown."""
    parts = []
    for task in dict.fromkeys(row.task for row in table):
        here = [row for row in table if row.task == task]
        heads, cells = columns(here)
        parts.append(
            "\n".join(
                [
                    f"### {task}\n",
                    _line(heads),
                    _line(["---"] * len(heads)),
                    *(_line(cells(row)) for row in here),
                ]
            )
        )
    return "\n\n".join(parts) + "\n"


def columns(here: Sequence[Row]) -> tuple[list[str], Callable[[Row], list[str]]]:
    """Headings, and the cells of a row; what no row has is left out."""
    columns: list[tuple[str, Callable[[Row], str], bool]] = [
        ("method", lambda row: row.method, True),
        ("rate", lambda row: "" if row.method in ("uncompressed", "no context") else f"{row.rate:g}", True),
        ("achieved", lambda row: f"{row.achieved:.3f}", True),
        ("n", lambda row: str(row.kept.n if row.kept else 0), True),
        ("answer kept", lambda row: str(row.kept or ""), any(row.kept and row.kept.mean for row in here)),
        ("relevant kept", lambda row: str(row.overlap or ""), any(row.overlap for row in here)),
        ("nats per answer token", lambda row: str(row.nats or ""), any(row.nats for row in here)),
        ("benefit retained", lambda row: _share(row.benefit), any(row.benefit is not None for row in here)),
        (
            f"against {BASELINE}",
            lambda row: _VERDICTS[row.better],
            any(row.better is not None for row in here),
        ),
        ("seconds", lambda row: f"{row.seconds:.2f}" if row.seconds else "", True),
    ]
    shown = [(head, cell) for head, cell, wanted in columns if wanted]
    return [head for head, _ in shown], lambda row: [cell(row) for _, cell in shown]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def as_json(table: Sequence[Row], facts: dict[str, Any]) -> str:
    """The table with everything in it, and what it was made with."""
    return json.dumps({**facts, "rows": [asdict(row) for row in table]}, indent=1) + "\n"
