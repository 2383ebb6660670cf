"""Keys and values of a layer in one block of memory that new rows are written into.

transformers' own layer joins old and new rows into new tensors at every pass: a copy of everything held, and
freed blocks that are each a little too small for the next. A block that doubles is copied a few times only;
one that begins with room for all never is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from transformers.cache_utils import Cache, DynamicLayer

if TYPE_CHECKING:
    from torch import Tensor


class GrowingLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """A layer of a cache whose ``keys`` and ``values`` are the filled parts of larger blocks.

    Rows may be cut off at the end (`crop`), and are then written over; a layer is for one reader.

    Attributes:
        room: rows of the first block.
        room_on_cpu: rows of the first block there; memory counts only once it is written to.
    """

    room: ClassVar[int] = 1024
    room_on_cpu: ClassVar[int] = 4096

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Write new rows behind the held ones, shape [batch, heads, rows, width]; returns all."""
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
        return self.keys, self.values


def growing_cache(layer: type[GrowingLayer] = GrowingLayer) -> Cache:
    """A cache of such layers, as many as the model turns out to have."""
    return Cache(layer_class_to_replicate=layer)


def _block(rows: Tensor, room: int) -> Tensor:
    return rows.new_empty(*rows.shape[:-2], room, rows.shape[-1])


def _written(block: Tensor, held: int, rows: Tensor) -> Tensor:
    """The block with ``rows`` after the first ``held`` ones; where they do not fit, one of twice the room."""
    end = held + rows.shape[-2]
    if end > block.shape[-2]:
        larger = _block(rows, max(end, 2 * block.shape[-2]))
        larger[..., :held, :] = block[..., :held, :]
        block = larger
    block[..., held:end, :] = rows
    return block
