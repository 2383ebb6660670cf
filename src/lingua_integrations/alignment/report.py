"""Before and after: is the tuned scorer nearer to the target, and do prompts get better for it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
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
from lingua_integrations.evaluation.extras import optional
from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.measuring import Judge
from lingua_integrations.evaluation.report import MEASURES, in_markdown
from lingua_integrations.evaluation.runner import Bench, run
from lingua_integrations.evaluation.statistics import SURE, Estimate, estimate, paired_p
from lingua_integrations.evaluation.targets import Target

_UNKNOWN = Estimate(float("nan"), float("nan"), float("nan"), 0)


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

    @classmethod
    def of(
        cls,
        what: str,
        sides: Sequence[Sequence[float]],
        weights: Sequence[float] | None = None,
        less: bool = False,
    ) -> Compared:
        """From the values before and after, one for each case; what weighs more counts more."""
        before, after = (estimate(side, weights) or _UNKNOWN for side in sides)
        weighed = (np.multiply(side, 1.0 if weights is None else weights).tolist() for side in sides)
        return cls(what, before, after, paired_p(*weighed), less)

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


def likelihoods(before: str, after: str, pairs: Sequence[Pair], recipe: Recipe) -> Compared:
    """Nats per token of the target's held-out responses, after their prompts, as tuning has them."""
    sides = []
    for scorer in (_exact(before), _exact(after)):
        tokenizer, start = scorer.loaded.tokenizer, len(scorer.loaded.start)
        rows = []
        for pair in pairs:
            one = example(pair, tokenizer, recipe.max_tokens, recipe.template)
            ids, learnt = np.array(one["input_ids"]), np.array(one["labels"]) != IGNORED
            rows.append((ids[start:][~learnt[start:]], ids[learnt]))
        sides.append([float(one.mean()) for one in scorer.surprisals(rows)])
    tokens = [len(learnt) for _, learnt in rows]
    return Compared.of(f"nats per token of {len(pairs)} held-out responses", sides, tokens, less=True)


def agreement(some: FloatArray, others: FloatArray) -> Agreement:
    """How far two scorers agree about a text's units.

    Args:
        some: surprisals of its units under one scorer, in nats.
        others: under the other.

    >>> agreement(np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 4, 3]))
    Agreement(correlation=0.8, overlap=1.0)
    """
    half = (len(some) + 1) // 2
    kept = [set(np.argsort(-values, kind="stable")[:half].tolist()) for values in (some, others)]
    correlation = optional("scipy.stats", "scipy", "align").spearmanr(some, others).statistic
    return Agreement(round(float(correlation), 12), len(kept[0] & kept[1]) / half)


def closeness(before: str, after: str, target: str, texts: Sequence[str], what: str) -> list[Compared]:
    """Rank correlation, and overlap of the kept half, between each scorer and a local target.

    Surprisals are added up over each unit, so that tokenizers may differ. Texts of fewer than three units, and
    those whose units all count the same, say nothing.
    """
    units = [one for one in map(segment, texts) if len(one) >= 3]
    *sides, wanted = (
        SelfInformation(_exact(name), "sum").score(units, "", [None] * len(units))
        for name in (before, after, target)
    )
    usable = [
        place for place, one in enumerate(wanted) if all(map(np.ptp, (one, *(s[place] for s in sides))))
    ]
    found = [[agreement(side[place], wanted[place]) for place in usable] for side in sides]
    return [
        Compared.of(f"{label}, {len(usable)} {what}", [[one[place] for one in side] for side in found])
        for place, label in enumerate(("rank correlation with the target", "overlap of the kept half"))
    ]


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
) -> Iterator[Compared]:
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
        Compressing(f"{method} by {name}", PromptCompressor(_exact(name), method), name)
        for method, name in product(methods, scorers)
    ]
    lines = run(Bench(tasks, contenders, Judge(target)), rates, Store(folder / "quality.jsonl"))
    for task, method, rate in product(tasks, methods, rates):
        before, after = (
            [line for line in lines if (line.task, line.method, line.rate) == (task.name, by, rate)]
            for by in (f"{method} by {name}" for name in scorers)
        )
        yield from _side_by_side(before, after, f"{task.name}, {method} at {1 / rate:g}x")


def _side_by_side(before: Sequence[Line], after: Sequence[Line], what: str) -> Iterator[Compared]:
    """Both have the same cases in the same order."""
    for name, measure in MEASURES.items():
        sides = [[getattr(line, name) for line in side] for side in (before, after)]
        if not any(value is None for side in sides for value in side):
            weights = [line.answer_tokens for line in before] if measure.less else None
            yield Compared.of(f"{what}: {measure.label}", sides, weights, measure.less)


def markdown(found: Sequence[Compared]) -> str:
    """A table, with a verdict only beyond the noise."""
    return in_markdown(
        {
            "measure": [one.what for one in found],
            "before": [str(one.before) for one in found],
            "after": [str(one.after) for one in found],
            "p": [f"{one.p:.3f}" for one in found],
            "": [one.verdict for one in found],
        }
    )
