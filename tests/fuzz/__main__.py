"""Fuzz for long: `python -m fuzz --calls 100000 --processes 2`. It goes on where it stopped.

The calls are made in pieces of 50 seeds. The log has a line for each piece that is done, and these are left
out the next time. Failures are written to a file at once, with the call as it was drawn and a small one that
fails alike; `--replay KIND SEED` makes the calls of one seed again.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from fuzz.kinds import KINDS, failure
from fuzz.run import Models

SEEDS = 50  # in a piece
TURNS = ("compress", "sections", "compress", "json")  # of which kind pieces are, in turn
_DONE = re.compile(r"piece (\d+) .*: (\d+) calls, (\d+) failures")

_models: Models


def _load() -> None:
    """Tiny models, once for each process."""
    import torch

    global _models
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        _models = Models.made(Path(folder))
        for name in KINDS:  # the first calls load what is in the folder
            for seed in range(-40, 0):
                KINDS[name].check(KINDS[name].case(seed), _models)


def piece(number: int, failures: Path) -> str:
    """Make the calls of a piece; returns its line in the log."""
    kind, seeds = KINDS[TURNS[number % len(TURNS)]], range(number * SEEDS, (number + 1) * SEEDS)
    begin, made, failed = time.process_time(), 0, 0
    for seed in seeds:
        calls, told = failure(kind, seed, _models)
        made += calls
        if told:
            failed += 1
            with failures.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(told + "\n")
    seconds = time.process_time() - begin
    return (
        f"piece {number} {kind.name} seeds {seeds[0]}-{seeds[-1]}: "
        f"{made} calls, {failed} failures, {seconds:.1f} s"
    )


def main() -> int:
    """Make the calls; the exit status says whether any failed."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, help="in all, earlier runs included")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"), help="of the log and the failures")
    parser.add_argument("--replay", nargs=2, metavar=("KIND", "SEED"), help="only the calls of one seed")
    asked = parser.parse_args()
    if asked.replay:
        _load()
        kind, seed = asked.replay
        told = failure(KINDS[kind], int(seed), _models)[1]
        print(told or "no failure")
        return bool(told)
    return _all(asked.calls, asked.processes, asked.folder)


def _all(calls: int, processes: int, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    log, failures = folder / "log", folder / "failures"
    lines = _DONE.findall(log.read_text()) if log.exists() else []
    done = {int(number) for number, _, _ in lines}
    made, failed = sum(int(line[1]) for line in lines), sum(int(line[2]) for line in lines)
    left = (number for number in count() if number not in done)
    with ProcessPoolExecutor(processes, get_context("spawn"), _load) as pool, log.open("a") as file:
        running = {pool.submit(piece, next(left), failures) for _ in range(processes)}
        while running:
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            for one in ready:
                line = one.result()
                print(line, file=file, flush=True)
                _, more, worse = _DONE.findall(line)[0]
                made, failed = made + int(more), failed + int(worse)
                if made < calls:
                    running.add(pool.submit(piece, next(left), failures))
    print(f"{made} calls, {failed} failures" + f", see {failures}" * bool(failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
