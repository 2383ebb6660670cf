"""The measurements of a run, one line for each case, in a file from which a run continues."""

from __future__ import annotations

from dataclasses import dataclass

from lingua_integrations.evaluation.records import Records


@dataclass(frozen=True)
class Line:
    """What was seen of one case, one contender and one rate. ``None``: not asked, or not to be had."""

    task: str  # its name
    case: str  # its name
    method: str  # the contender
    rate: float  # asked for; 1 for contenders to whom it makes no difference
    # 1 where an answer is still there word for word, else 0; of documents only, and inside the evidence
    # where that is known and holds one
    kept: float | None
    overlap: float | None  # share of the relevant characters that is still there
    nats: float | None  # per token of the first answer, for the target: their mean
    tokens_before: int  # target tokens of the contexts
    tokens_after: int  # the same, after
    budget: int  # that were allowed
    seconds: float  # of compressing
    key: str  # of everything that the line depends on
    answer_tokens: int = 1  # of the target, in the first answer
    all_kept: float | None = None  # 1 where every piece of evidence is still there, else 0
    megabytes: float | None = None  # of memory that compressing took beyond what was there
    said: str | None = None  # what the target answered
    match: float | None = None  # 1 where that is a right answer, else 0
    f1: float | None = None  # of its words, with the right answer
    rouge: float | None = None  # ROUGE-L of what it went on with
    similarity: float | None = None  # BERTScore of what it went on with


class Store(Records):
    """Lines in a file, found by what they depend on."""

    def line(self, key: str) -> Line | None:
        """A line that was run before."""
        row = self.get(key)
        return None if row is None else Line(**row)
