"""Units scored by a token classifier behind a server: LLMLingua-2 without its weights in this process."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from lingua_integrations.core.config import UnitScore
from lingua_integrations.core.models.remote.classifier import LabellerOptions, RemoteLabeller
from lingua_integrations.core.prune.scorers.token_classifier import of_units, window_starts
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray

if TYPE_CHECKING:
    from typing_extensions import Unpack


class RemoteClassifier:
    """Probability to keep, of each unit, from a token classifier that vLLM runs (``/pooling``).

    It reads the text alone, as LLMLingua-2 does.

    Args:
        url: the server's address, such as ``"http://localhost:8000"``.
        model: what the server calls the model.
        unit_score: how a unit's score comes from its tokens' probabilities.
        **options: of `RemoteLabeller`. ``tokenizer``: of the model: a folder with a ``tokenizer.json``, a hub
            id, or a tokenizer; default: ``model``. ``window``: tokens that the model sees at once, special
            ones included; default: 512. ``label``: the number of the label that means keep; default: 1, as in
            the published LLMLingua-2 models. ``connection``: how the server is asked.
    """

    def __init__(
        self, url: str, model: str, *, unit_score: UnitScore = "mean", **options: Unpack[LabellerOptions]
    ) -> None:
        self._labeller = RemoteLabeller(url, model, **options)
        self.unit_score: UnitScore = unit_score

    def __repr__(self) -> str:
        return f"RemoteClassifier({self._labeller.url!r}, {self._labeller.model!r})"

    def __deepcopy__(self, memo: dict[int, Any]) -> RemoteClassifier:
        return self  # it never changes, and its connections are shared

    @property
    def name(self) -> str:
        """The model and where it runs. A server does not say which weights it has."""
        return self._labeller.name

    def pooled_by(self, unit_score: UnitScore) -> RemoteClassifier:
        """The same, with units that get their scores in another way."""
        other = copy(self)
        other.unit_score = unit_score
        return other

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """Probability to keep of each unit, shape [len(units)].

        Raises:
            ServerFailed: the server fails, or does not label each token.
        """
        starts = [window_starts(one.text, self._labeller.window, None) for one in texts]
        found = self._labeller.read([one.text for one in texts], starts)
        return [
            of_units(one.keep, one.spans, units, self.unit_score)
            for one, units in zip(found, texts, strict=True)
        ]
