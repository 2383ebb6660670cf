"""A cache in blocks holds what transformers' own cache holds."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import DynamicCache
from transformers.cache_utils import Cache

from lingua_integrations.core.models.cpu.cache import BlockLayer, cache_for

STEPS = st.lists(st.tuples(st.integers(1, 300), st.floats(0, 1)), min_size=1, max_size=8)


class Small(BlockLayer):
    """Outgrows its first block soon."""

    room_on_cpu = 256


class Compiled(Small):
    """As if attention compiled code for these numbers."""

    compiled = (torch.float32,)


@given(STEPS)
def test_it_holds_what_the_usual_cache_holds(steps):
    """Rows appended, and a share of them cut off again: the same keys and values after every step."""
    usual, ours = DynamicCache(), Cache(layer_class_to_replicate=Small)
    for rows, dropped in steps:
        keys, values = torch.randn(2, 1, 2, rows, 3)
        for one, other in zip(usual.update(keys, values, 0), ours.update(keys, values, 0), strict=True):
            assert torch.equal(one, other)
        for cache in (usual, ours):
            cache.crop(-int(dropped * rows))
        assert usual.get_seq_length() == ours.get_seq_length()


def test_rows_are_written_in_place_while_there_is_room():
    """256 rows fit into a block of 256; the next one makes it 512."""
    layer = Small()
    layer.update(*torch.zeros(2, 1, 1, 100, 4))
    first = layer.keys.data_ptr()
    layer.update(*torch.zeros(2, 1, 1, 156, 4))
    assert layer.keys.data_ptr() == first
    layer.update(*torch.zeros(2, 1, 1, 1, 4))
    assert layer.keys.data_ptr() != first
    assert layer.keys.untyped_storage().nbytes() == 512 * 4 * 4


@given(STEPS)
def test_where_code_is_compiled_attention_sees_few_sizes(steps):
    """Behind the rows stand zeros, up to a multiple of 256; the mask is told, the cache counts none."""
    usual, ours = DynamicCache(), Cache(layer_class_to_replicate=Compiled)
    for turn, (rows, dropped) in enumerate(steps):
        keys, values = torch.randn(2, 1, 2, rows, 3)
        told, _ = ours.get_mask_sizes(rows, 0)
        for one, other in zip(usual.update(keys, values, 0), ours.update(keys, values, 0), strict=True):
            held = one.shape[-2]
            assert torch.equal(other[..., :held, :], one)
            assert not other[..., held:, :].any()
            assert other.shape[-2] == told
            assert not turn or held == rows or told % 256 == 0
        for cache in (usual, ours):
            cache.crop(-int(dropped * rows))
        assert usual.get_seq_length() == ours.get_seq_length()


def test_a_model_whose_states_differ_runs_with_the_usual_cache(tiny_model, monkeypatch, caplog):
    """What our layers build on is tried when a model is loaded; the log says where it does not work."""
    assert isinstance(cache_for(tiny_model)(), Cache)
    assert cache_for(tiny_model) is not DynamicCache
    monkeypatch.setattr(BlockLayer, "_seen", lambda self, new, held: held + new - 1)
    with caplog.at_level("DEBUG", logger="lingua_integrations"):
        assert cache_for(tiny_model) is DynamicCache
    assert "runs with the caches of transformers" in caplog.text
