"""Runs contenders over tasks. What has been run is not run again: a run can be cut off and goes on."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import product
from multiprocessing import get_context
from typing import NamedTuple

from tqdm.auto import tqdm

from lingua_integrations import __version__
from lingua_integrations.core.models.devices import default_dtype
from lingua_integrations.core.models.loading import unload
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.measuring import Judge, measured
from lingua_integrations.evaluation.outcomes import Contender

_CHUNK = 8  # neighbouring jobs that one process gets at a time: what is interrupted loses no more than these


class Job(NamedTuple):
    """One case for one contender at one rate, by their places, and the key of its line."""

    task: int
    contender: int
    rate: float
    case: int
    key: str


@dataclass(frozen=True)
class Bench:
    """What is measured, and by whom. It can be pickled; models are then loaded anew.

    Attributes:
        warm: keep models, and what they remember of texts, from job to job. Seconds then say nothing.
    """

    tasks: Sequence[Task]
    contenders: Sequence[Contender]
    judge: Judge
    warm: bool = False

    def plan(self, rates: Sequence[float]) -> Iterator[Job]:
        """Every task by every contender at every rate."""
        for (i, task), (j, contender) in product(enumerate(self.tasks), enumerate(self.contenders)):
            for rate, (k, case) in product([1.0] if contender.fixed else rates, enumerate(task.cases)):
                yield Job(i, j, rate, k, self._key(task, contender, rate, case))

    def _key(self, task: Task, contender: Contender, rate: float, case: Case) -> str:
        """Of everything that a line depends on."""
        content = [task.layout, repr(case), contender.name, contender.settings, rate, self.judge.name]
        return sha256(json.dumps([*content, default_dtype(), __version__]).encode()).hexdigest()[:24]


@dataclass
class Worker:
    """Does the jobs of a bench, one after the other.

    Unless the bench is warm, each task and rate begins without a model in memory: what one remembers of texts
    does not help at the next rate, and all of them pay for their models.
    """

    bench: Bench
    _last: tuple[int, int, float] | None = None

    def __call__(self, job: Job) -> Line:
        """One line of the table."""
        if not self.bench.warm and self._last != job[:3]:
            self._last = job[:3]
            unload()
            gc.collect()  # or what they leave counts as given back by the next case
        task, contender = self.bench.tasks[job.task], self.bench.contenders[job.contender]
        return measured(self.bench.judge, task, contender, job.rate, task.cases[job.case], job.key)


def run(bench: Bench, rates: Sequence[float], store: Store, *, processes: int = 1) -> list[Line]:
    """All jobs of a bench; what ``store`` knows is not done again. It takes each line as it comes.

    Processes that work at the same time have models of their own.
    """
    plan = {job.key: job for job in bench.plan(rates)}
    missing = [job for job in plan.values() if store.get(job.key) is None]
    with tqdm(total=len(plan), initial=len(plan) - len(missing), unit="case") as bar:
        for line in _parallel(bench, missing, processes) if processes > 1 else map(Worker(bench), missing):
            store.add(asdict(line))
            bar.set_description(f"{line.task} {line.method} {1 / line.rate:g}x", refresh=False)
            bar.update()
    done = map(store.line, plan)
    return [line for line in done if line is not None]


def _parallel(bench: Bench, jobs: Sequence[Job], processes: int) -> Iterator[Line]:
    threads = max(1, (os.cpu_count() or 1) // processes)
    with ProcessPoolExecutor(processes, get_context("spawn"), _prepare, (bench, threads)) as pool:
        yield from pool.map(_do, jobs, chunksize=_CHUNK)


_workers: list[Worker] = []
"""The one of this process, where it is one of several."""


def _prepare(bench: Bench, threads: int) -> None:
    import torch

    torch.set_num_threads(threads)
    _workers.append(Worker(bench))


def _do(job: Job) -> Line:
    return _workers[0](job)
