"""What is measured on: questions with the texts they are asked about, and prompts with demonstrations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lingua_integrations.core.request import Context, titled
from lingua_integrations.evaluation.metrics import answer_kept

Layout = Literal["documents", "demonstrations", "continuation"]


@dataclass(frozen=True)
class Case:
    """One question."""

    name: str  # unique within its task
    question: str  # what is asked; with demonstrations and continuations, as the prompt writes it
    # documents, demonstrations, or what went before, in the order of the prompt
    contexts: tuple[Context, ...]
    # right ones; the first is the one whose likelihood is measured, as it follows on the prompt. Compression
    # never sees them
    answers: tuple[str, ...]
    # what the answer rests on, where that is known: (context, start, end) in characters
    relevant: tuple[tuple[int, int, int], ...] = ()

    @property
    def holds_answer(self) -> bool:
        """Whether an answer stands in what it rests on, word for word."""
        stretches = [self.contexts[index].text[start:end] for index, start, end in self.relevant]
        return answer_kept(self.answers, stretches)


@dataclass(frozen=True)
class Task:
    """Cases of one kind."""

    name: str  # what it is called by
    cases: tuple[Case, ...]  # in a fixed order
    layout: Layout = "documents"  # how a prompt shows contexts and question

    def answer(self, case: Case) -> str:
        """The first answer as it follows on the prompt."""
        return f" {case.answers[0]}" if self.layout == "documents" else case.answers[0]

    def prompt(self, case: Case, texts: Sequence[tuple[int | None, str]]) -> str:
        r"""What the target model reads before the answer.

        Args:
            case: the question.
            texts: what is left of the contexts, each with its index; none: the question alone. Without an
                index a text is shown as it is.

        >>> case = Case("a", "Who wrote Emma?", (Context("Emma is by Austen.", title="Emma"),), ("Austen",))
        >>> Task("t", (case,)).prompt(case, [(0, "by Austen.")])
        'Emma\nby Austen.\n\nQuestion: Who wrote Emma?\nAnswer:'
        """
        if self.layout != "documents":
            return "\n\n".join(part for part in [*(text for _, text in texts), case.question] if part)
        parts = [text if i is None else titled(text, case.contexts[i].title) for i, text in texts]
        return "\n\n".join([*parts, f"Question: {case.question}\nAnswer:"])
