"""Options that several commands have, each with its help."""

from __future__ import annotations

from typing import Annotated

import typer

Model = Annotated[
    str | None,
    typer.Option(help="A model instead of the method's own: a name of ours, a folder, or a hub id."),
]
Device = Annotated[
    str | None, typer.Option(help="cpu, cuda, cuda:1 or mps. Default: the best device available.")
]
DType = Annotated[
    str | None,
    typer.Option(help="float32, bfloat16, float16, float64 or auto. Default: a fast one for the device."),
]
Counter = Annotated[str, typer.Option(help="Counts the tokens: a tiktoken encoding or an OpenAI model.")]
