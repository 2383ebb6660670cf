"""The command line: `lingua compress`, `demo`, `models`, `eval`, `align`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from lingua_integrations import __version__
from lingua_integrations.cli.align import align_app
from lingua_integrations.cli.eval import evaluate
from lingua_integrations.cli.models import models_app
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaError

if TYPE_CHECKING:
    from lingua_integrations.core.results import CompressionResult

WRONG_USAGE, TOO_SMALL = 2, 3


def exit_code(error: LinguaError) -> int:
    """What a script may learn from a failure."""
    if isinstance(error, BudgetTooSmall):
        return TOO_SMALL
    return WRONG_USAGE if isinstance(error, InvalidRequest) else 1


class _Group(TyperGroup):
    """Turns our errors into one line and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except LinguaError as error:
            typer.secho(f"lingua: {error}", fg="red", err=True)
            raise typer.Exit(exit_code(error)) from error
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Shorten prompts to an exact budget of tokens, offline.",
    epilog="Exit codes: 0 done, 1 it could not be done, 2 wrong usage, 3 the budget is too small.",
)
app.add_typer(models_app, name="models")
app.add_typer(align_app, name="align")
app.command("eval")(evaluate)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lingua-integrations {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Shorten prompts to an exact budget of tokens, offline."""


@app.command(epilog="Exit codes: 0 done, 1 it could not be done, 2 wrong usage, 3 the budget is too small.")
def compress(
    files: Annotated[
        list[Path] | None, typer.Argument(help="One context a file; - or nothing reads standard input.")
    ] = None,
    question: Annotated[str | None, typer.Option("-q", "--question", help="What the prompt asks.")] = None,
    instruction: Annotated[
        str | None,
        typer.Option("-i", "--instruction", help="Stands in front; printed with --whole-prompt or --json."),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="Share of the tokens to keep, in (0, 1]; default: 0.5.")
    ] = None,
    target_tokens: Annotated[int | None, typer.Option(help="A number of tokens instead of a rate.")] = None,
    method: Annotated[
        str, typer.Option("-m", "--method", help="What to compress by; `lingua methods` lists them.")
    ] = "rag",
    whole_prompt: Annotated[
        bool,
        typer.Option("--whole-prompt", help="The budget bounds, and prunes, instruction and question, too."),
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="Instead of the method's own: our name, a folder, or a hub id.")
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1, mps. Default: the best there is.")
    ] = None,
    dtype: Annotated[
        str | None,
        typer.Option(help="float32, bfloat16, float16, int8, auto. Default: what is quick here."),
    ] = None,
    counter: Annotated[
        str, typer.Option(help="Whose tokens: a tiktoken encoding or OpenAI model.")
    ] = "o200k_base",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print everything about the result as JSON.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Also write a page with what went struck out.", writable=True)
    ] = None,
    stats: Annotated[bool, typer.Option(help="Also print a table of tokens and times to stderr.")] = False,
) -> None:
    """Compress texts: each file is one context. What is left goes to standard output.

    lingua compress report.md notes.md -q "What did it cost?" --rate 0.25 --stats

    cat log.txt | lingua compress --target-tokens 500 > short.txt
    """
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.methods import configuration
    from lingua_integrations.core.request import Context
    from lingua_integrations.core.text.source_code import is_code

    files = files or [Path("-")]
    contexts = [Context(_read(file), code=is_code(file.name)) for file in files]
    config = configuration(method).with_(budget_scope="prompt" if whole_prompt else "contexts")
    compressor = PromptCompressor.from_pretrained(model, config, device=device, dtype=dtype, counter=counter)
    with _working("compressing"):
        result = compressor.compress(
            contexts, question=question, instruction=instruction, rate=rate, target_tokens=target_tokens
        )
    if stats:
        show_stats(result, [str(file) for file in files])
    if as_json:
        typer.echo(json.dumps(result.to_dict()))
    else:
        texts = [text for text in result.texts if text.strip()]
        _write(result.prompt if whole_prompt else result.separator.join(texts))
    if html is not None:
        _write_page(html, page(result))


@app.command()
def methods() -> None:
    """List the methods: where each comes from, what it needs, and when to use it."""
    from rich.console import Console
    from rich.table import Column, Table

    from lingua_integrations.core.methods import METHODS

    table = Table(Column("method", no_wrap=True), "paper", "needs", "when to use it", show_lines=True)
    for method in METHODS.values():
        table.add_row(method.name, method.paper, method.needs, method.when)
    Console().print(table)


@app.command()
def demo(
    llm: Annotated[
        str | None,
        typer.Option(help="PROVIDER:MODEL for langchain's init_chat_model; default: the local SmolLM2."),
    ] = None,
    questions: Annotated[int, typer.Option(min=1, max=5, help="How many of the five questions.")] = 5,
) -> None:
    """Run a retrieval-augmented generation over Python's language reference, in both frameworks."""
    from lingua_integrations.demo.run import run

    run(llm, questions)


def _read(file: Path) -> str:
    """A file as text; bytes that are no UTF-8 survive as lone surrogates."""
    if str(file) == "-":
        if sys.stdin.isatty():
            raise typer.BadParameter("give files, or pipe a text in")
        return sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    try:
        return file.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error


def _write(text: str) -> None:
    """To standard output as it is; surrogates become the bytes they came from."""
    data = text.encode("utf-8", "surrogateescape")
    sys.stdout.buffer.write(data if data.endswith(b"\n") or not data else data + b"\n")
    sys.stdout.flush()


def _write_page(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error


@contextmanager
def _working(what: str) -> Iterator[None]:
    """A spinner on stderr while something takes its time; nothing where nobody is watching."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


def page(result: CompressionResult) -> str:
    """A self-contained HTML page of a result."""
    style = "body{font:15px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>lingua compress</title>'
        f"<style>{style}</style></head><body>{result._repr_html_()}</body></html>\n"
    )


def show_stats(result: CompressionResult, names: list[str]) -> None:
    """A table of every context, and the seconds of every stage, on stderr."""
    from rich.console import Console
    from rich.table import Table

    table = Table("context", "tokens before", "after", "ratio", "note")
    for context in result.contexts:
        ratio = context.tokens_before / context.tokens_after if context.tokens_after else 1.0
        counts = (f"{context.tokens_before:,}", f"{context.tokens_after:,}", f"{ratio:.1f}x")
        table.add_row(names[context.index], *counts, "unchanged" if context.unchanged else "")
    for gone in result.dropped:
        table.add_row(names[gone.index], f"{gone.tokens_before:,}", "0", "", gone.reason)
    seconds = ", ".join(f"{stage} {value:.2f} s" for stage, value in result.seconds.items())
    console = Console(stderr=True)
    console.print(table)
    console.print(f"{result!r}\n{result.model or 'no model needed'}: {seconds}", highlight=False)
