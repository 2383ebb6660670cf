"""How adapters compress: short inputs, budgets that are too small, failures, callbacks."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from lingua_integrations.adapters.contexts import contexts_of
from lingua_integrations.adapters.options import How, HowMuch, OnFailure, Spread, Telling
from lingua_integrations.core.usage import count, uncounted
from lingua_integrations.errors import BudgetTooSmall, LinguaError, LinguaWarning

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.request import Context
    from lingua_integrations.core.results import CompressionResult

Outcome = TypeVar("Outcome")
LEAST = "the budget was too small: this is the least that works"
"""The note of a call whose outcome is over the budget."""


class Compressing(How, OnFailure, Telling):
    """An adapter that compresses. Its framework says how much to keep."""

    def attempt(self, work: Callable[[], Outcome]) -> Outcome | None:
        """Do some work; where it fails and the user wants a failure to pass: a warning, and ``None``."""
        try:
            return work()
        # Not only our own errors: who asked for passthrough wants an answer from the chain in any case.
        except Exception as error:
            if self.on_error == "raise":
                raise
            # What others raise may quote the texts, and warnings end up in logs.
            why = f": {error}" if isinstance(error, LinguaError) else ""
            warn(f"passed on uncompressed: {type(error).__name__}{why}")
            return None

    def tell(self, result: CompressionResult) -> None:
        """Count a finished call, and tell the user's callback."""
        count(result, self._method)
        if self.on_result is not None:
            self.on_result(result)

    def _method(self) -> str:
        from lingua_integrations.core.methods import name_of

        return name_of(self.compressor_for().config)


class Adapter(HowMuch, Compressing):
    """An adapter with all the fields that most have.

    Every call reads the fields anew, so that a change to an adapter or to a copy of it takes effect.
    """

    def shorten(
        self,
        texts: Sequence[str],
        question: str | None = "",
        metadata: Sequence[dict[str, Any]] | None = None,
    ) -> CompressionResult | None:
        """Compress texts, and tell the user's callback.

        Metadata give titles, which help to rank, and say which kinds of text they are. ``None``:
        the inputs go on as they are, since all are blank, or since it failed and the user wants that to pass.
        """
        if not any(map(str.strip, texts)):
            return None
        with uncounted():  # one call for the user, in however many steps
            result = self.attempt(
                partial(self._shorten, contexts_of(texts, metadata, self.kind), question or None)
            )
        if result is not None:
            self.tell(result)
        return result

    def or_least(
        self, work: Callable[[int | None], Outcome], everything: Callable[[str], Outcome]
    ) -> Outcome:
        """Do some work to the budget of the fields; if that is too small, what ``when_too_small`` says.

        ``work`` takes a budget in target tokens, or None for that of the fields; ``everything`` gives the
        outcome of changing nothing, with a note.

        Raises:
            BudgetTooSmall: the budget is too small, and the user wants to know.
        """
        try:
            return work(None)
        except BudgetTooSmall as error:
            if self.when_too_small == "raise":
                raise
            if self.when_too_small == "passthrough":
                note = f"passed on uncompressed: {error}"
                warn(note)
                return everything(note)
            outcome = work(error.smallest)
            warn(f"{error} That result was passed on, over the budget; when_too_small changes this.")
            return outcome

    def _shorten(self, contexts: list[Context], question: str | None) -> CompressionResult:
        compressor = self.compressor_for()
        tokens = sum(compressor.counter.count(context.text) for context in contexts)
        if tokens < self.min_tokens:
            return compressor.unchanged(contexts, short(self.min_tokens))
        return self._spread(compressor, contexts, question)

    def _spread(
        self, compressor: PromptCompressor, contexts: list[Context], question: str | None
    ) -> CompressionResult:
        """How the budget is spread over the texts of a call: here one for all of them."""
        return self._together(compressor, contexts, question)

    def _together(
        self, compressor: PromptCompressor, contexts: list[Context], question: str | None
    ) -> CompressionResult:
        if not any(context.text.strip() for context in contexts):
            return compressor.unchanged(contexts, "blank")

        def work(least: int | None) -> CompressionResult:
            if least is None:
                return compressor.compress(
                    contexts, question=question, rate=self.rate, target_tokens=self.target_tokens
                )
            result = compressor.compress(contexts, question=question, target_tokens=least)
            return replace(result, note=LEAST)

        return self.or_least(work, partial(compressor.unchanged, contexts))


class EachAdapter(Adapter):
    """An adapter that compresses every text alone, to the same rate or number of tokens.

    Attributes:
        show_progress: a bar over the texts.
    """

    show_progress: bool = False

    def _spread(
        self, compressor: PromptCompressor, contexts: list[Context], question: str | None
    ) -> CompressionResult:
        if len(contexts) == 1:
            return self._together(compressor, contexts, question)
        from tqdm.auto import tqdm

        from lingua_integrations.core.results import merge

        bar = tqdm(contexts, "Compressing", unit="text", disable=not self.show_progress)
        results = [self._together(compressor, [context], question) for context in bar]
        merged = merge(results)
        return replace(merged, note=LEAST) if any(one.note == LEAST for one in results) else merged


class SpreadingAdapter(EachAdapter):
    """An adapter that lets its user say how a budget is spread over the texts of a call.

    Attributes:
        spread: "together": one budget over all texts of a call, so that the better ones get more of it;
            "each": every text is compressed alone, to the same rate or number of tokens.
    """

    spread: Spread = "together"

    def _spread(
        self, compressor: PromptCompressor, contexts: list[Context], question: str | None
    ) -> CompressionResult:
        spread = self._together if self.spread == "together" else super()._spread
        return spread(compressor, contexts, question)


def short(min_tokens: int) -> str:
    """The note of a call that is not worth the time."""
    return f"passed on unchanged: fewer than min_tokens={min_tokens}"


def warn(message: str) -> None:
    """Warn the user of an adapter, where their code calls it."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("lingua_integrations"):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, LinguaWarning, stacklevel=level - 1)
