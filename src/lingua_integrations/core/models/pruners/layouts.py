"""The pruners that are read natively, one row each: which network, which keys, how texts are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lingua_integrations.core.models.pruners import rows
from lingua_integrations.core.store.kinds import pruner_of

Pooling = Literal["mean", "max", "sum", "characters", "odds"]
"""How a unit's probability comes from its tokens': "characters" weighs them, "odds" is that of the mean."""


@dataclass(frozen=True)
class Layout:
    """One kind of checkpoint."""

    name: str
    network: str  # its class in `networks`
    keys: tuple[tuple[str, str], ...]  # how keys in the file begin, and in the network; the first that fits
    lay: rows.Lay
    pooling: Pooling = "mean"
    threshold: float = 0.5  # the authors', where the configuration has none
    window: int = 512  # tokens of a row, special ones included, where the configuration does not say
    overlap: int = 0  # tokens that two windows of a long text share
    ignored: tuple[str, ...] = ()  # how keys begin that are a copy of others
    each: bool = False  # every unit is a row of its own, whose relevance is its probability

    def ours(self, key: str) -> str | None:
        """The network's name for a key in the file; None for a copy.

        >>> layout = BY_NAME["xprovence"]
        >>> layout.ours("roberta.pooler.dense.bias"), layout.ours("classifier.bias")
        ('backbone.pooler.dense.bias', 'rank.bias')
        """
        if key.startswith(self.ignored):
            return None
        fits = ((theirs, ours) for theirs, ours in self.keys if key.startswith(theirs))
        return next((ours + key[len(theirs) :] for theirs, ours in fits), key)

    def theirs(self, key: str) -> str:
        """The file's name for a key of the network."""
        fits = ((theirs, ours) for theirs, ours in self.keys if key.startswith(ours))
        return next((theirs + key[len(ours) :] for theirs, ours in fits), key)

    def threshold_of(self, config: Mapping[str, Any]) -> float:
        """The probability from which on a unit is kept, as the configuration has it, else the authors'."""
        for name in ("default_threadshold", "default_threshold", "threshold"):  # the first is theirs
            if isinstance(config.get(name), int | float):
                return float(config[name])
        return self.threshold

    def window_of(self, config: Mapping[str, Any]) -> int:
        """Tokens of a row."""
        length = config.get("max_length")
        return length if isinstance(length, int) and length > 32 else self.window  # 20 is generation's


BY_NAME: dict[str, Layout] = {
    one.name: one
    for one in (
        Layout(
            "open-provence",
            "Reranking",
            (("pruning_head.classifier.", "keep."), ("ranking_model.", "backbone."), ("", "backbone.")),
            rows.pair_of_sentences,
            threshold=0.1,
        ),
        Layout(
            "provence",
            "Scoring",
            (("token_classifier.", "keep."), ("", "backbone.")),
            rows.one_text,
            threshold=0.1,
        ),
        Layout(
            "xprovence",
            "Pooled",
            (("token_classifier.", "keep."), ("classifier.", "rank."), ("roberta.", "backbone.")),
            rows.one_row,
            threshold=0.3,
        ),
        Layout(
            "verbatim-rag",
            "Labelling",
            (("", "backbone."),),
            rows.pair,
            threshold=0.2,
            window=8192,
            overlap=256,
        ),
        Layout(
            "squeez",
            "Bare",
            (("classifier.", "keep."), ("encoder.", "backbone.")),
            rows.lines,
            pooling="max",
            window=8192,
            overlap=64,
        ),
        Layout(
            "squeez-pooled",
            "Bare",
            (("classifier.", "keep."), ("encoder.", "backbone.")),
            rows.lines,
            pooling="odds",
            window=8192,
            overlap=64,
        ),
        Layout(
            "swe-pruner",
            "Fused",
            (
                ("model.compression_head.feature_extractor.", "keep."),
                ("model.compression_head.crf.", "crf."),
                ("model.fusion_layers.", "fusion."),
                ("model.fusion_norms.", "norms."),
                ("model.backbone.", "backbone."),
            ),
            rows.judged,
            pooling="characters",
            window=8192,
            overlap=50,
            ignored=("model.embedding_layer.", "model.word_embeddings"),
        ),
        Layout(
            "exit",
            "Answering",
            (),
            rows.sentence_in_context,
            window=8192,
            each=True,
        ),
        Layout(
            "kompress",
            "Spanned",
            (("token_head.", "keep."), ("span_conv.", "span."), ("encoder.", "backbone.")),
            rows.alone,
        ),
    )
}


def layout_of(config: Mapping[str, Any]) -> Layout | None:
    """The layout of a model by its configuration; None for one that transformers knows by itself."""
    name = pruner_of(config)
    return BY_NAME[name] if name else None
