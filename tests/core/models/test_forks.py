"""A process that forks while its threads compress: the child compresses, too."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from lingua_integrations import PromptCompressor

FORKS = 20
SECONDS = 60
TEXTS = ["The cat sat on the mat. It rained all day. Dogs ran far, 12 miles. Nobody came. " * 2] * 2
pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]


def compressed(compressor):
    return compressor.compress(TEXTS, question="Where did the cat sit?", rate=0.4).texts


def ends_well(child):
    """Whether a child process ends by itself, and with status 0."""
    done = threading.Event()
    timer = threading.Timer(SECONDS, lambda: done.is_set() or os.kill(child, signal.SIGKILL))
    timer.start()
    _, status = os.waitpid(child, 0)
    done.set()
    timer.cancel()
    return os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("method", ["extractive-fusion", "rag"])
def test_forks_with_busy_threads(tiny_compressor, method):
    """Twenty times: no lock that another thread held at the fork stops the child."""
    compressor = tiny_compressor(method)
    expected, stop = compressed(compressor), threading.Event()

    def work():
        while not stop.is_set():
            fresh = tiny_compressor(method)  # its units, gaps and masks are computed anew
            assert compressed(fresh) == expected

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(FORKS):
            child = os.fork()
            if not child:
                os._exit(int(compressed(compressor) != expected))
            assert ends_well(child), f"on Python {sys.version_info[:2]}"
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_two_slow_texts_do_not_wait_for_each_other(monkeypatch):
    """Units of different texts are computed at the same time: no lock is shared by all instances."""
    from lingua_integrations.core.text import units

    both = threading.Barrier(2, timeout=SECONDS)

    class Slow(units.Gaps):
        def __init__(self, *given):
            both.wait()
            super().__init__(*given)

    monkeypatch.setattr(units, "Gaps", Slow)
    made = [units.from_spans("a b", [(0, 1), (2, 3)]) for _ in range(2)]
    threads = [threading.Thread(target=one.joint, args=(0, 1)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not both.broken


def test_a_lock_is_open_in_a_forked_process_and_new_in_a_copy():
    import copy
    import pickle

    from lingua_integrations.core.threads import Lock

    lock = Lock()
    with lock:
        child = os.fork()
        if not child:
            with lock:
                os._exit(0)
        assert ends_well(child)
        for other in (copy.copy(lock), copy.deepcopy(lock), pickle.loads(pickle.dumps(lock))):
            with other:
                pass


def test_no_compressor_holds_weights():
    """Copies and pickles of a compressor are small, since models are in one cache of the process."""
    import pickle

    assert len(pickle.dumps(PromptCompressor.from_pretrained("all-minilm-l6-v2"))) < 2000
