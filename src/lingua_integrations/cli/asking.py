"""What commands that ask a target LLM share: the price is accepted first, and nothing paid for is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lingua_integrations.errors import CollectionStopped

if TYPE_CHECKING:
    from lingua_integrations.alignment.align import Alignment
    from lingua_integrations.alignment.collect import Collected
    from lingua_integrations.alignment.pairs import Prompt, Rejected
    from lingua_integrations.alignment.responders import Responder


def asked(
    alignment: Alignment,
    responder: Responder,
    prompts: Sequence[Prompt],
    tokens: int,
    price: tuple[float, float] | None,
    yes: bool,
) -> Collected:
    """What a target says to prompts, after its price was accepted; tells what it did not say."""
    from lingua_integrations.alignment.estimate import estimate
    from lingua_integrations.alignment.responders import LocalResponder

    missing = alignment.missing(prompts, responder.name)
    if missing and not isinstance(responder, LocalResponder):
        say(str(estimate(missing, tokens, price)))
        if not yes:
            typer.confirm(f"Ask {responder.name}?", abort=True, err=True)
    try:
        said = alignment.collect(prompts, responder)
    except CollectionStopped as error:
        for line in error.unsaved:  # paid for: where the disk is full, the terminal has to do
            typer.echo(json.dumps(line))
        raise
    for what, those in (("refused", said.refused), ("failed", said.failed)):
        for prompt, why in those:
            say(f"{what}: {prompt[-1].content[:60]!r}: {why}")
    return said


def tell_rejected(path: Path, rejected: tuple[Rejected, ...]) -> None:
    """Say which rows of a file cannot be used."""
    for one in rejected:
        say(f"rejected: {path}, {one}")


def say(text: str) -> None:
    """To the user, and not into a pipe."""
    typer.secho(text, err=True)
