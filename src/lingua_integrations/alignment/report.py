"""Before and after: is the tuned scorer nearer to the target, and do prompts get better for it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from lingua_integrations.alignment.align import HELD_OUT
from lingua_integrations.alignment.examples import IGNORED, example
from lingua_integrations.alignment.pairs import Pair, read_pairs
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.devices import exact_dtype
from lingua_integrations.core.optional import optional
from lingua_integrations.core.prune.scorers.self_information import SelfInformation
from lingua_integrations.core.store import folders as store
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.evaluation.cases import Task
from lingua_integrations.evaluation.contenders import Compressing
from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.measuring import Judge
from lingua_integrations.evaluation.report import MEASURES
from lingua_integrations.evaluation.runner import Bench, run
from lingua_integrations.evaluation.statistics import SURE, Estimate, estimate, paired_p
from lingua_integrations.evaluation.tables import in_markdown
from lingua_integrations.evaluation.targets import Target, target_of

DOCUMENTS = 100
"""Of a task's, on which scorer and target are compared."""
_UNKNOWN = Estimate(float("nan"), float("nan"), float("nan"), 0)


@dataclass(frozen=True)
class Compared:
    """One measure under both scorers."""

    what: str  # is measured, and on what
    before: Estimate  # under the scorer as it was
    after: Estimate  # under the tuned one
    p: float  # of no difference, by paired permutations
    less: bool = False  # whether less is better

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


def agreement(some: FloatArray, others: FloatArray) -> tuple[float, float]:
    """Rank correlation of two scorers' surprisals of a text's units, and overlap of the half that they keep.

    >>> agreement(np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 4, 3]))
    (0.8, 1.0)
    """
    half = (len(some) + 1) // 2
    kept = [set(np.argsort(-values, kind="stable")[:half].tolist()) for values in (some, others)]
    correlation = optional("scipy.stats", "scipy", "align").spearmanr(some, others).statistic
    return round(float(correlation), 12), len(kept[0] & kept[1]) / half


def closeness(before: str, after: str, target: str, texts: Sequence[str], what: str) -> list[Compared]:
    """Rank correlation, and overlap of the kept half, between each scorer and a local target.

    Surprisals are added up over each unit, so that tokenizers may differ. Texts of fewer than three units,
    and those whose units all count the same, say nothing.
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
    """What `lingua eval` measures, of each method by both scorers; a run that was cut off goes on."""
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


@dataclass(frozen=True)
class Comparison:
    """What is compared: the options of `lingua align report`. Without a reader only what is kept counts."""

    name: str
    work: Path
    target: str | None = None
    tasks: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("llmlingua", "longllmlingua")
    rates: tuple[float, ...] = (0.5, 0.25)
    limit: int = 50
    reader: str | None = None


def compare(asked: Comparison) -> str:
    """The table, in Markdown; written to ``report.md`` in the alignment's folder, too.

    Raises:
        InvalidRequest: it is no tuned scorer, or its held-out pairs are not there.
    """
    before, recipe = origin(asked.name)
    if asked.target:
        resolve(asked.target)  # likelihoods are compared, which a hosted target does not give
    pairs = read_pairs(asked.work / HELD_OUT).good
    tasks = [load(name, asked.limit) for name in asked.tasks]
    found = [likelihoods(before, asked.name, pairs, recipe)]
    if asked.target:
        texts = {"held-out responses": [pair.response for pair in pairs]}
        for task in tasks:
            distinct = dict.fromkeys(context.text for case in task.cases for context in case.contexts)
            texts[f"documents of {task.name}"] = list(distinct)[:DOCUMENTS]
        for what, those in texts.items():
            found += closeness(before, asked.name, asked.target, those, what)
    if tasks:
        reader = target_of(asked.reader) if asked.reader else None
        found += quality((before, asked.name), tasks, asked.methods, asked.rates, reader, asked.work)
    target = asked.target or "not at hand"
    text = f"{before} before, {asked.name} after; target: {target}\n\n{markdown(found)}"
    (asked.work / "report.md").write_text(text, "utf-8")
    return text


def origin(name: str) -> tuple[str, Recipe]:
    """The scorer that a tuned one began as, and its recipe.

    Raises:
        InvalidRequest: the store has no model of that name that was tuned.
    """
    facts = (
        (store.manifest_of(name) or {}).get("made", {}).get("facts", {}) if store.is_user_model(name) else {}
    )
    if "recipe" not in facts:
        raise InvalidRequest(
            f"{name!r} is not a scorer that was aligned here; lingua models list shows what is."
        )
    if resolve(facts["from"]).digest != facts["from digest"]:
        raise InvalidRequest(f"{facts['from']!r}, which {name!r} was trained from, has changed since.")
    return str(facts["from"]), Recipe(**facts["recipe"])
