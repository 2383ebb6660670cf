"""Fuzz for long: `python -m fuzz --calls 100000 --processes 2`. It goes on where it stopped.

The calls are made in pieces of 50 seeds. The log has a line for each piece that is done, and these are left
out the next time. Failures are written to a file at once, with the call as it was drawn and a small one that
fails alike; `--replay KIND SEED` makes the calls of one seed again.
"""

from __future__ import annotations

import argparse
import re
import sys
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from fuzz.pieces import load, piece, replayed

_DONE = re.compile(r"piece (\d+) .*: (\d+) calls, (\d+) failures")


def main() -> int:
    """Make the calls; the exit status says whether any failed."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, help="in all, earlier runs included")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"), help="of the log and the failures")
    parser.add_argument("--replay", nargs=2, metavar=("KIND", "SEED"), help="only the calls of one seed")
    asked = parser.parse_args()
    if asked.replay:
        load()
        told = replayed(asked.replay[0], int(asked.replay[1]))
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
    with ProcessPoolExecutor(processes, get_context("spawn"), load) as pool, log.open("a") as file:
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
