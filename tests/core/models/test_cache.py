"""A cache in blocks holds what transformers' own cache holds."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import DynamicCache

from lingua_integrations.core.models.cpu.cache import GrowingLayer, growing_cache

STEPS = st.lists(st.tuples(st.integers(1, 300), st.floats(0, 1)), min_size=1, max_size=8)


class Small(GrowingLayer):
    """Outgrows its first block soon."""

    room_on_cpu = 256


class Compiled(Small):
    """As if attention compiled code for these numbers."""

    compiled = (torch.float32,)


@given(STEPS)
def test_it_holds_what_the_usual_cache_holds(steps):
    """Rows appended, and a share of them cut off again: the same keys and values after every step."""
    usual, ours = DynamicCache(), growing_cache(Small)
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
    usual, ours = DynamicCache(), growing_cache(Compiled)
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


@given(st.lists(st.booleans(), min_size=1, max_size=400))
def test_rows_may_be_selected(mask):
    layer = Small()
    keys, values = torch.randn(2, 1, 2, len(mask), 3)
    layer.update(keys, values)
    layer.select(torch.tensor(mask).nonzero()[:, 0])
    assert torch.equal(layer.keys, keys[..., mask, :])
    assert torch.equal(layer.values, values[..., mask, :])
