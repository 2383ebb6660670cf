"""Linear layers on a CPU whose weights lie in memory in the order in which they are multiplied.

torch hands a linear layer to a library that puts its weights in order anew at every call: much of what a pass
over a hundred tokens waits for. oneDNN, which comes with torch, takes weights that are in order already.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from lingua_integrations.errors import UnsupportedModel

if TYPE_CHECKING:
    from typing_extensions import Self

logger = logging.getLogger(__name__)
_ROUNDING = {torch.float32: 1e-3, torch.bfloat16: 5e-2}  # what two orders of the same sums may differ by


class PackedLinear(nn.Module):
    """A linear layer with its weights in the order in which they are multiplied.

    It is for inference, where it stands: it cannot be saved or moved, and copies are the same one.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self._bias = None if linear.bias is None else linear.bias.detach().clone()  # not a part of the file
        self._weight: Tensor = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def _apply(self, *_: Any, **__: Any) -> Self:
        raise UnsupportedModel(
            "A packed layer cannot be moved. Load the model again, on the device that it should use."
        )

    def _save_to_state_dict(self, *_: Any, **__: Any) -> None:
        raise UnsupportedModel("A packed layer cannot be saved. Its weights are in the model's folder.")

    def extra_repr(self) -> str:
        """What nn.Linear says."""
        sizes = f"in_features={self.in_features}, out_features={self.out_features}"
        return f"{sizes}, bias={self._bias is not None}"

    def forward(self, rows: Tensor) -> Tensor:
        """Shape [..., in_features] to [..., out_features]."""
        found: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self._weight, self._bias, "none", [], "")
        return found


class NotPacked(Exception):
    """A model's packed layers do not give the same outputs. The model has to be loaded anew."""


def pack(model: Any) -> None:
    """Pack the linear layers of a model on a CPU, where that works: float32 or bfloat16 on an x86 processor.

    Whether it works, each layer and then a short text tell: torch has these operations under names that it
    does not promise to keep, and a model may look at its layers' weights itself. One layer is packed at a
    time, and its own weights are let go: where it does not work, `NotPacked`, some layers are packed already.
    """
    if model.device.type != "cpu" or model.dtype not in _ROUNDING:
        return
    if (why := unoffered(model.dtype)) is not None:
        logger.debug("%s runs without packed layers: %s", type(model).__name__, why)
        return
    with torch.inference_mode():
        try:
            _pack(model)
        except Exception as error:  # whatever the model is, and does with its layers
            raise NotPacked(f"{type(error).__name__}: {error}") from error


def _pack(model: Any) -> None:
    sample = torch.arange(8)[None] % int(model.config.get_text_config().vocab_size)
    expected = model(input_ids=sample)[0]
    for parent, name, linear in linears(model):
        rows = torch.ones(3, linear.in_features, dtype=model.dtype)
        layer = PackedLinear(linear)
        _same(layer(rows), linear(rows), model.dtype)
        setattr(parent, name, layer)
    _same(model(input_ids=sample)[0], expected, model.dtype)
    for rest in (*model.parameters(), *model.buffers()):  # nothing refers to their file any more: it can go
        rest.data = rest.data.clone()


def _same(found: Tensor, expected: Tensor, dtype: torch.dtype) -> None:
    off = (found - expected).abs().max()
    if not off <= _ROUNDING[dtype] * expected.abs().max() + 1e-6:
        raise ValueError("A packed layer says something else.")


@cache
def unoffered(dtype: torch.dtype = torch.float32) -> str | None:
    """Why layers of a dtype cannot be packed on this machine; None where they can."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return f"the processor is no x86 ({platform.machine()})"
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return "this torch comes without oneDNN"
    for name in ("_reorder_linear_weight", "_linear_pointwise"):
        if not hasattr(torch.ops.mkldnn, name):
            return f"this torch has no mkldnn.{name}"
    try:
        PackedLinear(nn.Linear(1, 1, dtype=dtype))
    except Exception as error:  # whatever oneDNN says of this processor
        return str(error)
    return None


def linears(model: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    """Linear layers with their parents; none of another class or with other weights, which may do more.

    What takes a layer's place while this goes on is not looked at again.
    """
    for parent in model.modules():
        for name, child in parent.named_children():
            if type(child) is nn.Linear and type(child.weight) in (Tensor, nn.Parameter):
                yield parent, name, child
