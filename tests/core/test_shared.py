"""Many requests on one model: they share passes, fail alone, and free their places when nobody waits."""

from __future__ import annotations

import asyncio
import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.background import abandoned, in_thread, leave_off, stopping
from lingua_integrations.core.scorers.causal_lm import CausalLM
from lingua_integrations.core.scorers.shared import Shared
from lingua_integrations.errors import DeviceOutOfMemory

TEXTS = [f"the cat sat on mat {n} and ran, don't sit on the mat {n}." for n in range(6)]


class Counting:
    """The tiny scorer, slowed down, that notes how many texts each reading takes."""

    def __init__(self, scorer, *, seconds=0.0, poison=None):
        self.inner, self.seconds, self.poison = scorer, seconds, poison
        self.batches = []

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def read(self, texts, *, lasting=False):
        leave_off()
        self.batches.append(len(texts))
        time.sleep(self.seconds)
        if any(len(text) == self.poison for text in texts):
            raise DeviceOutOfMemory("full")
        return self.inner.read(texts)


def all_at_once(shared, texts):
    rows = [[(np.zeros(0, dtype=np.int64), shared.encode(text).ids)] for text in texts]
    with ThreadPoolExecutor(len(texts)) as pool:
        return [future.result()[0] for future in [pool.submit(shared.surprisals, row) for row in rows]]


def test_concurrent_requests_share_readings(tiny_scorer):
    """Six requests take fewer readings than six, and everyone gets their own scores."""
    counting = Counting(tiny_scorer, seconds=0.05)
    found = all_at_once(Shared(counting, wait=0.05), TEXTS)
    assert len(counting.batches) < len(TEXTS)
    assert sum(counting.batches) == len(TEXTS)
    for text, nats in zip(TEXTS, found, strict=True):
        (alone,) = tiny_scorer.surprisals([(np.zeros(0, dtype=np.int64), tiny_scorer.encode(text).ids)])
        assert nats == pytest.approx(alone, abs=1e-4)


def test_a_reading_takes_no_more_than_it_is_told(tiny_scorer):
    """Unless one request alone has more."""
    counting = Counting(tiny_scorer, seconds=0.02)
    shared = Shared(counting, wait=0.05, most=2)
    all_at_once(shared, TEXTS)
    assert max(counting.batches) <= 2
    shared.read([shared.encode(text).ids for text in TEXTS])
    assert counting.batches[-1] == 6


def test_a_request_alone_waits_no_longer_than_it_is_told(tiny_scorer):
    """The wait for company is bounded."""
    shared = Shared(tiny_scorer, wait=0.02)
    start = time.perf_counter()
    shared.read([shared.encode(TEXTS[0]).ids])
    assert time.perf_counter() - start < 1


def test_who_cannot_be_read_fails_alone(tiny_scorer):
    """The others of the same reading are read again, without it."""
    poison = len(tiny_scorer.encode(TEXTS[0] * 2).ids)
    shared = Shared(Counting(tiny_scorer, seconds=0.05, poison=poison), wait=0.1)
    row = [(np.zeros(0, dtype=np.int64), shared.encode(text).ids) for text in (TEXTS[0] * 2, TEXTS[1])]
    with ThreadPoolExecutor(2) as pool:
        bad, good = [pool.submit(shared.surprisals, [one]) for one in row]
        assert len(good.result()[0]) == len(row[1][1])
        with pytest.raises(DeviceOutOfMemory, match="full"):
            bad.result()


async def test_many_calls_of_a_compressor(tiny_scorer):
    """Each gets what it would get alone."""
    shared = PromptCompressor(Shared(tiny_scorer), "llmlingua")
    together = await asyncio.gather(*(shared.acompress([text], rate=0.5) for text in TEXTS))
    alone = [PromptCompressor(tiny_scorer, "llmlingua").compress([text], rate=0.5) for text in TEXTS]
    assert [one.texts for one in together] == [one.texts for one in alone]


async def test_cancelling_frees_the_place(tiny_scorer):
    """Of a request that nobody waits for, nothing is read any more; the others get theirs."""
    counting = Counting(tiny_scorer, seconds=0.2)
    compressor = PromptCompressor(Shared(counting, wait=0), "llmlingua")
    first = asyncio.create_task(compressor.acompress([TEXTS[0]], rate=0.5))
    await asyncio.sleep(0.1)  # it is being read
    gone = asyncio.create_task(compressor.acompress(TEXTS[1:4], rate=0.5))
    last = asyncio.create_task(compressor.acompress([TEXTS[4]], rate=0.5))
    await asyncio.sleep(0.02)
    gone.cancel()
    assert len((await first).texts) == len((await last).texts) == 1
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert sum(counting.batches) == 2


async def test_cancelling_stops_a_model_between_passes(tiny_scorer, monkeypatch):
    """Without a shared scorer, too: the pass that runs is the last, and the next call has the model."""
    passes, running, go_on = [], threading.Event(), threading.Event()
    body = tiny_scorer.loaded.model.base_model.forward

    def held(*args, **kwargs):
        passes.append(args)
        running.set()
        assert go_on.wait(60)
        return body(*args, **kwargs)

    monkeypatch.setattr(tiny_scorer.loaded.model.base_model, "forward", held)
    texts = [" ".join(TEXTS * 3)]
    compressor = PromptCompressor(tiny_scorer, CompressionConfig(segment_tokens=40))
    go_on.set()
    await compressor.acompress(texts, rate=0.5)
    needed = len(passes)
    assert needed > 1
    running.clear()
    go_on.clear()
    task = asyncio.create_task(compressor.acompress(texts, rate=0.5))
    await asyncio.to_thread(running.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await compressor.acompress(texts, rate=0.5)
    assert len(passes) == needed + 1 + needed


async def test_the_mark_of_a_cancelled_call_is_its_own(tiny_scorer):
    """Calls before, after and beside it go on."""
    started = threading.Event()

    def work():
        started.set()
        while not abandoned():
            time.sleep(0.01)

    task = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(started.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not abandoned()
    assert not await in_thread(abandoned)


async def test_a_failure_is_no_cancellation():
    """Only a cancelled block stops its work."""
    seen = []

    def keep_mark():
        seen.append(abandoned)
        raise ValueError

    with pytest.raises(ValueError), stopping():
        await asyncio.to_thread(keep_mark)
    assert not abandoned()


def test_a_shared_scorer_is_worth_reading_and_can_be_pickled():
    """What it shares, and how long it waits."""
    shared = Shared(CausalLM("some-folder"), wait=0.01)
    assert repr(shared) == "Shared(CausalLM('some-folder', not loaded yet), wait=0.01)"
    assert repr(pickle.loads(pickle.dumps(shared))) == repr(shared)
