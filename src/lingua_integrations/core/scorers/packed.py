"""Linear layers on a CPU whose weights lie in memory in the order in which they are multiplied.

torch hands a linear layer to a library that puts its weights in order anew at every call: much of what a pass
over a hundred tokens waits for. oneDNN, which comes with torch, takes weights that are in order already.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn


class PackedLinear(nn.Module):
    """A linear layer for inference.

    Args:
        linear: whose weights it takes over.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self._weight: Tensor = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach())
        self._bias = None if linear.bias is None else linear.bias.detach()

    def extra_repr(self) -> str:
        """What nn.Linear says."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, bias={self._bias is not None}"
        )

    def forward(self, rows: Tensor) -> Tensor:
        """Shape [..., in_features] to [..., out_features]."""
        found: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self._weight, self._bias, "none", [], "")
        return found


def pack(model: Any) -> None:
    """Replace a model's linear layers by packed ones where that works: float32 on an x86 processor.

    Whether it works, a short text tells: torch has these operations under names that it does not promise to
    keep, and a model may look at its layers' weights itself. Where it does not, the model stays as it was.
    """
    if model.device.type != "cpu" or model.dtype != torch.float32 or not _offered():
        return
    sample = torch.arange(8)[None] % int(model.config.get_text_config().vocab_size)
    places = list(_linears(model))
    with torch.inference_mode():
        expected = model(input_ids=sample)[0]
        packed = {linear: PackedLinear(linear) for _, _, linear in places}
        for parent, name, linear in places:
            setattr(parent, name, packed[linear])
        try:
            off = (model(input_ids=sample)[0] - expected).abs().max()
            works = bool(off <= 1e-3 * expected.abs().max())
        except Exception:  # whatever the model does with its layers
            works = False
    if works:
        for rest in (*model.parameters(), *model.buffers()):
            rest.data = rest.data.clone()  # nothing refers to the file in memory any more: it can go
    else:
        for parent, name, linear in places:
            setattr(parent, name, linear)


def _offered() -> bool:
    operations = ("_reorder_linear_weight", "_linear_pointwise")
    return (
        platform.machine().lower() in ("x86_64", "amd64")
        and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        and all(hasattr(torch.ops.mkldnn, name) for name in operations)
    )


def _linears(model: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    """Linear layers with their parents; none of another class, which may do more."""
    for parent in model.modules():
        for name, child in parent.named_children():
            if type(child) is nn.Linear:
                yield parent, name, child
