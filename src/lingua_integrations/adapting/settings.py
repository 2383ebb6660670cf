"""The fields that every adapter has, whichever framework it is for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.json_schema import SkipJsonSchema

from lingua_integrations.adapting.engine import Engine
from lingua_integrations.core.config import CompressionConfig, check_rate, check_tokens
from lingua_integrations.core.devices import DType
from lingua_integrations.core.methods import configuration, needs_question
from lingua_integrations.core.mustkeep import MustKeep
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressionResult

    OnResult = Callable[[CompressionResult], None]
else:  # pydantic would look the class up, which costs the import of numpy
    OnResult = Callable[[Any], None]

logger = logging.getLogger(__name__)
OnError = Literal["raise", "passthrough"]
Spread = Literal["together", "each"]


class Settings(BaseModel):
    """How much to keep, by which method, and what to do when it fails. The same fields in every adapter.

    Pickles leave compressor, callbacks and weights out; the copy loads its own when it needs them.

    Attributes:
        rate: share of the tokens to keep, in (0, 1]; default: the configuration's (0.5).
        target_tokens: a number of tokens instead. Only one of the two: who makes one of them a configurable
            field of a chain leaves the other out.
        spread: "together": one budget over all texts of a call, so that the better ones get more of it;
            "each": every text is compressed alone, to the same rate or number of tokens.
        min_tokens: what counts less is handed on unchanged, and the result's note says so: a short text is
            not worth the time. Bounds the sum of a call, or each text, as `spread` says.
        method: what to compress by: a name that `lingua methods` lists; default: "extractive-fusion",
            and "rag" without a question, where a model is named, or where the budget is below the shortest
            sentence; some adapters have another default, and say so.
        model: another model than the method's own: one of our names, a folder, or a hub id. Without a method
            it is the causal language model of "rag". Loaded at the first call.
        device: where it runs; default: the best there is.
        dtype: of its numbers, such as "float32"; default: what the device is quick at, see `CausalLM`.
        counter: whose tokens the budget counts: a tiktoken encoding or OpenAI model; any other tokenizer goes
            into ``compressor=PromptCompressor(..., counter=tokenizer)``.
        config: what to keep and how to decide it, in detail, instead of a method.
        compressor: a finished `PromptCompressor`; wins over method, model, device, dtype and config.
        price_per_million: what a million of the target model's tokens cost, in any currency: traces and
            events then say what was saved.
        show_progress: a bar over the texts, where each is compressed alone.
        on_result: called with the whole `CompressionResult` of each call; not where nothing was compressed,
            because there was no text or because it failed.
        on_error: "passthrough" warns and hands the input on uncompressed where compression fails, for
            whatever reason.
    """

    rate: float | None = None
    target_tokens: int | None = None
    spread: Spread = "together"
    min_tokens: int = Field(default=0, ge=0)
    method: str | None = None
    model: str | None = None
    device: str | None = None
    dtype: DType | None = None
    counter: str = "o200k_base"
    config: CompressionConfig | None = None
    compressor: Any = Field(default=None, exclude=True, repr=False)
    price_per_million: float | None = Field(default=None, ge=0)
    show_progress: bool = False
    on_result: SkipJsonSchema[OnResult | None] = Field(default=None, exclude=True, repr=False)
    on_error: OnError = "raise"
    engine: SkipJsonSchema[Engine] = Field(default_factory=Engine, exclude=True, repr=False)

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")
    default_method: ClassVar[str] = "extractive-fusion"
    """The method where none is given, nor a `config`; "rag" where it misses the question that it needs."""
    may_drop: ClassVar[bool] = True
    """Whether a text of which nothing fits may be left out. Where not, that text alone is a failure."""

    if not TYPE_CHECKING:  # type checkers make the signature from the fields

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            check(self)  # here and not in a validator, whose errors pydantic wraps in its own

    @field_validator("config", mode="before")
    @classmethod
    def _config_from_dict(cls, config: Any) -> Any:
        return read_config(config)

    def __getstate__(self) -> dict[str, Any]:
        """What dumps hold, so that nothing live is serialised, not even to see whether it can be.

        LlamaIndex's base class pickles every attribute to find out, and deletes from the live object those
        that fail.
        """
        if self.compressor is not None:
            logger.warning(
                "A pickle leaves the given compressor out; the copy builds its own from model=%r, config=%r.",
                self.model,
                self.config,
            )
        fields = type(self).model_fields
        return {
            "__dict__": {name: getattr(self, name) for name in fields if not fields[name].exclude},
            "__pydantic_fields_set__": {name for name in self.model_fields_set if not fields[name].exclude},
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state["__dict__"])  # type: ignore[misc]

    @property
    def lc_attributes(self) -> dict[str, Any]:
        """What LangChain serialises otherwise than the field: the configuration, as plain data."""
        return {} if self.config is None else {"config": asdict(self.config)}


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
    if given is not None and not all(hasattr(given, name) for name in ("compress", "unchanged", "counter")):
        raise InvalidRequest(
            f"compressor must be a PromptCompressor, not {type(given).__name__}. Name models with model=."
        )


def check_question_free(settings: Settings) -> None:
    """Refuse methods that need a question, for adapters that work before one is known.

    Raises:
        InvalidRequest: the method or the compressor given needs one.
    """
    given = getattr(settings.compressor, "config", None)
    config = given if isinstance(given, CompressionConfig) else settings.config
    if needs_question(config or configuration(settings.method)):
        raise InvalidRequest(
            "At ingestion no question is known, and this method needs one. Take llmlingua, llmlingua2, "
            "selective-context or rag; or compress after retrieval."
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
