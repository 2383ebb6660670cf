"""The fields of adapters as keyword arguments, for classes that build an adapter of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lingua_integrations.adapters.options import OnError, OnResult, Spread, WhenTooSmall
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.config import CompressionConfig, WhenNothing
    from lingua_integrations.core.methods import MethodName
    from lingua_integrations.core.models.devices import DType
    from lingua_integrations.core.text.kind_names import Kind
    from lingua_integrations.core.text.landmarks import Landmarks


class Options(TypedDict, total=False):
    """The fields of `HowMuch`, `How`, `OnFailure` and `Telling` as keyword arguments."""

    rate: float | None
    target_tokens: int | None
    min_relevance: float | None
    keep_answer: float | None
    when_nothing: WhenNothing | None
    min_tokens: int
    when_too_small: WhenTooSmall
    method: MethodName | None
    model: str | None
    device: str | None
    dtype: DType | None
    counter: str
    config: CompressionConfig | None
    kind: Kind | None
    language: str | None
    gap_marker: str | None
    landmarks: Landmarks | None
    compressor: PromptCompressor | None
    on_error: OnError
    price_per_million: float | None
    on_result: OnResult | None


class ResultOptions(Options, total=False):
    """`Options`, and the field that `HowResults` adds."""

    keep_fields: Sequence[str] | None


class SpreadOptions(Options, total=False):
    """`Options`, and the fields of `SpreadingAdapter`."""

    spread: Spread
    show_progress: bool


class ToolOptions(SpreadOptions, ResultOptions, total=False):
    """`ResultOptions` and `SpreadOptions`."""


class DocumentOptions(SpreadOptions, total=False):
    """`SpreadOptions`, and where a document notes what was kept."""

    metadata_key: str | None
