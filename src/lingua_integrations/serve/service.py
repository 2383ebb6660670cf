"""What the endpoints of one application share: compressors, threads and counters."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial

from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.methods import configuration
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaError
from lingua_integrations.serve.metrics import Metrics
from lingua_integrations.serve.settings import Settings
from lingua_integrations.serve.work import Workers

logger = logging.getLogger(__name__)
_STARTING = "models are being loaded"
_WARM = ["Emma is a novel by Jane Austen. It came out in 1815. Ulysses is by James Joyce. It rained."]


class Service:
    """The state of an application.

    Attributes:
        unready: why it should not be asked yet; None: it can be. An application that is mounted in another
            one is not told to get ready: its first request then loads what it needs.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.compressors = compressors_of(settings)
        self.metrics = Metrics()
        limits = settings.limits
        self.workers = Workers(limits.threads, limits.waiting, self.metrics.taken.set)
        self.unready: str | None = None

    def compressor(self, method: str | None = None) -> PromptCompressor:
        """The compressor of a method; without a name that of the first one.

        Raises:
            InvalidRequest: the service does not offer it.
        """
        name = self.settings.methods[0] if method is None else method
        if name not in self.compressors:
            raise InvalidRequest(f"method must be one of {', '.join(self.compressors)}, not {name!r}.")
        return self.compressors[name]

    def begin(self) -> asyncio.Task[None]:
        """Begin to load the models, so that the first request does not wait for them."""
        self.unready = _STARTING
        return asyncio.create_task(self._get_ready())

    async def _get_ready(self) -> None:
        try:
            for method, compressor in self.compressors.items():
                logger.info("getting %s ready", method)
                await self.workers.run(partial(_warm_up, compressor), seconds=3600.0)
        except LinguaError as error:
            self.unready = str(error)
            logger.error("not ready: %s", error)
        else:
            self.unready = None
            logger.info("ready")


def compressors_of(settings: Settings) -> dict[str, PromptCompressor]:
    """A compressor for each method of a service. Nothing is loaded yet."""
    made = {}
    for at, method in enumerate(settings.methods):
        made[method] = PromptCompressor.from_pretrained(
            settings.model if at == 0 else None,
            configuration(method).with_(rate=settings.rate),
            device=settings.device,
            dtype=settings.dtype,
            counter=settings.counter,
        )
    return made


def warm_up(settings: Settings) -> None:
    """Load the models of a service in this process: before it forks, its workers then share their memory.

    Raises:
        LinguaError: one of them cannot be had.
    """
    for compressor in compressors_of(settings).values():
        _warm_up(compressor)


def _warm_up(compressor: PromptCompressor) -> None:
    with suppress(BudgetTooSmall):  # everything was loaded to find that out
        compressor.compress(_WARM, question="Who wrote Emma?", rate=0.5)
