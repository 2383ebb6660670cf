"""What the adapters of all frameworks share: one lazily built compressor, and what to do when it fails."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lingua_integrations.core.config import CompressionConfig, check_rate, check_tokens
from lingua_integrations.errors import InvalidRequest, LinguaError, LinguaWarning

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.prompt import Context
    from lingua_integrations.core.results import CompressedContext, CompressionResult

OnError = Literal["raise", "passthrough"]
OnResult = Callable[["CompressionResult"], None]
DEFAULT_MODEL = "smollm2-135m-q4_1"


@dataclass(eq=False)
class Engine:
    """A compressor that is built once, when it is first needed, by whichever thread comes first.

    Attributes:
        compressor: a finished one, if the user gave it.
        model: else: the scorer model's name, folder or hub id.
        device: where it runs.
        config: what to keep and how to decide it.
    """

    compressor: PromptCompressor | None = None
    model: str = DEFAULT_MODEL
    device: str | None = None
    config: CompressionConfig | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self) -> PromptCompressor:
        """The compressor."""
        with self._lock:
            if self.compressor is None:
                from lingua_integrations.core.compressor import PromptCompressor

                self.compressor = PromptCompressor.from_pretrained(
                    self.model, self.config or CompressionConfig.rag(), device=self.device
                )
            return self.compressor

    def compress(
        self,
        contexts: Sequence[Context],
        question: str,
        rate: float | None,
        target_tokens: int | None,
        on_error: OnError,
    ) -> CompressionResult | None:
        """Compress contexts; ``None`` where it failed and the inputs are to be handed on as they are."""
        try:
            return self.get().compress(
                contexts, question=question or None, rate=rate, target_tokens=target_tokens
            )
        except LinguaError as error:
            if on_error == "raise":
                raise
            warnings.warn(f"handed on uncompressed: {error}", LinguaWarning, stacklevel=2)
            return None


def check_budget(rate: float | None, target_tokens: int | None) -> None:
    """Refuse a contradictory or impossible budget when an adapter is built, not when it first runs."""
    if rate is not None and target_tokens is not None:
        raise InvalidRequest("Give either rate or target_tokens, not both.")
    if rate is not None:
        check_rate(rate, "rate")
    if target_tokens is not None:
        check_tokens(target_tokens)


def provenance(context: CompressedContext) -> dict[str, Any]:
    """What an output says about where it comes from: plain JSON, and the same for the same call."""
    return {
        "index": context.index,
        "spans": [list(span) for span in context.spans],
        "tokens_before": context.tokens_before,
        "tokens_after": context.tokens_after,
    }
