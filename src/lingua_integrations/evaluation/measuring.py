"""From a case and a contender to a line: shorten, look at what is left, ask the target."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.lines import Line
from lingua_integrations.evaluation.memory import peak_memory
from lingua_integrations.evaluation.metrics import (
    all_kept,
    answer_kept,
    exact_match,
    f1,
    final_answer,
    kept_of,
    rouge_l,
    span_overlap,
)
from lingua_integrations.evaluation.outcomes import Contender, Outcome
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
    spans = outcome.spans if case.relevant else None
    held = spans is not None and case.holds_answer
    return Line(
        task=task.name,
        case=case.name,
        method=contender.name,
        rate=rate,
        kept=_kept(case, outcome) if task.layout == "documents" else None,
        overlap=span_overlap(case.relevant, spans) if spans is not None else None,
        all_kept=float(all_kept(case.relevant, spans)) if held and spans is not None else None,
        tokens_before=outcome.tokens_before,
        tokens_after=outcome.tokens_after,
        budget=outcome.budget,
        seconds=0.0 if contender.fixed else seconds if outcome.seconds is None else outcome.seconds,
        megabytes=None if contender.fixed else peak.megabytes,
        key=key,
        **judge.seen(task, case, task.prompt(case, outcome.texts)),
    )


def _kept(case: Case, outcome: Outcome) -> float:
    """Whether an answer is left: inside its evidence, where that is known."""
    texts = [text for _, text in outcome.texts]
    if case.holds_answer and outcome.spans is not None:
        texts = kept_of([context.text for context in case.contexts], case.relevant, outcome.spans)
    return float(answer_kept(case.answers, texts))
