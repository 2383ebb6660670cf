"""Where the model runs."""

from __future__ import annotations

import pytest
import torch

from lingua_integrations.core.devices import choose_device
from lingua_integrations.errors import InvalidRequest


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
