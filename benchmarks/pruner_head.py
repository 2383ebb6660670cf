"""What `train_pruner.py` trains: the formula of `Interaction` in torch, for batches, and its loss."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

LAYERS = (6, 12)  # of the reader


class Head(nn.Module):
    """`Interaction` in torch, for a batch of questions with the same number of passages each."""

    def __init__(self, text: Tensor, mean: Tensor, asked: Tensor) -> None:
        """Both projections begin as ``text``, around the mean states of texts and of questions."""
        super().__init__()
        self.text, self.question = nn.Linear(*text.T.shape), nn.Linear(*text.T.shape)
        for layer, middle in ((self.text, mean), (self.question, asked)):
            layer.weight.data.copy_(text)
            layer.bias.data.copy_(-text @ middle)
        self.token_weights = nn.Parameter(torch.zeros(2, text.shape[1]))
        self.mix = nn.Parameter(torch.tensor([6.0, 20.0, 4.0, 20.0]))

    def forward(self, texts: Tensor, owners: Tensor, asked: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of parts, shape [batch, passages, parts], and of passages, shape [batch, passages].

        Args:
            texts: states, zeros where there is no token, shape [batch, passages, n, width].
            owners: part of each token, the number of parts for none, shape [batch, passages, n].
            asked: states of the questions' tokens, zeros where there is none, shape [batch, m, width].
        """
        parts, last = int(owners.max()), texts.shape[-1] // len(LAYERS)
        there, real = texts.any(-1), asked.any(-1)
        spoken = texts[..., -last:]
        meant = functional.normalize(asked[..., -last:].sum(1), dim=-1)
        member = functional.one_hot(owners, parts + 1)[..., :parts].float()
        means = functional.normalize(torch.einsum("bkns,bknd->bksd", member, spoken), dim=-1)
        whole = functional.normalize(spoken.sum(2), dim=-1)
        y = scaled(asked)
        near = torch.einsum(
            "bknd,bmd->bknm",
            functional.normalize(self.text(scaled(texts)), dim=-1),
            functional.normalize(self.question(y), dim=-1),
        )
        weights = (y @ self.token_weights.T).masked_fill(~real[..., None], -1e9).softmax(1)
        places = owners[..., None].expand_as(near)
        best = torch.full((*near.shape[:2], parts + 1, near.shape[-1]), -1.0)
        best = best.scatter_reduce(2, places, near, "amax")[:, :, :parts]
        most = near.masked_fill(~there[..., None], -1.0).amax(2)
        return (
            self.mix[0] * torch.einsum("bksm,bm->bks", best, weights[..., 0])
            + self.mix[1] * torch.einsum("bksd,bd->bks", means, meant),
            self.mix[2] * torch.einsum("bkm,bm->bk", most, weights[..., 1])
            + self.mix[3] * torch.einsum("bkd,bd->bk", whole, meant),
        )

    def weights(self) -> dict[str, np.ndarray]:
        """As `Interaction` names them, in float16."""
        named = {
            "text": self.text.weight,
            "text_bias": self.text.bias,
            "question": self.question.weight,
            "question_bias": self.question.bias,
            "token_weights": self.token_weights,
            "mix": self.mix,
        }
        return {name: one.detach().half().numpy() for name, one in named.items()}


def scaled(states: Tensor) -> Tensor:
    """See `interaction.scaled`."""
    width = states.shape[-1] // len(LAYERS)
    return torch.cat([functional.layer_norm(one, (width,)) for one in states.split(width, -1)], -1)


def loss_of(head: Head, texts: Tensor, owners: Tensor, asked: Tensor, right: Tensor) -> Tensor:
    """Negative log-likelihood of the right sentence, of it within its passage, and of the right passage."""
    own, whole = head(texts, owners, asked)
    there = functional.one_hot(owners, own.shape[-1] + 1)[..., :-1].any(2)
    right = right & there
    sums = (own + whole[..., None]).masked_fill(~there, -1e4)
    alone = own[:, 0].masked_fill(~there[:, 0], -1e4)
    among_all = chosen(sums.flatten(1), right.flatten(1))
    return among_all + 0.5 * (
        chosen(alone, right[:, 0])
        + functional.cross_entropy(whole, torch.zeros(len(whole), dtype=torch.long))
    )


def chosen(scores: Tensor, right: Tensor) -> Tensor:
    """Negative log-likelihood that one of the right ones is drawn by the softmax of their scores."""
    hit = torch.logsumexp(scores.masked_fill(~right, -1e4), 1) - torch.logsumexp(scores, 1)
    return -hit.clamp(min=-20).mean()
