"""What a run says: one row per method and rate, with intervals, and a verdict where there is one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from lingua_integrations.evaluation.economics import Prices, length_that_pays, price_that_pays
from lingua_integrations.evaluation.lines import Line
from lingua_integrations.evaluation.metrics import benefit_retained
from lingua_integrations.evaluation.runner import megabytes_of, seconds_of
from lingua_integrations.evaluation.statistics import Estimate, paired_p, weighted

BASELINE = "extractive-bm25"
SURE = 0.05
FIXED = ("uncompressed", "no context")
_VERDICTS = {None: "", 0: "no difference", 1: "better", -1: "worse"}


class Measure(NamedTuple):
    """What is measured of each case: its heading, and whether less is better."""

    label: str
    less: bool = False


MEASURES: dict[str, Measure] = {
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
    """One method at one rate on one task.

    Attributes:
        task: its name.
        method: the contender.
        rate: asked for.
        n: cases.
        means: of each of `MEASURES` that was seen.
        benefit: share of what the uncompressed contexts give, in nats, that is retained.
        achieved: tokens after, as a share of those before, over all cases.
        seconds: of compressing a case.
        megabytes: the most memory that a case took beyond what was there.
        pays_from: prompt length in tokens from which on it saves time; ``None``: never.
        price: of a million prompt tokens, from which on it saves money.
        better: than the baseline at this rate, by what the task is judged on: 1, -1, or 0 inside the noise;
            ``None`` where the baseline was not run on the same cases.
    """

    task: str
    method: str
    rate: float
    n: int
    means: Mapping[str, Estimate]
    benefit: float | None
    achieved: float
    seconds: float
    megabytes: float | None
    pays_from: float | None
    price: float | None
    better: int | None


def rows(lines: Sequence[Line], prices: Prices | None = None) -> list[Row]:
    """The table: tasks in their order, rates from gentle to harsh, the better first."""
    table: list[Row] = []
    for task in dict.fromkeys(line.task for line in lines):
        here = [line for line in lines if line.task == task]
        judged = judged_on(here)
        for rate in sorted({line.rate for line in here}, reverse=True):
            names = dict.fromkeys(line.method for line in here if line.rate == rate)
            made = [_row(here, name, rate, judged, prices or Prices()) for name in names]
            table += sorted(made, key=lambda row: -_worth(row, judged))
    return table


def judged_on(lines: Iterable[Line]) -> str:
    """What decides on a task: the first of `MEASURES` that was seen and is not 0 throughout."""
    found = list(lines)
    seen = (name for name in MEASURES if any(getattr(line, name) for line in found))
    return next(seen, "kept")


def _row(lines: Sequence[Line], method: str, rate: float, judged: str, prices: Prices) -> Row:
    mine = [line for line in lines if line.method == method and line.rate == rate]
    before, after = (sum(getattr(line, f"tokens_{when}") for line in mine) for when in ("before", "after"))
    achieved = after / before if before else 0.0
    seconds = seconds_of(mine)
    warm = mine[1:] if len(mine) > 1 else mine  # without the first, which loads models
    timed = method not in FIXED
    return Row(
        task=mine[0].task,
        method=method,
        rate=rate,
        n=len(mine),
        means={name: found for name in MEASURES if (found := _mean(mine, name)) is not None},
        benefit=_benefit(lines, mine),
        achieved=achieved,
        seconds=seconds,
        megabytes=megabytes_of(mine),
        pays_from=length_that_pays(
            [line.tokens_before for line in warm], [line.seconds for line in warm], achieved, prices
        )
        if timed
        else None,
        price=price_that_pays(seconds, (before - after) / len(mine), prices) if timed else None,
        better=_better(lines, mine, judged),
    )


def _mean(mine: Sequence[Line], name: str) -> Estimate | None:
    """Over the cases; nats over all tokens of all answers, so that each token counts as much."""
    seen = [(value, line) for line in mine if (value := getattr(line, name)) is not None]
    weights = [line.answer_tokens if name == "nats" else 1 for _, line in seen]
    return weighted([value for value, _ in seen], weights)


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
        total = sum(value(line) * line.answer_tokens for line in common)
        return float(total / sum(line.answer_tokens for line in common))

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
    return 1 if ahead != MEASURES[judged].less else -1


def _worth(row: Row, judged: str) -> float:
    found = row.means.get(judged)
    if found is None:
        return -1e9
    return -found.mean if MEASURES[judged].less else found.mean


def markdown(table: Sequence[Row]) -> str:
    """The table of each task, in Markdown."""
    parts = []
    for task in dict.fromkeys(row.task for row in table):
        heads, cells = columns([row for row in table if row.task == task])
        body = [_line(cells(row)) for row in table if row.task == task]
        parts.append("\n".join([f"### {task}\n", _line(heads), _line(["---"] * len(heads)), *body]))
    return "\n\n".join(parts) + "\n"


def columns(here: Sequence[Row]) -> tuple[list[str], Callable[[Row], list[str]]]:
    """Headings, and the cells of a row; what no row has is left out."""

    def measure(name: str) -> tuple[str, Callable[[Row], str], bool]:
        seen = any((found := row.means.get(name)) and found.high for row in here)
        return MEASURES[name].label, lambda row: str(row.means.get(name, "")), seen

    found: list[tuple[str, Callable[[Row], str], bool]] = [
        ("method", lambda row: row.method, True),
        ("rate", lambda row: "" if row.method in FIXED else f"{row.rate:g}", True),
        ("achieved", lambda row: f"{row.achieved:.3f}", True),
        ("n", lambda row: str(row.n), True),
        *map(measure, MEASURES),
        ("benefit retained", lambda row: _number(row.benefit, ".2f"), any(row.benefit for row in here)),
        (
            f"against {BASELINE}",
            lambda row: _VERDICTS[row.better],
            any(row.better is not None for row in here),
        ),
        ("seconds", lambda row: _number(row.seconds or None, ".2f"), True),
        ("MB", lambda row: _number(row.megabytes, ",.0f"), any(row.megabytes for row in here)),
        ("pays from, tokens", _pays, True),
        ("pays from, price", lambda row: _number(row.price, ".3g"), True),
    ]
    shown = [(head, cell) for head, cell, wanted in found if wanted]
    return [head for head, _ in shown], lambda row: [cell(row) for _, cell in shown]


def _pays(row: Row) -> str:
    if row.method in FIXED:
        return ""
    return "never" if row.pays_from is None else f"{row.pays_from:,.0f}"


def _number(value: float | None, form: str) -> str:
    return "" if value is None else f"{value:{form}}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def as_json(table: Sequence[Row], facts: Mapping[str, Any]) -> str:
    """The table with everything in it, and what it was made with."""
    plain = [
        asdict(row) | {"means": {name: found._asdict() for name, found in row.means.items()}} for row in table
    ]
    return json.dumps({**facts, "rows": plain}, indent=1) + "\n"
