"""Stage 5, prune: a first decision about every unit, by whichever scorer the configuration names."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from lingua_integrations.core.budget.drafts import Draft, best_of
from lingua_integrations.core.budget.fit import fit
from lingua_integrations.core.budget.plan import Plan
from lingua_integrations.core.config import RESTRICTION, CompressionConfig
from lingua_integrations.core.journal import Journal
from lingua_integrations.core.protocols import Ranking, UnitScorer
from lingua_integrations.core.prune.iterative import Pruner
from lingua_integrations.core.prune.measure import Measure, judged
from lingua_integrations.core.prune.model_set import ModelSet
from lingua_integrations.core.prune.one_pass import keep_best
from lingua_integrations.core.prune.scorers.contrastive import ContrastiveStream
from lingua_integrations.core.prune.sources import (
    Sources,
    Titled,
    Together,
    contrasts_apart,
    surprisals_apart,
)
from lingua_integrations.core.request import Part, Prompt
from lingua_integrations.core.seams import Seam
from lingua_integrations.core.types import Count, FloatArray
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, ModelError


def prune(
    prompt: Prompt, plan: Plan, config: CompressionConfig, models: ModelSet, journal: Journal
) -> list[Draft | None]:
    """A draft for every bounded part, in the order of the prompt; ``None`` for one that was not selected."""
    parts = list(zip(prompt.bounded, plan.rates, strict=True))
    if not plan.prunes and config.threshold is None and not config.free:
        return [Draft.all_of(part.units, part.forced) if rate else None for part, rate in parts]
    scorer = models.unit_scorer(config, prompt)
    if scorer is not None:
        journal.asked.append(scorer)
        drafts = _at_once(scorer, prompt, parts, config, journal)
    else:
        journal.asked.append(models.token_scorer())
        with Seam(ModelError, f"{models.token_scorer()!r} failed to score {len(parts)} texts", told=False):
            drafts = _Iterative(prompt, parts, config, models, plan.ranking).drafts()
    return [
        _settled(draft, int(rate * part.tokens), prompt.count, fill=config.fill)
        if draft and part.owned and len(part.units)
        else draft
        for draft, (part, rate) in zip(drafts, parts, strict=True)
    ]


def _settled(draft: Draft, ceiling: int, count: Count, *, fill: bool) -> Draft:
    """A draft that uses up the share of its own: it gets no more where others leave something.

    Nor does it give up anything before the others do. Where no unit fits, the best one goes before the share.
    """
    with suppress(BudgetTooSmall):  # what must be kept goes before the share
        (kept,) = fit([draft], ceiling, count, fill=fill)
        draft = replace(draft, kept=kept)
    if not draft.kept.any():
        draft = replace(draft, kept=best_of(draft)[1].kept)
    if not draft.kept.any():  # of headings alone none says anything: all of it
        draft = replace(draft, kept=~draft.kept)
    return replace(draft, margin=np.where(draft.kept, np.inf, -np.inf))


def _at_once(
    scorer: UnitScorer,
    prompt: Prompt,
    parts: Sequence[tuple[Part, float]],
    config: CompressionConfig,
    journal: Journal,
) -> list[Draft | None]:
    """Every unit scored in one pass; one threshold for all that have the same rate."""
    racing = [(part, rate) for part, rate in parts if rate and len(part.units)]
    asked = (config.scorer, config.ranker, *(part.units for part, _ in racing))
    if asked not in journal.scored:
        journal.scored[asked] = scores_of(scorer, [part for part, _ in racing], prompt.asked)
    scores = journal.scored[asked]
    best = max((float(one.max()) for one in scores), default=0.0)
    threshold = -np.inf if config.threshold is None else min(config.threshold, best)
    measure = Measure.of(scorer)
    scores, worth, chances = judged([part.units for part, _ in racing], scores, prompt.asked, config, measure)
    for (part, _), score, one in zip(racing, scores, worth, strict=True):
        scored = part.units.scored()
        one[scored[score[scored].argmax()]] |= part.owned  # it stays, be it beside the question
    rates = [rate for _, rate in racing]
    chosen = keep_best([part for part, _ in racing], rates, scores, threshold, prompt.count)
    made = iter(
        replace(draft if _stays_whole(part, rate, config) else draft.without(~one), chances=likely)
        for draft, one, likely, (part, rate) in zip(chosen, worth, chances, racing, strict=True)
    )
    return [next(made) if rate and len(part.units) else None for part, rate in parts]


def _stays_whole(part: Part, rate: float, config: CompressionConfig) -> bool:
    """Whether nothing of a text is left out for being beside the question."""
    return part.blank or part.context.rate == 1 or (rate == 1 and not config.free)


def scores_of(scorer: UnitScorer, parts: Sequence[Part], asked: str) -> list[FloatArray]:
    """What the scorer says of every unit, checked."""
    units = [part.units for part in parts]
    if not units:
        return []
    with Seam(ModelError, f"{scorer!r} failed to score {len(units)} texts", told=False):
        found = scorer.score(units, asked, [part.context.title for part in parts])
        scores = [np.asarray(one, dtype=np.float64) for one in found]
    shapes = [(len(one),) for one in units]
    if [one.shape for one in scores] != shapes or not all(np.isfinite(one).all() for one in scores):
        raise InvalidRequest(f"{scorer!r} must give one finite score for each unit of each text.")
    return scores


@dataclass(frozen=True)
class _Iterative:
    """Segment by segment, each scored given what was kept before it (LLMLingua, Algorithm 2)."""

    prompt: Prompt
    parts: Sequence[tuple[Part, float]]
    config: CompressionConfig
    models: ModelSet
    ranking: Ranking | None

    def drafts(self) -> list[Draft | None]:
        """One for each part that was selected; the best unit alone where all lie below the threshold."""
        floor = -np.inf if self.config.threshold is None else self.config.threshold
        drafts = self._above(floor)
        if any(draft is not None and draft.kept.any() for draft in drafts):
            return drafts
        owned = [part.owned for part, _ in self.parts]
        return only_the_best(self._above(-np.inf), owned)

    def _above(self, floor: float) -> list[Draft | None]:
        config, parts = self.config, self.parts
        whole = 1.0 if config.threshold is None else np.inf  # the rate at which nothing has to be scored
        stays = [rate >= whole or part.context.rate == 1.0 or not len(part.units) for part, rate in parts]
        pruned = {i: part for i, (part, rate) in enumerate(parts) if rate and not stays[i]}
        sources = self._sources(pruned)
        left_to_fit = config.independent and config.fill
        pruner = Pruner(self.prompt.count, config.segment_tokens, config.unit_score, floor, left_to_fit)
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
                source = sources.of(i, part)
                drafts.append(pruner.prune(part.units, source, part.forced, rate, settle=i == last))
            sources.after()
        return drafts

    def _sources(self, pruned: dict[int, Part]) -> Sources:
        """What scores the texts, after the instruction; for a contrast also after the question."""
        scorer, config, prompt = self.models.token_scorer(), self.config, self.prompt
        contrast = config.scorer == "contrastive"
        read = self.ranking.read if self.ranking is not None else {}
        texts = {i: Titled.of(scorer, part) for i, part in pruned.items()} if config.independent else {}
        if contrast and config.independent:
            return contrasts_apart(scorer, texts, config.segment_tokens, prompt.asked, read)
        joint = scorer.encode(prompt.separator).ids
        outside = prompt.instruction if prompt.scope == "contexts" else None
        prefix = np.r_[scorer.encode(outside.text).ids, joint] if outside else joint[:0]
        if config.independent:
            return surprisals_apart(scorer, texts, config.segment_tokens, prefix, read)
        stream = scorer.stream(prefix)
        if contrast:
            asked = np.r_[prefix, scorer.encode(f"{prompt.asked} {RESTRICTION}").ids, joint]
            stream = ContrastiveStream(stream, scorer.stream(asked))
        return Together(scorer, stream, joint)


def only_the_best(drafts: Sequence[Draft | None], owned: Sequence[bool]) -> list[Draft | None]:
    """One unit of all that were kept: what is left where everything lies below a threshold.

    Texts with a rate of their own stay.
    """
    racing = [(i, draft) for i, draft in enumerate(drafts) if draft is not None and draft.kept.any()]
    if not racing:
        return list(drafts)
    best, draft = max(racing, key=lambda pair: float(pair[1].margin[pair[1].kept].max()))
    unit = int(np.where(draft.kept, draft.margin, -np.inf).argmax())
    left = [draft if own else None for draft, own in zip(drafts, owned, strict=True)]
    chosen = np.arange(len(draft.units)) == unit
    left[best] = replace(draft, kept=chosen, margin=np.where(chosen, draft.margin, -np.inf))
    return left
