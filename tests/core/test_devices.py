"""Where the model runs."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from lingua_integrations.core.devices import choose_device, choose_dtype, on_device
from lingua_integrations.errors import DeviceOutOfMemory, InvalidRequest


@pytest.fixture
def two_cards(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


@pytest.fixture
def no_card(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_the_best_there_is(two_cards):
    assert choose_device(None) == "cuda"


def test_mps_comes_before_the_cpu(no_card, monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device(None) == "mps"


def test_the_cpu_is_always_there(no_card):
    assert choose_device(None) == "cpu"
    assert choose_device("cpu") == "cpu"


@pytest.mark.parametrize("device", ["cuda", "cuda:0", "cuda:1", "cpu"])
def test_one_that_is_there(two_cards, device):
    assert choose_device(device) == device


@pytest.mark.parametrize("device", ["cuda:2", "cuda:x", "cudax", "tpu", "", "gpu"])
def test_one_that_is_not(two_cards, device):
    with pytest.raises(InvalidRequest, match="Available: cuda, cpu, cuda:0, cuda:1"):
        choose_device(device)


def test_a_card_where_there_is_none(no_card):
    with pytest.raises(InvalidRequest, match=r"'cuda'.*Available: cpu"):
        choose_device("cuda")


@pytest.mark.parametrize(
    ("device", "can", "default"),
    [
        ("cpu", {"amx_bf16": True, "avx512_bf16": True}, "bfloat16"),
        ("cpu:0", {"avx512_bf16": True}, "bfloat16"),
        ("cpu", {"avx512_f": True, "avx512_bf16": False}, "float32"),
        ("cpu", {}, "float32"),
        ("cuda:1", {"avx512_bf16": True}, "auto"),
        ("mps", {}, "auto"),
    ],
)
def test_numbers_are_what_the_device_is_quick_at(monkeypatch, device, can, default):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: can)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    assert choose_dtype(device, None) == default
    assert choose_dtype(device, "float32") == "float32"


def test_a_torch_that_does_not_say_what_the_processor_can(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert choose_dtype("cpu", None) == "float32"


def test_numbers_that_there_are_not():
    with pytest.raises(InvalidRequest, match=r"'bfloat'.*float32, bfloat16"):
        choose_dtype("cpu", "bfloat")


def test_models_run_in_one_thread():
    """Whoever calls: so that torch's teams of helpers do not multiply."""
    with ThreadPoolExecutor(4) as pool:
        names = set(pool.map(lambda _: on_device("cpu", lambda: threading.current_thread().name), range(8)))
    assert len(names) == 1
    assert names != {threading.current_thread().name}


def test_errors_of_the_work_come_back():
    """As they are; only a full device gets its name."""
    with pytest.raises(ZeroDivisionError):
        on_device("cpu", lambda: 1 / 0)
    with pytest.raises(DeviceOutOfMemory):
        on_device("cpu", lambda: (_ for _ in ()).throw(RuntimeError("cannot allocate memory")))
    assert on_device("cpu", lambda: 7) == 7


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_forked_process_has_a_thread_of_its_own():
    """Servers fork after their models are loaded."""
    assert on_device("cpu", lambda: 1) == 1
    child = os.fork()
    if not child:
        os._exit(on_device("cpu", lambda: 42))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42
