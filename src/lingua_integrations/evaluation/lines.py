"""What was seen of each case, in a file that a run can go on from."""

from __future__ import annotations

from dataclasses import dataclass

from lingua_integrations.evaluation.records import Records


@dataclass(frozen=True)
class Line:
    """What was seen of one case, one contender and one rate. ``None``: not asked, or not to be had.

    Attributes:
        task: its name.
        case: its name.
        method: the contender.
        rate: asked for; 1 for contenders to whom it makes no difference.
        kept: 1 where an answer is still there word for word, else 0; of documents only.
        overlap: share of the relevant characters that is still there.
        nats: per token of the first answer, for the target: their mean.
        tokens_before: target tokens of the contexts.
        tokens_after: the same, after.
        budget: that were allowed.
        seconds: of compressing.
        key: of everything that the line depends on.
        answer_tokens: of the target, in the first answer.
        megabytes: of memory that compressing took beyond what was there.
        said: what the target answered.
        match: 1 where that is a right answer, else 0.
        f1: of its words, with the right answer.
        rouge: ROUGE-L of what it went on with.
        similarity: BERTScore of what it went on with.
    """

    task: str
    case: str
    method: str
    rate: float
    kept: float | None
    overlap: float | None
    nats: float | None
    tokens_before: int
    tokens_after: int
    budget: int
    seconds: float
    key: str
    answer_tokens: int = 1
    megabytes: float | None = None
    said: str | None = None
    match: float | None = None
    f1: float | None = None
    rouge: float | None = None
    similarity: float | None = None


class Store(Records):
    """Lines in a file, found by what they depend on."""

    def line(self, key: str) -> Line | None:
        """A line that was run before."""
        row = self.get(key)
        return None if row is None else Line(**row)
