"""What to keep and how to decide it, as one value. Presets are values of this class, not code paths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from lingua_integrations.errors import InvalidRequest

Unit = Literal["atom", "token"]
BudgetScope = Literal["contexts", "prompt"]
RankerName = Literal["bm25", "perplexity"]
UnitScore = Literal["mean", "max", "sum"]


@dataclass(frozen=True, kw_only=True)
class CompressionConfig:
    """Every setting of the pipeline; the defaults are the ones for retrieved documents.

    Attributes:
        rate: share of the target model's tokens to keep, in (0, 1], where a call names neither a rate nor a
            number of tokens.
        target_tokens: a budget in tokens of the target model instead of ``rate``.
        budget_scope: ``"contexts"``: the budget bounds the contexts, instruction and question stay whole and
            uncounted. ``"prompt"``: it bounds the whole prompt, and instruction and question are pruned, too.
        overhead_tokens: part of the budget that is set aside for templates, titles and metadata.
        fill: leave no dropped unit out that would still fit; ``False`` makes the budget a ceiling only.
        unit: what is kept or dropped whole: ``"atom"`` (words, numbers, identifiers, CJK characters) or
            ``"token"`` (the scorer model's tokens, as in the paper).
        ranker: orders whole contexts: ``"bm25"`` by the question (by perplexity in calls without one) or
            ``"perplexity"``, the paper's descending perplexity, which never sees the question.
        coarse_factor: whole contexts are selected up to this multiple of the budget (the paper's k).
        instruction_rate: share of the instruction to keep in prompt scope (the paper's tau_ins).
        question_rate: likewise for the question (tau_que).
        segment_tokens: tokens of the scorer model that are scored, and get their threshold, at a time.
        unit_score: how a unit's score comes from the surprisals of its tokens.
        exact_stream: encode kept tokens again, so that later ones see exactly the kept text; ``False`` only
            evicts the dropped ones from the model's cache, which is faster and approximate.
        separator: what stands between the parts of a prompt.
    """

    rate: float = 0.5
    target_tokens: int | None = None
    budget_scope: BudgetScope = "contexts"
    overhead_tokens: int = 0
    fill: bool = True
    unit: Unit = "atom"
    ranker: RankerName = "bm25"
    coarse_factor: float = 2.0
    instruction_rate: float = 0.85
    question_rate: float = 0.9
    segment_tokens: int = 200
    unit_score: UnitScore = "mean"
    exact_stream: bool = True
    separator: str = "\n\n"

    def __post_init__(self) -> None:
        for name in ("rate", "instruction_rate", "question_rate"):
            check_rate(getattr(self, name), name)
        if self.target_tokens is not None:
            check_tokens(self.target_tokens)
        if self.coarse_factor < 1:
            raise InvalidRequest(f"coarse_factor must be at least 1, not {self.coarse_factor}.")
        if self.segment_tokens < 1:
            raise InvalidRequest(f"segment_tokens must be at least 1, not {self.segment_tokens}.")
        if self.overhead_tokens < 0:
            raise InvalidRequest(f"overhead_tokens must not be negative, and is {self.overhead_tokens}.")
        if self.separator.strip():
            raise InvalidRequest(f"separator must be white space, not {self.separator!r}.")
        for name, known in _CHOICES.items():
            if getattr(self, name) not in known:
                raise InvalidRequest(
                    f"{name} must be one of {', '.join(known)}, not {getattr(self, name)!r}."
                )

    @classmethod
    def rag(cls) -> CompressionConfig:
        """Retrieved documents: ranked by the question, pruned by whole atoms. The adapters' default."""
        return cls()

    @classmethod
    def paper(cls) -> CompressionConfig:
        """LLMLingua as published (Jiang et al., EMNLP 2023, section 4 and appendix A).

        One budget for the whole prompt, k = 2, tau_ins = 0.85, tau_que = 0.9, demonstrations by descending
        perplexity, segments of 100 tokens, sub-word units.
        """
        return cls(budget_scope="prompt", unit="token", ranker="perplexity", segment_tokens=100)

    def budget_of(self, tokens: int, rate: float | None, target_tokens: int | None) -> int:
        """The budget B of a call, in target tokens: ``max(1, floor(rate * tokens))`` or the number asked for.

        Args:
            tokens: what the input counts, in target tokens.
            rate: the call's rate, if it names one.
            target_tokens: the call's budget, if it names one.

        Raises:
            InvalidRequest: both are given, or one leaves its range.

        >>> CompressionConfig().budget_of(401, None, None)
        200
        """
        if rate is not None and target_tokens is not None:
            raise InvalidRequest("Give either rate or target_tokens, not both.")
        if rate is None and target_tokens is None:
            rate, target_tokens = self.rate, self.target_tokens
        if target_tokens is not None:
            return check_tokens(target_tokens)
        return max(1, int(check_rate(self.rate if rate is None else rate, "rate") * tokens))

    def with_(self, **changes: object) -> CompressionConfig:
        """The same configuration with some settings changed.

        >>> CompressionConfig.paper().with_(segment_tokens=50).segment_tokens
        50
        """
        return replace(self, **changes)  # type: ignore[arg-type]


_CHOICES: dict[str, tuple[str, ...]] = {
    "budget_scope": ("contexts", "prompt"),
    "unit": ("atom", "token"),
    "ranker": ("bm25", "perplexity"),
    "unit_score": ("mean", "max", "sum"),
}


def check_rate(rate: float, name: str) -> float:
    """Return ``rate`` if it lies in (0, 1]; NaN does not."""
    if not 0 < rate <= 1:
        raise InvalidRequest(f"{name} must lie in (0, 1], and is {rate}.")
    return rate


def check_tokens(target_tokens: int) -> int:
    """Return ``target_tokens`` if it is a positive whole number."""
    if isinstance(target_tokens, bool) or not isinstance(target_tokens, int) or target_tokens < 1:
        raise InvalidRequest(f"target_tokens must be a whole number of at least 1, and is {target_tokens!r}.")
    return target_tokens
