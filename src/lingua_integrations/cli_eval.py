"""`lingua eval`: methods side by side on tasks with known answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_METHODS = "rag,extractive"
DEFAULT_RATES = "0.5,0.25,0.1"


def evaluate(
    tasks: Annotated[
        list[str] | None,
        typer.Argument(
            help="Tasks: shelf, which comes along; nq20, qmsum, gsm8k, ... of LINGUA_DATA; a .jsonl."
        ),
    ] = None,
    methods: Annotated[
        str, typer.Option("-m", "--methods", help="Beside the baselines, by commas: see lingua methods.")
    ] = DEFAULT_METHODS,
    rates: Annotated[
        str, typer.Option("-r", "--rates", help="Shares of the tokens to keep.")
    ] = DEFAULT_RATES,
    target: Annotated[
        str,
        typer.Option("--target", help="Local causal model that reads the answers, or none."),
    ] = "smollm2-135m-q4_1",
    classifier: Annotated[str | None, typer.Option(help="Model of the method llmlingua2.")] = None,
    limit: Annotated[
        int | None, typer.Option("-n", "--limit", help="The first cases of each task only.")
    ] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the results and the report.")] = Path(
        "lingua-eval"
    ),
) -> None:
    """Measure methods side by side: answers kept, likelihood of the answer, seconds, with intervals.

    Baselines are always in the table. A run that was cut off goes on where it stopped.
    """
    from lingua_integrations.evaluation.command import Request, evaluate_to

    request = Request(
        tasks=tuple(tasks or ["shelf"]),
        methods=tuple(name.strip() for name in methods.split(",") if name.strip()),
        rates=tuple(_rate(rate) for rate in rates.split(",")),
        target=None if target == "none" else target,
        classifier=classifier,
        limit=limit,
    )
    typer.echo(evaluate_to(out, request))
    typer.secho(f"Report: {out / 'report.html'}", err=True)


def _rate(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no rate.", param_hint="--rates") from None
