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
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from lingua_integrations.core.budget.counting import TokenCounter, as_counter
from lingua_integrations.core.request import Context
from lingua_integrations.evaluation.bound import Compressions, bound
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.metrics import answer_kept
from lingua_integrations.evaluation.outcomes import Contender
from lingua_integrations.evaluation.plots import figure_of, svg_of
from lingua_integrations.evaluation.targets import LocalTarget

EXHAUSTIVE = 9
"""Words up to which all subsets are tried: 512 of them."""
BEAM = 6
RATES = tuple(np.linspace(0.0, 1.0, 21).round(2).tolist())
Distortion = Callable[[Task, Case, Sequence[str]], list[float]]
Kept = frozenset[int]


@dataclass(frozen=True)
class Curve:
    """Distortion over rate.

    Attributes:
        label: what the distortion is.
        rates: at which the bounds are known.
        aware: the bound for who knows the question.
        agnostic: the bound for who does not, and has to serve all questions about a text.
        methods: (mean rate, mean distortion) of each method.
    """

    label: str
    rates: Sequence[float]
    aware: Sequence[float]
    agnostic: Sequence[float]
    methods: dict[str, list[tuple[float, float]]]


def short_prompts() -> Task:
    """Six sentences of our own with two questions each."""
    rows = json.loads((files(__package__) / "data" / "limits.json").read_text("utf-8"))
    return Task(
        "limits",
        tuple(
            Case(f"{number}-{place}", question, (Context(row["context"]),), (answer,))
            for number, row in enumerate(rows)
            for place, (question, answer) in enumerate(row["questions"])
        ),
    )


def nats(target: LocalTarget) -> Distortion:
    """Surprisal of the answer per token, for a target."""

    def measure(task: Task, case: Case, texts: Sequence[str]) -> list[float]:
        prompts = [task.prompt(case, [(0, text)] if text else []) for text in texts]
        return target.nats_of(prompts, task.answer(case))

    return measure


def answers_lost(task: Task, case: Case, texts: Sequence[str]) -> list[float]:
    """1 where no answer is left word for word, else 0."""
    return [1.0 - answer_kept(case.answers, [text]) for text in texts]


def curve(
    task: Task, contenders: Sequence[Contender], rates: Sequence[float], target: LocalTarget | None
) -> Curve:
    """Methods and bounds on short prompts of one context each.

    Args:
        task: cases with one context; those with the same context are its questions.
        contenders: methods.
        rates: asked of them.
        target: whose nats are the distortion; without one it is the share of answers lost.
    """
    distortion = answers_lost if target is None else nats(target)
    counter = as_counter("o200k_base")
    texts = dict.fromkeys(case.contexts[0].text for case in task.cases)
    aware: list[Compressions] = []
    agnostic: list[Compressions] = []
    for text in tqdm(texts, "compressions", unit="prompt"):
        cases = [case for case in task.cases if case.contexts[0].text == text]
        found = _compressions(task, cases, counter, distortion)
        aware += found
        agnostic += [Compressions(found[0].rates, np.mean([one.distortions for one in found], axis=0))]
    return Curve(
        "nats per answer token" if target else "answers lost",
        RATES,
        bound(aware, RATES),
        bound(agnostic, RATES),
        {one.name: _points(task, one, rates, counter, distortion) for one in contenders},
    )


def _compressions(
    task: Task, cases: Sequence[Case], counter: TokenCounter, distortion: Distortion
) -> list[Compressions]:
    """The same compressions of a text for each of its questions."""
    text = cases[0].contexts[0].text
    words = text.split()

    def measure(subsets: Sequence[Kept]) -> list[list[float]]:
        left = [_left(words, kept) for kept in subsets]
        return [distortion(task, case, left) for case in cases]

    if len(words) <= EXHAUSTIVE:
        subsets = [
            frozenset(kept)
            for size in range(len(words) + 1)
            for kept in combinations(range(len(words)), size)
        ]
    else:
        subsets = beam(len(words), lambda some: [min(of) for of in zip(*measure(some), strict=True)])
    total = counter.count(text)
    rates = np.array([counter.count(_left(words, kept)) / total for kept in subsets])
    return [Compressions(rates, np.array(found)) for found in measure(subsets)]


def beam(words: int, measure: Callable[[Sequence[Kept]], Sequence[float]], width: int = BEAM) -> list[Kept]:
    """Subsets of words found by adding one at a time to the best ones so far, and by leaving one out.

    Args:
        words: how many there are.
        measure: distortion of each subset.
        width: subsets of each size that are gone on with.
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


def _points(
    task: Task, one: Contender, rates: Sequence[float], counter: TokenCounter, distortion: Distortion
) -> list[tuple[float, float]]:
    points = []
    for rate in [1.0] if one.fixed else rates:
        left = [" ".join(text for _, text in one.run(case, rate).texts) for case in task.cases]
        shares = [
            counter.count(text) / counter.count(case.contexts[0].text)
            for text, case in zip(left, task.cases, strict=True)
        ]
        lost = [distortion(task, case, [text])[0] for text, case in zip(left, task.cases, strict=True)]
        points.append((float(np.mean(shares)), float(np.mean(lost))))
    return points


def drawing(found: Curve) -> str:
    """The curve as SVG."""
    figure = figure_of(8.4, 4.6)
    axes: Any = figure.subplots()
    axes.fill_between(found.rates, found.aware, color="gray", alpha=0.12, linewidth=0)
    axes.plot(found.rates, found.aware, color="black", label="bound, knowing the question")
    axes.plot(found.rates, found.agnostic, color="black", linestyle="--", label="bound, not knowing it")
    for number, (name, points) in enumerate(found.methods.items()):
        rates, lost = zip(*sorted(points), strict=True)
        axes.plot(rates, lost, marker="os^Dv"[number % 5], markersize=4, color=f"C{number % 10}", label=name)
    axes.set(xlabel="tokens left, as a mean share", ylabel=found.label, xlim=(0, 1), ylim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right upper", frameon=False, fontsize=8)
    return svg_of(figure)


def markdown(found: Curve) -> str:
    """The numbers of a curve."""
    heads = ["", *(f"{rate:g}" for rate in found.rates[::2])]
    rows = [
        ["bound, knowing the question", *(f"{value:.2f}" for value in found.aware[::2])],
        ["bound, not knowing it", *(f"{value:.2f}" for value in found.agnostic[::2])],
    ]
    table = [heads, ["---"] * len(heads), *rows]
    lines = ["| " + " | ".join(row) + " |" for row in table]
    points = [
        f"- {name}: " + ", ".join(f"{lost:.2f} at {rate:.2f}" for rate, lost in sorted(points))
        for name, points in found.methods.items()
    ]
    return "\n".join([f"### {found.label} over the share of tokens left\n", *lines, "", *points]) + "\n"
