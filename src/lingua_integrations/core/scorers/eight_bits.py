"""Linear layers in 8 bits on a CPU: weights and what comes in as whole numbers, with a scale for every row.

A processor with VNNI multiplies bytes at three to four times the pace of float32, and weights take a quarter
of the memory. A byte has 255 steps, though, and some features of what comes in are a hundred times as large
as others, so each layer first evens them out: what is taken off a feature is put on the weights it meets.
How much, a short text tells (SmoothQuant, Xiao et al. 2023, Eq. 4 with a strength of 0.5). All else of a
model stays in float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from lingua_integrations.core.scorers.packed import FixedLinear, let_go_of_file, linears
from lingua_integrations.errors import UnsupportedModel

_SAMPLE = 512  # tokens of the text that shows how large features are
_STEPS = 127  # of a byte, on either side of zero
_ZERO = 128  # what stands for zero in a byte without a sign, as the processor wants what comes in
_LEAST = 1e-6  # of what something is divided by


class ByteLinear(FixedLinear):
    """A linear layer that multiplies bytes.

    Args:
        linear: whose weights it takes over.
        largest: of each feature that comes in the largest size, shape [in_features].
    """

    def __init__(self, linear: nn.Linear, largest: Tensor) -> None:
        super().__init__(linear)
        weight = linear.weight.detach()
        ease = evened(largest, weight.abs().amax(0))
        bytes_, self._scales = in_bytes(weight * ease)
        self._weight: Tensor = torch.ops.onednn.qlinear_prepack(bytes_, None)
        self._zeros = torch.zeros(len(weight), dtype=torch.int64)
        self._eased = 1 / ease

    def forward(self, rows: Tensor) -> Tensor:
        """Shape [..., in_features] to [..., out_features]."""
        flat = rows.reshape(-1, self.in_features) * self._eased
        most = torch.maximum(flat.amax(1, keepdim=True), -flat.amin(1, keepdim=True)).clamp_min_(_LEAST)
        given = flat.mul_(_STEPS / most).add_(_ZERO + 0.5).to(torch.uint8)  # half a step more: it cuts off
        sums: Tensor = torch.ops.onednn.qlinear_pointwise(
            given,
            1.0,
            _ZERO,
            self._weight,
            self._scales,
            self._zeros,
            None,
            1.0,
            0,
            torch.float32,
            "none",
            [],
            "",
        )
        found = sums.mul_(most / _STEPS)
        if self._bias is not None:
            found += self._bias
        return found.view(*rows.shape[:-1], self.out_features)


def evened(largest: Tensor, weights: Tensor) -> Tensor:
    """What features are divided by, and their weights multiplied with, so that both are as uneven.

    Args:
        largest: of each feature the largest size, shape [in_features].
        weights: of each feature the largest weight, likewise.

    >>> evened(torch.tensor([100.0, 1.0]), torch.tensor([1.0, 1.0]))
    tensor([10.,  1.])
    """
    return (largest.clamp_min(_LEAST) / weights.clamp_min(_LEAST)).sqrt()


def in_bytes(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Whole numbers from -127 to 127, and for each row what they are multiplied with.

    Args:
        rows: shape [n, width].

    >>> in_bytes(torch.tensor([[0.0, 1.0, -2.0]]))
    (tensor([[   0,   64, -127]], dtype=torch.int8), tensor([0.0157]))
    """
    scales = rows.abs().amax(1).clamp_min(_LEAST) / _STEPS
    return (rows / scales[:, None]).round().to(torch.int8), scales


def in_eight_bits(load: Callable[[], Any]) -> Any:
    """A model whose linear layers multiply bytes.

    Args:
        load: gives the model in float32 on a CPU, in evaluation mode.

    Raises:
        UnsupportedModel: this processor or torch multiplies no bytes, or the model reads no plain text.
    """
    if not offered():
        raise UnsupportedModel(
            'dtype="int8" takes an x86 processor with VNNI, and torch with oneDNN. Use "float32" here.'
        )
    model = load()
    with torch.inference_mode():
        largest = _largest(model)
        for parent, name, linear in linears(model):
            if (seen := largest.get((parent, name))) is not None:
                setattr(parent, name, ByteLinear(linear, seen))
    let_go_of_file(model)
    return model


def _largest(model: Any) -> dict[tuple[nn.Module, str], Tensor]:
    """Of what comes into each linear layer the largest size of each feature, in a text at random.

    Returns:
        By parent and name of the layer, shape [in_features]; nothing of layers that saw no token.
    """
    config = model.config.get_text_config()
    window = getattr(config, "max_position_embeddings", None) or 2 * _SAMPLE
    n = min(_SAMPLE, window // 2)  # some models keep a few places for themselves
    sample = torch.randint(config.vocab_size, (1, n), generator=torch.Generator().manual_seed(0))
    found: dict[tuple[nn.Module, str], Tensor] = {}

    def see(place: tuple[nn.Module, str], rows: Tensor) -> None:
        if rows.numel():
            size = rows.reshape(-1, rows.shape[-1]).abs().amax(0)
            found[place] = torch.maximum(found[place], size) if place in found else size

    hooks = [
        linear.register_forward_pre_hook(lambda _, given, place=(parent, name): see(place, *given))
        for parent, name, linear in linears(model)
    ]
    try:
        model(input_ids=sample)
    except Exception as error:  # whatever it is, and wants to be given
        raise UnsupportedModel(
            f'dtype="int8" needs a model that reads token ids alone. Use "float32". It says: {error}'
        ) from error
    for hook in hooks:
        hook.remove()
    return found


def has_vnni() -> bool:
    """Whether the processor adds up products of bytes in 32 bits; others let sums of two overflow 16."""
    can: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # not in torch 2.6
    known: Callable[[], bool] = getattr(torch.cpu, "_is_vnni_supported", bool)
    return bool(can.get("avx512_vnni") or can.get("avx_vnni") or known())


def offered() -> bool:
    """Whether bytes are multiplied here, and rightly: the largest ones, where sums would overflow."""
    if not has_vnni():
        return False
    layer, rows = nn.Linear(256, 8, device="meta").to_empty(device="cpu"), torch.ones(2, 256)
    try:
        with torch.inference_mode():
            for weights in layer.parameters():
                weights.fill_(1)
            return torch.allclose(ByteLinear(layer, rows[0])(rows), layer(rows), rtol=0.01)
    except (AttributeError, RuntimeError):  # torch has no such operation, or another one
        return False
