"""Where the model runs."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import torch

from lingua_integrations import PromptCompressor
from lingua_integrations.alignment.report import _exact
from lingua_integrations.alignment.responders import LocalResponder
from lingua_integrations.core.models import devices, loading
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.devices import (
    choose_device,
    choose_dtype,
    default_dtype,
    exact_dtype,
)
from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.models.running import on_device
from lingua_integrations.core.prune.rankers.cross_encoder import CrossEncoderRanker
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.errors import DeviceOutOfMemory, InvalidRequest
from lingua_integrations.evaluation.similarity import TokenSimilarity
from lingua_integrations.evaluation.targets import LocalTarget


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
        ("cpu:0", {"avx512_bf16": True, "cpu_name": "AMD EPYC 9R14"}, "bfloat16"),
        ("cpu", {"avx512_bf16": True, "amx_bf16": False, "cpu_name": "Intel Xeon"}, "float32"),
        ("cpu", {"avx512_bf16": True}, "float32"),
        ("cpu", {"avx512_f": True, "avx512_bf16": False, "cpu_name": "AMD EPYC"}, "float32"),
        ("cpu", {}, "float32"),
        ("cuda:0", {}, "bfloat16"),
        ("cuda", {}, "bfloat16"),
        ("cuda:1", {"amx_bf16": True}, "auto"),
        ("mps", {}, "auto"),
    ],
)
def test_numbers_are_what_the_device_is_quick_at(monkeypatch, device, can, default):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: can, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", bool, raising=False)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    cards = {"cuda": (8, 0), "cuda:0": (9, 0), "cuda:1": (7, 5)}
    monkeypatch.setattr(torch.cuda, "get_device_capability", cards.get)
    assert choose_dtype(device, None) == default
    assert choose_dtype(device, "float32") == "float32"
    short = "auto" if device.startswith("cuda") else default
    assert {choose_dtype(device, None, own) for own in ("float16", "bfloat16")} == {short}
    assert choose_dtype(device, None, "float32") == default


@pytest.mark.parametrize("older", [True, False, None])
def test_a_torch_that_says_less_of_the_processor(monkeypatch, older):
    """2.6 has a private function only; one without it gets what every processor can."""
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    monkeypatch.delattr(torch.cpu, "_is_amx_tile_supported", raising=False)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    if older is not None:
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: older, raising=False)
    assert choose_dtype("cpu", None) == ("bfloat16" if older else "float32")


@pytest.mark.parametrize(
    "make",
    [
        partial(choose_dtype, "cpu"),
        lambda dtype: CausalLM("some-folder", dtype=dtype),
        lambda dtype: TokenClassifier("some-folder", dtype=dtype),
        lambda dtype: EmbeddingRanker("some-folder", dtype=dtype),
        lambda dtype: CrossEncoderRanker("some-folder", dtype=dtype),
        lambda dtype: PromptCompressor.from_pretrained(dtype=dtype),
    ],
)
@pytest.mark.parametrize("dtype", ["bfloat", "int16", torch.float32])
def test_numbers_that_there_are_not(make, dtype):
    """It is said where they are asked for, not at the first call."""
    with pytest.raises(InvalidRequest, match=r"dtype must be one of 'float32', 'bfloat16'.*, not"):
        make(dtype)


def test_what_loads_a_model_chooses_its_numbers(tiny_encoders, no_card, monkeypatch):
    """By default the quick ones; instruments do not."""
    folder = tiny_encoders["encoder"]
    for module in (devices, loading):
        monkeypatch.setattr(module, "choose_dtype", lambda place, dtype, own=None: dtype or "float64")
    assert default_dtype() == "float64"
    assert SentenceEncoder(folder).loaded.model.dtype == torch.float64
    assert SentenceEncoder(folder, dtype="float32").loaded.model.dtype == torch.float32
    assert TokenSimilarity(folder)._encoder.loaded.model.dtype == torch.float32


@pytest.mark.parametrize("make", [LocalTarget, LocalResponder, _exact])
def test_instruments_are_exact(make, no_card):
    """A target, what samples from one, and the scorers of alignment's report."""
    made = make("some-folder")
    scorer = made if isinstance(made, CausalLM) else made._model
    assert (scorer.dtype, exact_dtype()) == ("float32", "float32")


def test_a_large_target_stays_in_its_own_numbers(two_cards):
    assert LocalTarget("some-folder")._model.dtype == "auto"


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


def test_passes_on_cuda_leave_out_the_attention_that_plans_for_every_size():
    """A setting of the process: it is back once the last pass is over, whichever that is."""
    here, there = threading.Event(), threading.Event()

    def first():
        here.set()
        assert there.wait(10)
        return torch.backends.cuda.cudnn_sdp_enabled()

    def second():
        assert here.wait(10)
        there.set()
        return torch.backends.cuda.cudnn_sdp_enabled()

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(on_device, *work) for work in (("cuda:0", first), ("cuda:1", second))]
        assert [one.result() for one in found] == [False, False]
    assert on_device("cpu", torch.backends.cuda.cudnn_sdp_enabled)


@pytest.mark.parametrize("before", [True, False])
def test_the_setting_of_attention_is_as_it_was(before):
    try:
        torch.backends.cuda.enable_cudnn_sdp(before)
        assert not on_device("cuda:0", torch.backends.cuda.cudnn_sdp_enabled)
        assert torch.backends.cuda.cudnn_sdp_enabled() == before
    finally:
        torch.backends.cuda.enable_cudnn_sdp(True)
