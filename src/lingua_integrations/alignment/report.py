"""Before and after: is the tuned scorer nearer to the target, and do prompts get better for it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lingua_integrations.alignment.examples import IGNORED, example
from lingua_integrations.alignment.pairs import Pair
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.devices import exact_dtype
from lingua_integrations.core.prune.scorers.self_information import SelfInformation
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.types import FloatArray
from lingua_integrations.evaluation.cases import Task
from lingua_integrations.evaluation.contenders import Compressing
from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.measuring import Judge
from lingua_integrations.evaluation.report import MEASURES
from lingua_integrations.evaluation.runner import Bench, run
from lingua_integrations.evaluation.statistics import Estimate, paired_p, weighted
from lingua_integrations.evaluation.targets import Target

SURE = 0.05


@dataclass(frozen=True)
class Compared:
    """One measure under both scorers.

    Attributes:
        what: is measured, and on what.
        before: under the scorer as it was.
        after: under the tuned one.
        p: of no difference, by paired permutations.
        less: whether less is better.
    """

    what: str
    before: Estimate
    after: Estimate
    p: float
    less: bool = False

    @property
    def verdict(self) -> str:
        """Better, worse, or no difference where there is none beyond the noise."""
        if self.p >= SURE or self.before.mean == self.after.mean:
            return "no difference"
        return "better" if (self.after.mean < self.before.mean) == self.less else "worse"


class Agreement(NamedTuple):
    """Of two scorers on one text: rank correlation of units' surprisals, and overlap of the kept half."""

    correlation: float
    overlap: float


def nats(scorer: CausalLM, pairs: Sequence[Pair], recipe: Recipe) -> list[tuple[float, int]]:
    """Mean surprisal per token of each response after its prompt, in nats, and its tokens.

    It is what tuning makes small: prompt and response are shown as there.
    """
    tokenizer = scorer.loaded.tokenizer
    start = len(scorer.loaded.start)
    rows = []
    for pair in pairs:
        one = example(pair, tokenizer, recipe.max_tokens, recipe.template)
        ids, learnt = np.array(one["input_ids"]), np.array(one["labels"]) != IGNORED
        rows.append((ids[start:][~learnt[start:]], ids[learnt]))
    found = scorer.surprisals(rows)
    return [(float(one.mean()), len(one)) for one in found]


def agreement(some: FloatArray, others: FloatArray) -> Agreement:
    """How far two scorers agree about a text's units.

    Args:
        some: surprisals of its units under one scorer, in nats.
        others: under the other.

    >>> agreement(np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 4, 3]))
    Agreement(correlation=0.8, overlap=1.0)
    """
    from scipy.stats import spearmanr

    half = (len(some) + 1) // 2
    kept = [set(np.argsort(-values, kind="stable")[:half].tolist()) for values in (some, others)]
    correlation = float(spearmanr(some, others).statistic)
    return Agreement(round(correlation, 12), len(kept[0] & kept[1]) / half)


def agreements(scorers: Sequence[CausalLM], target: CausalLM, texts: Sequence[str]) -> list[list[Agreement]]:
    """Of each scorer with a local target, on the same texts: all that have three units at least.

    Surprisals are added up over each unit, so that tokenizers may differ.
    """
    units = [one for one in map(segment, texts) if len(one) >= 3]
    found = [SelfInformation(one, "sum").score(units, "", [None] * len(units)) for one in (*scorers, target)]
    usable = [place for place in range(len(units)) if all(np.ptp(side[place]) for side in found)]
    return [[agreement(side[place], found[-1][place]) for place in usable] for side in found[:-1]]


def likelihoods(before: str, after: str, pairs: Sequence[Pair], recipe: Recipe) -> Compared:
    """Nats per token of the target's held-out responses."""
    values = [nats(_exact(name), pairs, recipe) for name in (before, after)]
    means = [weighted([value for value, _ in one], [n for _, n in one]) for one in values]
    p = paired_p(*([value * n for value, n in one] for one in values))
    return _compared(f"nats per token of {len(pairs)} held-out responses", means, p, less=True)


def closeness(before: str, after: str, target: str, texts: Sequence[str], what: str) -> list[Compared]:
    """Rank correlation and overlap of the kept half between scorer and a local target."""
    reader = _exact(target)
    values = agreements([_exact(name) for name in (before, after)], reader, texts)
    found = []
    for label, place in (("rank correlation with the target", 0), ("overlap of the kept half", 1)):
        columns = [[one[place] for one in side] for side in values]
        means = [weighted(column, [1.0] * len(column)) for column in columns]
        found.append(_compared(f"{label}, {len(columns[0])} {what}", means, paired_p(*columns)))
    return found


def _exact(model: str) -> CausalLM:
    """A scorer for measuring: what tuning changes should not drown in the rounding of quicker numbers."""
    return CausalLM(model, dtype=exact_dtype())


def quality(
    scorers: tuple[str, str],
    tasks: Sequence[Task],
    methods: Sequence[str],
    rates: Sequence[float],
    target: Target | None,
    folder: Path,
) -> list[Compared]:
    """What `lingua eval` measures, of each method by both scorers.

    Args:
        scorers: before and after.
        tasks: what is asked.
        methods: that use a causal scorer.
        rates: shares of the tokens to keep.
        target: reads the answers; ``None``: only what is kept is looked at.
        folder: of the lines; a run that was cut off goes on from there.
    """
    contenders = [
        Compressing(f"{method} by {name}", PromptCompressor(_exact(name), method), model=name)
        for method in methods
        for name in scorers
    ]
    lines = run(Bench(tasks, contenders, Judge(target)), rates, Store(folder / "quality.jsonl"))
    return [
        found
        for task in tasks
        for method in methods
        for rate in rates
        for found in _side_by_side(
            lines, task.name, [f"{method} by {name}" for name in scorers], rate, method
        )
    ]


def _side_by_side(
    lines: Sequence[Line], task: str, names: Sequence[str], rate: float, method: str
) -> list[Compared]:
    sides = [
        {line.case: line for line in lines if (line.task, line.method, line.rate) == (task, name, rate)}
        for name in names
    ]
    found = []
    for name, measure in MEASURES.items():
        values = [[getattr(side[case], name) for case in sorted(side)] for side in sides]
        if not values[0] or any(value is None for column in values for value in column):
            continue
        weights = [float(sides[0][case].answer_tokens) if measure.less else 1.0 for case in sorted(sides[0])]
        means = [weighted(column, weights) for column in values]
        what = f"{task}, {method} at {1 / rate:g}x: {measure.label}"
        weighed = [[value * n for value, n in zip(column, weights, strict=True)] for column in values]
        found.append(_compared(what, means, paired_p(*weighed), less=measure.less))
    return found


def markdown(found: Sequence[Compared]) -> str:
    """A table, with a verdict only beyond the noise."""
    head = "| measure | before | after | p | |\n| --- | --- | --- | --- | --- |\n"
    rows = (f"| {one.what} | {one.before} | {one.after} | {one.p:.3f} | {one.verdict} |\n" for one in found)
    return head + "".join(rows)


def _compared(what: str, means: Sequence[Estimate | None], p: float, *, less: bool = False) -> Compared:
    before, after = (mean or Estimate(float("nan"), float("nan"), float("nan"), 0) for mean in means)
    return Compared(what, before, after, p, less)
