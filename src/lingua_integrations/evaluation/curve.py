"""Distortion over rate: methods on short prompts, with the least distortion that is possible there.

What the bound means: of all ways to leave words out of these prompts, with these questions, for this target,
none has a smaller mean distortion at that mean rate. It says nothing about rewording, about other targets, or
about longer prompts; and where a prompt has too many words to try all subsets, a beam looks for good ones, so
that the true bound may lie lower.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import combinations

import numpy as np
from tqdm.auto import tqdm

from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.optional import optional
from lingua_integrations.core.request import Context
from lingua_integrations.core.types import FloatArray
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.metrics import answer_kept
from lingua_integrations.evaluation.outcomes import Contender
from lingua_integrations.evaluation.plots import figure_of, svg_of
from lingua_integrations.evaluation.tables import grouped, in_markdown
from lingua_integrations.evaluation.targets import LocalTarget

EXHAUSTIVE = 9
"""Words up to which all subsets are tried: 512 of them."""
BEAM = 6
RATES = tuple(np.linspace(0.0, 1.0, 21).round(2).tolist())
Kept = frozenset[int]
"""Places of the words that stay."""


@dataclass(frozen=True)
class Compressions:
    """What a prompt can be compressed to."""

    rates: FloatArray  # share of the tokens that each leaves, shape [m]
    distortions: FloatArray  # of each, shape [m]


@dataclass(frozen=True)
class Curve:
    """Distortion over rate."""

    label: str  # what the distortion is
    rates: Sequence[float]  # at which the bounds are known
    aware: Sequence[float]  # the bound for who knows the question
    agnostic: Sequence[float]  # the bound for who does not, and has to serve all questions about a text
    methods: dict[str, list[tuple[float, float]]]  # (mean rate, mean distortion) of each method


@dataclass(frozen=True)
class Gauge:
    """Measures what is left of the texts of a task."""

    task: Task  # cases with one context each; those with the same context are its questions
    # whose nats per answer token are the distortion; without one it is the share of answers lost
    target: LocalTarget | None
    count: Callable[[str], int]  # tokens of a text

    def distortions(self, case: Case, texts: Sequence[str]) -> list[float]:
        """Of a case, for each text that its context may be shortened to."""
        if self.target is None:
            return [1.0 - answer_kept(case.answers, [text]) for text in texts]
        prompts = [self.task.prompt(case, [(0, text)] if text else []) for text in texts]
        return self.target.nats_of(prompts, self.task.answer(case))

    def compressions(self, cases: Sequence[Case]) -> list[Compressions]:
        """The same compressions of a text for each of its questions."""
        text = cases[0].contexts[0].text
        words = text.split()

        def measure(subsets: Sequence[Kept]) -> list[list[float]]:
            left = [_left(words, kept) for kept in subsets]
            return [self.distortions(case, left) for case in cases]

        if len(words) <= EXHAUSTIVE:
            sizes = range(len(words) + 1)
            subsets = [frozenset(kept) for size in sizes for kept in combinations(range(len(words)), size)]
        else:
            subsets = beam(len(words), lambda some: np.min(measure(some), axis=0).tolist())
        rates = np.array([self.count(_left(words, kept)) for kept in subsets]) / self.count(text)
        return [Compressions(rates, np.array(found)) for found in measure(subsets)]

    def point(self, contender: Contender, rate: float) -> tuple[float, float]:
        """Mean rate and mean distortion that a method comes to."""
        shares, lost = [], []
        for case in self.task.cases:
            left = " ".join(text for _, text in contender.run(case, rate).texts)
            shares.append(self.count(left) / self.count(case.contexts[0].text))
            lost += self.distortions(case, [left])
        return float(np.mean(shares)), float(np.mean(lost))


def short_prompts() -> Task:
    """Six sentences of our own with two questions each."""
    rows = json.loads((files(__package__) / "data" / "limits.json").read_text("utf-8"))
    cases = (
        Case(f"{number}-{place}", question, (Context(row["context"]),), (answer,))
        for number, row in enumerate(rows)
        for place, (question, answer) in enumerate(row["questions"])
    )
    return Task("limits", tuple(cases))


def curve(
    task: Task, contenders: Sequence[Contender], rates: Sequence[float], target: LocalTarget | None
) -> Curve:
    """Methods and bounds on short prompts; see `Gauge`."""
    gauge = Gauge(task, target, as_counter("o200k_base").count)
    by_text = grouped(task.cases, lambda case: case.contexts[0].text).values()
    found = [gauge.compressions(cases) for cases in tqdm(by_text, "compressions", unit="prompt")]
    agnostic = [
        Compressions(each[0].rates, np.mean([one.distortions for one in each], axis=0)) for each in found
    ]
    return Curve(
        "nats per answer token" if target else "answers lost",
        RATES,
        bound([one for each in found for one in each], RATES),
        bound(agnostic, RATES),
        {
            one.name: [gauge.point(one, rate) for rate in ([1.0] if one.fixed else rates)]
            for one in contenders
        },
    )


def bound(prompts: Sequence[Compressions], rates: Sequence[float]) -> list[float]:
    """The least mean distortion at each mean rate; all prompts are equally likely.

    Nagle et al., "Fundamental Limits of Prompt Compression" (2024, arXiv:2407.15504), Theorem 1: choosing for
    every prompt x a distribution z_x over its compressions m is a linear program,

        D*(R) = min over z of  sum_x P(x) sum_m z_x(m) d(x, m)  where  sum_x P(x) sum_m z_x(m) r(x, m) <= R

    Args:
        prompts: the compressions of each.
        rates: mean share of the tokens that may be left.

    Returns:
        One distortion for each rate; infinite where no compression is so short.

    Raises:
        MissingExtra: scipy is not installed.

    Example:
        >>> one = Compressions(np.array([0.0, 1.0]), np.array([4.0, 0.0]))  # nothing, or everything
        >>> bound([one], [0.0, 0.25, 1.0])  # a quarter of the time everything
        [4.0, 3.0, 0.0]
    """
    solve = optional("scipy.optimize", "scipy", "eval").linprog
    distortions, shares = (
        np.concatenate([getattr(prompt, name) for prompt in prompts]) / len(prompts)
        for name in ("distortions", "rates")
    )
    owners = np.repeat(np.arange(len(prompts)), [len(prompt.rates) for prompt in prompts])
    each_once = (owners == np.arange(len(prompts))[:, None]).astype(float)
    found = [solve(distortions, shares[None], [rate], each_once, np.ones(len(prompts))) for rate in rates]
    return [float(one.fun) if one.status == 0 else float("inf") for one in found]


def beam(words: int, measure: Callable[[Sequence[Kept]], Sequence[float]], width: int = BEAM) -> list[Kept]:
    """Subsets of words found by adding one at a time to the best ones so far, and by leaving one out.

    ``measure`` gives the distortion of each subset; the best ``width`` of each size are gone on with.
    """
    everything = frozenset(range(words))
    found: dict[Kept, None] = {frozenset(): None, everything: None}
    for start, step in ((frozenset[int](), frozenset.union), (everything, frozenset.difference)):
        best: list[Kept] = [start]
        for _ in range(words - 1):
            grown = {step(kept, {word}) for kept in best for word in range(words)} - set(best)
            tried = [kept for kept in grown if abs(len(kept) - len(best[0])) == 1]
            order = np.argsort(measure(tried), kind="stable")[:width]
            best = [tried[place] for place in order]
            found |= dict.fromkeys(best)
    return list(found)


def _left(words: Sequence[str], kept: Kept) -> str:
    return " ".join(word for place, word in enumerate(words) if place in kept)


def drawing(found: Curve) -> str:
    """The curve as SVG."""
    figure = figure_of(8.4, 4.6)
    axes = figure.subplots()
    axes.fill_between(found.rates, found.aware, color="gray", alpha=0.12, linewidth=0)
    axes.plot(found.rates, found.aware, color="black", label="bound, knowing the question")
    axes.plot(found.rates, found.agnostic, color="black", linestyle="--", label="bound, not knowing it")
    for number, (name, points) in enumerate(found.methods.items()):
        rates, lost = zip(*sorted(points), strict=True)
        axes.plot(rates, lost, marker="os^Dv"[number % 5], markersize=4, color=f"C{number % 10}", label=name)
    axes.set(xlabel="tokens left, as a mean share", ylabel=found.label, xlim=(0, 1), ylim=(0, None))
    return svg_of(figure)


def markdown(found: Curve) -> str:
    """The numbers of a curve."""
    rates = list(zip(found.rates, found.aware, found.agnostic, strict=True))[::2]
    table = {"": ["bound, knowing the question", "bound, not knowing it"]} | {
        f"{rate:g}": [f"{aware:.2f}", f"{agnostic:.2f}"] for rate, aware, agnostic in rates
    }
    points = (
        f"- {name}: " + ", ".join(f"{lost:.2f} at {rate:.2f}" for rate, lost in sorted(points)) + "\n"
        for name, points in found.methods.items()
    )
    return f"### {found.label} over the share of tokens left\n\n{in_markdown(table)}\n{''.join(points)}"
