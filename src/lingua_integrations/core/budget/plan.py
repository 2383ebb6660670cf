"""Stages 2 and 3 on a prompt: which contexts stay in the race, and which share of each part may be kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from lingua_integrations.core.budget.shares import (
    Lengths,
    Shares,
    allocate,
    dynamic_rates,
    return_leftover,
    select,
)
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.protocols import Ranking
from lingua_integrations.core.request import Prompt
from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import BudgetTooSmall

Rank = Callable[[], Ranking]


@dataclass(frozen=True)
class Plan:
    """What the later stages may spend: the share of its target tokens that each bounded part may keep."""

    rates: list[float]  # in the order of the prompt; 0 where a context was not selected
    reasons: dict[int, str]  # why a context was not selected, by its index among the inputs
    ranking: Ranking | None  # of the contexts, where something had to be ranked

    @property
    def prunes(self) -> bool:
        """Whether any part has to lose something but not all."""
        return any(0 < rate < 1 for rate in self.rates)


def make_plan(
    prompt: Prompt, room: int, config: CompressionConfig, ranking: Ranking | None, rank: Rank
) -> Plan:
    """Split ``room`` target tokens over the bounded parts and select whole contexts.

    ``rank`` is called only where there is no ranking yet and something has to be selected, or some contexts
    are to keep more. `BudgetTooSmall`: instruction, question and contexts with a rate of their own need more.
    """
    if prompt.scope == "contexts":
        return _in_race(prompt, _share_out(prompt, max(0, room - prompt.outer), room, config, ranking, rank))
    lengths = Lengths(
        prompt.instruction.tokens if prompt.instruction else 0,
        sum(part.tokens for part in prompt.contexts),
        prompt.question.tokens if prompt.question else 0,
    )
    joint = prompt.count(prompt.separator)
    joints = joint * (len(prompt.bounded) - 1)
    try:
        shares = allocate(room - joints, lengths, config.instruction_rate, config.question_rate)
    except BudgetTooSmall as error:
        smallest = max(error.smallest + joints, prompt.smallest())
        raise BudgetTooSmall(room, smallest, error.why) from None
    plan = _share_out(prompt, shares.contexts, room, config, ranking, rank)
    shares = shares._replace(contexts=shares.contexts + joint * len(plan.reasons))
    selected = sum(part.tokens for part, rate in zip(prompt.contexts, plan.rates, strict=True) if rate)
    if config.coarse_factor is not None:
        shares = return_leftover(shares, lengths, selected, config.coarse_factor)
    before = [shares.instruction / max(1, lengths.instruction)] if prompt.instruction else []
    after = [shares.question / max(1, lengths.question)] if prompt.question else []
    plan = _in_race(prompt, replace(plan, rates=_stretch(prompt, plan.rates, shares)))
    return replace(plan, rates=[*before, *plan.rates, *after])


def _share_out(
    prompt: Prompt, share: float, room: int, config: CompressionConfig, ranking: Ranking | None, rank: Rank
) -> Plan:
    """Rates of all contexts from their common share, and why some got none, by place in the prompt.

    Contexts with a rate of their own come first; blank ones pass untouched while they leave room for
    others; among the rest whole contexts are selected, and those share what is left.
    """
    parts = prompt.contexts
    blanks_fit = sum(part.tokens for part in parts if part.blank) < share
    rates = [float(blanks_fit) if part.blank else part.context.rate for part in parts]
    own = sum(rate * part.tokens for rate, part in zip(rates, parts, strict=True) if rate is not None)
    if own > share and prompt.frame is None:  # a frame is counted whole, when it is fitted
        missing = math.ceil(own - share)
        raise BudgetTooSmall(room, room + missing, "contexts with a rate of their own need more")
    free = [i for i, rate in enumerate(rates) if rate is None]
    share = max(0.0, share - own)
    chosen, reasons = free, dict[int, str]()
    needs = [parts[i].must_cost(prompt.count) for i in free]
    if config.coarse_factor is not None and _too_many(prompt, free, needs, share, config.coarse_factor):
        ranking = ranking or rank()
        chosen, reasons = _select(prompt, free, needs, share, config.coarse_factor, ranking.relevance[free])
    lengths = [parts[i].tokens for i in chosen]
    common = min(1.0, share / sum(lengths)) if sum(lengths) else 0.0
    shares = [common] * len(chosen)
    if config.dynamic_rate and len(chosen) > 1 and common < 1:
        ranking = ranking or rank()
        shares = dynamic_rates(ranking.relevance[chosen], lengths, common, config.dynamic_rate)
    given = dict(zip(chosen, shares, strict=True))
    return Plan([given.get(i, rate or 0.0) for i, rate in enumerate(rates)], reasons, ranking)


def _in_race(prompt: Prompt, plan: Plan) -> Plan:
    """The plan with room for what must stay of the selected contexts: a rate of 0 would leave them out."""
    rates = [
        rate if part.index in plan.reasons or not part.must_stay else max(rate, part.least_rate(prompt.count))
        for part, rate in zip(prompt.contexts, plan.rates, strict=True)
    ]
    return replace(plan, rates=rates)


def _stretch(prompt: Prompt, rates: list[float], shares: Shares) -> list[float]:
    """Scale the contexts' rates to what Eq. 3 left them."""
    planned = sum(rate * part.tokens for rate, part in zip(rates, prompt.contexts, strict=True))
    factor = shares.contexts / planned if planned else 1.0
    own = [part.context.rate for part in prompt.contexts]
    return [rate if fixed else min(1.0, rate * factor) for rate, fixed in zip(rates, own, strict=True)]


def _too_many(prompt: Prompt, free: list[int], needs: list[int], share: float, coarse_factor: float) -> bool:
    """Whether contexts have to be left out whole: they count too much, or must keep too much."""
    lengths = sum(prompt.contexts[i].tokens for i in free)
    return len(free) > 1 and (lengths > coarse_factor * share or sum(needs) > share)


def _select(
    prompt: Prompt,
    free: list[int],
    needs: list[int],
    share: float,
    coarse_factor: float,
    relevance: FloatArray,
) -> tuple[list[int], dict[int, str]]:
    """Whole contexts, best first, up to k times their share; those with something to keep come along."""
    lengths = [prompt.contexts[i].tokens for i in free]
    pinned = [place for place, i in enumerate(free) if prompt.contexts[i].pinned]
    chosen = {free[place] for place in select(relevance, lengths, share, coarse_factor, needs, pinned)}
    order = (-relevance).argsort(kind="stable").tolist()
    return sorted(chosen), {
        prompt.contexts[free[i]].index: f"not selected: ranked {place} of {len(free)}"
        for place, i in enumerate(order, 1)
        if free[i] not in chosen
    }
