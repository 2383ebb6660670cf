"""`lingua align`: a scorer that learns from what the target LLM says, and a classifier for llmlingua2."""

from __future__ import annotations

import json
from dataclasses import dataclass
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
    from lingua_integrations.alignment.tuning import Tuned

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


PromptFile = Annotated[Path | None, typer.Option(help="JSON lines with a prompt, or with messages, each.")]
PairFile = Annotated[
    Path | None, typer.Option(help="Instead of a target: prompts with the responses that you have.")
]
Scorer = Annotated[str, typer.Option(help="The model to begin with; it stays as it is.")]
Out = Annotated[str, typer.Option(help="What the tuned model will be called.")]
Recipe = Annotated[str, typer.Option(help="small, lora, or paper.")]
MaxTokens = Annotated[int | None, typer.Option(help="Of prompt and response, instead of the recipe's.")]
Plain = Annotated[bool, typer.Option("--plain", help="Show prompts without the chat template.")]
ResponseTokens = Annotated[int, typer.Option(min=1, help="Of each response, at most.")]


@align_app.callback()
def align(
    context: typer.Context,
    target: Target = None,
    prompts: PromptFile = None,
    pairs: PairFile = None,
    scorer: Scorer = "smollm2-135m-q4_1",
    out: Out = "aligned",
    recipe: Recipe = "small",
    epochs: Epochs = None,
    learning_rate: LearningRate = None,
    batch: Batch = None,
    seed: Seed = None,
    max_tokens: MaxTokens = None,
    plain: Plain = False,
    response_tokens: ResponseTokens = 128,
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
        asking = _Asking(target, response_tokens, per_minute, workers, price, yes)
        said = asking.collected(alignment, rows.good)
        line_of = dict(zip(rows.good, rows.lines, strict=True))
        known, lines = said.pairs, [line_of[pair.prompt] for pair in said.pairs]
    elif pairs:
        logged = _told(pairs, read_pairs(pairs))
        known, lines = logged.good, list(logged.lines)
    tuned = alignment.tune(known)
    _tell_tuned(tuned, pairs or prompts, lines)
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
        asking = _Asking(target, CHUNK // 2, per_minute, workers, price, yes)
        found = labelled(wanted, asking.collected(alignment, list(wanted), temperature=0))
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


def _tell_tuned(tuned: Tuned, file: Path | None, lines: Sequence[int]) -> None:
    """What tuning did, and which pairs it could not use, by their lines in the file."""
    for one in tuned.rejected:
        _say(f"rejected: {file}, line {lines[one.line - 1]}: {one.why}")
    after = ", ".join(f"{loss:.3f}" for loss in tuned.curve.after)
    _say(
        f"{tuned.learnt} pairs, {len(tuned.held_out)} held out: {tuned.curve.before:.3f} nats per token "
        f"before, {after} after each epoch"
    )
    if not tuned.curve.gain > 0:
        _say("It did not help: the held-out responses are no likelier than before.")


def _folder(work: Path | None, name: str) -> Path:
    return work or Path("lingua-align") / name


def _told(path: Path, rows: Rows[Row]) -> Rows[Row]:
    """What a file holds; says which rows of it cannot be used."""
    for one in rows.rejected:
        _say(f"rejected: {path}, {one}")
    return rows


@dataclass(frozen=True)
class _Asking:
    """How a target is asked: options of both commands."""

    target: str
    tokens: int  # of a response, at most
    per_minute: float | None
    workers: int
    price: Prices
    yes: bool

    def collected(
        self, alignment: Alignment, prompts: Sequence[Prompt], temperature: float = 1.0
    ) -> Collected:
        """What the target says to prompts, after its price was accepted; tells what it did not say."""
        from lingua_integrations.alignment.collect import Responses
        from lingua_integrations.alignment.estimate import estimate
        from lingua_integrations.alignment.responders import LocalResponder, responder_of
        from lingua_integrations.core.store.resolve import resolve

        resolve(alignment.model)  # whatever is wrong with it is found out before anybody is paid
        responder = responder_of(
            self.target,
            max_tokens=self.tokens,
            per_minute=self.per_minute,
            workers=self.workers,
            temperature=temperature,
        )
        missing = Responses(alignment.responses, responder.name).missing(prompts)
        if missing and not isinstance(responder, LocalResponder):
            _say(str(estimate(missing, self.tokens, self.price)))
            if not self.yes:
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
