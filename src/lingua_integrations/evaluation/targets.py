"""The model that reads the compressed prompt: how well does it expect the right answer?"""

from __future__ import annotations

from lingua_integrations.core.scorers.causal_lm import CausalLM


class LocalTarget:
    """A local causal language model.

    Args:
        model: one of our names, a folder or a hub id.
        device: where it runs; default: the best there is.
    """

    def __init__(self, model: str, *, device: str | None = None) -> None:
        self._model = CausalLM(model, device=device)

    @property
    def name(self) -> str:
        """The model's name and digest."""
        return self._model.name

    def nats(self, prompt: str, answer: str) -> float | None:
        """Mean surprisal of the answer's tokens after the prompt, in nats; ``None`` where they do not fit."""
        before, after = self._model.encode(prompt).ids, self._model.encode(answer).ids
        if not len(after) or len(before) + len(after) >= self._model.window:
            return None
        (surprisals,) = self._model.surprisals([(before, after)])
        return float(surprisals.mean())
