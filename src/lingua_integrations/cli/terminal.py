"""The output of the commands. On a terminal, control characters of texts and file names have no effect."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from lingua_integrations.core.visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_IN_A_PIPE = 160  # columns of a table where no terminal says how many there are


def note(message: str) -> None:
    """A line on stderr."""
    typer.secho(f"lingua: {visible(message)}", err=True)


def failure(message: str) -> None:
    """A line on stderr that says what is wrong."""
    typer.secho(f"lingua: {visible(message)}", fg="red", err=True)


def row(table: Table, cells: Iterable[str]) -> None:
    """Add a row of plain text: brackets are no markup in it."""
    from rich.text import Text

    table.add_row(*(Text(visible(cell)) for cell in cells))


def show(*parts: RenderableType, err: bool = False) -> None:
    """Tables as wide as the terminal, lines, and other things that rich draws."""
    from rich.console import Console
    from rich.text import Text

    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() else shutil.get_terminal_size((_IN_A_PIPE, 50)).columns
    console = Console(stderr=err, width=width, highlight=False)
    for part in parts:
        console.print(Text(visible(part)) if isinstance(part, str) else part)


def write(text: str) -> None:
    """A text to standard output: into a pipe or a file as it is, surrogates as the bytes they came from."""
    if sys.stdout.isatty():
        text = visible(text)
    data = text.encode("utf-8", "surrogateescape")
    sys.stdout.buffer.write(data if data.endswith(b"\n") or not data else data + b"\n")
    sys.stdout.flush()
