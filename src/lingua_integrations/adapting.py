"""What the adapters of all frameworks share: a lazily built compressor, and what to do when it fails."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lingua_integrations.core.config import CompressionConfig, check_rate, check_tokens
from lingua_integrations.core.methods import configuration
from lingua_integrations.core.mustkeep import MustKeep
from lingua_integrations.core.source_code import is_code
from lingua_integrations.errors import InvalidRequest, LinguaWarning

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.results import CompressedContext, CompressionResult

    OnResult = Callable[[CompressionResult], None]
else:  # pydantic would look the class up, which costs the import of numpy
    OnResult = Callable[[Any], None]

OnError = Literal["raise", "passthrough"]


class Settings(Protocol):
    """The fields that every adapter has; their meaning is documented there."""

    compressor: Any
    method: str | None
    model: str | None
    device: str | None
    counter: str
    config: CompressionConfig | None
    rate: float | None
    target_tokens: int | None
    on_result: OnResult | None
    on_error: OnError


class Engine:
    """Compresses for an adapter; builds its compressor once, in whichever thread needs it first.

    The settings are read anew in each call, so a change to an adapter or to a copy of it takes effect. Copies
    share the engine. Pickles leave it behind, weights and all: the other side builds its own.
    """

    def __init__(self) -> None:
        self._built: dict[tuple[str | None, str | None, str, CompressionConfig], PromptCompressor] = {}
        self._lock = threading.Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> Engine:
        return self

    def __reduce__(self) -> tuple[type[Engine], tuple[()]]:
        return type(self), ()

    def compressor(self, settings: Settings) -> PromptCompressor:
        """The compressor that the user gave, or the one that the other settings describe."""
        if settings.compressor is not None:
            given: PromptCompressor = settings.compressor
            return given
        # Not at the top: importing an adapter must not cost what only compressing needs.
        from lingua_integrations.core.compressor import PromptCompressor

        config = configuration(settings.method or settings.config)
        key = (settings.model, settings.device, settings.counter, config)
        with self._lock:
            if key not in self._built:
                self._built[key] = PromptCompressor.from_pretrained(
                    settings.model, config, device=settings.device, counter=settings.counter
                )
            return self._built[key]

    def compress(
        self, settings: Settings, texts: Sequence[str], metadata: Sequence[dict[str, Any]], question: str
    ) -> CompressionResult | None:
        """Compress texts, and tell the user's callback.

        Args:
            settings: the adapter.
            texts: what to compress.
            metadata: of the texts: titles help to rank, and files of source code are cut by lines.
            question: what the prompt asks, or nothing.

        Returns:
            The result; ``None`` where the inputs are to be handed on as they are, since they are all blank or
            since it failed and the user wants a failure to pass.
        """
        from lingua_integrations.core.prompt import Context

        try:
            contexts = [
                Context(text, title=title_of(about), code=is_source_code(about))
                for text, about in zip(texts, metadata, strict=True)
            ]
            if not any(map(str.strip, texts)):
                return None
            result = self.compressor(settings).compress(
                contexts,
                question=question or None,
                rate=settings.rate,
                target_tokens=settings.target_tokens,
            )
        # Not only our own errors: who asked for passthrough wants an answer from the chain in any case.
        except Exception as error:
            if settings.on_error == "raise":
                raise
            message = f"handed on uncompressed: {type(error).__name__}: {error}"
            warnings.warn(message, LinguaWarning, stacklevel=2)
            return None
        if settings.on_result is not None:
            settings.on_result(result)
        return result


def check(settings: Settings) -> None:
    """Refuse settings that cannot work when an adapter is built, not when it first runs.

    Raises:
        InvalidRequest: they contradict each other, or one leaves its range.
    """
    if settings.rate is not None and settings.target_tokens is not None:
        raise InvalidRequest("Give either rate or target_tokens, not both.")
    if settings.rate is not None:
        check_rate(settings.rate, "rate")
    if settings.target_tokens is not None:
        check_tokens(settings.target_tokens)
    if settings.method is not None and settings.config is not None:
        raise InvalidRequest("Give either method or config, not both.")
    configuration(settings.method)
    given = settings.compressor
    if given is not None and not callable(getattr(given, "compress", None)):
        raise InvalidRequest(
            f"compressor must be a PromptCompressor, not {type(given).__name__}. Name models with model=."
        )


def read_config(config: Any) -> Any:
    """A configuration from its plain form, as dumps hold it; anything else comes back as it is.

    Raises:
        InvalidRequest: a setting is unknown or leaves its range.
    """
    if not isinstance(config, dict):
        return config
    nested: dict[str, Callable[[Any], Any]] = {
        "filter": read_config,
        "must_keep": lambda rules: MustKeep(**rules),
    }
    try:
        read = {
            name: nested[name](value) if name in nested and isinstance(value, dict) else value
            for name, value in config.items()
        }
        return CompressionConfig(**read)
    except TypeError as error:
        raise InvalidRequest(f"config: {str(error).removeprefix('CompressionConfig.__init__() ')}.") from None


def title_of(metadata: dict[str, Any]) -> str | None:
    """The title that a document's metadata names, if it is text."""
    title = metadata.get("title")
    return title if isinstance(title, str) else None


def is_source_code(metadata: dict[str, Any]) -> bool:
    """Whether the metadata names a file of source code, under one of the keys that loaders use."""
    names = (metadata.get(key) for key in ("source", "file_name", "file_path"))
    return any(isinstance(name, str) and is_code(name) for name in names)


def provenance(context: CompressedContext) -> dict[str, Any]:
    """What an output says about where it comes from: plain JSON, and the same for the same call."""
    return {
        "index": context.index,
        "spans": [list(span) for span in context.spans],
        "tokens_before": context.tokens_before,
        "tokens_after": context.tokens_after,
    }
