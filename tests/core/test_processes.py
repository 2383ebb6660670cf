"""How servers run it: workers forked or spawned, reused for many calls, cancelled, for a long time."""

from __future__ import annotations

import gc
import multiprocessing
import os
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest

from lingua_integrations import CompressionConfig, PromptCompressor

CALLS = 25
TEXTS = ["The cat sat on the mat. It rained all day. Dogs ran far, 12 miles. Nobody came. " * 3] * 3
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


def compressed(compressor: PromptCompressor, number: int = 0) -> list[str]:
    texts = [f"Call {number} begins here. {text}" for text in TEXTS]
    return compressor.compress(texts, question="Where did the cat sit?", rate=0.4).texts


def work(compressor: PromptCompressor, calls: int) -> list[list[str]]:
    """What a worker does: calls from several threads."""
    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(lambda number: compressed(compressor, number), range(calls)))


@pytest.mark.parametrize("method", ["extractive-bm25", "rag"])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_workers_forked_after_the_application_was_loaded(tiny_compressor, method):
    """As gunicorn does with preload: the master has compressed, its workers serve, each call the same."""
    compressor = tiny_compressor(method)
    expected = work(compressor, 4)
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=2) as pool:  # reused, then replaced
        found = pool.starmap(_served, [(compressor.config, method, 4)] * 4) if method != "rag" else None
        assert found is None or found == [expected] * 4
    children = [os.fork() or os._exit(int(work(compressor, 4) != expected)) for _ in range(3)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]


def _served(config: CompressionConfig, method: str, calls: int) -> list[list[str]]:
    return work(PromptCompressor(config=config), calls)


def test_a_spawned_worker():
    """Everything goes there by pickle."""
    compressor = PromptCompressor(config="extractive-bm25")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(compressed, (compressor,)) == compressed(compressor)


@pytest.mark.parametrize("method", ["extractive-bm25", "salience"])
def test_memory_is_flat(method):
    """After some calls as many more take none that stays."""
    compressor = PromptCompressor(config=method)
    for number in range(CALLS):
        compressed(compressor, number)
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(CALLS):
            compressed(compressor, number)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 300_000, f"{after - before:,} bytes"
