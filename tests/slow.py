"""For tests of the event loop: something that takes its time, and a pulse that goes on meanwhile."""

from __future__ import annotations

import asyncio
import time

from lingua_integrations import PromptCompressor


class Slow(PromptCompressor):
    """Takes its time."""

    def compress(self, *args, **kwargs):
        time.sleep(0.3)
        return super().compress(*args, **kwargs)


async def beats_during(work):
    """How often the event loop turned while it was awaited."""
    beats = 0

    async def heart():
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    task = asyncio.create_task(heart())
    await work
    task.cancel()
    return beats
