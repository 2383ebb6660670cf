"""`lingua align classifier`: a token classifier for the method llmlingua2."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingua_integrations.cli.asking import asked, tell_rejected
from lingua_integrations.cli.options import (
    Batch,
    Epochs,
    LearningRate,
    PerMinute,
    Price,
    Replace,
    Seed,
    Work,
    Workers,
    Yes,
    work_folder,
)
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lingua_integrations.alignment.align import Alignment
    from lingua_integrations.alignment.labels import Labelled
    from lingua_integrations.alignment.responders import Responder


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
    epochs: Epochs = None,
    learning_rate: LearningRate = None,
    batch: Batch = None,
    seed: Seed = None,
    per_minute: PerMinute = None,
    workers: Workers = 4,
    price: Price = None,
    work: Work = None,
    replace: Replace = False,
    yes: Yes = False,
) -> None:
    """Train a token classifier from labels, and keep it in the model store.

    lingua align classifier --target openai:gpt-4o --texts my_texts.jsonl --out my-classifier

    Then `lingua compress -m llmlingua2 --model my-classifier ...`
    """
    from lingua_integrations.alignment.align import Alignment
    from lingua_integrations.alignment.classifier import RECIPE, train_classifier
    from lingua_integrations.alignment.labels import CHUNK
    from lingua_integrations.alignment.responders import responder_of
    from lingua_integrations.core.store.resolve import resolve

    if sum((bool(labels), bool(target), bool(tasks))) != 1 or bool(texts) != bool(target):
        raise InvalidRequest("Give one of: --labels, --target and --texts, --task.")
    recipe = RECIPE.with_(epochs=epochs, learning_rate=learning_rate, batch=batch, seed=seed)
    alignment = Alignment(out, work_folder(work, out), encoder, recipe, replace)
    found: Sequence[Labelled] = ()
    if labels:
        found = _from_file(labels)
    elif target and texts:
        resolve(encoder)  # whatever is wrong with it is found out before anybody is paid
        responder = responder_of(
            target, max_tokens=CHUNK // 2, per_minute=per_minute, workers=workers, temperature=0
        )
        found = _from_target(alignment, responder, texts, price, yes)
    elif tasks:
        found = _from_tasks(tasks, skip)
    trained = train_classifier(encoder, found, out, alignment.work, recipe=recipe, replace=replace)
    after = ", ".join(f"{loss:.4f}" for loss in trained.curve.after)
    said = (
        f"{trained.texts} windows: {trained.curve.before:.4f} nats per token before, {after} after each epoch"
    )
    typer.secho(said, err=True)
    typer.echo(trained.folder)


def _from_file(path: Path) -> Sequence[Labelled]:
    from lingua_integrations.alignment.labelling import read_labels

    rows = read_labels(path)
    tell_rejected(path, rows.rejected)
    return rows.good


def _from_target(
    alignment: Alignment, responder: Responder, texts: Path, price: tuple[float, float] | None, yes: bool
) -> Sequence[Labelled]:
    from lingua_integrations.alignment.labelling import labelled, read_texts, requests
    from lingua_integrations.alignment.labels import CHUNK

    rows = read_texts(texts)
    tell_rejected(texts, rows.rejected)
    wanted = requests(rows.good)
    return labelled(wanted, asked(alignment, responder, list(wanted), CHUNK // 2, price, yes))


def _from_tasks(tasks: Sequence[str], skip: int) -> Sequence[Labelled]:
    from lingua_integrations.alignment.evidence import evidence
    from lingua_integrations.evaluation.loaders import load

    return [one for name in tasks for one in evidence(load(name, None).cases, skip)]
