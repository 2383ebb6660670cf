"""How an adapter compresses: a lazily built compressor, one budget or many, and what happens on failure."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from lingua_integrations.adapting.contexts import contexts_of
from lingua_integrations.core.config import CompressionConfig
from lingua_integrations.core.methods import configuration, needs_question
from lingua_integrations.core.usage import count, uncounted
from lingua_integrations.errors import BudgetTooSmall, LinguaWarning

if TYPE_CHECKING:
    from lingua_integrations.adapting.settings import Settings
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.prompt import Context
    from lingua_integrations.core.results import CompressedContext, CompressionResult
    from lingua_integrations.core.structured import StructuredResult

Outcome = TypeVar("Outcome")


class Engine:
    """Compresses for an adapter; builds its compressor once, in whichever thread needs it first.

    The settings are read anew in each call, so a change to an adapter or to a copy of it takes effect. Copies
    share the engine. Pickles leave it behind, weights and all: the other side builds its own.
    """

    def __init__(self) -> None:
        self._built: dict[Any, PromptCompressor] = {}
        self._lock = threading.Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> Engine:
        return self

    def __reduce__(self) -> tuple[type[Engine], tuple[()]]:
        return type(self), ()

    def compressor(self, settings: Settings, question: str = "") -> PromptCompressor:
        """The compressor that the user gave, or the one that the other settings describe."""
        if settings.compressor is not None:
            given: PromptCompressor = settings.compressor
            return given
        config = configuration(settings.method or settings.config or settings.default_method)
        mute = not question.strip() and needs_question(config)
        if not named(settings) and (mute or settings.model is not None):
            return self.fallback(settings)
        return self._with_models(config, settings)

    def fallback(self, settings: Settings) -> PromptCompressor:
        """In place of the default method: words are pruned, which needs neither question nor room."""
        return self._with_models(CompressionConfig.rag(), settings)

    def _with_models(self, config: CompressionConfig, settings: Settings) -> PromptCompressor:
        place = {"device": settings.device, "dtype": settings.dtype}
        return self.built(config, settings.counter, model=settings.model, **place)

    def built(self, config: CompressionConfig, counter: Any, **models: Any) -> PromptCompressor:
        """A compressor; the same one for the same settings, so that its models stay in memory.

        Args:
            config: what to keep and how to decide it.
            counter: of the target model's tokens.
            **models: model, device and dtype, as `PromptCompressor.from_pretrained` takes them.
        """
        # Not at the top: importing an adapter must not cost what only compressing needs.
        from lingua_integrations.core.compressor import PromptCompressor

        key = (tuple(sorted(models.items())), counter, config)
        with self._lock:
            if key not in self._built:
                built = PromptCompressor.from_pretrained(config=config, counter=counter, **models)
                self._built[key] = built
            return self._built[key]

    def compress(
        self,
        settings: Settings,
        texts: Sequence[str],
        question: str = "",
        metadata: Sequence[dict[str, Any]] | None = None,
    ) -> CompressionResult | None:
        """Compress texts, and tell the user's callback.

        Args:
            settings: the adapter.
            texts: what to compress.
            question: what the prompt asks, or nothing.
            metadata: of the texts: titles help to rank, and files of source code are cut by lines.

        Returns:
            The result; ``None`` where the inputs are to be handed on as they are, since they are all blank or
            since it failed and the user wants a failure to pass.
        """
        if not any(map(str.strip, texts)):
            return None
        with uncounted():  # one call for the user, in however many steps
            work = partial(self._compress, settings, contexts_of(texts, metadata), question)
            result = self.attempt(settings, work)
        if result is not None:
            done(settings, result)
        return result

    def compress_json(
        self, settings: Settings, text: str, question: str = "", *, shown: str | None = None
    ) -> StructuredResult | None:
        """Compress the long strings of a JSON text, which stays JSON; otherwise like `compress`.

        What comes out is without white space between its parts, where something had to go, and otherwise as
        it came in.

        Args:
            settings: the adapter.
            text: the JSON.
            question: what the prompt asks, or nothing.
            shown: what stands in the JSON's place so far, where that is not the JSON itself.
        """
        with uncounted():
            work = partial(self._json, settings, text, question, text if shown is None else shown)
            result = self.attempt(settings, work)
        if result is not None:
            done(settings, result.result)
        return result

    def attempt(self, settings: Settings, work: Callable[[], Outcome]) -> Outcome | None:
        """Do some work; where it fails and the user wants a failure to pass: a warning, and ``None``."""
        try:
            return work()
        # Not only our own errors: who asked for passthrough wants an answer from the chain in any case.
        except Exception as error:
            _pass_or_raise(settings, error)
            return None

    def _compress(self, settings: Settings, contexts: list[Context], question: str) -> CompressionResult:
        if settings.spread == "together" or len(contexts) == 1:
            return self._together(settings, contexts, question)
        from tqdm.auto import tqdm

        from lingua_integrations.core.results import merge

        too_small: list[BudgetTooSmall] = []
        bar = tqdm(contexts, "Compressing", unit="text", disable=not settings.show_progress)
        merged = merge([self._alone(settings, context, question, too_small) for context in bar])
        if too_small and not any(context.text.strip() for context in merged.contexts):
            raise min(too_small, key=lambda error: error.smallest)
        return merged

    def _alone(
        self, settings: Settings, context: Context, question: str, too_small: list[BudgetTooSmall]
    ) -> CompressionResult:
        """One text to a budget of its own; where nothing of it fits, it is dropped, if it may be."""
        from lingua_integrations.core.results import drop

        if not context.text.strip():
            return self.compressor(settings, question).unchanged([context], "blank")
        try:
            return self._together(settings, [context], question)
        except BudgetTooSmall as error:
            if not settings.may_drop:
                _pass_or_raise(settings, error)
                unchanged = self.compressor(settings, question).unchanged([context], str(error))
                return replace(unchanged, budget=error.budget)
            too_small.append(error)
            unchanged = self.compressor(settings, question).unchanged([context], "")
            return drop(unchanged, str(error), error.budget)

    def _json(self, settings: Settings, text: str, question: str, shown: str) -> StructuredResult:
        from lingua_integrations.core.structured import StructuredResult

        unchanged = self._below_break_even(settings, [shown], question)
        if unchanged is not None:
            return StructuredResult(shown, unchanged)
        compressor = self.compressor(settings, question)
        before = compressor.counter.count(shown)
        budget = compressor.config.budget_of(before, settings.rate, settings.target_tokens)
        if before <= budget and compressor.config.threshold is None:
            return StructuredResult(shown, compressor.unchanged([shown], "fits the budget as it is"))
        made = self._by(
            settings,
            question,
            lambda compressor: compressor.compress_json(
                text, question=question or None, target_tokens=budget
            ),
        )
        return replace(made, result=replace(made.result, tokens_before=before))

    def _together(self, settings: Settings, contexts: list[Context], question: str) -> CompressionResult:
        unchanged = self._below_break_even(settings, contexts, question)
        return unchanged or self._by(
            settings,
            question,
            lambda compressor: compressor.compress(
                contexts,
                question=question or None,
                rate=settings.rate,
                target_tokens=settings.target_tokens,
            ),
        )

    def _by(self, settings: Settings, question: str, work: Callable[[PromptCompressor], Outcome]) -> Outcome:
        """Work by the method asked for; by the fallback where nobody asked and not one sentence fits."""
        compressor = self.compressor(settings, question)
        try:
            return work(compressor)
        except BudgetTooSmall:
            if named(settings) or compressor.config.unit != "sentence":
                raise
            return work(self.fallback(settings))

    def _below_break_even(
        self, settings: Settings, contexts: Sequence[str | Context], question: str
    ) -> CompressionResult | None:
        """The result of changing nothing, where the texts are too short to be worth it."""
        if not settings.min_tokens:
            return None
        note = f"handed on unchanged: fewer than min_tokens={settings.min_tokens}"
        unchanged = self.compressor(settings, question).unchanged(contexts, note)
        return unchanged if unchanged.tokens_before < settings.min_tokens else None


def named(settings: Settings) -> bool:
    """Whether the user said how to compress."""
    return any(one is not None for one in (settings.method, settings.config, settings.compressor))


def done(settings: Settings, result: CompressionResult) -> None:
    """Count a finished call of an adapter, and tell the user's callback."""
    count(result)
    if settings.on_result is not None:
        settings.on_result(result)


def _pass_or_raise(settings: Settings, error: Exception) -> None:
    """Raise the error being handled, or warn that its input is handed on, as the user wants it."""
    if settings.on_error == "raise":
        raise error
    message = f"handed on uncompressed: {type(error).__name__}: {error}"
    warnings.warn(message, LinguaWarning, stacklevel=4)


def provenance(context: CompressedContext) -> dict[str, Any]:
    """What an output says about where it comes from: plain JSON, and the same for the same call."""
    return {
        "index": context.index,
        "spans": [list(span) for span in context.spans],
        "tokens_before": context.tokens_before,
        "tokens_after": context.tokens_after,
    }


def report(result: CompressionResult | None, price_per_million: float | None) -> dict[str, Any]:
    """What a trace or an event says of a call: tokens, seconds, money; nothing where it failed."""
    return dict(_report(result, price_per_million)) if result is not None else {}


def _report(result: CompressionResult, price_per_million: float | None) -> Iterator[tuple[str, Any]]:
    yield "tokens_before", result.tokens_before
    yield "tokens_after", result.tokens_after
    yield "seconds", round(sum(result.seconds.values()), 4)
    if result.note is not None:
        yield "note", result.note
    if price_per_million is not None:
        yield "saved", (result.tokens_before - result.tokens_after) * price_per_million / 1e6
