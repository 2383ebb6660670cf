"""The work of one process: the calls of a piece, which is a number of seeds of one kind."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from fuzz.kinds import KINDS, failure
from fuzz.run import Models

SEEDS = 50  # in a piece
TURNS = ("compress", "sections", "compress", "json")  # of which kind pieces are, in turn

_models: Models


def load() -> None:
    """Tiny models, once for each process."""
    import torch

    global _models
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        _models = Models.made(Path(folder))
        for kind in KINDS.values():  # the first calls load what is in the folder
            for seed in range(-40, 0):
                failure(kind, seed, _models, shrinks=False)


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


def replayed(kind: str, seed: int) -> str:
    """The failure of one seed, or ""."""
    return failure(KINDS[kind], seed, _models)[1]
