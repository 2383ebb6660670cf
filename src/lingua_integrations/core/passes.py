"""One pass of the pipeline over a prompt: plan, filter, prune, fit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from lingua_integrations.core.budget import arrange
from lingua_integrations.core.config import RESTRICTION, CompressionConfig
from lingua_integrations.core.fit import Draft, fit
from lingua_integrations.core.granularity import segmenter
from lingua_integrations.core.iterative import Pruner
from lingua_integrations.core.kit import Kit
from lingua_integrations.core.onepass import keep_best
from lingua_integrations.core.planning import Plan, make_plan
from lingua_integrations.core.prompt import Part, Prompt
from lingua_integrations.core.protocols import BoolArray, FloatArray, TokenStream, UnitScorer
from lingua_integrations.core.scorers.contrastive import ContrastiveStream
from lingua_integrations.core.units import Excerpt, IntArray
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest


@dataclass
class Journal:
    """What a call did: seconds by stage, and whom it asked.

    Attributes:
        seconds: wall time by stage.
        asked: the scorers and rankers that were used.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """Book the time since the last lap on ``stage``."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now

    @property
    def models(self) -> str | None:
        """The models' names and digests; ``None`` where none was asked."""
        names = {str(one.name): None for one in self.asked if getattr(one, "name", None)}
        return ", ".join(names) or None


@dataclass
class Pass:
    """A prompt on its way through the stages of one configuration.

    Attributes:
        prompt: the texts.
        config: what to do with them.
        room: target tokens that may come out.
        kit: scorers and rankers.
        journal: what happens is written there.
    """

    prompt: Prompt
    config: CompressionConfig
    room: int
    kit: Kit
    journal: Journal

    def run(self) -> tuple[Prompt, list[BoolArray], dict[int, str]]:
        """The prompt, perhaps in another order; which units of its bounded parts stay; why some went."""
        if self.room < 1:
            raise BudgetTooSmall(self.room, self.prompt.smallest(), "nothing fits")
        self._arrange()
        whole = self.prompt
        self._filter()
        plan = make_plan(self.prompt, self.room, self.config, lambda: self.relevance)
        self.journal.lap("select")
        drafts = self._drafts(plan)
        self.journal.lap("prune")
        kept = self._fit(drafts)
        if not any(mask.any() for mask in kept):
            self.prompt, kept = whole, self._whatever_fits(whole)
        self.journal.lap("fit")
        return self.prompt, kept, plan.reasons

    @property
    def question(self) -> str:
        """What the prompt asks, or nothing."""
        return self.prompt.question.text if self.prompt.question else ""

    @cached_property
    def relevance(self) -> FloatArray:
        """Of every context, by the configured ranker; higher is better."""
        ranker = self.kit.ranker(self.config, self.question)
        self.journal.asked.append(ranker)
        relevance = np.asarray(ranker.rank(self.question, self.prompt.titled), dtype=np.float64)
        if relevance.shape != (len(self.prompt.contexts),):
            raise InvalidRequest(
                f"{ranker!r} ranked {len(self.prompt.contexts)} texts with an array of shape "
                f"{relevance.shape}."
            )
        return relevance

    def _arrange(self) -> None:
        if self.config.order != "original" and not self.prompt.frame and len(self.prompt.contexts) > 1:
            order = arrange(self.relevance, self.config.order)
            self.prompt = self.prompt.with_contexts([self.prompt.contexts[i] for i in order])
            self.relevance = self.relevance[order]

    def _filter(self) -> None:
        """Stage 4: a pass of its own over the contexts, to a multiple of what they may have in the end."""
        if self.config.filter is None:
            return
        contexts = self.prompt.contexts
        total = sum(part.tokens for part in contexts)
        outer = self.prompt.total([part.text for part in self.prompt.bounded]) - total
        room = int(self.config.filter_factor * (self.room - min(outer, self.room - 1)))
        if total <= room:
            return
        coarse = [self._for_filter(part, self.config.filter) for part in contexts]
        only = Prompt(None, coarse, self.prompt.question, "contexts", "", self.prompt.count)
        try:
            _, kept, _ = Pass(only, self.config.filter, room, self.kit, self.journal).run()
        except BudgetTooSmall:  # no unit of the filter fits; this configuration's own are smaller
            return
        finally:
            self.journal.lap("filter")
        pairs = zip(contexts, coarse, kept, strict=True)
        self.prompt = self.prompt.with_contexts([self._excerpt(*pair) for pair in pairs])
        self.__dict__.pop("relevance", None)  # of the longer texts

    def _for_filter(self, part: Part, config: CompressionConfig) -> Part:
        """The part in the filter's units; one with a rate of its own is not the filter's to shorten."""
        context = part.context if part.context.rate is None else replace(part.context, rate=1.0)
        return replace(part, context=context, segment=segmenter(config, self.kit, code=part.context.code))

    def _excerpt(self, part: Part, coarse: Part, kept: BoolArray) -> Part:
        excerpt = Excerpt.of(coarse.units, np.flatnonzero(kept))
        if excerpt.text == part.text:
            return part
        segment = part.segment if self.config.unit == "token" else lambda _: excerpt.units_of(part.units)
        return part.shortened(excerpt, self.prompt.count(excerpt.text), segment)

    def _drafts(self, plan: Plan) -> list[Draft | None]:
        """Stage 5: a first decision about the units of every selected part, in the order of the prompt."""
        parts = list(zip(self.prompt.bounded, plan.rates, strict=True))
        if not plan.prunes and self.config.threshold is None:
            return [Draft.all_of(part.units, part.forced) if rate else None for part, rate in parts]
        scorer = self.kit.unit_scorer(self.config, self.question)
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
        scores = scorer.score(units, self.question, [part.context.title for part, _ in racing])
        if [len(one) for one in scores] != [len(one) for one in units]:
            raise InvalidRequest(f"{scorer!r} must give one score for each unit of each text.")
        best = max((float(one.max()) for one in scores), default=0.0)
        rates = [rate for _, rate in racing]
        floor = -np.inf if self.config.threshold is None else min(self.config.threshold, best)
        chosen = iter(keep_best([part for part, _ in racing], rates, scores, floor, self.prompt.count))
        return [next(chosen) if rate and len(part.units) else None for part, rate in parts]

    def _iteratively(self, parts: Sequence[tuple[Part, float]], floor: float) -> list[Draft | None]:
        """Segment by segment, each scored given what was kept before it (LLMLingua, Algorithm 2)."""
        encode = self.kit.token_scorer().encode
        joint = encode(self.prompt.separator).ids
        config = self.config
        pruner = Pruner(
            self._stream(joint), self.prompt.count, config.segment_tokens, config.unit_score, floor
        )
        drafts: list[Draft | None] = []
        whole = 1.0 if config.threshold is None else np.inf  # the rate at which nothing has to be scored
        last = max((i for i, (_, rate) in enumerate(parts) if 0 < rate < whole), default=0)
        for i, (part, rate) in enumerate(parts):
            if not rate:
                drafts.append(None)
                continue
            tokens = encode(part.text)
            if rate >= whole or part.context.rate == 1.0 or not len(part.units):
                pruner.read(tokens.ids)
                drafts.append(Draft.all_of(part.units, part.forced))
            else:
                drafts.append(pruner.prune(part.units, tokens, part.forced, rate, settle=i == last))
            pruner.read(joint)
        return drafts

    def _stream(self, joint: IntArray) -> TokenStream:
        """What reads the texts, after the instruction; for a contrast also after the question.

        Raises:
            InvalidRequest: the contrast to the question is asked for, and there is none.
        """
        scorer = self.kit.token_scorer()
        self.journal.asked.append(scorer)
        outside = self.prompt.instruction if self.prompt.scope == "contexts" else None
        prefix = np.r_[scorer.encode(outside.text).ids, joint] if outside else joint[:0]
        plain = scorer.stream(prefix, exact=self.config.exact_stream)
        if self.config.scorer != "contrastive":
            return plain
        if not self.question.strip():
            raise InvalidRequest("longllmlingua needs a question; llmlingua does without.")
        asked = np.r_[prefix, scorer.encode(f"{self.question} {RESTRICTION}").ids, joint]
        return ContrastiveStream(plain, scorer.stream(asked, exact=self.config.exact_stream))

    def _fit(self, drafts: Sequence[Draft | None]) -> list[BoolArray]:
        """Stage 6: exactly to the budget."""
        prompt, count = self.prompt, self.prompt.count
        racing = [draft for draft in drafts if draft is not None]

        def total(texts: Sequence[str]) -> int:
            left = iter(texts)
            return prompt.total(["" if draft is None else next(left) for draft in drafts])

        fitted = iter(fit(racing, self.room, count, total=total, fill=self.config.fill))
        return [
            next(fitted) if draft is not None else np.zeros(len(part.units), dtype=bool)
            for part, draft in zip(prompt.bounded, drafts, strict=True)
        ]

    def _whatever_fits(self, prompt: Prompt) -> list[BoolArray]:
        """None of the selected units fits the budget: whichever of all the others do.

        Raises:
            BudgetTooSmall: none does.
        """
        everything = [Draft.nothing_of(part.units) for part in prompt.bounded]
        kept = fit(everything, self.room, prompt.count, total=prompt.total)
        empty = not any(mask.any() for mask in kept)
        if empty and (prompt.frame is None or prompt.total([""] * len(kept)) > self.room):
            raise BudgetTooSmall(self.room, prompt.smallest(), "not even the cheapest unit fits")
        return kept


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
