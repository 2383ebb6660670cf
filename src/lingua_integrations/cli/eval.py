"""`lingua eval`: methods side by side on tasks with known answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingua_integrations.core.visible import visible

Tasks = Annotated[
    list[str] | None,
    typer.Argument(
        help="Tasks: shelf (part of the package); nq20, qmsum, gsm8k, ... from LINGUA_DATA, or "
        "nq20=WHERE; or a .jsonl file of your own.",
        show_default="shelf",
    ),
]
Methods = Annotated[
    str,
    typer.Option(
        "-m",
        "--methods",
        help="Methods to compare with the baselines, separated by commas; see lingua methods.",
    ),
]
Rates = Annotated[str, typer.Option("-r", "--rates", help="Shares of the tokens to keep.")]
Target = Annotated[
    str,
    typer.Option(
        help="The model that reads the prompts: a local causal model, such as smollm2-135m-q4_1, "
        "provider:model, or none, which only looks for the answers in what is left."
    ),
]
Generate = Annotated[
    bool,
    typer.Option("--generate", help="Also let a local target write answers; hosted targets always do."),
]
Peers = Annotated[
    str,
    typer.Option("--peer", help="llmlingua: the reference implementation, in an environment of its own."),
]
Classifier = Annotated[
    str | None, typer.Option(help="The model for methods with a classifier, such as llmlingua2.")
]
Limit = Annotated[int | None, typer.Option("-n", "--limit", help="Use only the first N cases of each task.")]
Curve = Annotated[
    bool,
    typer.Option("--curve", help="Compare short prompts with the lowest distortion that is possible."),
]
Calibrate = Annotated[
    Path | None,
    typer.Option(
        "--calibrate",
        help="Measure nothing else: fit the probabilities of the first method to these tasks, and write "
        "them into a file for CompressionConfig(calibration=Calibration.load(FILE)).",
        metavar="FILE",
    ),
]
Processes = Annotated[
    int, typer.Option("-j", "--jobs", min=1, help="How many processes to use, each with its own models.")
]
Speed = Annotated[float, typer.Option(help="How many prompt tokens the target reads per second.")]
Machine = Annotated[float, typer.Option(help="Price of the machine that compresses, per hour.")]
Out = Annotated[Path, typer.Option("-o", "--out", help="Folder for the results and the report.")]


def evaluate(
    tasks: Tasks = None,
    methods: Methods = "extractive-fusion,relevant",
    rates: Rates = "0.25,0.1",
    target: Target = "none",
    generate: Generate = False,
    peers: Peers = "",
    classifier: Classifier = None,
    limit: Limit = None,
    curve: Curve = False,
    calibrate: Calibrate = None,
    processes: Processes = 1,
    speed: Speed = 5000.0,
    machine: Machine = 0.1,
    out: Out = Path("lingua-eval"),
) -> None:
    """Compare methods: answers kept, tokens, seconds, with confidence intervals.

    The table always has baselines. The same command continues a run that was interrupted.
    """
    if calibrate is not None:
        from lingua_integrations.evaluation.command import calibrate_to

        text = calibrate_to(calibrate, tuple(tasks or ["shelf"]), names_of(methods)[0], limit)
        typer.echo(visible(text))
        typer.secho(visible(f"Calibration: {calibrate}"), err=True)
        return
    from lingua_integrations.evaluation.command import Request, evaluate_to
    from lingua_integrations.evaluation.economics import Prices

    request = Request(
        tasks=tuple(tasks or ["shelf"]),
        methods=names_of(methods),
        rates=rates_of(rates),
        target=None if target == "none" else target,
        generate=generate,
        peers=names_of(peers),
        classifier=classifier,
        limit=limit,
        curve=curve,
        processes=processes,
        prices=Prices(speed, machine),
    )
    typer.echo(visible(evaluate_to(out, request)))
    typer.secho(visible(f"Report: {out / 'report.html'}"), err=True)


def names_of(text: str) -> tuple[str, ...]:
    """The names between commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def rates_of(text: str) -> tuple[float, ...]:
    """The rates between commas."""
    try:
        return tuple(map(float, text.split(",")))
    except ValueError:
        raise typer.BadParameter(f"{text!r} are no rates.", param_hint="--rates") from None
