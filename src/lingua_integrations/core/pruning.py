"""Stage 5, prune: a first decision about every unit, by whichever scorer the configuration names."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from lingua_integrations.core.config import RESTRICTION, CompressionConfig
from lingua_integrations.core.fit import Draft, fit
from lingua_integrations.core.iterative import Pruner
from lingua_integrations.core.journal import Journal
from lingua_integrations.core.kit import Kit
from lingua_integrations.core.layout import tables
from lingua_integrations.core.onepass import keep_best
from lingua_integrations.core.planning import Plan
from lingua_integrations.core.prompt import Part, Prompt
from lingua_integrations.core.protocols import Ranker, UnitScorer
from lingua_integrations.core.rankers.perplexity import PerplexityRanker, QuestionPerplexityRanker, Readings
from lingua_integrations.core.scorers.contrastive import ContrastiveStream
from lingua_integrations.core.sources import Sources, Together, contrasts_apart, surprisals_apart
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest

Read = TypeVar("Read", bound=Readings)


@dataclass(frozen=True)
class Pruning:
    """Prunes the parts of a prompt: in one pass, or iteratively.

    Attributes:
        prompt: the parts.
        config: scorer, segments, threshold.
        kit: scorers and rankers.
        journal: whom it asks is written there.
        ranker: that has put the contexts in order, if any.
    """

    prompt: Prompt
    config: CompressionConfig
    kit: Kit
    journal: Journal
    ranker: Ranker | None = None

    def drafts(self, plan: Plan) -> list[Draft | None]:
        """Stage 5: a first decision about the units of every selected part, in the order of the prompt."""
        parts = list(zip(self.prompt.bounded, plan.rates, strict=True))
        if not plan.prunes and self.config.threshold is None:
            return [Draft.all_of(part.units, part.forced) if rate else None for part, rate in parts]
        drafts = [draft and with_heads(draft) for draft in self._score(parts)]
        return [
            self._settled(draft, int(rate * part.tokens))
            if draft and part.context.rate is not None
            else draft
            for draft, (part, rate) in zip(drafts, parts, strict=True)
        ]

    def _settled(self, draft: Draft, ceiling: int) -> Draft:
        """A draft that uses up the share of its own: it gets no more where others leave something.

        Nor does it give up anything before the others do.
        """
        with suppress(BudgetTooSmall):  # what must be kept goes before the share
            (kept,) = fit([draft], ceiling, self.prompt.count, fill=self.config.fill)
            draft = replace(draft, kept=kept)
        return replace(draft, margin=np.where(draft.kept, np.inf, -np.inf))

    def _score(self, parts: Sequence[tuple[Part, float]]) -> list[Draft | None]:
        scorer = self.kit.unit_scorer(self.config, self._question)
        if scorer is not None:
            return self._at_once(scorer, parts)
        floor = -np.inf if self.config.threshold is None else self.config.threshold
        drafts = self._iteratively(parts, floor)
        if any(draft is not None and draft.kept.any() for draft in drafts):
            return drafts
        return only_the_best(self._iteratively(parts, -np.inf))

    def _at_once(self, scorer: UnitScorer, parts: Sequence[tuple[Part, float]]) -> list[Draft | None]:
        """Every unit scored in one pass; one threshold for all that have the same rate."""
        racing = [(part, rate) for part, rate in parts if rate and len(part.units)]
        self.journal.asked.append(scorer)
        units = [part.units for part, _ in racing]
        scores = scorer.score(units, self._question, [part.context.title for part, _ in racing])
        scores = [np.asarray(one, dtype=np.float64) for one in scores]
        if [one.shape for one in scores] != [(len(one),) for one in units] or not all(
            np.isfinite(one).all() for one in scores
        ):
            raise InvalidRequest(f"{scorer!r} must give one finite score for each unit of each text.")
        rates = [rate for _, rate in racing]
        best = max((float(one.max()) for one in scores), default=0.0)
        floor = -np.inf if self.config.threshold is None else min(self.config.threshold, best)
        chosen = iter(keep_best([part for part, _ in racing], rates, scores, floor, self.prompt.count))
        return [next(chosen) if rate and len(part.units) else None for part, rate in parts]

    def _iteratively(self, parts: Sequence[tuple[Part, float]], floor: float) -> list[Draft | None]:
        """Segment by segment, each scored given what was kept before it (LLMLingua, Algorithm 2)."""
        config = self.config
        whole = 1.0 if config.threshold is None else np.inf  # the rate at which nothing has to be scored
        stays = [rate >= whole or part.context.rate == 1.0 or not len(part.units) for part, rate in parts]
        sources = self._sources(
            [part for (part, rate), stay in zip(parts, stays, strict=True) if rate and not stay]
        )
        left_to_fit = config.independent and config.fill
        pruner = Pruner(
            self.prompt.count, config.segment_tokens, config.unit_score, floor, left_to_fit=left_to_fit
        )
        drafts: list[Draft | None] = []
        last = max((i for i, (_, rate) in enumerate(parts) if 0 < rate < whole), default=0)
        for i, (part, rate) in enumerate(parts):
            if not rate:
                drafts.append(None)
                continue
            if stays[i]:
                sources.whole(part)
                drafts.append(Draft.all_of(part.units, part.forced))
            else:
                drafts.append(pruner.prune(part.units, sources.of(part), part.forced, rate, settle=i == last))
            sources.after()
        return drafts

    def _sources(self, parts: Sequence[Part]) -> Sources:
        """What scores the texts, after the instruction; for a contrast also after the question.

        Raises:
            InvalidRequest: the contrast to the question is asked for, and there is none.
        """
        scorer, config = self.kit.token_scorer(), self.config
        self.journal.asked.append(scorer)
        contrast = config.scorer == "contrastive"
        if contrast and not self._question.strip():
            raise InvalidRequest(
                "This method needs a question: it scores by the contrast to it. llmlingua does without."
            )
        if contrast and config.independent:
            return contrasts_apart(
                scorer, parts, config, self._question, self._coarse(QuestionPerplexityRanker)
            )
        joint = scorer.encode(self.prompt.separator).ids
        outside = self.prompt.instruction if self.prompt.scope == "contexts" else None
        prefix = np.r_[scorer.encode(outside.text).ids, joint] if outside else joint[:0]
        if config.independent:
            return surprisals_apart(scorer, parts, config, prefix, self._coarse(PerplexityRanker))
        stream = scorer.stream(prefix, exact=config.exact_stream)
        if contrast:
            asked = np.r_[prefix, scorer.encode(f"{self._question} {RESTRICTION}").ids, joint]
            stream = ContrastiveStream(stream, scorer.stream(asked, exact=config.exact_stream))
        return Together(scorer, stream, joint)

    def _coarse(self, kind: type[Read]) -> Read:
        """The ranker that has read the contexts in this call; a user's own serves other calls, too."""
        if isinstance(self.ranker, kind) and self.ranker is not self.kit.own_ranker:
            return self.ranker
        return kind(self.kit.token_scorer())

    @property
    def _question(self) -> str:
        return self.prompt.question.text if self.prompt.question else ""


def only_the_best(drafts: Sequence[Draft | None]) -> list[Draft | None]:
    """One unit of all that were kept: what is left where everything lies below a threshold."""
    racing = [(i, draft) for i, draft in enumerate(drafts) if draft is not None and draft.kept.any()]
    if not racing:
        return list(drafts)
    best, draft = max(racing, key=lambda pair: float(pair[1].margin[pair[1].kept].max()))
    unit = int(np.where(draft.kept, draft.margin, -np.inf).argmax())
    left: list[Draft | None] = [None] * len(drafts)
    chosen = np.arange(len(draft.units)) == unit
    left[best] = replace(draft, kept=chosen, margin=np.where(chosen, draft.margin, -np.inf))
    return left


def with_heads(draft: Draft) -> Draft:
    """A draft in which the head of a table comes no later than the best of its rows, which it explains."""
    found = [(head, rows) for head, rows in tables(draft.units.text) if rows]
    if not found:
        return draft
    kept, margin = draft.kept.copy(), draft.margin.copy()
    for head, rows in found:
        (first,), (last,) = draft.units.owners([head])
        body = slice(last + 1, int(draft.units.owners(rows)[1][-1]) + 1)
        if body.start < body.stop:  # the scorer's tokens may join a head to its first row
            margin[first : body.start] = np.maximum(margin[first : body.start], margin[body].max())
            kept[first : body.start] |= kept[body].any()
    return replace(draft, kept=kept, margin=margin)
