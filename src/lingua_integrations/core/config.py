"""What to keep and how to decide it, as one value. Presets are values of this class, not code paths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from lingua_integrations.core.calibration import Calibration
from lingua_integrations.core.checks import check_marker, check_rate, check_share, check_tokens
from lingua_integrations.core.text.landmarks import Landmarks
from lingua_integrations.core.text.must_keep import MustKeep
from lingua_integrations.errors import InvalidRequest

Unit = Literal["atom", "token", "phrase", "sentence", "context"]
BudgetScope = Literal["contexts", "prompt"]
RankerName = Literal[
    "bm25",
    "perplexity",
    "question-perplexity",
    "embedding",
    "fusion",
    "late-interaction",
    "cross-encoder",
    "pruner",
]
ScorerName = Literal[
    "auto",
    "relevance",
    "salience",
    "surprisal",
    "contrastive",
    "self-information",
    "classifier",
    "pruner",
    "tail",
]
UnitScore = Literal["mean", "max", "sum"]
Keep = Literal["budget", "relevant"]
WhenNothing = Literal["best", "empty"]
Order = Literal["original", "relevance", "edges"]

RESTRICTION = "We can get the answer to this question in the given documents."
"""What LongLLMLingua appends to the question, so that the model expects an answer in the documents."""


@dataclass(frozen=True, kw_only=True)
class CompressionConfig:
    """Every setting of the pipeline. The defaults keep whole sentences: the method "extractive-fusion".

    In a call without a question, the defaults keep the most informative sentences: the method "salience".

    Attributes:
        rate: share of the target model's tokens to keep, in (0, 1], if a call gives neither a rate nor a
            number of tokens.
        target_tokens: a budget in tokens of the target model instead of ``rate``.
        budget_scope: ``"contexts"``: the budget covers the contexts; instruction and question stay whole and
            are not counted. ``"prompt"``: it covers the whole prompt, and instruction and question are pruned
            as well.
        overhead_tokens: part of the budget to reserve for templates, titles and metadata.
        fill: add every dropped unit that still fits. ``False`` makes the budget a ceiling only.
        threshold: drop units with a lower score, even if the budget has room, as long as one unit is left.
            The score is in the scorer's own measure: nats, probability, cosine.
        keep: ``"budget"``: keep all that fits and lies above the floors. ``"relevant"``: the floors decide
            even if everything would fit, and the budget is a ceiling.
        floor: drop units that are less relevant than this, even if the budget has room. It is a share of the
            distance between the mean relevance of a call's units and the best one, below 1. ``None`` fills
            the budget. It applies if whole sentences are chosen by relevance.
        min_relevance: the least probability, in (0, 1), that a unit is evidence for the answer. Less likely
            units are dropped; the best one stays. It needs a ranker with a calibration, see ``calibration``.
        keep_answer: instead of ``min_relevance``: the share, in (0, 1), of the expected evidence to keep. The
            best units stay until they hold that share of all probability; ``floor`` does not apply.
        when_nothing: what stays if no unit reaches ``min_relevance``, or a pruner's own threshold:
            ``"best"``, the best one, or ``"empty"``, nothing.
        calibration: turns a ranker's scores into probabilities. Default: that of the ranker, if it is
            "fusion", "late-interaction", "embedding" or "bm25". A pruner's scores are probabilities already.
        unit: what is kept or dropped whole: ``"sentence"`` (also a heading, list item, table row or block of
            code), ``"atom"`` (words, numbers, identifiers), ``"token"`` (the scorer model's tokens, as in
            the paper), ``"phrase"`` (roughly a noun phrase), ``"context"`` (all of it).
        language: of the texts, as an ISO 639 code; decides where sentences end. Default: detected for each
            text.
        gap_marker: text that stands where something was left out, such as ``"…"`` or
            ``"[{lines} lines left out]"``. It counts towards the budget. Source code has its own mark, and in
            JSON it is an element or a member.
        must_keep: what stays in every selected context, whatever its score.
        landmarks: in a list of similar records, those to keep before hardly relevant ones: errors, extremes,
            rare values, the first and the last. ``None``: only relevance counts.
        ranker: how contexts and sentences are ordered by the question: ``"bm25"``, ``"embedding"``,
            ``"fusion"`` (of these two), ``"late-interaction"`` (tokens of question and text compared, and
            BM25), ``"cross-encoder"``, ``"pruner"`` (the pruner's ranking head), or
            ``"question-perplexity"`` (LongLLMLingua: perplexity of the question given the context).
            ``"perplexity"`` is LLMLingua's descending order, which never sees the question; it also replaces
            the others if a causal LM prunes and there is no question.
        coarse_factor: select whole contexts up to this multiple of the budget (k, which is 2 in the paper;
            if documents look alike, less pruning inside them keeps more answers). ``None``: keep all in the
            race.
        dynamic_rate: how much more than average is kept of the most relevant selected context, and how much
            less of the least relevant one (LongLLMLingua's delta tau). The budget stays the same.
        order: order of the contexts that come out: ``"original"``, ``"relevance"`` (the most relevant
            first), or ``"edges"`` (the most relevant at both ends, where models read best).
        filter: a pass over the selected contexts before this configuration's own, for example one that keeps
            whole sentences. Only its units and scores count.
        filter_factor: the filter keeps this multiple of the budget.
        scorer: what gives a unit its score. ``"relevance"``: the ranker. ``"salience"``: how much of the call
            it says, without a question. ``"auto"``: relevance if there is a question, else salience.
            ``"surprisal"``: iteratively, given what was kept before. ``"contrastive"``: how much the question
            lowers its surprisal. ``"self-information"``: surprisal in one pass. ``"classifier"``: a token
            classifier's probability to keep. ``"pruner"``: the same from a model that reads the question, as
            its authors define it. ``"tail"``: the later in its text, the better.
        unit_score: how a unit's score is computed from its tokens. ``"sum"`` is the unit's own surprisal, so
            names and numbers of many tokens stay; a classifier's probabilities are averaged.
        segment_tokens: how many tokens of the scorer model are scored at a time, with one threshold.
        independent: score each text as if it stood alone, instead of given what was kept of the texts before
            it. Texts are then read together, ranking reuses the pass, and scores can be cached.
        hops: where to look for the answer. 1: where the question points. 2: also in texts whose titles the
            best units name, and in units that say a name which they say; and so on. It costs no extra
            reading.
        neighbours: how many units on either side of a relevant one are kept as well.
        diversity: 0 ranks units by relevance alone. Above 0, up to 1, units that repeat better ones come
            later (maximal marginal relevance, with 1 - lambda).
        instruction_rate: share of the instruction to keep in prompt scope (the paper's tau_ins).
        question_rate: share of the question to keep in prompt scope (tau_que).
        separator: what stands between the parts of a prompt.
    """

    rate: float = 0.5
    target_tokens: int | None = None
    budget_scope: BudgetScope = "contexts"
    overhead_tokens: int = 0
    fill: bool = True
    threshold: float | None = None
    keep: Keep = "budget"
    floor: float | None = 0.2
    min_relevance: float | None = None
    keep_answer: float | None = None
    when_nothing: WhenNothing = "best"
    calibration: Calibration | None = None
    unit: Unit = "sentence"
    language: str | None = None
    gap_marker: str | None = None
    must_keep: MustKeep | None = None
    landmarks: Landmarks | None = None
    ranker: RankerName = "fusion"
    coarse_factor: float | None = None
    dynamic_rate: float = 0.0
    order: Order = "original"
    filter: CompressionConfig | None = None
    filter_factor: float = 2.0
    scorer: ScorerName = "auto"
    unit_score: UnitScore = "sum"
    segment_tokens: int = 200
    independent: bool = False
    hops: int = 2
    neighbours: int = 0
    diversity: float = 0.0
    instruction_rate: float = 0.85
    question_rate: float = 0.9
    separator: str = "\n\n"

    def __post_init__(self) -> None:
        for name in ("rate", "instruction_rate", "question_rate"):
            check_rate(getattr(self, name), name)
        if self.target_tokens is not None:
            check_tokens(self.target_tokens)
        for name, known in _CHOICES.items():
            value = getattr(self, name)
            if value not in known:
                raise InvalidRequest(f"{name} must be one of {', '.join(known)}, not {value!r}.")
        self._check_ranges()
        check_marker(self.gap_marker)
        self._check_units()
        if self.separator.strip():
            raise InvalidRequest(f"separator must be white space, not {self.separator!r}.")

    def _check_units(self) -> None:
        if self.filter is not None and self.filter.filter is not None:
            raise InvalidRequest("A filter cannot have a filter of its own.")
        if self.filter is not None and self.filter.when_nothing == "empty":
            raise InvalidRequest(
                'A filter cannot have when_nothing="empty": it would leave nothing to shorten.'
            )
        if self.filter is not None and self.unit == "context":
            raise InvalidRequest("A filter shortens contexts, and unit='context' keeps them whole.")
        if self.scorer == "pruner" and self.unit not in ("sentence", "context"):
            raise InvalidRequest(
                f"A pruner scores whole sentences: unit must be 'sentence' or 'context', not {self.unit!r}."
            )
        if self.filter is not None and _SIZES.index(self.filter.unit) < _SIZES.index(self.unit):
            raise InvalidRequest(
                f"The filter's unit ({self.filter.unit!r}) must not be smaller than unit={self.unit!r}."
            )

    def _check_ranges(self) -> None:
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value is not None and not value >= least:
                raise InvalidRequest(f"{name} must be at least {least}, not {value}.")
        if self.floor is not None and not self.floor < 1:
            raise InvalidRequest(f"floor must be less than 1, not {self.floor}.")
        for name in ("min_relevance", "keep_answer"):
            check_share(getattr(self, name), name)
        if None not in (self.min_relevance, self.keep_answer):
            raise InvalidRequest("Give either min_relevance or keep_answer, not both.")
        known = self.min_relevance is not None or self.scorer == "pruner"
        if self.when_nothing == "empty" and not (known and self.budget_scope == "contexts"):
            raise InvalidRequest(
                'when_nothing="empty" needs min_relevance, or a pruner, and budget_scope="contexts".'
            )
        if self.free and not self.floored:
            raise InvalidRequest(
                'keep="relevant", min_relevance and keep_answer need whole sentences, chosen by relevance to '
                'a question, and a floor: unit="sentence", scorer="relevance" or "pruner", diversity=0.'
            )
        for name in ("dynamic_rate", "diversity"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidRequest(f"{name} must be in [0, 1], not {getattr(self, name)}.")

    @classmethod
    def rag(cls) -> CompressionConfig:
        """Words of retrieved documents: contexts by BM25, then LLMLingua's pruning by whole atoms."""
        return cls(unit="atom", scorer="surprisal", ranker="bm25", coarse_factor=1.2)

    @classmethod
    def paper(cls) -> CompressionConfig:
        """LLMLingua as published (Jiang et al., EMNLP 2023, section 4 and appendix A).

        One budget for the whole prompt, k = 2, tau_ins = 0.85, tau_que = 0.9, demonstrations by descending
        perplexity, segments of 100 tokens, sub-word units.
        """
        return cls.rag().with_(
            budget_scope="prompt", unit="token", ranker="perplexity", coarse_factor=2.0, segment_tokens=100
        )

    @property
    def ranks(self) -> bool:
        """Whether whole contexts may have to be put in order."""
        return self.coarse_factor is not None or self.dynamic_rate > 0 or self.order != "original"

    @property
    def causal(self) -> bool:
        """Whether a causal language model scores the units."""
        return self.scorer in ("surprisal", "contrastive", "self-information")

    @property
    def free(self) -> bool:
        """Whether relevance decides even where everything would fit: the budget is a ceiling."""
        return self.keep == "relevant" or self.min_relevance is not None or self.keep_answer is not None

    @property
    def strict(self) -> bool:
        """Whether no unit may take the place of a more relevant one that did not fit."""
        return self.scorer in ("relevance", "pruner") and self.unit == "sentence"

    @property
    def floored(self) -> bool:
        """Whether the floors decide about units."""
        return self.strict and self.floor is not None and not self.diversity

    def settled(self, question: str) -> CompressionConfig:
        """The configuration of a call: ``scorer="auto"`` becomes what the call asks for."""
        filtered = self.filter and self.filter.settled(question)
        scorer = "relevance" if question.strip() else "salience"
        return self.with_(filter=filtered, scorer=scorer if self.scorer == "auto" else self.scorer)

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
    "keep": get_args(Keep),
    "when_nothing": get_args(WhenNothing),
    "budget_scope": get_args(BudgetScope),
    "unit": get_args(Unit),
    "ranker": get_args(RankerName),
    "order": get_args(Order),
    "scorer": get_args(ScorerName),
    "unit_score": get_args(UnitScore),
}
_SIZES: tuple[Unit, ...] = ("token", "atom", "phrase", "sentence", "context")
"""From the smallest unit to the largest."""
_LEAST = {
    "coarse_factor": 1, "filter_factor": 1, "segment_tokens": 1,
    "overhead_tokens": 0, "neighbours": 0, "hops": 1,
}  # fmt: skip
