"""One call from texts to shorter texts, stage by stage. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from lingua_integrations.core.budget.drafts import Draft, left_out
from lingua_integrations.core.budget.fit import fit
from lingua_integrations.core.budget.plan import make_plan
from lingua_integrations.core.budget.shares import arrange
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.cut import cut
from lingua_integrations.core.journal import Journal
from lingua_integrations.core.methods import needs_question
from lingua_integrations.core.protocols import Ranking, ReadingRanker
from lingua_integrations.core.prune.drafts import prune
from lingua_integrations.core.prune.evidence import confidence
from lingua_integrations.core.prune.model_set import ModelSet
from lingua_integrations.core.prune.segmenters import segmenter
from lingua_integrations.core.request import Part, Prompt
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.seams import Seam
from lingua_integrations.core.text.excerpt import Excerpt
from lingua_integrations.core.types import BoolArray, FloatArray
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, ModelError

NOTHING = "nothing in the call is likely enough to hold the answer"
_BEST_IS_LONGER = "the most relevant unit (a sentence, row or record, with what it needs) is longer"


class Choice(NamedTuple):
    """What a run has decided."""

    prompt: Prompt  # its parts perhaps in another order, or shorter where a filter went before
    kept: list[BoolArray]  # which units of each bounded part stay
    reasons: dict[int, str]  # why contexts were not selected, by their index among the inputs
    confidence: float | None = None  # share of the evidence to expect that is kept, where that is known


def run(
    prompt: Prompt, config: CompressionConfig, budget: int, models: ModelSet, journal: Journal
) -> CompressionResult:
    """Shorten a prompt to a budget in target tokens, in seven stages. The journal records what they took.

    1. segment: texts become units. A part cuts itself when its units are first asked for (`Part.units`).
    2. rank: whole contexts by the question, where something has to be selected or put in order.
    3. allocate: the budget is split over instruction, contexts and question.
    4. select: whole contexts, best first. The default method keeps all of them in the race.
    5. prune: a first decision about every unit, by its score (by default that of `RelevanceScorer`).
    6. fit: exactly to the budget, in target tokens.
    7. cut: kept units become text again.

    Raises:
        BudgetTooSmall: nothing fits. Its ``smallest`` is a guess, which `PromptCompressor` makes exact.
    """
    config, room = config.settled(prompt.asked), budget - config.overhead_tokens
    facts = {"budget": budget, "counter": prompt.counter, "seconds": journal.seconds}
    if _fits(prompt, config, room):
        return cut(prompt, None, {}, model=None, note="fits the budget as it is", **facts)
    if needs_question(config) and not prompt.asked.strip():
        raise InvalidRequest(
            "This method needs a question. Give one, or use a method that works without, such as salience "
            "or llmlingua."
        )
    choice = choose(prompt, config, room, models, journal)
    facts |= {"model": journal.models, "confidence": choice.confidence}
    return cut(choice.prompt, choice.kept, choice.reasons, **facts)


def choose(
    prompt: Prompt, config: CompressionConfig, room: int, models: ModelSet, journal: Journal
) -> Choice:
    """Stages 2 to 6: which units of which parts stay, in ``room`` target tokens. A filter runs them, too."""
    if room < 1:
        raise BudgetTooSmall(room, prompt.smallest(), "nothing fits")
    prompt, ranking = _arranged(prompt, config, models, journal)
    shorter = _filtered(prompt, config, room, models, journal)
    if shorter is not prompt:
        ranking = None  # it was of the longer texts
    relevances = partial(rank, shorter, config, models, journal)  # called only where the plan needs it
    plan = make_plan(shorter, room, config, ranking, relevances)  # allocate and select
    journal.lap("select")
    drafts = prune(shorter, plan, config, models, journal)
    journal.lap("prune")
    nothing = not any(draft is not None and draft.wanted for draft in drafts)
    # A frame has tokens of its own: where even they are too many, the budget is refused as ever, below.
    if config.when_nothing == "empty" and nothing and shorter.total([""] * len(drafts)) <= room:
        reasons = {part.index: NOTHING for part in shorter.contexts if not part.blank}
        kept = [np.zeros(len(part.units), dtype=bool) for part in shorter.bounded]
        return Choice(shorter, kept, reasons | plan.reasons, _confidence(shorter, drafts, kept))
    kept = _fitted(shorter, drafts, room, config)
    if not any(mask.any() for mask in kept):
        kept = _whatever_fits(prompt, room, config.unit)
        drafts = drafts if shorter is prompt else [None] * len(kept)  # what a filter left was scored
        shorter = prompt
    _check_pinned(shorter, kept, room)
    journal.lap("fit")
    return Choice(shorter, kept, plan.reasons, _confidence(shorter, drafts, kept))


def _fits(prompt: Prompt, config: CompressionConfig, room: int) -> bool:
    """Whether everything can be handed on as it came."""
    own_rates = any(part.context.rate not in (None, 1.0) for part in prompt.contexts)
    only_budget = config.threshold is None and not config.free  # nothing else asks for less text
    plain = only_budget and config.order == "original" and not own_rates
    fits = prompt.total([part.text for part in prompt.bounded]) <= room
    return fits and (plain or all(part.blank for part in prompt.bounded))


def rank(prompt: Prompt, config: CompressionConfig, models: ModelSet, journal: Journal) -> Ranking:
    """Stage 2: relevance of every context, by the configured ranker."""
    ranker = models.ranker_of(config, prompt)
    journal.asked.append(ranker)
    with Seam(ModelError, f"{ranker!r} failed to rank {len(prompt.contexts)} texts", told=False):
        if models.ranker is None and isinstance(ranker, ReadingRanker):  # the caller's may use another model
            ranking = ranker.ranking(prompt.asked, prompt.titled)
        else:
            ranking = Ranking(ranker.rank(prompt.asked, prompt.titled))
        relevance: FloatArray = np.asarray(ranking.relevance, dtype=np.float64)
    if relevance.shape != (len(prompt.contexts),) or not np.isfinite(relevance).all():
        raise InvalidRequest(
            f"{ranker!r} ranked {len(prompt.contexts)} texts with {relevance!r}: it must give one "
            "finite number for each."
        )
    return ranking._replace(relevance=relevance)


def _arranged(
    prompt: Prompt, config: CompressionConfig, models: ModelSet, journal: Journal
) -> tuple[Prompt, Ranking | None]:
    """The contexts in the order in which they come out, and their ranking where that took one."""
    if config.order == "original" or prompt.frame or len(prompt.contexts) < 2:
        return prompt, None
    ranking = rank(prompt, config, models, journal)
    order = arrange(ranking.relevance, config.order)
    arranged = replace(prompt, contexts=[prompt.contexts[i] for i in order])
    return arranged, ranking._replace(relevance=ranking.relevance[order])


def _filtered(
    prompt: Prompt, config: CompressionConfig, room: int, models: ModelSet, journal: Journal
) -> Prompt:
    """The prompt with contexts shortened by the filter, to ``filter_factor`` times what they may have."""
    if config.filter is None:
        return prompt
    contexts = prompt.contexts
    total = sum(part.tokens for part in contexts)
    outer = prompt.total([part.text for part in prompt.bounded]) - total
    ceiling = int(config.filter_factor * max(room - outer, 1))
    if total <= ceiling:
        return prompt
    own = models.for_filter(config)
    # A mark would be text to what comes after, and contexts go on as they came.
    coarse_config = config.filter.with_(gap_marker=None, order="original")
    coarse = [_for_filter(part, coarse_config, own) for part in contexts]
    alone = replace(prompt, instruction=None, contexts=coarse, scope="contexts", separator="", frame=None)
    try:
        kept = choose(alone, coarse_config, ceiling, own, journal).kept
    except BudgetTooSmall:  # no unit of the filter fits; this configuration's own are smaller
        return prompt
    finally:
        journal.lap("filter")
    left = [_left_of(*one, prompt, config) for one in zip(contexts, coarse, kept, strict=True)]
    return replace(prompt, contexts=left)


def _for_filter(part: Part, config: CompressionConfig, models: ModelSet) -> Part:
    """The part in the filter's units; one with a rate of its own is not the filter's to shorten."""
    context = part.context if part.context.rate is None else replace(part.context, rate=1.0)
    return replace(part, context=context, segment=segmenter(config, models, part.context.kind))


def _left_of(part: Part, coarse: Part, kept: BoolArray, prompt: Prompt, config: CompressionConfig) -> Part:
    """The part with what a filter has kept of it."""
    tokens = config.unit == "token"  # cut from the text that is left: the marks of a kind would be cut, too
    units = replace(coarse.units, structure=None) if tokens else coarse.units
    excerpt = Excerpt.of(units, np.flatnonzero(kept))
    if excerpt.text == part.text:
        return part
    segment = part.segment if tokens else lambda _: excerpt.units_of(part.units)
    return part.shortened(excerpt, prompt.count(excerpt.text) if excerpt.text else 0, segment)


def _fitted(
    prompt: Prompt, drafts: Sequence[Draft | None], room: int, config: CompressionConfig
) -> list[BoolArray]:
    """Stage 6: exactly to the budget."""

    def total(texts: Sequence[str]) -> int:
        left = iter(texts)
        return prompt.total(["" if draft is None else next(left) for draft in drafts])

    racing = [draft for draft in drafts if draft is not None]
    kept = fit(racing, room, prompt.count, total=total, fill=config.fill, strict=config.strict)
    best = left_out(racing, kept) if config.strict else None
    if best is not None and prompt.frame is None:
        place, alone = best
        if any(mask.any() for mask in kept) or total(_alone(racing, place, alone)) > room:
            smallest = max(room + 1, prompt.count(alone.text))
            raise BudgetTooSmall(room, smallest, _BEST_IS_LONGER)
        kept[place] = alone.kept  # a ceiling that is not filled has left it out
    fitted = iter(kept)
    return [
        next(fitted) if draft is not None else np.zeros(len(part.units), dtype=bool)
        for part, draft in zip(prompt.bounded, drafts, strict=True)
    ]


def _confidence(prompt: Prompt, drafts: Sequence[Draft | None], kept: Sequence[BoolArray]) -> float | None:
    """How much of the evidence to expect is kept; None where a text was not scored by probabilities."""
    found = []
    for part, draft, mask in zip(prompt.bounded, drafts, kept, strict=True):
        if draft is None or draft.chances is None:
            if len(part.units):
                return None
        else:
            found.append((draft.chances, mask))
    return confidence(found) if found else None


def _alone(drafts: Sequence[Draft], place: int, draft: Draft) -> list[str]:
    """The texts where nothing is kept but of the draft at a place."""
    return [draft.text if at == place else "" for at in range(len(drafts))]


def _whatever_fits(prompt: Prompt, room: int, unit: str) -> list[BoolArray]:
    """Where the drafts leave nothing: whichever of all units fit the budget, if any does.

    Texts of which something must stay were in the race, or went whole: nothing else of them comes back.
    """
    everything = [
        Draft.nothing_of(part.units).without(np.full(len(part.units), part.must_stay))
        for part in prompt.bounded
    ]
    kept = fit(everything, room, prompt.count, total=prompt.total)
    empty = not any(mask.any() for mask in kept)
    if empty and prompt.total([part.text for part in prompt.bounded]) <= room:  # units that say nothing alone
        return [~mask for mask in kept]
    if empty and (prompt.frame is None or prompt.total([""] * len(kept)) > room):
        raise BudgetTooSmall(
            room, prompt.smallest(), f"even the shortest {unit}, with what it needs, is longer"
        )
    return kept


def _check_pinned(prompt: Prompt, kept: Sequence[BoolArray], room: int) -> None:
    """Refuse a choice that leaves out a text whose owner wants it in, whatever its rank."""
    for part, mask in zip(prompt.bounded, kept, strict=True):
        gone = part.owned and not part.blank and not mask.any()
        if gone or (part.must_stay and bool(part.context.keep) and not mask[part.forced].all()):
            raise BudgetTooSmall(room, room + 1, "texts that must stay need more")
