"""A learnt prefix that repairs a quantised model (Compress, Then Prompt, arXiv 2305.11186).

A model whose weights were rounded expects texts less well than the original. The paper learns k vectors E in
front of every text x, which are read in place of word embeddings, and leaves the rounded weights as they are:

    min over E of  sum over t of  -ln p(x_t | E, x_1 .. x_{t-1})

with p of the rounded model. The same E then stands in front of every prompt.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from lingua_integrations.core.checks import check_count

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class PrefixSizes:
    """The sizes of a prefix.

    Raises:
        InvalidRequest: one is no positive number.
    """

    width: int  # of the target's word embeddings
    count: int = 32  # vectors

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            check_count(value, name)


class Prefix(nn.Module):
    """Vectors that stand in front of every prompt."""

    def __init__(self, sizes: PrefixSizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.vectors = nn.Parameter(torch.zeros(sizes.count, sizes.width))

    def begin(self, embeddings: Tensor) -> None:
        """Begin as word embeddings of a target, shape [vocabulary, width]: of tokens that are drawn."""
        drawn = torch.randperm(len(embeddings))[: self.sizes.count].to(embeddings.device)
        with torch.no_grad():
            self.vectors.copy_(embeddings[drawn])

    def forward(self, batch: int) -> Tensor:
        """The vectors for each of so many prompts, shape [batch, count, width]."""
        return self.vectors.expand(batch, -1, -1)
