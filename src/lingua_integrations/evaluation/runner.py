"""Runs contenders over tasks. What has been run is not run again: a run can be cut off and goes on."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context
from typing import NamedTuple

from tqdm.auto import tqdm

from lingua_integrations import __version__
from lingua_integrations.core.models.devices import default_dtype
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.measuring import Judge, measured
from lingua_integrations.evaluation.outcomes import Contender


class Job(NamedTuple):
    """One case for one contender at one rate, by their places."""

    task: int
    contender: int
    rate: float
    case: int


@dataclass(frozen=True)
class Bench:
    """What is measured, and by whom. It can be pickled; models are then loaded anew.

    Attributes:
        tasks: what is asked.
        contenders: who shortens.
        judge: says what an outcome is worth.
    """

    tasks: Sequence[Task]
    contenders: Sequence[Contender]
    judge: Judge

    def plan(self, rates: Sequence[float]) -> list[Job]:
        """Every task by every contender at every rate."""
        return [
            Job(task, contender, rate, case)
            for task in range(len(self.tasks))
            for contender in range(len(self.contenders))
            for rate in ([1.0] if self.contenders[contender].fixed else rates)
            for case in range(len(self.tasks[task].cases))
        ]

    def parts(self, job: Job) -> tuple[Task, Contender, float, Case]:
        """Whom a job is about."""
        task = self.tasks[job.task]
        return task, self.contenders[job.contender], job.rate, task.cases[job.case]

    def key(self, job: Job) -> str:
        """Of everything that a line depends on."""
        task, contender, rate, case = self.parts(job)
        content = [task.layout, repr(case), contender.name, contender.settings, rate, self.judge.name]
        return sha256(json.dumps([*content, default_dtype(), __version__]).encode()).hexdigest()[:24]


@dataclass
class Worker:
    """Does the jobs of a bench, one after the other.

    Each task and rate is met by a contender afresh: what was remembered at another rate does not help.
    """

    bench: Bench
    _last: tuple[int, int, float] | None = None
    _fresh: Contender | None = None

    def do(self, job: Job) -> Line:
        """One line of the table."""
        task, contender, rate, case = self.bench.parts(job)
        if self._last != job[:3] or self._fresh is None:
            self._last, self._fresh = job[:3], pickle.loads(pickle.dumps(contender))  # noqa: S301 (our own)
        return measured(self.bench.judge, task, self._fresh, rate, case, self.bench.key(job))


def run(bench: Bench, rates: Sequence[float], store: Store, *, processes: int = 1) -> list[Line]:
    """All jobs of a bench; what ``store`` knows is not done again.

    Args:
        bench: what is measured.
        rates: shares of the tokens to keep.
        store: takes each line as it comes.
        processes: that work at the same time, each with models of its own.
    """
    plan = bench.plan(rates)
    missing = [job for job in plan if store.get(bench.key(job)) is None]
    with tqdm(total=len(plan), initial=len(plan) - len(missing), unit="case") as bar:
        for line in _parallel(bench, missing, processes) if processes > 1 else map(Worker(bench).do, missing):
            store.add(line)
            bar.set_description(f"{line.task} {line.method} {1 / line.rate:g}x", refresh=False)
            bar.update()
    done = (store.get(bench.key(job)) for job in plan)
    return [line for line in done if line is not None]


def _parallel(bench: Bench, jobs: Sequence[Job], processes: int) -> Iterator[Line]:
    """A few neighbouring jobs at a time go to one process; what is interrupted loses no more than these."""
    threads = max(1, (os.cpu_count() or 1) // processes)
    with ProcessPoolExecutor(processes, get_context("spawn"), _prepare, (bench, threads)) as pool:
        yield from pool.map(_do, jobs, chunksize=_CHUNK)


_CHUNK = 8
_worker: Worker | None = None
"""Of this process, where it is one of several."""


def _prepare(bench: Bench, threads: int) -> None:
    import torch

    global _worker
    _worker = Worker(bench)
    torch.set_num_threads(threads)


def _do(job: Job) -> Line:
    if _worker is None:
        raise RuntimeError("a process of a pool works only once it is prepared")
    return _worker.do(job)


def seconds_of(lines: Iterable[Line]) -> float:
    """Mean seconds per case; the first, which loads models, does not count where there are others."""
    times = [line.seconds for line in lines]
    return sum(times[1:]) / len(times[1:]) if len(times) > 1 else sum(times)


def megabytes_of(lines: Iterable[Line]) -> float | None:
    """The most memory that a case took beyond what was there."""
    return max((line.megabytes for line in lines if line.megabytes is not None), default=None)
