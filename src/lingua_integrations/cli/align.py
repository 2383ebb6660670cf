"""`lingua align`: a scorer that learns from what the target LLM says, and a classifier for llmlingua2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingua_integrations.cli.eval import names_of, rates_of
from lingua_integrations.core.visible import visible
from lingua_integrations.errors import CollectionStopped, InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lingua_integrations.alignment.align import Alignment
    from lingua_integrations.alignment.collect import Collected
    from lingua_integrations.alignment.labels import Labelled
    from lingua_integrations.alignment.pairs import Prompt, Row, Rows
    from lingua_integrations.alignment.responders import Responder

Target = Annotated[
    str | None, typer.Option(help="Who answers: provider:model of LangChain, or a local causal model.")
]
Epochs = Annotated[int | None, typer.Option(help="Times through what is learnt from, at most.")]
LearningRate = Annotated[float | None, typer.Option(help="At its highest.")]
Batch = Annotated[int | None, typer.Option(help="Pairs or texts in a step.")]
Seed = Annotated[int | None, typer.Option(help="Of everything that is drawn.")]
PerMinute = Annotated[float | None, typer.Option(help="Requests to a hosted target, at most.")]
Workers = Annotated[int, typer.Option(min=1, help="Requests to a hosted target at once.")]
Prices = tuple[float, float] | None
Price = Annotated[Prices, typer.Option(help="Of a million tokens in, and out: for the estimate.")]
Work = Annotated[
    Path | None, typer.Option(help="Folder of responses and checkpoints; default: lingua-align/NAME.")
]
Replace = Annotated[bool, typer.Option("--replace", help="A model of that name may go.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a hosted target is paid.")]

align_app = typer.Typer(
    invoke_without_command=True,
    help="Tune a scorer towards a target LLM (distribution alignment), and see whether it helped.",
)


@align_app.callback()
def align(
    context: typer.Context,
    target: Target = None,
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
    from lingua_integrations.alignment.pairs import read_pairs, read_prompts
    from lingua_integrations.alignment.recipes import RECIPES
    from lingua_integrations.alignment.responders import responder_of
    from lingua_integrations.core.store.resolve import resolve

    if bool(pairs) == bool(target) or bool(prompts) != bool(target):
        raise InvalidRequest("Give either --target and --prompts, or --pairs.")
    if recipe not in RECIPES:
        raise InvalidRequest(f"There is no recipe {recipe!r}: {', '.join(RECIPES)}.")
    how = RECIPES[recipe].with_(
        template="plain" if plain else None,
        epochs=epochs,
        learning_rate=learning_rate,
        batch=batch,
        max_tokens=max_tokens,
        seed=seed,
    )
    alignment = Alignment(out, _folder(work, out), scorer, how, replace)
    if target and prompts:
        rows = _told(prompts, read_prompts(prompts))
        resolve(scorer)  # whatever is wrong with it is found out before anybody is paid
        responder = responder_of(target, max_tokens=response_tokens, per_minute=per_minute, workers=workers)
        said = _asked(alignment, responder, rows.good, response_tokens, price, yes)
        line_of = dict(zip(rows.good, rows.lines, strict=True))
        known, lines = said.pairs, [line_of[pair.prompt] for pair in said.pairs]
    elif pairs:
        logged = _told(pairs, read_pairs(pairs))
        known, lines = logged.good, list(logged.lines)
    tuned = alignment.tune(known)
    for one in tuned.rejected:
        _say(f"rejected: {pairs or prompts}, line {lines[one.line - 1]}: {one.why}")
    after = ", ".join(f"{loss:.3f}" for loss in tuned.curve.after)
    _say(
        f"{tuned.learnt} pairs, {len(tuned.held_out)} held out: {tuned.curve.before:.3f} nats per token "
        f"before, {after} after each epoch"
    )
    if not tuned.curve.gain > 0:
        _say("It did not help: the held-out responses are no likelier than before.")
    _say(f"Compare with: lingua align report {out}")
    typer.echo(tuned.folder)


@align_app.command()
def classifier(
    labels: Annotated[
        Path | None,
        typer.Option(help="JSON lines of a text and its kept spans, or its compressed version."),
    ] = None,
    target: Target = None,
    texts: Annotated[
        Path | None, typer.Option(help="JSON lines with a text each, which the target shortens.")
    ] = None,
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
    from lingua_integrations.alignment.classifier import RECIPE
    from lingua_integrations.alignment.labelling import evidence, labelled, read_labels, read_texts, requests
    from lingua_integrations.alignment.labels import CHUNK
    from lingua_integrations.alignment.responders import responder_of
    from lingua_integrations.core.store.resolve import resolve
    from lingua_integrations.evaluation.loaders import load

    if sum((bool(labels), bool(target), bool(tasks))) != 1 or bool(texts) != bool(target):
        raise InvalidRequest("Give one of: --labels, --target and --texts, --task.")
    recipe = RECIPE.with_(epochs=epochs, learning_rate=learning_rate, batch=batch, seed=seed)
    alignment = Alignment(out, _folder(work, out), encoder, recipe, replace)
    found: Sequence[Labelled] = ()
    if labels:
        found = _told(labels, read_labels(labels)).good
    elif target and texts:
        wanted = requests(_told(texts, read_texts(texts)).good)
        resolve(encoder)  # whatever is wrong with it is found out before anybody is paid
        most = CHUNK // 2
        responder = responder_of(
            target, max_tokens=most, per_minute=per_minute, workers=workers, temperature=0
        )
        found = labelled(wanted, _asked(alignment, responder, list(wanted), most, price, yes))
    else:
        found = [one for name in tasks or () for one in evidence(load(name).cases, skip)]
    trained = alignment.train_classifier(found)
    after = ", ".join(f"{loss:.4f}" for loss in trained.curve.after)
    before = f"{trained.curve.before:.4f} nats per token before"
    _say(f"{trained.learnt} windows: {before}, {after} after each epoch")
    typer.echo(trained.folder)


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
    from lingua_integrations.alignment.report import Comparison, compare

    comparison = Comparison(
        name=name,
        work=_folder(work, name),
        target=target,
        tasks=tuple(tasks or ()),
        methods=names_of(methods),
        rates=rates_of(rates),
        limit=limit,
        reader=None if reader == "none" else reader,
    )
    typer.echo(visible(compare(comparison)))


def _folder(work: Path | None, name: str) -> Path:
    return work or Path("lingua-align") / name


def _told(path: Path, rows: Rows[Row]) -> Rows[Row]:
    """What a file holds; says which rows of it cannot be used."""
    for one in rows.rejected:
        _say(f"rejected: {path}, {one}")
    return rows


def _asked(
    alignment: Alignment,
    responder: Responder,
    prompts: Sequence[Prompt],
    tokens: int,
    price: Prices,
    yes: bool,
) -> Collected:
    """What a target says to prompts, after its price was accepted; tells what it did not say."""
    from lingua_integrations.alignment.collect import Responses
    from lingua_integrations.alignment.estimate import estimate
    from lingua_integrations.alignment.responders import LocalResponder

    missing = Responses(alignment.responses, responder.name).missing(prompts)
    if missing and not isinstance(responder, LocalResponder):
        _say(str(estimate(missing, tokens, price)))
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
            _say(f"{what}: {prompt[-1].content[:60]!r}: {why}")
    return said


def _say(text: str) -> None:
    """To the user, and not into a pipe."""
    typer.secho(visible(text), err=True)
