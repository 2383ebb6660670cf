"""Packed linear layers give what the plain ones give, and a model that cannot take them stays as it was."""

from __future__ import annotations

import copy
import platform

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from transformers import AutoModelForCausalLM

from lingua_integrations import PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.cpu.packed import NotPacked, PackedLinear, pack, unoffered
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.demo.corpus import QUESTIONS, passages
from lingua_integrations.errors import UnsupportedModel
from lingua_integrations.evaluation.metrics import span_overlap

SAMPLE = torch.arange(12).view(2, 6)


X86 = platform.machine().lower() in ("x86_64", "amd64")
ONEDNN = torch.backends.mkldnn.is_available()
HALF = X86 and torch.ops.mkldnn._is_mkldnn_bf16_supported()
needs_packing = pytest.mark.skipif(not (X86 and ONEDNN), reason="no x86 processor, or torch without oneDNN")
needs_half = pytest.mark.skipif(not HALF, reason="oneDNN takes no bfloat16 on this processor")


@needs_packing
def test_packing_is_there():
    """Every x86 processor with oneDNN packs: the tests below do not pass for want of it."""
    assert unoffered() is None
    assert PackedLinear(nn.Linear(2, 3))(torch.ones(1, 2)).shape == (1, 3)


def packed(load):
    """A model as it is loaded: packed where that works, else as it was."""
    model = load()
    try:
        pack(model)
    except NotPacked:
        return load()
    return model


def linears(model):
    return [type(one) for one in model.modules() if isinstance(one, nn.Linear | PackedLinear)]


@pytest.mark.parametrize(
    ("dtype", "rounding"),
    [
        pytest.param(torch.float32, 1e-4, marks=needs_packing),
        pytest.param(torch.bfloat16, 2e-2, marks=needs_half),
    ],
)
@given(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    width=st.integers(1, 40),
    out=st.integers(1, 70),
    bias=st.booleans(),
)
def test_a_packed_layer_is_its_plain_one(dtype, rounding, shape, width, out, bias):
    """Any number of rows in any number of dimensions; different only by rounding."""
    with torch.inference_mode():
        plain, rows = nn.Linear(width, out, bias=bias, dtype=dtype), torch.randn(*shape, width, dtype=dtype)
        torch.testing.assert_close(PackedLinear(plain)(rows), plain(rows), rtol=rounding, atol=rounding)


@needs_packing
def test_a_packed_model_says_the_same(tiny_model):
    model = packed(lambda: copy.deepcopy(tiny_model))
    assert set(linears(model)) == {PackedLinear}
    assert isinstance(model.get_output_embeddings(), PackedLinear)
    with torch.inference_mode():
        torch.testing.assert_close(model(SAMPLE).logits, tiny_model(SAMPLE).logits, rtol=1e-3, atol=1e-3)


def test_a_model_that_looks_at_its_weights_stays_as_it_was(tiny_model):
    class Nosy(type(tiny_model)):
        def forward(self, *args, **options):
            assert self.lm_head.weight is not None
            return super().forward(*args, **options)

    def load():
        model = copy.deepcopy(tiny_model)
        model.__class__ = Nosy
        return model

    model = packed(load)
    assert set(linears(model)) == {nn.Linear}
    with torch.inference_mode():
        assert (model(SAMPLE).logits == tiny_model(SAMPLE).logits).all()


def test_a_layer_that_does_more_stays_as_it_was(tiny_model):
    class Doubling(nn.Linear):
        def forward(self, rows):
            return 2 * super().forward(rows)

    def load():
        model = copy.deepcopy(tiny_model)
        model.lm_head.__class__ = Doubling
        return model

    model = packed(load)
    assert linears(model).count(Doubling) == 1


@needs_half
def test_a_model_in_bfloat16_is_packed(tiny_model):
    model, plain = (copy.deepcopy(tiny_model).to(torch.bfloat16) for _ in range(2))
    model = packed(lambda: model)
    assert set(linears(model)) == {PackedLinear}
    with torch.inference_mode():
        torch.testing.assert_close(model(SAMPLE).logits, plain(SAMPLE).logits, rtol=5e-2, atol=5e-2)


def test_other_types_of_numbers_stay_as_they_were(tiny_model):
    model = packed(lambda: copy.deepcopy(tiny_model).to(torch.float64))
    assert set(linears(model)) == {nn.Linear}


@pytest.mark.parametrize("spoil", ["a layer in float64", "no size of vocabulary"])
def test_a_model_that_cannot_be_tried_stays_as_it_was(tiny_model, spoil):
    """Whatever is odd about a model, it is loaded."""

    def load():
        model = copy.deepcopy(tiny_model)
        if spoil == "a layer in float64":
            model.lm_head.double()
        else:
            model.config.vocab_size = 0
        return model

    assert set(linears(packed(load))) == {nn.Linear}


@needs_packing
def test_nothing_of_a_layer_is_left_behind():
    """A view on the layer's own weights would keep the whole file in memory."""
    with torch.inference_mode():
        plain = nn.Linear(8, 8)
        layer = PackedLinear(plain)
        expected = layer(torch.ones(1, 8)).clone()
        plain.weight.zero_(), plain.bias.zero_()
        assert (layer(torch.ones(1, 8)) == expected).all()


@needs_packing
def test_a_packed_model_says_so_where_it_is_saved_or_moved(tiny_model):
    """Rather than saving a model without its weights."""
    model = packed(lambda: copy.deepcopy(tiny_model))
    with pytest.raises(UnsupportedModel, match="cannot be saved"):
        model.state_dict()
    with pytest.raises(UnsupportedModel, match="cannot be moved"):
        model.half()
    with torch.inference_mode():
        assert (copy.deepcopy(model)(SAMPLE).logits == model(SAMPLE).logits).all()


@pytest.mark.model
@needs_packing
def test_on_real_weights_the_same_is_kept():
    """A scorer that loads the model itself packs it; a model that the caller has loaded is left alone."""
    loading = CausalLM("smollm2-135m-q4_1", dtype="float32")
    folder = resolve("smollm2-135m-q4_1").folder
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    given = CausalLM.from_objects(theirs, loading.loaded.tokenizer)
    texts = [one.text[:600] for one in passages()][:2]
    ask = {"question": QUESTIONS[0].text, "rate": 0.4}
    plain, packed = (
        PromptCompressor(one, "longllmlingua").compress(texts, **ask) for one in (given, loading)
    )
    assert (nn.Linear in linears(theirs), nn.Linear in linears(loading.loaded.model)) == (True, False)
    assert [one.spans for one in packed.contexts] == [one.spans for one in plain.contexts]


@pytest.mark.model
@pytest.mark.parametrize("method", ["rag", "extractive-fusion"])
def test_in_bfloat16_nearly_the_same_is_kept(method):
    """The default where a processor multiplies bfloat16; docs/performance.md has more questions."""
    texts = [one.text for one in passages()][:1]
    ask = {"question": QUESTIONS[0].text, "rate": 0.4}
    full, half = (
        PromptCompressor.from_pretrained(config=method, dtype=dtype).compress(texts, **ask)
        for dtype in ("float32", "bfloat16")
    )
    kept = [(one.index, *span) for one in full.contexts for span in one.spans]
    assert span_overlap(kept, {one.index: one.spans for one in half.contexts}) > 0.9
    assert half.model == f"{full.model} bfloat16"
