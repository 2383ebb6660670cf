"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Epochs = Annotated[int | None, typer.Option(help="Times through what is learnt from, at most.")]
LearningRate = Annotated[float | None, typer.Option(help="At its highest.")]
Batch = Annotated[int | None, typer.Option(help="Pairs or texts in a step.")]
Seed = Annotated[int | None, typer.Option(help="Of everything that is drawn.")]
PerMinute = Annotated[float | None, typer.Option(help="Requests to a hosted target, at most.")]
Workers = Annotated[int, typer.Option(min=1, help="Requests to a hosted target at once.")]
Price = Annotated[
    tuple[float, float] | None, typer.Option(help="Of a million tokens in, and out: for the estimate.")
]
Work = Annotated[
    Path | None, typer.Option(help="Folder of responses and checkpoints; default: lingua-align/NAME.")
]
Replace = Annotated[bool, typer.Option("--replace", help="A model of that name may go.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a hosted target is paid.")]


def work_folder(work: Path | None, name: str) -> Path:
    """Where a model of that name is worked on."""
    return work or Path("lingua-align") / name
