"""The fields of adapters: how much to keep, how, what happens on failure, and what to tell whom.

An adapter is made of those parts that mean something for it; each field is checked when it is built.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, field_validator
from pydantic.json_schema import SkipJsonSchema

from lingua_integrations.adapters.part import Part
from lingua_integrations.core.calibration import Calibration
from lingua_integrations.core.checks import check_marker, check_rate, check_share, check_tokens
from lingua_integrations.core.config import CompressionConfig, WhenNothing
from lingua_integrations.core.methods import MethodName, configuration
from lingua_integrations.core.models.devices import DType
from lingua_integrations.core.text.landmarks import Landmarks
from lingua_integrations.core.text.must_keep import MustKeep
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.results import CompressionResult

    OnResult = Callable[[CompressionResult], None]
    Method = MethodName
    Dtype = DType
else:  # pydantic would look the class up, which costs numpy, and would not say which name is the nearest
    OnResult = Callable[[Any], None]
    Method = Dtype = str

OnError = Literal["raise", "passthrough"]
Spread = Literal["together", "each"]
WhenTooSmall = Literal["least", "raise", "passthrough"]


class HowMuch(Part):
    """How much to keep.

    Attributes:
        rate: share of the tokens to keep, in (0, 1]; default: the configuration's (0.5).
        target_tokens: a number of tokens instead. Set only one of the two, also at run time.
        min_tokens: if all texts of a call together have fewer tokens, they are passed on unchanged, and the
            result's note says so. Compressing a short text is not worth the time.
        when_too_small: what to do if the budget has no room for a single unit. "least" passes on the smallest
            result that works, over the budget, with a warning and a note. "passthrough" passes on everything,
            with a warning. "raise" raises `BudgetTooSmall`, to which `on_error` then applies (agents and
            tools warn).
    """

    rate: float | None = None
    target_tokens: int | None = None
    min_tokens: int = Field(default=200, ge=0)
    when_too_small: WhenTooSmall = "least"

    def check(self) -> None:
        """Refuse numbers that cannot work."""
        super().check()
        if self.rate is not None and self.target_tokens is not None:
            raise InvalidRequest("Give either rate or target_tokens, not both.")
        if self.rate is not None:
            check_rate(self.rate, "rate")
        if self.target_tokens is not None:
            check_tokens(self.target_tokens)


class How(Part):
    """How to compress.

    Attributes:
        method: a name that `lingua methods` lists; default: "extractive-fusion", and "salience" in calls
            without a question; with a `model`, the method for that kind of model.
        model: a model instead of the method's own: one of our names, a folder, or a hub id. It is loaded at
            the first call.
        device: where the model runs; default: the best device available.
        dtype: the model's dtype, such as "float32"; default: a fast one for the device, see `CausalLM`.
        counter: whose tokens the budget counts: a tiktoken encoding or OpenAI model. For any other tokenizer,
            pass ``compressor=PromptCompressor(..., counter=tokenizer)``.
        config: a detailed configuration instead of a method.
        min_relevance: drop sentences that are less likely than this, in (0, 1), to be evidence for the
            answer, and keep the others; a rate or a number of tokens is then a ceiling. The default method is
            then "relevant".
        keep_answer: instead of `min_relevance`: drop as much as possible while this share, in (0, 1), of the
            expected evidence stays.
        when_nothing: what comes out if no sentence reaches `min_relevance`: "best", the best one (the
            default), or "empty", nothing.
        kind: of all texts, such as "markdown" or "csv" (see `Kind`); default: detected for each text.
        language: of all texts, as an ISO 639 code; default: detected for each text.
        gap_marker: text that stands where something was left out, such as "[… {lines} lines left out]".
        landmarks: in a list of similar records, those to keep whatever the question, see `Landmarks`.
        compressor: a finished `PromptCompressor` instead of all of these.
    """

    method: Method | None = None
    model: str | None = None
    device: str | None = None
    dtype: Dtype | None = None
    counter: str = "o200k_base"
    config: CompressionConfig | None = None
    min_relevance: float | None = None
    keep_answer: float | None = None
    when_nothing: WhenNothing | None = None
    kind: str | None = None
    language: str | None = None
    gap_marker: str | None = None
    landmarks: Landmarks | None = None
    compressor: Any = Field(default=None, exclude=True, repr=False)

    default_method: ClassVar[MethodName | None] = None
    """The method where none is given, nor a configuration; None: the package's default."""

    @field_validator("config", mode="before")
    @classmethod
    def _config_from_dict(cls, config: Any) -> Any:
        return read_config(config)

    @field_validator("landmarks", mode="before")
    @classmethod
    def _landmarks_from_dict(cls, landmarks: Any) -> Any:
        return Landmarks(**landmarks) if isinstance(landmarks, dict) else landmarks

    @property
    def lc_attributes(self) -> dict[str, Any]:
        """What LangChain serialises otherwise than the field: settings with parts, as plain data."""
        settings = {name: getattr(self, name) for name in ("config", "landmarks")}
        return {name: asdict(value) for name, value in settings.items() if value is not None}

    def check(self) -> None:
        """Refuse what cannot work together, and what would have no effect."""
        super().check()
        check_marker(self.gap_marker)
        check_share(self.min_relevance, "min_relevance")
        check_share(self.keep_answer, "keep_answer")
        if None not in (self.min_relevance, self.keep_answer):
            raise InvalidRequest("Give either min_relevance or keep_answer, not both.")
        if self.kind is not None:
            from lingua_integrations.core.text.kind_names import checked_kind  # costs numpy

            checked_kind(self.kind)
        if None not in (self.method, self.config):
            raise InvalidRequest("Give either method or config, not both.")
        if self.compressor is None:
            self.compressor_for()
            return
        if not all(hasattr(self.compressor, name) for name in ("compress", "unchanged", "counter")):
            raise InvalidRequest(
                f"compressor must be a PromptCompressor, not {type(self.compressor).__name__}. Name models "
                "with model=."
            )
        beside, fields = ("method", "model", "device", "dtype", "counter", "config"), type(self).model_fields
        if told := [name for name in beside if getattr(self, name) != fields[name].default]:
            raise InvalidRequest(f"{', '.join(told)} would have no effect beside compressor: leave one out.")

    def compressor_for(self, counter: Any = None) -> PromptCompressor:
        """The compressor that the user gave, or the one that the fields describe; models load when needed.

        A counter of the target model's tokens stands in for the field.
        """
        # Not at the top: importing an adapter must not cost what only compressing needs.
        from lingua_integrations.core.compressor import PromptCompressor

        made: PromptCompressor | None = self.compressor
        if made is None:
            free = "relevant" if self.min_relevance or self.keep_answer or self.when_nothing else None
            chosen = self.method or self.config or (None if self.model else free or self.default_method)
            made = PromptCompressor.from_pretrained(
                self.model,
                chosen if chosen is None else configuration(chosen),
                device=self.device,
                dtype=self.dtype,
                counter=counter or self.counter,
            )
        changes = self._changes(made) if hasattr(made, "with_config") else {}
        return made.with_config(made.config.with_(**changes)) if changes else made

    def _changes(self, made: PromptCompressor) -> dict[str, Any]:
        """What the fields change in a configuration; defaults of a class only where it leaves that open."""
        config = made.config
        asked = {name: getattr(self, name) for name in ("min_relevance", "keep_answer")}
        floors: dict[str, Any] = asked if any(asked.values()) else {}
        if floors and self.config is None and self.compressor is None:
            floors["rate"] = 1.0  # nobody asked for another ceiling
        if self.when_nothing is not None:
            floors["when_nothing"] = self.when_nothing
        return floors | {
            name: value
            for name in ("language", "gap_marker", "landmarks")
            if (value := getattr(self, name)) is not None
            and (
                name in self.model_fields_set or (getattr(config, name) is None and config.unit == "sentence")
            )
        }


class HowResults(How):
    """How to compress what tools say: `How`, with marks where something was left out, and with landmarks.

    Attributes:
        keep_fields: names of fields, with dots for nested ones. Only these fields of each record of JSON,
            JSON lines and CSV are passed on. The result says so; a field that no record has is a warning.
    """

    gap_marker: str | None = "[… {lines} lines left out]"
    landmarks: Landmarks | None = Landmarks()
    keep_fields: Sequence[str] | None = Field(default=None, min_length=1)


class OnFailure(Part):
    """What happens on failure.

    Attributes:
        on_error: "passthrough" warns and passes the input on uncompressed if compression fails, for whatever
            reason. "raise" raises the error.
    """

    on_error: OnError = "raise"


class Telling(Part):
    """What to tell whom.

    Attributes:
        price_per_million: price of a million of the target model's tokens, in any currency; traces and events
            then show the money saved.
        on_result: a function that gets the `CompressionResult` of each call. It is not called if there was no
            text or if compression failed.
    """

    price_per_million: float | None = Field(default=None, ge=0)
    on_result: SkipJsonSchema[OnResult | None] = Field(default=None, exclude=True, repr=False)


def read_config(config: Any) -> Any:
    """A configuration from its plain form, as dumps hold it; anything else comes back as it is."""
    if not isinstance(config, dict):
        return config
    nested: dict[str, Callable[[Any], Any]] = {
        "filter": read_config,
        "must_keep": lambda rules: MustKeep(**rules),
        "landmarks": lambda rules: Landmarks(**rules),
        "calibration": lambda numbers: Calibration(**numbers),
    }
    try:
        read = {
            name: nested[name](value) if name in nested and isinstance(value, dict) else value
            for name, value in config.items()
        }
        return CompressionConfig(**read)
    except TypeError as error:
        raise InvalidRequest(f"config: {str(error).removeprefix('CompressionConfig.__init__() ')}.") from None
