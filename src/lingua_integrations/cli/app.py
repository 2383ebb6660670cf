"""The command line: `lingua compress`, `demo`, `models`, `eval`, `align`, `usage`, `serve`, `mcp`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from lingua_integrations import __version__
from lingua_integrations.cli.align import align_app
from lingua_integrations.cli.compress import compress
from lingua_integrations.cli.eval import evaluate
from lingua_integrations.cli.models import models_app
from lingua_integrations.cli.serve import mcp, serve
from lingua_integrations.cli.terminal import failure, row, show
from lingua_integrations.cli.usage import usage_app
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaError

_PAGE = Path("lingua-demo.html")
EXIT_CODES = "Exit codes: 0 success, 1 failure, 2 wrong usage, 3 the budget is too small."


class _Group(TyperGroup):
    """Turns our errors into one line and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except LinguaError as error:
            failure(str(error))
            code = 3 if isinstance(error, BudgetTooSmall) else 2 if isinstance(error, InvalidRequest) else 1
            raise typer.Exit(code) from error
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Shorten prompts to an exact budget of tokens, offline.",
    epilog=EXIT_CODES,
)
app.add_typer(models_app, name="models")
app.add_typer(align_app, name="align")
app.add_typer(usage_app, name="usage")
app.command(epilog=EXIT_CODES)(compress)
app.command("eval")(evaluate)
app.command("serve")(serve)
app.command("mcp")(mcp)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lingua-integrations {__version__}")
        raise typer.Exit


@app.callback()
def lingua(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Shorten prompts to an exact budget of tokens, offline."""


@app.command()
def methods() -> None:
    """List the methods: where each comes from, what it needs, and when to use it."""
    from rich.table import Column, Table

    from lingua_integrations.core.methods import METHODS

    table = Table(Column("method", no_wrap=True), "what it does", "needs", "when to use it", show_lines=True)
    for method in METHODS.values():
        row(table, (method.name, method.paper, method.needs, method.when))
    show(table)


@app.command()
def demo(
    llm: Annotated[
        str | None,
        typer.Option(
            help="The LLM that answers: PROVIDER:MODEL, as in LangChain's init_chat_model, or local."
        ),
    ] = None,
    questions: Annotated[int, typer.Option(min=1, max=5, help="How many of the five questions to ask.")] = 5,
    html: Annotated[
        Path,
        typer.Option(
            help="Where to write the page with the struck-out texts.", writable=True, dir_okay=False
        ),
    ] = _PAGE,
) -> None:
    """Run RAG over Python's language reference in both frameworks, and an agent that reads it."""
    from lingua_integrations.demo.run import run

    run(llm, questions, html)
