"""The example selector as a contender, on demonstrations that come as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import regex

from lingua_integrations.adapters.demonstrations import Demonstrations, choose, chooser_config
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.errors import BudgetTooSmall
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.outcomes import Contender, Outcome

FIELDS = ("question", "reasoning")
_WORKED = regex.compile(
    r"(?P<question>.*?)(?P<cue>\s+(?:A: )?Let's think step by step\.?\s+)"
    r"(?P<reasoning>.*)(?P<answer>(?<!\bSo)\s(?:So )?[Tt]he answer is\b.*)",
    regex.DOTALL,
)


def taken_apart(text: str) -> dict[str, str]:
    r"""A worked demonstration's question, cue, reasoning and answer; joined they are the text again.

    What does not look like one is all reasoning.

    >>> taken_apart("Q: 1 + 2?\nA: Let's think step by step.\nIt is 3. So the answer is 3.")["answer"]
    ' So the answer is 3.'
    """
    match = _WORKED.fullmatch(text)
    return dict(match.groupdict()) if match else {"question": "", "cue": "", "reasoning": text, "answer": ""}


def written(parts: dict[str, Any]) -> str:
    """The text of a demonstration that was taken apart."""
    return "".join(parts.values())


@dataclass(frozen=True)
class Selecting(Contender):
    """What `LinguaExampleSelector` does with the fields question and reasoning, by its defaults."""

    coarse_factor: float = 4.0  # whole demonstrations are taken up to this multiple of the budget
    chooser: PromptCompressor = field(
        default_factory=lambda: PromptCompressor(
            config=chooser_config("similarity"), ranker=EmbeddingRanker()
        ),
        repr=False,
        compare=False,
    )

    @property
    def settings(self) -> str:
        """How many whole ones are taken."""
        return f"coarse_factor={self.coarse_factor:g}"

    def run(self, case: Case, rate: float) -> Outcome:
        """Whole demonstrations that are like the question, with their last steps."""
        pool = Demonstrations([taken_apart(one.text) for one in case.contexts], written, case.question)
        before = self.chooser.counter.count(pool.text(pool.examples))
        budget = self.chooser.config.budget_of(before, rate, None)
        try:
            chosen, result = choose(
                pool,
                self.chooser,
                budget,
                fields=FIELDS,
                compressor=PromptCompressor(config="steps"),
                coarse_factor=self.coarse_factor,
            )
        except BudgetTooSmall:
            return Outcome((), None, before, 0, budget)
        texts = tuple((None, written(one)) for one in chosen)
        return Outcome(texts, None, before, result.tokens_after, budget)
