"""What our Runnables share: one run and one custom event per call, async off the event loop."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Generic

from langchain_core.callbacks import (
    AsyncCallbackManagerForChainRun,
    CallbackManagerForChainRun,
    adispatch_custom_event,
    dispatch_custom_event,
)
from langchain_core.runnables import RunnableConfig, RunnableSerializable
from langchain_core.runnables.config import run_in_executor
from langchain_core.runnables.utils import Input, Output

from lingua_integrations.adapters.compressing import SpreadingAdapter
from lingua_integrations.adapters.notes import report
from lingua_integrations.core.background import stopping

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressionResult

EVENT = "lingua_compression"
"""Name of the custom event that tells of a compression: tokens, seconds, money."""


class CompressingRunnable(SpreadingAdapter, RunnableSerializable[Input, Output], Generic[Input, Output]):
    """A step of a chain that compresses. It can be dumped; a given compressor and callbacks stay out."""

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """It can."""
        return True

    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Compress; traced as one run with one custom event."""
        return self._call_with_config(self._invoke, input, config, **kwargs)

    async def ainvoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """The same in a thread, so that the event loop stays free."""
        return await self._acall_with_config(self._ainvoke, input, config, **kwargs)

    @abstractmethod
    def _compress(self, given: Input) -> tuple[Output, CompressionResult | None]:
        """What comes out, and how; ``None`` where nothing was compressed."""

    def _invoke(
        self, given: Input, run_manager: CallbackManagerForChainRun, config: RunnableConfig
    ) -> Output:
        output, result = self._compress(given)
        dispatch_custom_event(EVENT, report(result, self.price_per_million), config=config)
        return output

    async def _ainvoke(
        self, given: Input, run_manager: AsyncCallbackManagerForChainRun, config: RunnableConfig
    ) -> Output:
        with stopping():
            output, result = await run_in_executor(config, self._compress, given)
        await adispatch_custom_event(EVENT, report(result, self.price_per_million), config=config)
        return output
