"""Change the source by hand, one change at a time, and see whether a test notices: `python tests/mutants/run.py`.

Each mutant is applied to a copy of the source, and the tests that should notice run against it, in a process
forked from one that has torch already. A mutant that they let through survives, and its line is printed. The
tests that noticed then run once more without any mutant: one that fails there as well has noticed nothing.

`--only WORD` runs the mutants whose file or change has the word. With `--log FILE` each verdict is written down, a
line each, and a run that was cut off goes on from there.
"""

from __future__ import annotations

import argparse
import compileall
import importlib
import json
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from importlib.metadata import entry_points
from multiprocessing.connection import wait
from pathlib import Path

import pytest

from mutants import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
LIMIT = 400  # seconds of processor time: a change that never ends is noticed, and a busy machine is no such change
PATIENCE = 10 * LIMIT  # for one that waits for ever
FORK = multiprocessing.get_context("fork")
IMPORTED = (
    "hypothesis",
    "torch",
    "transformers.models.bert.modeling_bert",
    "transformers.models.llama.modeling_llama",
    "langchain_core.documents",
)
QUICK = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not model", "-k", "not test_time"]  # time is no verdict


class First:
    """The first test that fails; "" while none does."""

    name = ""

    def pytest_runtest_logreport(self, report) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid


class Trial:
    """Tests on a copy of the source, in a process of its own."""

    def __init__(self, mutant: Mutant | None, tests: list[str]) -> None:
        self.mutant = mutant
        self.folder = tempfile.TemporaryDirectory()
        self.source = Path(shutil.copytree(ROOT / "src", Path(self.folder.name) / "src"))
        if mutant:
            apply(mutant, self.source)
        self.until = time.monotonic() + PATIENCE
        self.said, say = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=run, args=(self.source, tests, say))
        self.process.start()
        say.close()

    def verdict(self) -> str:
        """What noticed: a test, "a test that never ends", "it cannot be imported"; "" for nothing."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        killed = self.process.exitcode in (-signal.SIGKILL, -signal.SIGXCPU)
        found = "a test that never ends" if killed else "it cannot be imported"
        with suppress(EOFError):
            found = self.said.recv()
        self.folder.cleanup()
        return found


def tests_of(mutant: Mutant) -> list[str]:
    """What it names, and of that first what is named after the file."""
    named = [f"tests/{name}" for name in mutant.tests.split()]
    own = (str(file.relative_to(ROOT)) for file in ROOT.glob(f"tests/**/test_{Path(mutant.file).stem}.py"))
    return [*(file for file in own if file.startswith(tuple(named))), *named]


def apply(mutant: Mutant, source: Path) -> None:
    """Change the copy."""
    file = source / "lingua_integrations" / mutant.file
    text = file.read_text("utf-8")
    if text.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file} has {text.count(mutant.old)} times: {mutant.old}")
    file.write_text(text.replace(mutant.old, mutant.new), "utf-8")


def run(source: Path, tests: list[str], say) -> None:
    """In the forked process: say which test fails first."""
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT + 1))
    os.chdir(ROOT)
    os.environ.update(PYTHONPATH=str(source), OMP_NUM_THREADS="1")
    os.environ.setdefault("EXAMPLES", "15")
    sys.path.insert(0, str(source))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    first = First()
    code = pytest.main([*QUICK, *tests], plugins=[first])
    if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        say.send(first.name)


def prepare() -> None:
    """What every trial would do again: import what is not ours, and compile what is."""
    for name in IMPORTED:
        importlib.import_module(name)
    for plugin in entry_points(group="pytest11"):
        plugin.load()
    sys.pycache_prefix = None  # bytecode is copied with the source
    compileall.compile_dir(ROOT / "src", quiet=1)


def judged(mutants: list[Mutant], at_once: int):
    """Each mutant with what noticed it, in the order in which they end."""
    waiting, running = list(reversed(mutants)), []
    while waiting or running:
        while waiting and len(running) < at_once:
            mutant = waiting.pop()
            running.append(Trial(mutant, tests_of(mutant)))
        wait([one.process.sentinel for one in running], timeout=1)
        for one in [one for one in running if not one.process.is_alive() or time.monotonic() > one.until]:
            running.remove(one)
            yield one.mutant, one.verdict()


def main() -> int:
    """Run them all; the exit status is the number of survivors without a reason."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="")
    parser.add_argument("--log", type=Path, default=Path(os.devnull))
    parser.add_argument("--at-once", type=int, default=2)
    wanted = parser.parse_args()
    prepare()
    lines = wanted.log.read_text("utf-8").splitlines() if wanted.log.exists() else []
    noticed = {(file, old, new): by for file, old, new, by in map(json.loads, lines)}
    chosen = [one for one in MUTANTS if wanted.only in f"{one.file} {one.old} {one.new}"]
    for one, by in judged([one for one in chosen if one[:3] not in noticed], wanted.at_once):
        noticed[one[:3]] = by
        with wanted.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps([*one[:3], by]) + "\n")
        if not by:
            print(
                f"survives: {one.file}: {one.old!r} -> {one.new!r}{one.why and f' ({one.why})'}", flush=True
            )
    return summary(chosen, noticed)


def summary(chosen: list[Mutant], noticed: dict[tuple[str, ...], str]) -> int:
    """Print how many were killed; return how many survive without a reason."""
    tests = sorted({noticed[one[:3]] for one in chosen if "::" in noticed[one[:3]]})
    trial = Trial(None, tests)
    trial.process.join(PATIENCE)
    if fails := trial.verdict():
        print(f"fails without a mutant: {fails}")
        return len(chosen)
    lived = [one for one in chosen if not noticed[one[:3]]]
    unexplained = [one for one in lived if not one.why]
    print(f"{len(chosen) - len(lived)} of {len(chosen)} killed; {len(unexplained)} survive without a reason")
    return len(unexplained)


if __name__ == "__main__":
    sys.exit(main())
