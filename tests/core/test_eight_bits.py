"""Layers in 8 bits say about what the plain ones say, and say so where they cannot be had."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from transformers import AutoModelForCausalLM

from lingua_integrations import PromptCompressor
from lingua_integrations.core.devices import choose_dtype
from lingua_integrations.core.models import resolve
from lingua_integrations.core.scorers import eight_bits
from lingua_integrations.core.scorers.causal_lm import CausalLM
from lingua_integrations.core.scorers.eight_bits import (
    ByteLinear,
    evened,
    has_vnni,
    in_bytes,
    in_eight_bits,
    offered,
)
from lingua_integrations.core.scorers.loading import load_pretrained
from lingua_integrations.demo.corpus import QUESTIONS, passages
from lingua_integrations.errors import InvalidRequest, UnsupportedModel
from lingua_integrations.evaluation.metrics import span_overlap

SAMPLE = torch.arange(12).view(2, 6)
needs_bytes = pytest.mark.xfail(not has_vnni(), reason="this processor multiplies no bytes")
sizes = st.floats(1e-3, 1e3)


@given(st.lists(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3), min_size=1, max_size=5))
def test_bytes_are_off_by_half_a_step_at_most(rows):
    exact = torch.tensor(rows, dtype=torch.float32)
    found, scales = in_bytes(exact)
    off = (found * scales[:, None] - exact).abs()
    assert (off <= 0.501 * scales[:, None] + 1e-6).all()


@given(st.lists(st.tuples(sizes, sizes), min_size=1, max_size=8))
def test_evened_features_and_weights_are_as_uneven(pairs):
    largest, weights = torch.tensor(pairs).T
    ease = evened(largest, weights)
    torch.testing.assert_close(largest / ease, weights * ease, rtol=1e-4, atol=0)


@needs_bytes
@given(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    width=st.integers(1, 300),
    out=st.integers(1, 70),
    bias=st.booleans(),
    outlier=st.floats(1, 1000),
)
def test_a_layer_of_bytes_is_off_by_half_steps_at_most(shape, width, out, bias, outlier):
    """Of weights, of what comes in, and of both; also where one feature is much larger than others."""
    with torch.inference_mode():
        plain, rows = nn.Linear(width, out, bias=bias), torch.randn(*shape, width)
        rows[..., 0] *= outlier
        largest = rows.reshape(-1, width).abs().amax(0)
        ease = evened(largest, plain.weight.abs().amax(0))
        given, weights = (rows / ease).abs(), (plain.weight * ease).abs()
        step, steps = given.amax(-1, keepdim=True) / 127, weights.amax(1) / 127
        most = (given.sum(-1, keepdim=True) * steps + weights.sum(1) * step + width * step * steps / 2) / 2
        off = (ByteLinear(plain, largest)(rows) - plain(rows)).abs()
        assert off.shape == (*shape, out)
        assert (off <= 1.01 * most + 1e-4).all()


@needs_bytes
@given(n=st.integers(1, 6), scale=st.floats(1e-3, 1e3))
def test_a_row_does_not_depend_on_others(n, scale):
    with torch.inference_mode():
        row, others = torch.randn(1, 40), scale * torch.randn(n, 40)
        layer = ByteLinear(nn.Linear(40, 7), torch.ones(40))
        together = layer(torch.cat([row, others]))[:1]
        torch.testing.assert_close(layer(row), together, rtol=1e-5, atol=1e-5)


@needs_bytes
def test_what_is_nothing_stays_nothing():
    with torch.inference_mode():
        layer = ByteLinear(nn.Linear(40, 7, bias=False), torch.zeros(40))
        assert (layer(torch.zeros(2, 40)) == 0).all()


@needs_bytes
def test_a_model_of_bytes_says_about_the_same(tiny_model):
    model = in_eight_bits(lambda: copy.deepcopy(tiny_model))
    assert {type(one) for one in model.modules() if isinstance(one, nn.Linear | ByteLinear)} == {ByteLinear}
    with torch.inference_mode():
        found, expected = (one(SAMPLE).logits.log_softmax(-1) for one in (model, tiny_model))
    apart = (expected.exp() * (expected - found)).sum(-1)  # Kullback-Leibler, in nats
    assert apart.max() < 0.01


@needs_bytes
def test_a_layer_of_bytes_cannot_be_moved_or_saved(tiny_model):
    model = in_eight_bits(lambda: copy.deepcopy(tiny_model))
    with pytest.raises(UnsupportedModel, match="moved"):
        model.double()
    with pytest.raises(UnsupportedModel, match="saved"):
        model.state_dict()


@needs_bytes
def test_a_processor_that_can_does():
    assert offered()


def never():
    pytest.fail("It loads a model that it refuses.")


def test_where_bytes_are_not_multiplied_it_says_so(monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_vnni_supported", bool, raising=False)
    with pytest.raises(UnsupportedModel, match=r"VNNI.*float32"):
        in_eight_bits(never)


def test_where_bytes_are_multiplied_wrongly_it_says_so(monkeypatch):
    monkeypatch.setattr(eight_bits, "has_vnni", lambda: True)
    monkeypatch.setattr(ByteLinear, "forward", lambda self, rows: rows[..., :8] * 2)
    with pytest.raises(UnsupportedModel, match="VNNI"):
        in_eight_bits(never)


@needs_bytes
def test_a_model_that_reads_no_plain_text_is_refused(tiny_model):
    class Picky(type(tiny_model)):
        def forward(self, pixels):
            return pixels

    model = copy.deepcopy(tiny_model)
    model.__class__ = Picky
    with pytest.raises(UnsupportedModel, match="input_ids"):
        in_eight_bits(lambda: model)


@needs_bytes
def test_a_layer_that_is_used_twice_is_evened_by_both(tiny_model):
    class Twice(nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.layer = layer

        def forward(self, rows):
            self.layer(100 * rows)
            return self.layer(rows)

    once, twice = copy.deepcopy(tiny_model), copy.deepcopy(tiny_model)
    twice.model.layers[0].mlp.up_proj = Twice(twice.model.layers[0].mlp.up_proj)
    plain = in_eight_bits(lambda: once).model.layers[0].mlp.up_proj
    used = in_eight_bits(lambda: twice).model.layers[0].mlp.up_proj.layer
    torch.testing.assert_close(used._eased * 10, plain._eased)


def test_it_is_for_a_cpu():
    assert choose_dtype("cpu", "int8") == "int8"
    with pytest.raises(InvalidRequest, match="cuda:0"):
        choose_dtype("cuda:0", "int8")


@needs_bytes
def test_it_is_loaded_beside_the_same_model_in_float32(tiny_model, tiny_tokenizer, tiny_encoders, tmp_path):
    tiny_model.save_pretrained(tmp_path)
    tiny_tokenizer.save_pretrained(tmp_path)
    for path, kind in ((str(tmp_path), "AutoModelForCausalLM"), (tiny_encoders["encoder"], "AutoModel")):
        short, full = (load_pretrained(path, kind, device="cpu", dtype=one) for one in ("int8", "float32"))
        assert short.name == f"{full.name} int8"
        assert short.model is not full.model
        assert short.model.dtype == torch.float32
        assert any(isinstance(one, ByteLinear) for one in short.model.modules())


@pytest.mark.model
@needs_bytes
@pytest.mark.parametrize("method", ["llmlingua", "longllmlingua"])
def test_real_weights_keep_most_of_it(method):
    texts = [passage.text for passage in passages()[40:52]]
    full, short = (
        PromptCompressor.from_pretrained(None, method, dtype=dtype).compress(
            texts, question=QUESTIONS[0].text, rate=0.5
        )
        for dtype in ("float32", "int8")
    )
    assert short.tokens_after <= short.budget
    spans = [(context.index, *span) for context in full.contexts for span in context.spans]
    assert span_overlap(spans, {context.index: context.spans for context in short.contexts}) > 0.85


@pytest.mark.model
@needs_bytes
def test_evened_features_bring_real_surprisals_closer(monkeypatch):
    """Without evening 0.25 nats, with it 0.15."""
    full = CausalLM("smollm2-135m-q4_1", dtype="float32")
    ids = [full.encode(passage.text).ids[:120] for passage in passages()[40:52]]
    folder = resolve("smollm2-135m-q4_1").folder

    def off():
        model = in_eight_bits(
            lambda: AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        )
        short = CausalLM.from_objects(model, full.loaded.source.tokenizer)
        pairs = zip(
            *(one.surprisals([(text[:0], text) for text in ids]) for one in (full, short)), strict=True
        )
        return np.mean([np.abs(exact - found).mean() for exact, found in pairs])

    evened_out = off()
    monkeypatch.setattr(eight_bits, "evened", lambda largest, weights: torch.ones_like(largest))
    assert evened_out < 0.2 < off()


@pytest.mark.model
@needs_bytes
def test_a_result_says_that_it_is_of_bytes():
    scorer = CausalLM("smollm2-135m-q4_1", dtype="int8")
    assert scorer.name.endswith(" int8")
    assert "dtype='int8'" in repr(scorer)
