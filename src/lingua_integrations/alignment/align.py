"""One alignment from prompts to a scorer in the model store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from lingua_integrations.alignment.collect import Collected, Responses, collect
from lingua_integrations.alignment.pairs import Pair, Prompt
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.alignment.responders import Responder
from lingua_integrations.alignment.tuning import Tuned, tune
from lingua_integrations.core.store import user_models as made
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.errors import InvalidRequest, MissingExtra

RESPONSES, HELD_OUT = "responses.jsonl", "held_out.jsonl"


@dataclass(frozen=True)
class Alignment:
    """What is tuned, into what.

    Attributes:
        out: what the new model will be called.
        work: folder of responses, checkpoints and held-out pairs; a run that was cut off goes on from there.
        scorer: the model to begin with.
        recipe: how it is tuned.
        replace: whether a model of that name may be replaced.
    """

    out: str
    work: Path
    scorer: str = DEFAULT_SCORER
    recipe: Recipe = field(default_factory=Recipe)
    replace: bool = False

    def __post_init__(self) -> None:
        low_rank = ("peft",) if self.recipe.lora_rank is not None else ()
        for package in ("accelerate", "tenacity", *low_rank):  # found out before anybody is paid
            if find_spec(package) is None:
                raise MissingExtra(package, "align")
        made.check_name(self.out, replace=self.replace)
        if self.out == self.scorer:
            raise InvalidRequest(
                f"{self.out!r} would be its own beginning: give the tuned model another name."
            )

    @property
    def responses(self) -> Path:
        """The file of what the target said."""
        return self.work / RESPONSES

    def missing(self, prompts: Sequence[Prompt], target: str) -> list[Prompt]:
        """Prompts that the target has still to be asked."""
        known = Responses(self.responses)
        return [prompt for prompt in dict.fromkeys(prompts) if known.get(target, prompt) is None]

    def collect(self, prompts: Sequence[Prompt], responder: Responder, *, progress: bool = True) -> Collected:
        """Ask for what is missing; see `collect.collect`."""
        with self._alone():
            return collect(prompts, responder, self.responses, progress=progress)

    def tune(self, pairs: Sequence[Pair], *, progress: bool = True) -> Tuned:
        """Tune on pairs, and write down which of them were held out; see `tuning.tune`."""
        with self._alone():
            tuned = tune(
                self.scorer,
                pairs,
                self.out,
                self.work,
                recipe=self.recipe,
                replace=self.replace,
                progress=progress,
            )
            write_pairs(self.work / HELD_OUT, tuned.held_out)
        return tuned

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two runs in one folder would pay twice, and delete each other's checkpoints."""
        from filelock import FileLock, Timeout

        self.work.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.work / ".lock", timeout=0):
                yield
        except Timeout as error:
            raise InvalidRequest(f"Another run is at work in {self.work}: wait for it to end.") from error


def write_pairs(path: Path, pairs: Sequence[Pair]) -> None:
    """Pairs in JSON lines, as `pairs.read_pairs` reads them."""
    rows = (
        {"messages": [message._asdict() for message in pair.prompt], "response": pair.response}
        | ({} if pair.whole else {"cut": True})
        for pair in pairs
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
