"""Another library as a contender, in an environment of its own; its words are found in the texts again."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aligned import aligned

from lingua_integrations.core.budget.counting import TokenCounter, as_counter
from lingua_integrations.core.text.spans import Span
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.outcomes import Contender, Outcome
from lingua_integrations.evaluation.peer import Worker

HERE = Path(__file__).parent / "rivals"
Pieces = Sequence[tuple[int | None, str]]
"""What a rival leaves: texts, each with the index of the text it comes from; ``None``: of all in a row."""


def environment(name: str, folder: Path, given: Mapping[str, str]) -> str:
    """The interpreter of a rival: the one that was given, or one in an environment that is made once."""
    if name in given:
        return given[name]
    home = folder / name
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "-r", str(HERE / f"{name}.txt")]
        subprocess.run(command, check=True)
        (home / "ready").touch()
    return str(python)


@dataclass(frozen=True)
class Rival(Contender):
    """A rival with one of its settings, or with the one of several that comes nearest to the budget.

    Titles stand in front of the texts, as users of the rivals write them; the budget counts them, too.
    """

    worker: Worker = field(repr=False, compare=False)
    request: Mapping[str, Any]  # what is asked for beside the texts and the question
    knob: str | None = None  # "rate": the rival takes one; "share": of its pieces; ``None``: it has neither
    counter: TokenCounter = field(default_factory=lambda: as_counter("o200k_base"), compare=False)
    _seen: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def settings(self) -> str:
        """What it depends on beside the name."""
        return repr((sorted(self.request.items()), self.knob))

    def run(self, case: Case, rate: float) -> Outcome:
        """What the rival leaves of a case; seconds are of the first time that it sees the case."""
        texts = [f"{one.title}\n{one.text}" if one.title else one.text for one in case.contexts]
        before = sum(map(self.counter.count, texts))
        budget = max(1, int(rate * before))
        done = self._nearest(case, texts, rate, budget)
        pieces = done["pieces"]
        return Outcome(
            texts=tuple((None, text) for _, text in pieces),
            spans=placed(pieces, [one.text for one in case.contexts], texts),
            tokens_before=before,
            tokens_after=done["tokens"],
            budget=budget,
            seconds=self._seen["seconds"],
        )

    def _nearest(self, case: Case, texts: Sequence[str], rate: float, budget: int) -> dict[str, Any]:
        """With a share of its pieces: the nearer to the budget of two tries, the second one corrected."""
        done = self._asked(case, texts, rate)
        if self.knob != "share":
            return done
        corrected = self._asked(case, texts, min(1.0, rate * budget / max(1, done["tokens"])))
        return min(done, corrected, key=lambda one: abs(one["tokens"] - budget))

    def _asked(self, case: Case, texts: Sequence[str], value: float) -> dict[str, Any]:
        """The rival's answer."""
        asked = {**self.request, "texts": texts, "question": case.question}
        done = self.worker.ask(asked | ({self.knob: value} if self.knob else {}))
        pieces = done.get("pieces") or [(None, done.get("text", ""))]
        if self._seen.get("case") != case.name:
            self._seen.update(case=case.name, seconds=done["seconds"])
        return {"pieces": pieces, "tokens": sum(self.counter.count(text) for _, text in pieces)}


def placed(pieces: Pieces, texts: Sequence[str], titled: Sequence[str]) -> dict[int, list[Span]]:
    r"""Where pieces stand in the texts, for each text in order and without overlap.

    Args:
        pieces: what a rival left of the titled texts, in order.
        texts: without their titles.
        titled: the same, as the rival got them: the title and a line break in front.

    >>> placed([(0, "came.")], ["Emma came. It rained."], ["Emma\nEmma came. It rained."])
    {0: [Span(start=5, end=10)]}
    >>> texts = ["It rained.", "Emma left."]
    >>> placed([(None, "rained. Emma")], texts, texts)
    {0: [Span(start=3, end=10)], 1: [Span(start=0, end=4)]}
    """
    starts, at = [], 0
    for one in titled:
        starts.append(at)
        at += len(one) + 2
    joined = "\n\n".join(titled)
    found = []
    for index, piece in pieces:
        shift = 0 if index is None else starts[index]
        found += [
            (start + shift, end + shift)
            for start, end in aligned(joined if index is None else titled[index], piece)
        ]
    kept: dict[int, list[Span]] = {}
    for index, (text, whole, start) in enumerate(zip(texts, titled, starts, strict=True)):
        own = start + len(whole) - len(text)
        inside = [(max(0, a - own), min(len(text), b - own)) for a, b in found]
        if spans := _apart(sorted(span for span in inside if span[0] < span[1])):
            kept[index] = spans
    return kept


def _apart(spans: Sequence[tuple[int, int]]) -> list[Span]:
    apart: list[Span] = []
    for start, end in spans:
        if apart and start <= apart[-1].end:
            apart[-1] = Span(apart[-1].start, max(end, apart[-1].end))
        else:
            apart.append(Span(start, end))
    return apart
