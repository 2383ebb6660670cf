"""From a case and a contender to a line: shorten, look at what is left, ask the target."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.lines import Line
from lingua_integrations.evaluation.memory import peak_memory
from lingua_integrations.evaluation.metrics import (
    answer_kept,
    exact_match,
    f1,
    final_answer,
    rouge_l,
    span_overlap,
)
from lingua_integrations.evaluation.outcomes import Contender
from lingua_integrations.evaluation.similarity import TokenSimilarity
from lingua_integrations.evaluation.targets import Target

LONGEST = {"documents": 24, "demonstrations": 256, "continuation": 128}
"""Tokens of an answer, by the layout of the prompt."""


@dataclass(frozen=True)
class Judge:
    """Says what an outcome is worth."""

    target: Target | None = None  # reads the prompt; ``None``: only what is left is looked at
    # compares what the target goes on with to what followed
    alike: TokenSimilarity = field(default_factory=TokenSimilarity, repr=False, compare=False)

    @property
    def name(self) -> str | None:
        """The target, and whatever its answers depend on."""
        return self.target.name if self.target else None

    def seen(self, task: Task, case: Case, prompt: str) -> dict[str, Any]:
        """What the target makes of a prompt."""
        if self.target is None:
            return {"nats": None}
        reading = self.target.read(prompt, task.answer(case))
        seen = {"nats": None} if reading is None else {"nats": reading.nats, "answer_tokens": reading.tokens}
        said = self.target.say(prompt, LONGEST[task.layout])
        return seen if said is None else seen | {"said": said} | self._worth(task, case, said)

    def _worth(self, task: Task, case: Case, said: str) -> dict[str, float]:
        if task.layout == "continuation":
            right = case.answers[0]
            return {"rouge": rouge_l(said, [right]), "similarity": self.alike(said, right)}
        if task.layout == "demonstrations":
            return {"match": float(final_answer(said) == final_answer(case.answers[0]))}
        first = said.strip().partition("\n")[0]
        return {"match": float(exact_match(first, case.answers)), "f1": f1(first, case.answers)}


def measured(judge: Judge, task: Task, contender: Contender, rate: float, case: Case, key: str) -> Line:
    """One line; ``key`` is of everything that it depends on."""
    with peak_memory() as peak:
        start = time.perf_counter()
        outcome = contender.run(case, rate)
        seconds = time.perf_counter() - start
    texts = [text for _, text in outcome.texts]
    found = case.relevant and outcome.spans is not None
    return Line(
        task=task.name,
        case=case.name,
        method=contender.name,
        rate=rate,
        kept=float(answer_kept(case.answers, texts)) if task.layout == "documents" else None,
        overlap=span_overlap(case.relevant, outcome.spans or {}) if found else None,
        tokens_before=outcome.tokens_before,
        tokens_after=outcome.tokens_after,
        budget=outcome.budget,
        seconds=0.0 if contender.fixed else seconds if outcome.seconds is None else outcome.seconds,
        megabytes=None if contender.fixed else peak.megabytes,
        key=key,
        **judge.seen(task, case, task.prompt(case, outcome.texts)),
    )
