"""The pipeline from texts to shorter texts: segment, allocate, select, prune, fit, cut."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.counting import TokenCounter, as_counter
from lingua_integrations.core.cut import cut
from lingua_integrations.core.fit import Draft, fit
from lingua_integrations.core.iterative import Pruner
from lingua_integrations.core.planning import Plan, make_plan
from lingua_integrations.core.prompt import Context, Part, Prompt
from lingua_integrations.core.protocols import BoolArray, Ranker, TokenScorer
from lingua_integrations.core.rankers.lexical import BM25Ranker
from lingua_integrations.core.rankers.perplexity import PerplexityRanker
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.text import segment
from lingua_integrations.core.units import Units, from_tokens
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest

DEFAULT_MODEL = "smollm2-135m-q4_1"
DEFAULT_COUNTER = "o200k_base"


class PromptCompressor:
    """Shortens contexts, or a whole prompt, to an exact budget of the target model's tokens.

    One instance serves many threads; the scorer model is loaded at the first call that needs it.

    Args:
        scorer: a small causal language model that says which tokens carry information.
        config: what to keep and how to decide it.
        counter: whose tokens the budget counts: a tiktoken encoding's name, a Hugging Face tokenizer, a
            LangChain model, or any function from text to number.
        ranker: puts whole contexts in order, instead of the configuration's.

    Example:
        >>> compressor = PromptCompressor.from_pretrained()
        >>> result = compressor.compress(documents, question="Who wrote Emma?", rate=0.25)  # doctest: +SKIP
        >>> result.texts  # doctest: +SKIP
    """

    def __init__(
        self,
        scorer: TokenScorer,
        config: CompressionConfig | None = None,
        *,
        counter: str | TokenCounter | Callable[[str], int] | Any = DEFAULT_COUNTER,
        ranker: Ranker | None = None,
    ) -> None:
        self.scorer = scorer
        self.config = config or CompressionConfig()
        self.counter: TokenCounter = as_counter(counter)
        self.ranker = ranker

    @classmethod
    def from_pretrained(
        cls,
        model: str = DEFAULT_MODEL,
        config: CompressionConfig | None = None,
        *,
        device: str | None = None,
        counter: str | TokenCounter | Callable[[str], int] | Any = DEFAULT_COUNTER,
        ranker: Ranker | None = None,
    ) -> PromptCompressor:
        """Build one from a model's name, folder or hub id. Nothing is fetched or loaded until needed."""
        from lingua_integrations.core.scorers.causal_lm import CausalLM

        return cls(CausalLM(model, device=device), config, counter=counter, ranker=ranker)

    def __repr__(self) -> str:
        return f"PromptCompressor({self.scorer!r}, counter={self.counter.name!r}, {self.config!r})"

    async def acompress(self, contexts: Sequence[str | Context], **request: Any) -> CompressionResult:
        """`compress` in a thread, so that the event loop stays free. Takes the same arguments."""
        return await asyncio.to_thread(self.compress, contexts, **request)

    def compress(
        self,
        contexts: Sequence[str | Context],
        *,
        question: str | None = None,
        instruction: str | None = None,
        rate: float | None = None,
        target_tokens: int | None = None,
    ) -> CompressionResult:
        """Compress ``contexts`` (in prompt scope: instruction and question, too) to a budget.

        Args:
            contexts: documents or demonstrations, in the order of the prompt.
            question: what the prompt asks; ranks the contexts where the ranker reads it.
            instruction: what stands in front; the scorer model reads it first.
            rate: share of the target model's tokens to keep, in (0, 1].
            target_tokens: a number of them instead. With neither, the configuration's.

        Raises:
            InvalidRequest: the call contradicts itself or leaves its range.
            BudgetTooSmall: nothing fits; the error carries the smallest budget that works.
            ModelError: the scorer model cannot be had or used.
            CounterUnavailable: the target model's tokens cannot be counted here.
            DeviceOutOfMemory: the device is full.
        """
        clock = Clock()
        prompt = self._prompt(contexts, question, instruction)
        before = prompt.total([part.text for part in prompt.bounded])
        budget = self.config.budget_of(before, rate, target_tokens)
        room = budget - self.config.overhead_tokens
        facts = {"budget": budget, "counter": self.counter.name, "seconds": clock.seconds}
        clock.lap("count")
        if before <= room:
            return cut(prompt, None, {}, model=None, note="fits the budget as it is", **facts)
        with reserving(self.config.overhead_tokens):
            plan = self._plan(prompt, room)
            clock.lap("select")
            drafts = self._prune(prompt, plan)
            clock.lap("prune")
            kept = self._fit(prompt, drafts, room)
            clock.lap("fit")
        return cut(prompt, kept, plan.reasons, model=self._model_of(plan, question or ""), **facts)

    def _prompt(
        self, contexts: Sequence[str | Context], question: str | None, instruction: str | None
    ) -> Prompt:
        """Stage 1: texts that can be counted, and cut into units once that is needed."""
        if isinstance(contexts, str):
            raise InvalidRequest("contexts is one string; give a list of texts, for one text: [text].")
        atoms = self.config.unit == "atom"

        def part(text: str | Context) -> Part:
            context = text if isinstance(text, Context) else Context(text)
            return Part(
                context, self.counter.count(context.text), segment if atoms else self._tokens_as_units
            )

        return Prompt(
            instruction=part(instruction) if instruction else None,
            contexts=[part(context) for context in contexts],
            question=part(question) if question else None,
            scope=self.config.budget_scope,
            separator=self.config.separator,
            count=self.counter.count,
        )

    def _tokens_as_units(self, text: str) -> Units:
        return from_tokens(text, self.scorer.encode(text).spans.tolist())

    def _plan(self, prompt: Prompt, room: int) -> Plan:
        """Stages 2 and 3: the budget controller."""
        if room < 1:
            raise BudgetTooSmall(room, prompt.cheapest_unit(), "nothing fits")
        question = prompt.question.text if prompt.question else ""
        texts = [
            f"{part.context.title}\n{part.text}" if part.context.title else part.text
            for part in prompt.contexts
        ]
        return make_plan(prompt, room, self.config, lambda: self._ranker(question).rank(question, texts))

    def _ranker(self, question: str) -> Ranker:
        if self.ranker is not None:
            return self.ranker
        by_words = self.config.ranker == "bm25" and question
        return BM25Ranker() if by_words else PerplexityRanker(self.scorer)

    def _prune(self, prompt: Prompt, plan: Plan) -> list[Draft | None]:
        """Stage 5: iterative token-level compression of the selected parts, in the order of the prompt."""
        parts = list(zip(prompt.bounded, plan.rates, strict=True))
        if not plan.prunes:
            return [Draft.all_of(part.units, part.forced) if rate else None for part, rate in parts]
        encode = self.scorer.encode
        joint = encode(prompt.separator).ids
        outside = prompt.instruction if prompt.scope == "contexts" else None
        prefix = np.r_[encode(outside.text).ids, joint] if outside else joint[:0]
        stream = self.scorer.stream(prefix, exact=self.config.exact_stream)
        pruner = Pruner(stream, prompt.count, self.config.segment_tokens, self.config.unit_score)
        drafts: list[Draft | None] = []
        last = max(i for i, (_, rate) in enumerate(parts) if 0 < rate < 1)
        for i, (part, rate) in enumerate(parts):
            if not rate:
                drafts.append(None)
                continue
            tokens = encode(part.text)
            if rate == 1.0:
                pruner.read(tokens.ids)
                drafts.append(Draft.all_of(part.units, part.forced))
            else:
                drafts.append(pruner.prune(part.units, tokens, part.forced, rate, settle=i == last))
            pruner.read(joint)
        return drafts

    def _fit(self, prompt: Prompt, drafts: Sequence[Draft | None], room: int) -> list[BoolArray]:
        """Stage 6: exactly to the budget; if none of the selected units fits, whichever of the others do."""
        racing = [draft for draft in drafts if draft is not None]
        fitted = iter(fit(racing, room, prompt.count, total=prompt.total, fill=self.config.fill))
        kept = [
            next(fitted) if draft is not None else np.zeros(len(part.units), dtype=bool)
            for part, draft in zip(prompt.bounded, drafts, strict=True)
        ]
        if any(mask.any() for mask in kept):
            return kept
        everything = [Draft.nothing_of(part.units) for part in prompt.bounded]
        kept = fit(everything, room, prompt.count, total=prompt.total)
        if not any(mask.any() for mask in kept):
            raise BudgetTooSmall(room, prompt.cheapest_unit(), "not even the cheapest unit fits")
        return kept

    def _model_of(self, plan: Plan, question: str) -> str | None:
        """The scorer model, if this call asked it anything."""
        ranked = bool(plan.reasons) and isinstance(self._ranker(question), PerplexityRanker)
        return self.scorer.name if plan.prunes or ranked or self.config.unit == "token" else None


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Book the time since the last lap on ``stage``."""
        now = time.perf_counter()
        self.seconds[stage] = now - self._last
        self._last = now


@contextmanager
def reserving(overhead: int) -> Iterator[None]:
    """Add the tokens set aside for templates to the numbers of a `BudgetTooSmall`."""
    try:
        yield
    except BudgetTooSmall as error:
        raise BudgetTooSmall(error.budget + overhead, error.smallest + overhead, error.why) from None
