"""Digest vectors of a context (In-Context Former, arXiv 2406.13618).

k learnable digest tokens D read the states C of a context's n tokens by cross-attention:

    Q = norm(D) W_Q     K = [norm(C); norm(D)] W_K     V = [norm(C); norm(D)] W_V
    D <- D + softmax(Q K^T / sqrt(d) - S / w^2) V W_O
    D <- D + FFN(norm(D))

once in each layer. A target reads what comes out in place of k word embeddings. Time is linear in n.

Two things differ from the paper. S, the squared distance between the places of a digest token and of what it
reads (`distances`), stands in place of rotary positions; w is learnt for each head. And W_V and W_O begin as
the identity, and the FFN as nothing: an untrained digester gives each digest token the mean of its share of
the context, in the scale of the target's word embeddings, and training begins from there.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from lingua_integrations.core.checks import check_count
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from torch import Tensor

    from lingua_integrations.core.models.causal_model import CausalModel


@dataclass(frozen=True)
class DigesterSizes:
    """The sizes of a digester.

    Raises:
        InvalidRequest: one is no positive number, the heads do not divide the width, or the piece is not
            longer than its digest.
    """

    width: int  # of the target's word embeddings
    states: int  # width of the states that are read
    count: int = 32  # digest vectors of a piece of context
    piece: int = 256  # tokens of context that are digested at a time, at most
    layers: int = 3
    heads: int = 8

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            check_count(value, name)
        if self.width % self.heads:
            raise InvalidRequest(f"heads must divide the width, {self.width}, and {self.heads} does not.")
        if self.piece <= self.count:
            raise InvalidRequest(
                f"piece, {self.piece}, must be above count, {self.count}: a digest is shorter than its text."
            )


class Digester(nn.Module):
    """Turns the states of a context into digest vectors, as many for any context."""

    def __init__(self, sizes: DigesterSizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.tokens = nn.Parameter(torch.randn(sizes.count, sizes.width) * 0.02)
        self.enter = nn.Linear(sizes.states, sizes.width, bias=False)
        self.layers = nn.ModuleList(_Layer(sizes) for _ in range(sizes.layers))
        self.leave = nn.RMSNorm(sizes.width)
        nn.init.eye_(self.enter.weight)

    def begin(self, embeddings: Tensor) -> None:
        """Give the digests the scale of a target's word embeddings, shape [vocabulary, width]."""
        nn.init.constant_(self.leave.weight, float(embeddings.detach().float().square().mean().sqrt()))

    def forward(self, states: Tensor, lengths: Tensor) -> Tensor:
        """Digest vectors, shape [batch, count, width].

        Args:
            states: of contexts, padded on the right, shape [batch, n, states].
            lengths: how many of the n are a context's, shape [batch], each at least 1.
        """
        context = self.enter(states)
        digests = self.tokens.expand(len(states), -1, -1)
        apart = distances(lengths, states.shape[1], self.sizes.count)
        padding = torch.arange(apart.shape[-1], device=states.device) >= lengths[:, None]
        padding[:, states.shape[1] :] = False
        for layer in self.layers:
            digests = layer(digests, context, apart, padding)
        vectors: Tensor = self.leave(digests)
        return vectors


class _Layer(nn.Module):
    """One reading of the context."""

    def __init__(self, sizes: DigesterSizes) -> None:
        super().__init__()
        self.heads = sizes.heads
        self.norm_context, self.norm_digests, self.norm_read = (nn.RMSNorm(sizes.width) for _ in range(3))
        self.query, self.key, self.value, self.out = (
            nn.Linear(sizes.width, sizes.width, bias=False) for _ in range(4)
        )
        self.reach = nn.Parameter(torch.zeros(sizes.heads))  # ln w
        self.feed = nn.Sequential(
            nn.Linear(sizes.width, 4 * sizes.width), nn.GELU(), nn.Linear(4 * sizes.width, sizes.width)
        )
        for weight in (self.query.weight, self.key.weight):
            nn.init.normal_(weight, std=0.1 / math.sqrt(sizes.width))
        for weight in (self.value.weight, self.out.weight):
            nn.init.eye_(weight)
        for parameter in self.feed[2].parameters():
            nn.init.zeros_(parameter)

    def forward(self, digests: Tensor, context: Tensor, apart: Tensor, padding: Tensor) -> Tensor:
        asking = self.norm_digests(digests)
        read = torch.cat([self.norm_context(context), asking], dim=1)
        query, key, value = (
            rows.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for rows in (self.query(asking), self.key(read), self.value(read))
        )
        nearness = -apart[:, None] * torch.exp(-2 * self.reach)[:, None, None]
        nearness = nearness.masked_fill(padding[:, None, None], -math.inf)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=nearness)
        digests = digests + self.out(found.transpose(1, 2).flatten(2))
        fed: Tensor = digests + self.feed(self.norm_read(digests))
        return fed


def distances(lengths: Tensor, n: int, count: int) -> Tensor:
    """Squared distance of each digest token from all it may read, shape [batch, count, n + count].

    Context and digest tokens are spread over the same line of length ``count``: token i of a context of m
    tokens stands at (i + 1/2) count / m, digest token j at j + 1/2.

    Four tokens of context and two digest tokens, each halfway between two of them:

    >>> distances(torch.tensor([4]), 4, 2)[0].tolist()
    [[0.0625, 0.0625, 0.5625, 1.5625, 0.0, 1.0], [1.5625, 0.5625, 0.0625, 0.0625, 1.0, 0.0]]
    """
    places = (torch.arange(n, device=lengths.device) + 0.5) * count / lengths[:, None]
    own = torch.arange(count, device=lengths.device) + 0.5
    read = torch.cat([places, own.expand(len(lengths), -1)], dim=1)
    return (read[:, None, :] - own[:, None]).square()


def pieces(n: int, most: int) -> list[tuple[int, int]]:
    """A context of ``n`` tokens in the fewest pieces of at most ``most``, equally long but for one token.

    >>> pieces(600, 256), pieces(256, 256)
    ([(0, 200), (200, 400), (400, 600)], [(0, 256)])
    """
    number = -(-n // most)
    return [(i * n // number, (i + 1) * n // number) for i in range(number)]


def digest(digester: Digester, scorer: CausalModel, layer: int, ids: Tensor, lengths: Tensor) -> Tensor:
    """Digest vectors of contexts, shape [batch, count, width].

    Args:
        digester: turns states into vectors.
        scorer: a frozen causal language model, whose states they are.
        layer: after so many of its layers; 0: its word embeddings, which the paper reads. They cost nothing.
        ids: of the scorer's tokens, padded on the right, shape [batch, n].
        lengths: how many of the n are a context's, shape [batch], each at least 1.
    """
    with torch.no_grad():
        if layer == 0:
            states = scorer.model.get_input_embeddings()(ids)
        else:
            states = _states(scorer, layer, ids, lengths)
    vectors: Tensor = digester(states.float(), lengths)
    return vectors


def _states(scorer: CausalModel, layer: int, ids: Tensor, lengths: Tensor) -> Tensor:
    """What a scorer makes of contexts after so many of its layers, shape [batch, n, width]."""
    start = torch.from_numpy(scorer.start).to(ids.device).expand(len(ids), -1)
    mask = (torch.arange(ids.shape[1], device=ids.device) < lengths[:, None]).long()
    found = scorer.model.base_model(
        input_ids=torch.cat([start, ids], dim=1),
        attention_mask=torch.cat([torch.ones_like(start), mask], dim=1),
        use_cache=False,
        output_hidden_states=True,
    )
    states: Tensor = found.hidden_states[layer][:, start.shape[1] :]
    return states
