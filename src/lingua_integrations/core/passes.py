"""One pass of the pipeline over a prompt: plan, filter, prune, fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lingua_integrations.core.budget import arrange
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.excerpt import Excerpt
from lingua_integrations.core.fit import Draft, fit
from lingua_integrations.core.granularity import segmenter
from lingua_integrations.core.journal import Journal
from lingua_integrations.core.kit import Kit
from lingua_integrations.core.planning import make_plan
from lingua_integrations.core.prompt import Part, Prompt
from lingua_integrations.core.protocols import BoolArray, FloatArray, Ranker
from lingua_integrations.core.pruning import Pruning
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest


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
    _ranked_by: Ranker | None = None

    def run(self) -> tuple[Prompt, list[BoolArray], dict[int, str]]:
        """The prompt, perhaps in another order; which units of its bounded parts stay; why some went."""
        if self.room < 1:
            raise BudgetTooSmall(self.room, self.prompt.smallest(), "nothing fits")
        self._arrange()
        whole = self.prompt
        self._filter()
        plan = make_plan(self.prompt, self.room, self.config, lambda: self.relevance)
        self.journal.lap("select")
        drafts = Pruning(self.prompt, self.config, self.kit, self.journal, self._ranked_by).drafts(plan)
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
        self._ranked_by = ranker
        relevance = np.asarray(ranker.rank(self.question, self.prompt.titled), dtype=np.float64)
        if relevance.shape != (len(self.prompt.contexts),) or not np.isfinite(relevance).all():
            raise InvalidRequest(
                f"{ranker!r} ranked {len(self.prompt.contexts)} texts with {relevance!r}: it must give one "
                "finite number for each."
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
            raise BudgetTooSmall(self.room, prompt.smallest(), f"its cheapest {self.config.unit} needs more")
        return kept
