"""What a run of rivals says: one table for all tasks, and one for each with everything in it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from lingua_integrations.evaluation.lines import Line
from lingua_integrations.evaluation.statistics import SURE, estimate, paired_p
from lingua_integrations.evaluation.tables import grouped

FIRST = {True: "relevant", False: "extractive-fusion"}
"""With whom the others are compared: without a rate, and with one."""


def complete(lines: Sequence[Line]) -> list[Line]:
    """Of each task the cases that everybody has run: all rows are of the same items."""
    kept: list[Line] = []
    for here in grouped(lines, lambda line: line.task).values():
        settings = {(line.method, line.rate) for line in here}
        by_case = grouped(here, lambda line: line.case).values()
        kept += [line for mine in by_case if len(mine) == len(settings) for line in mine]
    return kept


def summary(lines: Sequence[Line], rates: Sequence[float]) -> str:
    """Markdown: methods down, tasks and rates across; answers kept, and the share of tokens that came out."""
    tasks = grouped(complete(lines), lambda line: line.task)
    heads = [f"{task}, {_named(rate)}" for task in tasks for rate in rates]
    methods = dict.fromkeys(line.method for here in tasks.values() for line in here if line.rate in rates)
    text = [f"| method | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for method in methods:
        cells = [_cell(method, rate, here) for here in tasks.values() for rate in rates]
        text.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join(text) + "\n"


def _cell(method: str, rate: float, here: Sequence[Line]) -> str:
    rows = grouped([line for line in here if line.rate == rate], lambda line: line.method)
    if method not in rows:
        return ""
    return f"{_judged(rows[method], rows.get(FIRST[rate == 1], ()), 'kept')[0]} ({_share(rows[method]):.2f})"


def table(lines: Sequence[Line]) -> str:
    """Markdown: bold is better than ours on the same items, italic is worse, by a paired test at 5%."""
    tasks = grouped(complete(lines), lambda line: line.task)
    return "\n".join(_task(task, here) for task, here in tasks.items())


def _task(task: str, lines: Sequence[Line]) -> str:
    heads = ["method", "rate", "n", "tokens", "answers kept", "p", "all evidence", "p", "seconds"]
    text = [f"## {task}\n", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for rate in sorted({line.rate for line in lines}, reverse=True):
        rows = grouped([line for line in lines if line.rate == rate], lambda line: line.method)
        first = rows.get(FIRST[rate == 1], ())
        for method, mine in rows.items():
            cold = rate == max(line.rate for line in lines if line.method == method)
            seconds = f"{statistics.median(line.seconds for line in mine):.2f}" if cold else ""
            judged = [*_judged(mine, first, "kept"), *_judged(mine, first, "all_kept")]
            cells = [method, _named(rate), str(len(mine)), f"{_share(mine):.3f}", *judged, seconds]
            text.append("| " + " | ".join(cells) + " |")
    return "\n".join([*text, ""])


def _judged(mine: Sequence[Line], first: Sequence[Line], name: str) -> tuple[str, str]:
    """The mean of a measure, and p of no difference from the first on the same cases."""
    found = estimate([value for line in mine if (value := getattr(line, name)) is not None])
    others = {line.case: getattr(line, name) for line in first}
    pairs = [(getattr(line, name), others.get(line.case)) for line in mine]
    known = [pair for pair in pairs if None not in pair]
    if found is None or not known or mine[0].method == first[0].method:
        return str(found or ""), ""
    p = paired_p(*zip(*known, strict=True))
    mark = "" if p >= SURE else "**" if sum(a - b for a, b in known) > 0 else "*"
    return f"{mark}{found}{mark}", f"{p:.3f}"


def _share(mine: Sequence[Line]) -> float:
    return sum(line.tokens_after for line in mine) / sum(line.tokens_before for line in mine)


def _named(rate: float) -> str:
    return f"{1 / rate:g}x" if rate < 1 else "no rate"
