"""One alignment from prompts to a scorer in the model store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock, Timeout

from lingua_integrations.alignment.classifier import train_classifier
from lingua_integrations.alignment.collect import Collected, collect
from lingua_integrations.alignment.labels import Labelled
from lingua_integrations.alignment.pairs import Pair, Prompt, write_pairs
from lingua_integrations.alignment.responders import Responder
from lingua_integrations.alignment.training import Trained, Training
from lingua_integrations.alignment.tuning import Tuned, tune
from lingua_integrations.core.store.user_models import check_name
from lingua_integrations.errors import InvalidRequest, MissingExtra

HELD_OUT = "held_out.jsonl"


@dataclass(frozen=True)
class Alignment(Training):
    """A training with its responses, in a folder where one run is at work at a time."""

    def __post_init__(self) -> None:
        low_rank = ("peft",) if self.recipe.lora_rank is not None else ()
        for package in ("accelerate", "tenacity", *low_rank):  # found out before anybody is paid
            if find_spec(package) is None:
                raise MissingExtra(package, "align")
        check_name(self.out, replace=self.replace)
        if self.out == self.model:
            raise InvalidRequest(
                f"{self.out!r} is the model to start from. Give the tuned model another name."
            )

    @property
    def responses(self) -> Path:
        """The file of what the target said."""
        return self.work / "responses.jsonl"

    def collect(self, prompts: Sequence[Prompt], responder: Responder, *, progress: bool = True) -> Collected:
        """Ask for what is missing; see `collect.collect`."""
        with self._alone():
            return collect(prompts, responder, self.responses, progress=progress)

    def tune(self, pairs: Sequence[Pair], *, progress: bool = True) -> Tuned:
        """Tune on pairs, and write down which of them were held out; see `tuning.tune`."""
        with self._alone():
            tuned = tune(self, pairs, progress=progress)
            write_pairs(self.work / HELD_OUT, tuned.held_out)
        return tuned

    def train_classifier(self, labelled: Sequence[Labelled], *, progress: bool = True) -> Trained:
        """Train a token classifier on labels; see `classifier.train_classifier`."""
        with self._alone():
            return train_classifier(self, labelled, progress=progress)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two runs in one folder would pay twice, and delete each other's checkpoints."""
        self.work.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.work / ".lock", timeout=0):
                yield
        except Timeout as error:
            raise InvalidRequest(f"Another run is using {self.work}. Wait until it ends.") from error
