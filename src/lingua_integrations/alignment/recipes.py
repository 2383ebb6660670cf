"""How a scorer is tuned: how long, how fast, how much of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from lingua_integrations.errors import InvalidRequest

Template = Literal["chat", "plain"]


@dataclass(frozen=True)
class Recipe:
    """The settings of training, which uses AdamW and a linear decay."""

    epochs: int = 3  # times through the pairs, at most
    learning_rate: float = 1e-4  # at its highest
    batch: int = 8  # pairs in a step of the optimiser
    # of prompt and response together, in the scorer's tokens; a longer response is cut, and a pair whose
    # prompt leaves no room is rejected
    max_tokens: int = 512
    lora_rank: int | None = None  # of the low-rank updates of all linear layers; ``None`` tunes every weight
    warmup: float = 0.05  # share of the steps in which the rate rises
    weight_decay: float = 0.0  # of AdamW
    held_out: float = 0.1  # share of the pairs that is judged by, and not learnt from
    patience: int = 1  # epochs without a gain on those, after which it is enough
    # how the scorer is shown a prompt: by its chat template where it has one, or its turns alone
    template: Template = "chat"
    seed: int = 0  # of everything that is drawn

    def __post_init__(self) -> None:
        for name in ("epochs", "batch", "max_tokens", "patience", "lora_rank"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise InvalidRequest(f"{name} must be at least 1, not {value}.")
        if self.learning_rate <= 0:
            raise InvalidRequest(f"learning_rate must be above 0, not {self.learning_rate}.")
        if not 0 < self.held_out < 1:
            raise InvalidRequest(f"held_out must be between 0 and 1, not {self.held_out}.")

    def with_(self, **changes: Any) -> Recipe:
        """A copy with changes; ``None`` leaves a field as it is.

        >>> Recipe().with_(epochs=8, batch=None).epochs
        8
        """
        unknown = changes.keys() - {field.name for field in fields(self)}
        if unknown:
            raise InvalidRequest(f"A recipe has no {', '.join(sorted(unknown))}.")
        return replace(self, **{name: value for name, value in changes.items() if value is not None})


RECIPES: dict[str, Recipe] = {
    "small": Recipe(epochs=3, learning_rate=5e-5, batch=8),
    "lora": Recipe(epochs=3, learning_rate=5e-4, batch=8, lora_rank=16),
    "paper": Recipe(epochs=8, learning_rate=1e-4, batch=64, patience=8),
}
"""By name: for a CPU; low-rank updates, which need a third of the memory; the paper's for GPT-2."""
