"""What both halves of the demo agree on: the prompt, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lingua_integrations.core.results import CompressionResult

# The question stands last: what the model read last, it follows best.
PROMPT = "{context}\n\nAnswer in a few words, from the text above only.\nQuestion: {question}"


@dataclass(frozen=True)
class Answer:
    """What a chain did with a question.

    Attributes:
        texts: the passages, as the model got them.
        text: what it said; None where it was not asked.
        result: what the compressor did; None where there was none in the chain.
    """

    texts: list[str]
    text: str | None
    result: CompressionResult | None


class Answers(Protocol):
    """A framework's half of the demo."""

    name: str

    def ask(self, question: str, rate: float | None, *, answering: bool = True) -> Answer:
        """Ask a question of the passages, compressed to ``rate``; None: whole ones."""
        ...
