"""What a run of rivals says: a table for each task, methods down, rates across."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from lingua_integrations.evaluation.lines import Line
from lingua_integrations.evaluation.statistics import SURE, estimate, paired_p
from lingua_integrations.evaluation.tables import grouped

FIRST = {True: "relevant", False: "extractive-fusion"}
"""With whom the others are compared: without a rate, and with one."""


def table(lines: Sequence[Line]) -> str:
    """Markdown: bold is better than ours on the same items, italic is worse, by a paired test at 5%."""
    return "\n".join(_task(task, here) for task, here in grouped(lines, lambda line: line.task).items())


def _task(task: str, lines: Sequence[Line]) -> str:
    heads = ["method", "rate", "n", "tokens", "answers kept", "p", "all evidence", "p", "seconds"]
    text = [f"### {task}\n", "| " + " | ".join(heads) + " |", "| --- " * len(heads) + "|"]
    for rate in sorted({line.rate for line in lines}, reverse=True):
        here = grouped([line for line in lines if line.rate == rate], lambda line: line.method)
        first = {line.case: line for line in here.get(FIRST[rate == 1], ())}
        rows = [_cells(mine, first, lines) for mine in here.values()]
        text += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*text, ""])


def _cells(mine: Sequence[Line], first: dict[str, Line], lines: Sequence[Line]) -> list[str]:
    share = sum(line.tokens_after for line in mine) / sum(line.tokens_before for line in mine)
    method, rate = mine[0].method, mine[0].rate
    cells = [method, f"{1 / rate:g}x" if rate < 1 else "none", str(len(mine)), f"{share:.3f}"]
    for name in ("kept", "all_kept"):
        pairs = [
            (getattr(line, name), getattr(first[line.case], name)) for line in mine if line.case in first
        ]
        known = [pair for pair in pairs if None not in pair]
        found = estimate([getattr(line, name) for line in mine if getattr(line, name) is not None])
        same = not known or method in FIRST.values()
        p = 1.0 if same else paired_p(*zip(*known, strict=True))
        mark = "" if same or p >= SURE else "**" if sum(a - b for a, b in known) > 0 else "*"
        cells += [f"{mark}{found}{mark}" if found else "", "" if same else f"{p:.3f}"]
    cold = max(line.rate for line in lines if line.method == method) == rate
    times = [line.seconds for line in mine]
    return [*cells, f"{statistics.median(times):.2f}" if cold else ""]
