"""A compressor for headroom's proxy, which knows it as "lingua" by its entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lingua_integrations.adapters.originals import Originals
from lingua_integrations.adapters.tool_results import COMPACT, ROWS, ResultAdapter
from lingua_integrations.core.config import CompressionConfig

if TYPE_CHECKING:
    from headroom.transforms.compressor_registry import CompressInput, CompressorDescriptor, CompressOutput
    from typing_extensions import Unpack

    from lingua_integrations.adapters.keywords import ResultOptions

MARKER = "Retrieve original: hash={name}"
"""By this headroom knows that an original can be fetched, and gives the model its own tool for it."""


class LinguaCompressor:
    """Compresses what passes through headroom, where it is selected there.

    ``ContentRouterConfig(active_external_compressors=["lingua"])`` selects it. The shorter text ends with the
    digest of the original, which headroom keeps. By default a quarter stays, chosen by BM25 where headroom
    knows what is asked, and without a question by what says most: neither needs a model.

    Args:
        **options: fields of `HowMuch`, `HowResults`, `OnFailure` and `Telling`.
    """

    def __init__(self, **options: Unpack[ResultOptions]) -> None:
        given: dict[str, Any] = dict(options)
        if not given.keys() & {"rate", "target_tokens"}:
            given["rate"] = 0.25
        if not given.keys() & {"method", "model", "config", "compressor"}:
            given["config"] = CompressionConfig(ranker="bm25")
        self.settings = ResultAdapter(**given)

    @property
    def descriptor(self) -> CompressorDescriptor:
        """It takes any text, and what it leaves out can be fetched back."""
        from headroom.transforms.compressor_registry import CompressorDescriptor

        return CompressorDescriptor("lingua", ["*"], lossless=False, cost_tier="fast", recoverable=True)

    def compress(self, inp: CompressInput) -> CompressOutput:
        """Compress a text for its query; a text that stays as it was says so."""
        from headroom.transforms.compressor_registry import CompressOutput

        kept: dict[str, str] = {}
        originals = Originals(kept, says=MARKER)
        result = self.settings.shorten_result(inp.content, inp.query, originals=originals)
        if result is None or result.texts == [inp.content]:
            tokens = 0 if result is None else result.tokens_before
            return CompressOutput(inp.content, tokens, tokens, lossless=True, compressed=False)
        return CompressOutput(
            result.texts[0],
            result.tokens_before,
            result.tokens_after,
            lossless=result.note in (COMPACT, ROWS),
            markers=[MARKER.format(name=name) for name in kept],
            recoverable=kept,
        )
