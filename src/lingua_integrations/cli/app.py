"""The command line: `lingua compress`, `demo`, `models`, `eval`, `align`, `usage`, `serve`, `mcp`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from lingua_integrations import __version__
from lingua_integrations.cli.align import align_app
from lingua_integrations.cli.batch import Table
from lingua_integrations.cli.eval import evaluate
from lingua_integrations.cli.files import name_of, read
from lingua_integrations.cli.models import models_app
from lingua_integrations.cli.serve import mcp, serve
from lingua_integrations.cli.terminal import failure, note, row, show, write
from lingua_integrations.cli.usage import usage_app
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lingua_integrations.core.results import CompressionResult

EXIT_CODES = "Exit codes: 0 success, 1 failure, 2 wrong usage, 3 the budget is too small."


class _Group(TyperGroup):
    """Turns our errors into one line and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except LinguaError as error:
            failure(str(error))
            code = 3 if isinstance(error, BudgetTooSmall) else 2 if isinstance(error, InvalidRequest) else 1
            raise typer.Exit(code) from error
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Shorten prompts to an exact budget of tokens, offline.",
    epilog=EXIT_CODES,
)
app.add_typer(models_app, name="models")
app.add_typer(align_app, name="align")
app.add_typer(usage_app, name="usage")
app.command("eval")(evaluate)
app.command("serve")(serve)
app.command("mcp")(mcp)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lingua-integrations {__version__}")
        raise typer.Exit


@app.callback()
def lingua(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Shorten prompts to an exact budget of tokens, offline."""


@app.command(epilog=EXIT_CODES)
def compress(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Each file is one context; - or no file reads standard input.")
    ] = None,
    question: Annotated[str | None, typer.Option("-q", "--question", help="What the prompt asks.")] = None,
    instruction: Annotated[
        str | None,
        typer.Option(
            "-i", "--instruction", help="Text before the contexts; printed with --whole-prompt or --json."
        ),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="Share of the tokens to keep, in (0, 1]; default: 0.5.")
    ] = None,
    ratio: Annotated[
        float | None, typer.Option(help="How many times shorter, instead of a rate: 4 is a rate of 0.25.")
    ] = None,
    target_tokens: Annotated[int | None, typer.Option(help="A number of tokens instead of a rate.")] = None,
    min_relevance: Annotated[
        float | None,
        typer.Option(help="Drop what is less likely than this, in (0, 1), to be evidence for the answer."),
    ] = None,
    keep_answer: Annotated[
        float | None, typer.Option(help="Drop as much as possible while this share of the evidence stays.")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            "-m",
            "--method",
            help="The method; `lingua methods` lists them. Default: extractive-fusion, and salience without "
            "a question; with --model, the method for that kind of model.",
        ),
    ] = None,
    whole_prompt: Annotated[
        bool,
        typer.Option("--whole-prompt", help="The budget also covers, and prunes, instruction and question."),
    ] = False,
    model: Annotated[
        str | None,
        typer.Option(help="A model instead of the method's own: a name of ours, a folder, or a hub id."),
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1 or mps. Default: the best device available.")
    ] = None,
    dtype: Annotated[
        str | None,
        typer.Option(help="float32, bfloat16, float16, float64 or auto. Default: a fast one for the device."),
    ] = None,
    counter: Annotated[
        str, typer.Option(help="Whose tokens: a tiktoken encoding or OpenAI model.")
    ] = "o200k_base",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print everything about the result as JSON.")
    ] = False,
    view: Annotated[
        bool,
        typer.Option(
            "--view",
            help="Print the whole texts instead: what was left out is struck out, or folded to a line.",
        ),
    ] = False,
    html: Annotated[
        typer.FileTextWrite | None,
        typer.Option(help="Also write the same view as a web page.", encoding="utf-8", errors="replace"),
    ] = None,
    stats: Annotated[
        bool, typer.Option(help="Also print a table of tokens and times to standard error.")
    ] = False,
    batch: Annotated[
        bool,
        typer.Option("--batch", help="Compress a table in Parquet, the first file, into the second."),
    ] = False,
    text_column: Annotated[
        str | None, typer.Option(help="With --batch: the column with the texts. Default: text.")
    ] = None,
    question_column: Annotated[
        str | None, typer.Option(help="With --batch: a column with a question for each text.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="With --batch: processes, each with its own models. Default: 1.")
    ] = None,
) -> None:
    """Compress texts. Each file is one context. The compressed text goes to standard output.

    lingua compress report.md notes.md -q "What did it cost?" --rate 0.25 --stats

    cat log.txt | lingua compress --target-tokens 500 > short.txt

    lingua compress --batch chunks.parquet short.parquet --rate 0.3 --workers 4
    """
    from rich.console import Console

    from lingua_integrations.cli.view import view_of
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.request import Context
    from lingua_integrations.core.text.kinds import kind_of_name
    from lingua_integrations.core.view_html import page_of

    rate = _rate(rate, ratio, target_tokens)
    floors = {"min_relevance": min_relevance, "keep_answer": keep_answer}
    method = method or _method(model, floors)
    compressor = PromptCompressor.from_pretrained(model, method, device=device, dtype=dtype, counter=counter)
    compressor = compressor.with_config(compressor.config.with_(**_changes(whole_prompt, floors)))
    if batch:
        if instruction or whole_prompt or as_json or view or html or stats:
            raise InvalidRequest(
                "--batch goes without --instruction, --whole-prompt, --json, --view, --html and --stats."
            )
        table = Table(files or [], text_column, question_column, workers)
        return table.compress(compressor, question, rate, target_tokens)
    if text_column or question_column or workers:
        raise InvalidRequest("--text-column, --question-column and --workers are for tables: add --batch.")
    files = files or [Path("-")]
    contexts = [Context(read(file), kind=kind_of_name(file.name)) for file in files]
    for file in (file for file, context in zip(files, contexts, strict=True) if not context.text.strip()):
        note(f"{name_of(file)} is empty.")
    with Console(stderr=True).status("compressing"):  # shown where somebody is watching
        result = compressor.compress(
            contexts, question=question, instruction=instruction, rate=rate, target_tokens=target_tokens
        )
    if stats:
        _show_stats(result, files)
    if as_json:
        typer.echo(json.dumps(result.to_dict()))
    elif view:
        show(view_of(result))
    else:
        texts = [text for text in result.texts if text.strip()]
        write(result.prompt if whole_prompt else result.separator.join(texts))
    if html is not None:
        html.write(page_of("lingua compress", result._repr_html_()))


@app.command()
def methods() -> None:
    """List the methods: where each comes from, what it needs, and when to use it."""
    from rich.table import Column, Table

    from lingua_integrations.core.methods import METHODS

    table = Table(Column("method", no_wrap=True), "paper", "needs", "when to use it", show_lines=True)
    for method in METHODS.values():
        row(table, (method.name, method.paper, method.needs, method.when))
    show(table)


@app.command()
def demo(
    llm: Annotated[
        str | None,
        typer.Option(
            help="The LLM that answers: PROVIDER:MODEL, as in LangChain's init_chat_model, or local."
        ),
    ] = None,
    questions: Annotated[int, typer.Option(min=1, max=5, help="How many of the five questions to ask.")] = 5,
    html: Annotated[
        Path,
        typer.Option(
            help="Where to write the page with the struck-out texts.", writable=True, dir_okay=False
        ),
    ] = Path("lingua-demo.html"),
) -> None:
    """Run RAG over Python's language reference in both frameworks, and an agent that reads it."""
    from lingua_integrations.demo.run import run

    run(llm, questions, html)


def _method(model: str | None, floors: dict[str, float | None]) -> str | None:
    """The method where none is named; None: the model's, or the package's default."""
    return "relevant" if model is None and any(one is not None for one in floors.values()) else None


def _changes(whole_prompt: bool, floors: dict[str, float | None]) -> dict[str, Any]:
    """What options change in a method's configuration; with a floor, a rate is only a ceiling."""
    changes: dict[str, Any] = {"budget_scope": "prompt"} if whole_prompt else {}
    asked = any(one is not None for one in floors.values())
    return changes | ({**floors, "rate": 1.0} if asked else {})


def _rate(rate: float | None, ratio: float | None, target_tokens: int | None) -> float | None:
    """The rate asked for, in whichever way, checked before anything is read or loaded."""
    from lingua_integrations.core.config import CompressionConfig

    if ratio is not None:
        if rate is not None or target_tokens is not None:
            raise InvalidRequest("Give one of --rate, --ratio and --target-tokens.")
        if not ratio >= 1:
            raise InvalidRequest(f"--ratio must be at least 1, not {ratio:g}: 4 makes it four times shorter.")
        rate = 1 / ratio
    CompressionConfig().budget_of(1, rate, target_tokens)
    return rate


def _show_stats(result: CompressionResult, files: Sequence[Path]) -> None:
    """A table of every context, and the seconds of every stage, on stderr."""
    from rich.table import Table

    table = Table("context", "tokens before", "after", "ratio", "note")
    for one in result.contexts:
        ratio = f"{one.tokens_before / one.tokens_after if one.tokens_after else 1.0:.1f}x"
        note = "unchanged" if one.unchanged else ""
        row(table, (str(files[one.index]), f"{one.tokens_before:,}", f"{one.tokens_after:,}", ratio, note))
    for gone in result.dropped:
        row(table, (str(files[gone.index]), f"{gone.tokens_before:,}", "0", "", gone.reason))
    seconds = ", ".join(f"{stage} {value:.2f} s" for stage, value in result.seconds.items())
    show(table, repr(result), f"{result.model or 'no model needed'}: {seconds}", err=True)
