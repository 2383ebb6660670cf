"""A causal language model in memory: what the scorer, its readings and its streams work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from lingua_integrations.core.models.pretrained import Pretrained
from lingua_integrations.core.types import IntArray
from lingua_integrations.errors import UnsupportedModel

if TYPE_CHECKING:
    from lingua_integrations.core.models.cpu.head import Apart
    from lingua_integrations.core.models.cpu.prepare import Prepared


@dataclass(eq=False)
class CausalModel(Pretrained):
    """A causal model in memory, and what scoring needs to know about it."""

    window: int = field(init=False)  # tokens that the model can see at once
    start: IntArray = field(init=False)  # what every sequence begins with: the start token's id, or nothing
    vocabulary: int = field(init=False)  # how many tokens there are

    def __post_init__(self) -> None:
        super().__post_init__()
        config = self.model.config.get_text_config()
        self.window = int(getattr(config, "max_position_embeddings", None) or 2048)
        starts = (self.tokenizer.bos_token_id, self.tokenizer.eos_token_id)
        self.start = np.asarray([token for token in starts if token is not None][:1], dtype=np.int64)
        self.vocabulary = int(config.vocab_size)

    @property
    def apart(self) -> Apart:
        """What of it reads, and what predicts."""
        return self._prepared.apart

    @property
    def unconditioned(self) -> float:
        """Nats of a first token that nothing precedes: a uniform guess over the vocabulary."""
        return float(np.log(self.vocabulary))

    def new_cache(self) -> Any:
        """An empty KV cache."""
        return self._prepared.new_cache()

    @property
    def _prepared(self) -> Prepared:
        if self.prepared is None:
            raise UnsupportedModel(f"{self.name} is not a causal language model: it predicts no tokens.")
        return self.prepared
