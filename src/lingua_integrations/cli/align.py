"""`lingua align`: a scorer that learns from what the target LLM says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingua_integrations.cli.asking import asked, say, tell_rejected
from lingua_integrations.cli.classifier import classifier
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

    from lingua_integrations.alignment.tuning import Tuned

align_app = typer.Typer(
    invoke_without_command=True,
    help="Tune a scorer towards a target LLM (distribution alignment), and see whether it helped.",
)
align_app.command("classifier")(classifier)


@align_app.callback()
def align(
    context: typer.Context,
    target: Annotated[
        str | None, typer.Option(help="Who answers: provider:model of LangChain, or a local causal model.")
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="JSON lines with a prompt, or with messages, each.")
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option(help="Instead of a target: prompts with the responses that you have.")
    ] = None,
    scorer: Annotated[
        str, typer.Option(help="The model to begin with; it stays as it is.")
    ] = "smollm2-135m-q4_1",
    out: Annotated[str, typer.Option(help="What the tuned model will be called.")] = "aligned",
    recipe: Annotated[str, typer.Option(help="small, lora, or paper.")] = "small",
    epochs: Epochs = None,
    learning_rate: LearningRate = None,
    batch: Batch = None,
    seed: Seed = None,
    max_tokens: Annotated[
        int | None, typer.Option(help="Of prompt and response, instead of the recipe's.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Show prompts without the chat template.")] = False,
    response_tokens: Annotated[int, typer.Option(min=1, help="Of each response, at most.")] = 128,
    per_minute: PerMinute = None,
    workers: Workers = 4,
    price: Price = None,
    work: Work = None,
    replace: Replace = False,
    yes: Yes = False,
) -> None:
    """Tune a scorer on a target's responses, and keep it in the model store.

    lingua align --target openai:gpt-4o-mini --prompts my_prompts.jsonl --out my-scorer --price 0.15 0.6

    lingua align --pairs logged.jsonl --out my-scorer --recipe lora

    Then `--model my-scorer`, or `model="my-scorer"` in Python, wherever a scorer goes. A run that was cut off
    goes on where it stopped.
    """
    if context.invoked_subcommand:
        return
    from lingua_integrations.alignment.align import Alignment
    from lingua_integrations.alignment.pairs import Rows, read_pairs, read_prompts
    from lingua_integrations.alignment.recipes import recipe_of
    from lingua_integrations.alignment.responders import responder_of
    from lingua_integrations.core.store.resolve import resolve

    if bool(pairs) == bool(target) or bool(prompts) != bool(target):
        raise InvalidRequest("Give either --target and --prompts, or --pairs.")
    how = recipe_of(recipe).with_(
        template="plain" if plain else None,
        epochs=epochs,
        learning_rate=learning_rate,
        batch=batch,
        max_tokens=max_tokens,
        seed=seed,
    )
    alignment = Alignment(out, work_folder(work, out), scorer, how, replace)
    if pairs:
        known = read_pairs(pairs)
        tell_rejected(pairs, known.rejected)
    elif target and prompts:
        rows = read_prompts(prompts)
        tell_rejected(prompts, rows.rejected)
        resolve(scorer)  # whatever is wrong with it is found out before anybody is paid
        responder = responder_of(target, max_tokens=response_tokens, per_minute=per_minute, workers=workers)
        said = asked(alignment, responder, rows.good, response_tokens, price, yes)
        line_of = dict(zip(rows.good, rows.lines, strict=True))
        known = Rows(said.pairs, tuple(line_of[pair.prompt] for pair in said.pairs), ())
    _tell_tuned(alignment.tune(known.good), pairs or prompts, known.lines)


def _tell_tuned(tuned: Tuned, path: Path | None, lines: Sequence[int]) -> None:
    """Say what came of it, naming rejected rows by their lines in the file that they came from."""
    for one in tuned.rejected:
        say(f"rejected: {path}, line {lines[one.line - 1]}: {one.why}")
    curve = tuned.curve
    say(
        f"{tuned.pairs} pairs, {len(tuned.held_out)} held out: {curve.before:.3f} nats per token before, "
        f"{', '.join(f'{loss:.3f}' for loss in curve.after)} after each epoch"
    )
    if not curve.gain > 0:
        say("It did not help: the held-out responses are no likelier than before.")
    say(f"Compare with: lingua align report {tuned.name}")
    typer.echo(tuned.folder)


@align_app.command()
def report(
    name: Annotated[str, typer.Argument(help="An aligned model.")],
    target: Annotated[
        str | None, typer.Option(help="A local target, for rank correlation and kept-half overlap.")
    ] = None,
    tasks: Annotated[
        list[str] | None,
        typer.Option("--task", help="What lingua eval measures on; may be given several times."),
    ] = None,
    methods: Annotated[str, typer.Option("-m", "--methods", help="By commas.")] = "llmlingua,longllmlingua",
    rates: Annotated[str, typer.Option("-r", "--rates", help="Shares of the tokens to keep.")] = "0.5,0.25",
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="Cases of each task.")] = 50,
    reader: Annotated[
        str, typer.Option(help="Reads the compressed prompts of the tasks; none: only what is kept counts.")
    ] = "none",
    work: Work = None,
) -> None:
    """Before and after: likelihood of the target's held-out responses, agreement with the target, quality."""
    from lingua_integrations.alignment.compare import Comparison, compare
    from lingua_integrations.cli.eval import names_of, rate_of

    comparison = Comparison(
        name=name,
        work=work_folder(work, name),
        target=target,
        tasks=tuple(tasks or ()),
        methods=names_of(methods),
        rates=tuple(rate_of(rate) for rate in rates.split(",")),
        limit=limit,
        reader=None if reader == "none" else reader,
    )
    typer.echo(compare(comparison))
