"""`lingua align classifier`: a token classifier for the method llmlingua2."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lingua_integrations.alignment.align import Alignment
    from lingua_integrations.alignment.labels import Labelled


def classifier(
    labels: Annotated[
        Path | None,
        typer.Option(help="JSON lines of a text and its kept spans, or its compressed version."),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="Shortens --texts: provider:model of LangChain, or a local model.")
    ] = None,
    texts: Annotated[Path | None, typer.Option(help="JSON lines with a text each.")] = None,
    tasks: Annotated[
        list[str] | None,
        typer.Option(
            "--task", help="Labels from the evidence of a task of lingua eval, which has questions."
        ),
    ] = None,
    skip: Annotated[
        int, typer.Option(min=0, help="The first cases of each task, left to judge by with all their texts.")
    ] = 60,
    encoder: Annotated[str, typer.Option(help="The model to begin with.")] = "all-minilm-l6-v2",
    out: Annotated[str, typer.Option(help="What the classifier will be called.")] = "my-classifier",
    epochs: Annotated[int | None, typer.Option(help="Times through the texts, at most.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="At its highest.")] = None,
    batch: Annotated[int | None, typer.Option(help="Texts in a step.")] = None,
    price: Annotated[
        tuple[float, float] | None, typer.Option(help="Of a million tokens in, and out: for the estimate.")
    ] = None,
    work: Annotated[
        Path | None, typer.Option(help="Folder of responses and checkpoints; default: lingua-align/NAME.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="A model of that name may go.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before a hosted target is paid.")
    ] = False,
) -> None:
    """Train a token classifier from labels, and keep it in the model store.

    lingua align classifier --target openai:gpt-4o --texts my_texts.jsonl --out my-classifier

    Then `lingua compress -m llmlingua2 --model my-classifier ...`
    """
    from lingua_integrations.alignment.align import Alignment
    from lingua_integrations.alignment.classifier import RECIPE, train_classifier

    recipe = RECIPE.with_(epochs=epochs, learning_rate=learning_rate, batch=batch)
    alignment = Alignment(out, work or Path("lingua-align") / out, encoder, recipe, replace)
    found: Sequence[Labelled]
    if labels and not (target or texts or tasks):
        found = _from_file(labels)
    elif target and texts and not (labels or tasks):
        found = _from_target(alignment, target, texts, price, yes)
    elif tasks and not (labels or target or texts):
        found = _from_tasks(tasks, skip)
    else:
        raise InvalidRequest("Give one of: --labels, --target and --texts, --task.")
    trained = train_classifier(encoder, found, out, alignment.work, recipe=recipe, replace=replace)
    after = ", ".join(f"{loss:.4f}" for loss in trained.curve.after)
    said = (
        f"{trained.texts} windows: {trained.curve.before:.4f} nats per token before, {after} after each epoch"
    )
    typer.secho(said, err=True)
    typer.echo(trained.folder)


def _from_file(path: Path) -> Sequence[Labelled]:
    from lingua_integrations.alignment.labelling import read_labels
    from lingua_integrations.cli_align import tell_rejected

    rows = read_labels(path)
    tell_rejected(path, rows.rejected)
    return rows.good


def _from_target(
    alignment: Alignment, target: str, texts: Path, price: tuple[float, float] | None, yes: bool
) -> Sequence[Labelled]:
    from lingua_integrations.alignment.labelling import labelled, read_texts, requests
    from lingua_integrations.alignment.labels import CHUNK
    from lingua_integrations.alignment.responders import responder_of
    from lingua_integrations.cli_align import asked, tell_rejected

    rows = read_texts(texts)
    tell_rejected(texts, rows.rejected)
    wanted = requests(rows.good)
    responder = responder_of(target, max_tokens=CHUNK // 2)
    return labelled(wanted, asked(alignment, responder, list(wanted), CHUNK // 2, price, yes))


def _from_tasks(tasks: Sequence[str], skip: int) -> Sequence[Labelled]:
    from lingua_integrations.alignment.evidence import evidence
    from lingua_integrations.evaluation.loaders import load

    return [one for name in tasks for one in evidence(load(name, None).cases, skip)]
