"""The networks of the pruners: a backbone of transformers with heads of their own.

Each gives of every token the probability that it is kept, shape [batch, n], and of every row how relevant it
is, shape [batch], or None. Keys are as `layouts` translates them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoModelForSequenceClassification, AutoModelForTokenClassification

from lingua_integrations.core.models.pruners.backbones import Shapes, of_config, qwen3, with_raw_states

Opinion = tuple[Tensor, Tensor | None]


class Network(nn.Module):
    """A backbone, and what a model needs to be run as transformers' own are."""

    backbone: Any

    @property
    def config(self) -> Any:
        """The backbone's."""
        return self.backbone.config

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return next(self.parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        """What its weights are in."""
        return next(self.parameters()).dtype

    def get_output_embeddings(self) -> None:
        """It predicts no tokens."""


class Labelling(Network):
    """A token classifier of transformers, by the probability of some of its labels."""

    def __init__(self, backbone: Any, keep: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.backbone, self._keep = backbone, keep

    @classmethod
    def of(cls, config: Mapping[str, Any], shapes: Shapes) -> Labelling:
        """A classifier whose every label but the first means that a token is kept."""
        labels = {"num_labels": labels_in(shapes, "backbone.classifier.bias")}
        backbone = of_config(AutoModelForTokenClassification, {**config, **labels})
        return cls(backbone, all_but_the_first)

    def forward(self, **inputs: Tensor) -> Opinion:
        """Of the logits of labels."""
        return self._keep(self.backbone(**inputs).logits.float()), None


class Reranking(Network):
    """A cross-encoder, and a head on its last states: whether to keep each token (Provence, OpenProvence).

    The head was trained on states before the final norm, where the backbone has one behind its layers.
    """

    def __init__(self, backbone: Any) -> None:
        super().__init__()
        self.backbone = backbone
        self.keep = nn.Linear(backbone.config.hidden_size, 2)

    @classmethod
    def of(cls, config: Mapping[str, Any], shapes: Shapes) -> Reranking:
        """From the configuration of the whole, which holds that of the backbone, or is it."""
        own = config.get("base_model_config") or config
        labels = int(config.get("num_labels") or 1)
        backbone = of_config(AutoModelForSequenceClassification, {**own, "num_labels": labels})
        return cls(backbone)

    def forward(self, **inputs: Tensor) -> Opinion:
        """Relevance is the probability of the first label."""
        outputs, states = with_raw_states(self.backbone, inputs)
        return two_labels(self.keep(states)), self.relevance(outputs.logits[:, 0].float())

    @staticmethod
    def relevance(logits: Tensor) -> Tensor:
        """A probability."""
        return logits.sigmoid()


class Scoring(Reranking):
    """The same with the logit as relevance, and DeBERTa as the backbone (Provence)."""

    @classmethod
    def of(cls, config: Mapping[str, Any], shapes: Shapes) -> Scoring:
        """The whole has DeBERTa's own fields; the number of labels is the file's."""
        labels = {"model_type": "deberta-v2", "num_labels": labels_in(shapes, "backbone.classifier.bias")}
        return cls(of_config(AutoModelForSequenceClassification, {**config, **labels}))

    @staticmethod
    def relevance(logits: Tensor) -> Tensor:
        """As it was learnt from another reranker's scores."""
        return logits


class Pooled(Network):
    """A bare encoder with two heads: on its pooler, and on its states (XProvence)."""

    def __init__(self, backbone: Any, labels: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.rank = nn.Linear(backbone.config.hidden_size, labels)
        self.keep = nn.Linear(backbone.config.hidden_size, 2)

    @classmethod
    def of(cls, config: Mapping[str, Any], shapes: Shapes) -> Pooled:
        """The whole has XLM-RoBERTa's own fields."""
        backbone = of_config(AutoModel, {**config, "model_type": "xlm-roberta"})
        return cls(backbone, labels_in(shapes, "rank.bias"))

    def forward(self, **inputs: Tensor) -> Opinion:
        """Relevance is the first label's logit."""
        outputs = self.backbone(**inputs)
        rank = self.rank(outputs.pooler_output)[:, 0].float()
        return two_labels(self.keep(outputs.last_hidden_state)), rank


class Bare(Network):
    """A bare encoder with a head on its states (Squeez)."""

    def __init__(self, backbone: Any) -> None:
        super().__init__()
        self.backbone = backbone
        self.keep = nn.Linear(backbone.config.hidden_size, 2)

    @classmethod
    def of(cls, config: Mapping[str, Any], shapes: Shapes) -> Bare:
        """The encoder's configuration is a part of the whole; its vocabulary was enlarged."""
        own = config.get("encoder_config") or {"model_type": "modernbert"}
        size = {"vocab_size": config["vocab_size"]} if config.get("vocab_size") else {}
        return cls(of_config(AutoModel, {**own, **size}))

    def forward(self, **inputs: Tensor) -> Opinion:
        """No ranking head."""
        return two_labels(self.keep(self.backbone(**inputs).last_hidden_state)), None


class Spanned(Bare):
    """The same, lowered where the tokens around do not matter either (Kompress)."""

    def __init__(self, backbone: Any) -> None:
        super().__init__(backbone)
        wide = nn.Conv1d(backbone.config.hidden_size, 256, 5, padding=2)
        self.span = nn.Sequential(wide, nn.GELU(), nn.Conv1d(256, 1, 3, padding=1))

    def forward(self, **inputs: Tensor) -> Opinion:
        """P (1/2 + 1/2 s): the token's own probability, and that of its stretch."""
        states = self.backbone(**inputs).last_hidden_state
        mask = inputs.get("attention_mask")
        read = (
            states if mask is None else states * mask[..., None].to(states.dtype)
        )  # what is padded is nothing
        span = self.span(read.transpose(1, 2))[:, 0].float().sigmoid()
        return two_labels(self.keep(states)) * (0.5 + 0.5 * span), None


class Fused(Network):
    """A language model; attention over three of its layers, and a head on that (SWE-Pruner).

    The file has the transitions of a conditional random field, too, which are not asked where it is used.
    """

    def __init__(self, backbone: Any, config: Mapping[str, Any], answers: tuple[int, int]) -> None:
        super().__init__()
        layers, width = backbone.config.num_hidden_layers, 3 * backbone.config.hidden_size
        self.backbone, self._answers = backbone, answers
        shares = (config.get("early_layer_ratio", 0.25), config.get("middle_layer_ratio", 0.5))
        self._layers = (*(max(1, int(layers * share)) for share in shares), layers)
        number, heads = int(config.get("num_fusion_layers", 1)), int(config.get("num_heads", 8))
        self.fusion = nn.ModuleList(
            nn.MultiheadAttention(width, heads, batch_first=True) for _ in range(number)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(number))
        narrow = int(config.get("bottleneck", 256))
        self.keep = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, narrow), nn.GELU(), nn.Identity(), nn.Linear(narrow, 2)
        )
        self.crf = nn.ParameterDict(
            {
                "transitions": nn.Parameter(torch.zeros(2, 2)),
                "start_transitions": nn.Parameter(torch.zeros(2)),
                "end_transitions": nn.Parameter(torch.zeros(2)),
            }
        )

    @classmethod
    def of(cls, config: Mapping[str, Any], shapes: Shapes) -> Fused:
        """The backbone's configuration stands elsewhere: the sizes are those of its tensors."""
        backbone = of_config(AutoModel, config.get("backbone_config") or qwen3(shapes))
        return cls(backbone, config, tuple(config["answers"]))

    def forward(self, **inputs: Tensor) -> Opinion:
        """Relevance is the probability of "yes" against "no"."""
        mask = inputs.get("attention_mask")
        outputs = self.backbone(**inputs, output_hidden_states=True, use_cache=False)
        states = torch.cat([outputs.hidden_states[layer] for layer in self._layers], dim=-1)
        unseen = None if mask is None else mask == 0
        for attention, norm in zip(self.fusion, self.norms, strict=True):
            seen, _ = attention(states, states, states, key_padding_mask=unseen, need_weights=False)
            states = norm(seen + states)
        last = (torch.full_like(inputs["input_ids"], 1) if mask is None else mask).sum(1) - 1
        final = outputs.last_hidden_state[torch.arange(len(last), device=last.device), last]
        answers = self.backbone.get_input_embeddings().weight[list(self._answers)]
        yes, no = (final @ answers.T).float().unbind(-1)
        return two_labels(self.keep(states)), (yes - no).sigmoid()


class Answering(Network):
    """A language model whose answer says whether a sentence is useful: "Yes" against "No" (EXIT)."""

    def __init__(self, backbone: Any, answers: tuple[int, int]) -> None:
        super().__init__()
        self.backbone, self._answers = backbone, answers

    def forward(self, **inputs: Tensor) -> Opinion:
        """Of whole rows alone."""
        ids, mask = inputs["input_ids"], inputs.get("attention_mask")
        states = self.backbone.base_model(**inputs, use_cache=False).last_hidden_state
        last = (torch.ones_like(ids) if mask is None else mask).sum(1) - 1
        final = states[torch.arange(len(last), device=last.device), last]
        yes, no = self.backbone.lm_head(final)[:, list(self._answers)].float().unbind(-1)
        keep = (yes - no).sigmoid()
        return keep[:, None].expand(ids.shape), keep


def labels_in(shapes: Shapes, bias: str) -> int:
    """How many labels a layer has; where it is missing, which is said later, one."""
    return shapes.get(bias, (1,))[0]


def two_labels(logits: Tensor) -> Tensor:
    """Probability of the second of two labels, shape [..., 2] to [...]."""
    return logits.float().softmax(-1)[..., 1]


def all_but_the_first(logits: Tensor) -> Tensor:
    """Probability of any label but the first."""
    return logits.softmax(-1)[..., 1:].sum(-1)


def of_label(logits: Tensor, label: int | None) -> Tensor:
    """Probability of one label, or of the only one."""
    return logits.sigmoid()[..., 0] if label is None else logits.softmax(-1)[..., label]


def classifier(backbone: Any, label: int | None) -> Labelling:
    """A token classifier as transformers loads it, by one label."""
    return Labelling(backbone, partial(of_label, label=label))
