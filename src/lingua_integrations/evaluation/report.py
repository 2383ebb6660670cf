"""What a run says: one row per method and rate, with intervals, and a verdict where there is one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from lingua_integrations.evaluation.economics import Prices, length_that_pays, price_that_pays
from lingua_integrations.evaluation.lines import Line
from lingua_integrations.evaluation.metrics import benefit_retained
from lingua_integrations.evaluation.statistics import SURE, Estimate, estimate, paired_p
from lingua_integrations.evaluation.tables import grouped, in_markdown, plain

BASELINE = "extractive-bm25"
FIXED = ("uncompressed", "no context")
_VERDICTS = {None: "", 0: "no difference", 1: "better", -1: "worse"}


class Measure(NamedTuple):
    """What is measured of each case: its heading, and whether less is better."""

    label: str
    less: bool = False


MEASURES: dict[str, Measure] = {
    "all_kept": Measure("all evidence kept"),
    "overlap": Measure("relevant text kept"),
    "kept": Measure("answers kept"),
    "match": Measure("right answers"),
    "f1": Measure("F1 of answers"),
    "rouge": Measure("ROUGE-L"),
    "similarity": Measure("BERTScore"),
    "nats": Measure("nats per answer token", less=True),
}
"""In the order in which they decide: the first that a task has is the one it is judged on."""


@dataclass(frozen=True)
class Row:
    """One method at one rate on one task."""

    task: str  # its name
    method: str  # the contender
    rate: float  # asked for
    n: int  # cases
    means: Mapping[str, Estimate]  # of each of `MEASURES` that was seen
    benefit: float | None  # share of what the uncompressed contexts give, in nats, that is retained
    achieved: float  # tokens after, as a share of those before, over all cases
    seconds: float  # of compressing a case
    megabytes: float | None  # the most memory that a case took beyond what was there
    pays_from: float | None  # prompt length in tokens from which on it saves time; ``None``: never
    price: float | None  # of a million prompt tokens, from which on it saves money
    judged: str  # which of `MEASURES` its task is judged on
    # than the baseline at this rate, by that: 1, -1, or 0 inside the noise; ``None`` where the baseline was
    # not run on the same cases
    better: int | None


def rows(lines: Iterable[Line], prices: Prices | None = None) -> list[Row]:
    """The table: tasks in their order, rates from gentle to harsh, the better first."""
    table: list[Row] = []
    for here in grouped(lines, lambda line: line.task).values():
        groups = grouped(here, lambda line: (line.method, line.rate))
        judged = judged_on(here)
        made = [_row(mine, groups, judged, prices or Prices()) for mine in groups.values()]
        table += sorted(made, key=lambda row: (-row.rate, _rank(row)))
    return table


def judged_on(lines: Sequence[Line]) -> str:
    """What decides on a task: the first of `MEASURES` that was seen and is not 0 throughout."""
    return next((name for name in MEASURES if any(getattr(line, name) for line in lines)), "kept")


Groups = Mapping[tuple[str, float], Sequence[Line]]
"""Lines of a task by method and rate."""


def _row(mine: Sequence[Line], groups: Groups, judged: str, prices: Prices) -> Row:
    before, after = (sum(getattr(line, f"tokens_{when}") for line in mine) for when in ("before", "after"))
    achieved = after / before if before else 0.0
    warm = mine[1:] or mine  # without the first, which loads models
    times = [line.seconds for line in warm]
    seconds = sum(times) / len(times)
    method, rate = mine[0].method, mine[0].rate
    timed = method not in FIXED
    lengths = [line.tokens_before for line in warm]
    return Row(
        task=mine[0].task,
        method=method,
        rate=rate,
        n=len(mine),
        means={name: found for name in MEASURES if (found := _mean(mine, name)) is not None},
        benefit=_benefit(mine, *(groups.get((name, 1.0), ()) for name in ("no context", "uncompressed"))),
        achieved=achieved,
        seconds=seconds,
        megabytes=max((line.megabytes for line in mine if line.megabytes is not None), default=None),
        pays_from=length_that_pays(lengths, times, achieved, prices) if timed else None,
        price=price_that_pays(seconds, (before - after) / len(mine), prices) if timed else None,
        judged=judged,
        better=None if method == BASELINE else _better(mine, groups.get((BASELINE, rate), ()), judged),
    )


def _mean(mine: Sequence[Line], name: str) -> Estimate | None:
    """Over the cases; nats over all tokens of all answers, so that each token counts as much."""
    known = [line for line in mine if getattr(line, name) is not None]
    weights = [line.answer_tokens for line in known] if name == "nats" else None
    return estimate([getattr(line, name) for line in known], weights)


def _benefit(mine: Sequence[Line], *ends: Sequence[Line]) -> float | None:
    """Between nothing and everything, of the cases that all three were run on."""
    sides = [{line.case: line.nats for line in side if line.nats is not None} for side in (*ends, mine)]
    common = [line for line in mine if all(line.case in side for side in sides)]
    if not common:
        return None
    weights = [line.answer_tokens for line in common]
    nothing, everything, found = (
        float(np.average([side[line.case] for line in common], weights=weights)) for side in sides
    )
    return benefit_retained(nothing, found, everything)


def _better(mine: Sequence[Line], theirs: Sequence[Line], judged: str) -> int | None:
    others = {line.case: getattr(line, judged) for line in theirs}
    pairs = [(getattr(line, judged), others.get(line.case)) for line in mine]
    known = [pair for pair in pairs if None not in pair]
    if not known:
        return None
    ours, baseline = zip(*known, strict=True)
    if paired_p(ours, baseline) >= SURE:
        return 0
    return 1 if (sum(ours) > sum(baseline)) != MEASURES[judged].less else -1


def _rank(row: Row) -> float:
    """Smaller for the better."""
    found = row.means.get(row.judged)
    if found is None:
        return float("inf")
    return found.mean if MEASURES[row.judged].less else -found.mean


def markdown(table: Sequence[Row]) -> str:
    """The table of each task, in Markdown."""
    tasks = grouped(table, lambda row: row.task)
    return "\n".join(f"### {plain(task)}\n\n{in_markdown(columns(here))}" for task, here in tasks.items())


def seen(here: Sequence[Row]) -> list[str]:
    """Those of `MEASURES` that say something: not all of their means are 0."""
    return [name for name in MEASURES if any((mean := row.means.get(name)) and mean.high for row in here)]


def columns(here: Sequence[Row]) -> dict[str, list[str]]:
    """Headings, and what stands below; what no row has is left out."""
    measures = seen(here)
    cells = [_cells(row, measures) for row in here]
    table = {head: [one[head] for one in cells] for head in cells[0]}
    return {head: column for head, column in table.items() if any(column)}


def _cells(row: Row, measures: Sequence[str]) -> dict[str, str]:
    fixed = row.method in FIXED
    return {
        "method": row.method,
        "rate": "" if fixed else f"{row.rate:g}",
        "achieved": f"{row.achieved:.3f}",
        "n": str(row.n),
        **{MEASURES[name].label: str(row.means.get(name, "")) for name in measures},
        "benefit retained": _number(row.benefit, ".2f"),
        f"against {BASELINE}": _VERDICTS[row.better],
        "seconds": _number(row.seconds or None, ".2f"),
        "MB": _number(row.megabytes, ",.0f"),
        "pays from, tokens": "" if fixed else _number(row.pays_from, ",.0f", "never"),
        "pays from, price": _number(row.price, ".3g"),
    }


def _number(value: float | None, form: str, missing: str = "") -> str:
    return missing if value is None else f"{value:{form}}"


def as_json(table: Sequence[Row], facts: Mapping[str, Any]) -> str:
    """The table with everything in it, and what it was made with."""
    return json.dumps({**facts, "rows": [asdict(row) for row in table]}, indent=1) + "\n"
