"""The compressor: models, a configuration, and calls. The stages of a call are in `pipeline`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lingua_integrations.core.background import in_thread
from lingua_integrations.core.budget.counting import TokenCounter, as_counter
from lingua_integrations.core.budget.least import least_that_works
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.cut import cut
from lingua_integrations.core.journal import Journal
from lingua_integrations.core.methods import METHODS, configuration, method_of, name_of
from lingua_integrations.core.pipeline import rank, run
from lingua_integrations.core.protocols import Ranker, TokenScorer, UnitScorer
from lingua_integrations.core.prune.drafts import scores_of
from lingua_integrations.core.prune.model_set import ModelSet
from lingua_integrations.core.request import Context, Prompt
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.sections import Section, sections_of
from lingua_integrations.core.segment import prompt_of
from lingua_integrations.core.store.resolve import kind_of
from lingua_integrations.core.structured import (
    Frame,
    StructuredResult,
    frame_of_json,
    frame_of_sections,
)
from lingua_integrations.core.text.data.json_forms import data_of
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray
from lingua_integrations.core.usage import count
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest

DEFAULT_COUNTER = "o200k_base"


class PromptCompressor:
    """Shortens contexts, or a whole prompt, to an exact budget of the target model's tokens.

    One instance serves many threads; models are loaded at the first call that needs them.

    Args:
        scorer: gives units their scores: a causal language model (`TokenScorer`), or anything that scores the
            units of whole texts (`UnitScorer`); default: the one that the configuration names.
        config: a configuration, or the name of a method (see `lingua methods`).
        counter: whose tokens the budget counts: a tiktoken encoding's name, a Hugging Face tokenizer, a
            LangChain model, or any function from text to a number.
        ranker: orders texts by the question, instead of the configuration's ranker.

    Example:
        >>> compressor = PromptCompressor(config="extractive-bm25")
        >>> documents = ["Emma is by Jane Austen. It came in 1815.", "Ulysses is by James Joyce."]
        >>> compressor.compress(documents, question="Who wrote Emma?", target_tokens=8).texts
        ['Emma is by Jane Austen.']
    """

    def __init__(
        self,
        scorer: TokenScorer | UnitScorer | None = None,
        config: CompressionConfig | str | None = None,
        *,
        counter: str | TokenCounter | Callable[[str], int] | Any = DEFAULT_COUNTER,
        ranker: Ranker | None = None,
    ) -> None:
        self._set_up(ModelSet(scorer, ranker), configuration(config), counter)

    @classmethod
    def from_pretrained(
        cls,
        model: str | None = None,
        config: CompressionConfig | str | None = None,
        *,
        device: str | None = None,
        dtype: str | None = None,
        counter: str | TokenCounter | Callable[[str], int] | Any = DEFAULT_COUNTER,
        ranker: Ranker | None = None,
    ) -> PromptCompressor:
        """Build one from a model's name, folder or hub id. Nothing is downloaded or loaded until needed.

        Args:
            model: the model of the configuration's scorer, or of its ranker if the ranker is the scorer;
                default: the method's own.
            config: a configuration, or the name of a method; default: the method for that kind of model, and
                without a model "extractive-fusion".
            device: where models run, for example ``"cpu"`` or ``"cuda:0"``; default: the best device
                available.
            dtype: the models' dtype, for example ``"float32"``, which gives nearly the same result on every
                machine; default: a fast one for the device (see `CausalLM`).
            counter: see `PromptCompressor`.
            ranker: see `PromptCompressor`.

        Raises:
            InvalidRequest: the model serves several methods and none is named, or the method uses no model.
        """
        if model in METHODS:
            raise InvalidRequest(f"{model!r} is a method, not a model. Pass it as config.")
        if model is not None and config is None:
            config = method_of(kind_of(model), model)
        compressor = cls.__new__(cls)
        compressor._set_up(ModelSet(None, ranker, model, device, dtype), configuration(config), counter)
        return compressor

    def _set_up(self, models: ModelSet, config: CompressionConfig, counter: Any) -> None:
        models.check(config)
        self.config = config
        self.counter: TokenCounter = as_counter(counter)
        self._models = models

    def __repr__(self) -> str:
        return f"PromptCompressor({self._models!r}, counter={self.counter.name!r}, {self.config!r})"

    @property
    def fingerprint(self) -> str:
        """What results depend on beside the input: settings, the counter, and models with their digests."""
        return f"{self._models.fingerprint} {self.counter!r} {self.config!r}"

    def with_config(self, config: CompressionConfig | str) -> PromptCompressor:
        """A compressor with the same models and counter, and another configuration."""
        self._models.check(configuration(config))
        return self._changed(configuration(config))

    def _changed(self, config: CompressionConfig) -> PromptCompressor:
        other = copy(self)
        other.config = config
        return other

    async def acompress(self, contexts: Sequence[str | Context], **request: Any) -> CompressionResult:
        """`compress` in a thread, so that the event loop stays free. Takes the same arguments.

        Cancelling it stops the models before their next pass.
        """
        return await in_thread(self.compress, contexts, **request)

    def compress(
        self,
        contexts: Sequence[str | Context],
        *,
        question: str | None = None,
        instruction: str | None = None,
        rate: float | None = None,
        target_tokens: int | None = None,
    ) -> CompressionResult:
        """Compress ``contexts`` (in prompt scope, also instruction and question) to a budget.

        Args:
            contexts: documents or demonstrations, in the order of the prompt.
            question: what the prompt asks; most methods choose what to keep by it.
            instruction: what stands in front; the scorer model reads it first.
            rate: share of the target model's tokens to keep, in (0, 1].
            target_tokens: a number of tokens instead. With neither, the configuration's.

        Raises:
            InvalidRequest: a setting is out of range, or two of them contradict each other.
            BudgetTooSmall: nothing fits; the error has the smallest budget that works.
            ModelError: the model cannot be found, downloaded or used.
            CounterUnavailable: the target model's tokens cannot be counted on this machine.
            DeviceOutOfMemory: the device ran out of memory.
        """
        return self._run(self._prompt(contexts, question, instruction), rate, target_tokens)

    def scored(
        self, contexts: Sequence[str | Context], *, question: str | None = None
    ) -> list[tuple[Units, FloatArray]]:
        """The units of each context with their scores, shape [units], before anything is chosen by them.

        Raises:
            InvalidRequest: the configuration scores segment by segment, each given what was kept before.
            LinguaError: as in `compress`.
        """
        prompt = self._prompt(contexts, question)
        config = self.config.settled(prompt.asked)
        scorer = self._models.unit_scorer(config, prompt)
        if scorer is None:
            raise InvalidRequest("This method has no scores before it chooses; a method of sentences has.")
        parts = prompt.contexts
        return list(zip([part.units for part in parts], scores_of(scorer, parts, prompt.asked), strict=True))

    def unchanged(self, contexts: Sequence[str | Context], note: str) -> CompressionResult:
        """The result of a call that changes nothing; ``note`` says why."""
        prompt = self._prompt(contexts, None)
        budget = prompt.total([part.text for part in prompt.bounded])
        return cut(prompt, None, {}, model=None, note=note, budget=budget, counter=self.counter.name)

    def rank(self, contexts: Sequence[str | Context], question: str) -> FloatArray:
        """How relevant contexts are, by the configuration's ranker; nothing is compressed.

        Args:
            contexts: in any order.
            question: what they are ranked by.

        Returns:
            A number for each, higher is better, in the ranker's own measure; shape [len(contexts)].

        Raises:
            InvalidRequest: the question is blank.
            ModelError: the ranker's model cannot be had or used.
        """
        if not question.strip():
            raise InvalidRequest("There is nothing to rank by: the question is blank.")
        prompt = self._prompt(contexts, question)
        if not prompt.contexts:
            return np.zeros(0)
        return rank(prompt, self.config.settled(question), self._models, Journal()).relevance

    def compress_sections(
        self,
        prompt: str | Sequence[Section],
        values: Mapping[str, str] | None = None,
        *,
        question: str | None = None,
        rate: float | None = None,
        target_tokens: int | None = None,
    ) -> StructuredResult:
        """Compress a prompt whose sections have different rates.

        Args:
            prompt: sections, or a text with the reference implementation's markup:
                ``<llmlingua, rate=0.4>...</llmlingua>``, ``<llmlingua, compress=False>...</llmlingua>``.
                All markup in it is obeyed, so never format a document into it: it may contain markup.
            values: documents and other texts to insert, by the names in braces:
                ``compress_sections("<llmlingua, rate=0.4>{notes}</llmlingua>", {"notes": notes})``. Markup
                in them is plain text, and a warning says so.
            question: as in `compress`.
            rate: as in `compress`, of the whole text.
            target_tokens: as in `compress`.

        Raises:
            MarkupError: the markup is wrong; the error has line and column.
            LinguaError: as in `compress`.
        """
        parts, frame = frame_of_sections(sections_of(prompt, values))
        return self.compress_framed(parts, frame, question=question, rate=rate, target_tokens=target_tokens)

    def compress_json(
        self,
        data: Any,
        rules: Mapping[str, bool | float] | None = None,
        *,
        question: str | None = None,
        rate: float | None = None,
        target_tokens: int | None = None,
    ) -> StructuredResult:
        """Compress the long strings of JSON. Keys, numbers and structure stay, and the result is JSON.

        Args:
            data: JSON as text, or as Python data.
            rules: by path, such as ``{"items.*.body": 0.3, "items.*.title": False}``; see `frame_of_json`.
            question: as in `compress`.
            rate: as in `compress`, of the whole text, which is written without white space.
            target_tokens: as in `compress`.

        Raises:
            InvalidRequest: the text is not valid JSON, or a rule matches nothing.
            LinguaError: as in `compress`.
        """
        parts, frame = frame_of_json(data_of(data) if isinstance(data, str) else data, rules or {})
        return self.compress_framed(parts, frame, question=question, rate=rate, target_tokens=target_tokens)

    def compress_framed(
        self,
        contexts: Sequence[str | Context],
        frame: Frame,
        *,
        question: str | None = None,
        rate: float | None = None,
        target_tokens: int | None = None,
    ) -> StructuredResult:
        """Compress texts that are parts of a larger text, to a budget for the larger one.

        Args:
            contexts: the parts.
            frame: returns the whole text with the parts in it; "" stands for a part of which nothing is left.
            question: as in `compress`.
            rate: as in `compress`, of the whole text.
            target_tokens: as in `compress`.

        Raises:
            LinguaError: as in `compress`.
        """
        prompt = replace(self._prompt(contexts, question), scope="contexts", frame=frame)
        result = self._run(prompt, rate, target_tokens)
        shorter = {context.index: context.text for context in result.contexts}
        return StructuredResult(frame([shorter.get(i, "") for i in range(len(contexts))]), result)

    def _run(self, prompt: Prompt, rate: float | None, target_tokens: int | None) -> CompressionResult:
        journal = Journal()
        before = prompt.total([part.text for part in prompt.bounded])
        budget = self.config.budget_of(before, rate, target_tokens)
        journal.lap("count")
        try:
            result = run(prompt, self.config, budget, self._models, journal)
        except BudgetTooSmall as error:
            raise self._with_least(prompt, before, budget, error, journal.scored) from None
        count(result, partial(name_of, self.config))
        return result

    def _with_least(
        self, prompt: Prompt, before: int, budget: int, error: BudgetTooSmall, scored: dict[Any, Any]
    ) -> BudgetTooSmall | InvalidRequest:
        """An error of the pipeline with the least budget that works; one token less does not.

        The stage that failed guesses it. What was ``scored`` is not scored again.
        """

        def works(budget: int) -> bool:
            with suppress(BudgetTooSmall):
                run(prompt, self.config, budget, self._models, Journal(scored=scored))
                return True
            return False

        overhead = self.config.overhead_tokens
        guess, most = max(error.smallest + overhead, budget + 1), 2 * (before + overhead + 32)
        least = least_that_works(works, budget, guess, most)
        if least is None:  # the counter has something against every budget
            return InvalidRequest(f"No budget works for this call: {error.why}.")
        return BudgetTooSmall(budget, least, error.why)

    def _prompt(
        self, contexts: Sequence[str | Context], question: str | None, instruction: str | None = None
    ) -> Prompt:
        return prompt_of(
            contexts, self.config, self._models, self.counter, question=question, instruction=instruction
        )
