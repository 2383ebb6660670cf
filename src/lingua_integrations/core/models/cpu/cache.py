"""Keys and values of a layer in one block of memory that new rows are written into.

transformers' own layer joins old and new rows into new tensors at every pass: a copy of everything held, and
freed blocks that are each a little too small for the next. A block that doubles is copied a few times only;
one that begins with room for all never is.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from transformers.cache_utils import Cache, DynamicCache, DynamicLayer

if TYPE_CHECKING:
    from torch import Tensor

logger = logging.getLogger(__name__)
_MULTIPLE = 256  # half of what attention on a CPU takes at a time


class BlockLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """A layer of a cache whose ``keys`` and ``values`` are the filled parts of larger blocks.

    Rows may be cut off at the end (`crop`), and are then written over; a layer is for one reader. On a CPU
    the first block has room for what a stream looks back on, and for what fills up its last pass: memory
    counts only once it is written to.
    """

    room: ClassVar[int] = 1024  # rows of the first block
    room_on_cpu: ClassVar[int] = 4096 + 256
    compiled: ClassVar[tuple[torch.dtype, ...]] = ()  # for which attention sees few sizes, see `RoundedLayer`

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Write new rows behind the held ones, shape [batch, heads, rows, width].

        What comes back has zeros behind all of them, up to what attention sees: the mask hides them.
        """
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            room = self.room_on_cpu if key_states.device.type == "cpu" else self.room
            self._blocks = _block(key_states, room), _block(value_states, room)
        held = self.get_seq_length()
        keys, values = (
            _written(block, held, rows)
            for block, rows in zip(self._blocks, (key_states, value_states), strict=True)
        )
        self._blocks = keys, values
        end = held + key_states.shape[-2]
        self.keys, self.values = keys[..., :end, :], values[..., :end, :]
        seen = self._seen(key_states.shape[-2], held)
        for block in self._blocks:
            block[..., end:seen, :] = 0
        return keys[..., :seen, :], values[..., :seen, :]

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """How many rows attention will see, and how many there are no more."""
        return self._seen(query_length, self.get_seq_length()), 0

    def _seen(self, new: int, held: int) -> int:
        """Rows that attention sees: in a first pass its own, since its mask is older than the layer."""
        keys = self.keys
        if not held or keys is None or keys.device.type != "cpu" or keys.dtype not in self.compiled:
            return held + new
        return _whole(held + new)


class RoundedLayer(BlockLayer):  # type: ignore[no-untyped-call]
    """A layer that shows attention multiples of 256 rows, where torch's own works in 16 bits on a CPU.

    It compiles code for every other number of rows, and keeps it: 3 megabytes each time. The model has to
    take the mask's sizes from the cache, as it does where attention is torch's own and the mask holds no
    positions.
    """

    compiled = (torch.bfloat16, torch.float16)


def cache_for(model: Any) -> Callable[[], Cache]:
    """Makes empty caches for a transformers model: of our layers where they work with it, else its own kind.

    transformers does not promise to keep what our layers build on. So a short text is read in two steps, with
    a cut in between, and must give the states that it gives in one.
    """
    config = model.config.get_text_config()
    torchs = config._attn_implementation == "sdpa" and not getattr(config, "alibi", False)
    ours = partial(Cache, layer_class_to_replicate=RoundedLayer if torchs else BlockLayer)
    try:
        if _works(model, ours):
            return ours
        why = "states differ"
    except Exception as error:  # whatever the model does with a cache
        why = f"{type(error).__name__}: {error}"
    logger.debug("%s runs with the caches of transformers: %s", type(model).__name__, why)
    return DynamicCache


def reading(model: Any, cache: Cache) -> dict[str, Cache]:
    """The keyword argument by which a model takes a cache: transformers 5.24 calls it "cache"."""
    known = inspect.signature(model.forward).parameters
    return {"cache" if "cache" in known else "past_key_values": cache}


def _works(model: Any, new_cache: Callable[[], Cache]) -> bool:
    ids = torch.arange(8, device=model.device)[None] % int(model.config.get_text_config().vocab_size)
    with torch.inference_mode():
        expected = model(input_ids=ids, use_cache=False).logits[0, 4:]
        cache = new_cache()
        for begin, end in ((0, 6), (4, 8)):
            if begin:
                cache.crop(begin - cache.get_seq_length())
            found = model(
                input_ids=ids[:, begin:end],
                position_ids=torch.arange(begin, end, device=model.device)[None],
                attention_mask=ids.new_ones(1, end),
                use_cache=True,
                **reading(model, cache),
            ).logits[0]
    tolerance = 5e-2 if found.dtype.itemsize < 4 else 1e-3
    return torch.allclose(found, expected, rtol=tolerance, atol=tolerance * float(expected.abs().max()))


def _whole(rows: int) -> int:
    return -(-rows // _MULTIPLE) * _MULTIPLE


def _block(rows: Tensor, room: int) -> Tensor:
    return rows.new_empty(*rows.shape[:-2], room, rows.shape[-1])


def _written(block: Tensor, held: int, rows: Tensor) -> Tensor:
    """The block with ``rows`` after the first ``held`` ones; where they do not fit, one of twice the room."""
    end = held + rows.shape[-2]
    if end > block.shape[-2]:
        larger = _block(rows, max(_whole(end), 2 * block.shape[-2]))
        larger[..., :held, :] = block[..., :held, :]
        block = larger
    block[..., held:end, :] = rows
    return block
