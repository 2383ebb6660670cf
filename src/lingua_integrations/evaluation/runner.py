"""Runs contenders over tasks. What has been run is not run again: a run can be cut off and goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from tqdm.auto import tqdm

from lingua_integrations import __version__
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.contenders import Contender
from lingua_integrations.evaluation.metrics import answer_kept, span_overlap
from lingua_integrations.evaluation.targets import LocalTarget


@dataclass(frozen=True)
class Line:
    """What was seen of one case, one contender and one rate.

    Attributes:
        task: its name.
        case: its name.
        method: the contender.
        rate: asked for; 1 for contenders to whom it makes no difference.
        kept: 1 where an answer is still there word for word, else 0.
        overlap: share of the relevant characters that is still there; ``None`` where they are not known.
        nats: per token of the first answer, for the target; ``None`` without one, or where it does not fit.
        tokens_before: target tokens of the contexts.
        tokens_after: the same, after.
        budget: that were allowed.
        seconds: of compressing.
        key: of everything that the line depends on.
    """

    task: str
    case: str
    method: str
    rate: float
    kept: float
    overlap: float | None
    nats: float | None
    tokens_before: int
    tokens_after: int
    budget: int
    seconds: float
    key: str


class Store:
    """Lines in a file, one JSON object each, found by what they depend on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = {line.key: line for line in _read(path)}

    def get(self, key: str) -> Line | None:
        """A line that was run before."""
        return self._known.get(key)

    def add(self, line: Line) -> None:
        """Keep a line; it is on disk when this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(line)) + "\n")
        self._known[line.key] = line


def run(
    tasks: Sequence[Task],
    contenders: Sequence[Contender],
    rates: Sequence[float],
    store: Store,
    target: LocalTarget | None = None,
) -> list[Line]:
    """Every task by every contender at every rate; what ``store`` knows is not run again."""
    plan = [
        (task, contender, rate, case)
        for task in tasks
        for contender in contenders
        for rate in ([1.0] if contender.fixed else rates)
        for case in task.cases
    ]
    lines: list[Line] = []
    with tqdm(plan, unit="case") as bar:
        for task, contender, rate, case in bar:
            bar.set_description(f"{task.name} {contender.name} {1 / rate:g}x", refresh=False)
            key = _key(task, contender, rate, case, target)
            line = store.get(key)
            if line is None:
                line = replace(_measured(task, contender, rate, case, target), key=key)
                store.add(line)
            lines.append(line)
    return lines


def _measured(task: Task, contender: Contender, rate: float, case: Case, target: LocalTarget | None) -> Line:
    start = time.perf_counter()
    result = contender.run(case, rate)
    seconds = time.perf_counter() - start
    prompt = task.prompt(case, [(context.index, context.text) for context in result.contexts])
    answer = case.answers[0] if task.layout == "demonstrations" else f" {case.answers[0]}"
    return Line(
        task=task.name,
        case=case.name,
        method=contender.name,
        rate=rate,
        kept=float(answer_kept(case.answers, result.texts)),
        overlap=span_overlap(case.relevant, result) if case.relevant else None,
        nats=target.nats(prompt, answer) if target else None,
        tokens_before=result.tokens_before,
        tokens_after=result.tokens_after,
        budget=result.budget,
        seconds=0.0 if contender.fixed else seconds,
        key="",
    )


def _key(task: Task, contender: Contender, rate: float, case: Case, target: LocalTarget | None) -> str:
    reader = None if contender.compressor is None else repr(contender.compressor.config)
    content = [task.layout, repr(case), contender.name, reader, rate, target and target.name, __version__]
    return sha256(json.dumps(content).encode()).hexdigest()[:24]


def _read(path: Path) -> Iterator[Line]:
    """The lines of a file; one that was cut off while it was written is run again."""
    written = path.read_text("utf-8").splitlines() if path.exists() else []
    return (line for line in map(_parsed, written) if line is not None)


def _parsed(text: str) -> Line | None:
    try:
        return Line(**json.loads(text))
    except (json.JSONDecodeError, TypeError):
        return None


def seconds_of(lines: Iterable[Line]) -> float:
    """Mean seconds per case; the first, which loads models, does not count where there are others."""
    times = [line.seconds for line in lines]
    return sum(times[1:]) / len(times[1:]) if len(times) > 1 else sum(times)
