"""`lingua compress`: files in, a shorter text out; and tables with --batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from lingua_integrations.cli.batch import Table
from lingua_integrations.cli.files import name_of, read
from lingua_integrations.cli.options import Counter, Device, DType, Model
from lingua_integrations.cli.terminal import note, row, show, write
from lingua_integrations.core.config import WhenNothing
from lingua_integrations.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lingua_integrations.core.request import Context
    from lingua_integrations.core.results import CompressionResult

Files = Annotated[
    list[Path] | None, typer.Argument(help="Each file is one context; - or no file reads standard input.")
]
Question = Annotated[str | None, typer.Option("-q", "--question", help="What the prompt asks.")]
Instruction = Annotated[
    str | None,
    typer.Option(
        "-i", "--instruction", help="Text before the contexts; printed with --whole-prompt or --json."
    ),
]
Rate = Annotated[float | None, typer.Option(help="Share of the tokens to keep, in (0, 1]. Default: 0.5.")]
Ratio = Annotated[
    float | None, typer.Option(help="How many times shorter, instead of a rate: 4 is a rate of 0.25.")
]
TargetTokens = Annotated[int | None, typer.Option(help="A number of tokens instead of a rate.")]
MinRelevance = Annotated[
    float | None,
    typer.Option(help="Drop sentences whose probability of being evidence is below this, in (0, 1)."),
]
WhenNothingOption = Annotated[
    WhenNothing | None,
    typer.Option(help="If nothing reaches --min-relevance: keep the best sentence, or nothing."),
]
KeepAnswer = Annotated[
    float | None,
    typer.Option(help="Keep the best sentences until they hold this share of the expected evidence."),
]
Method = Annotated[
    str | None,
    typer.Option(
        "-m",
        "--method",
        help="The method; `lingua methods` lists them. Default: extractive-fusion, and salience without "
        "a question; with --model, the method for that kind of model.",
    ),
]
WholePrompt = Annotated[
    bool,
    typer.Option("--whole-prompt", help="Count and prune the instruction and the question, too."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print everything about the result as JSON.")]
View = Annotated[
    bool,
    typer.Option(
        "--view",
        help="Print the whole texts instead: what was left out is struck out, or folded to a line.",
    ),
]
Html = Annotated[
    typer.FileTextWrite | None,
    typer.Option(
        metavar="FILE", help="Also write the same view as a web page.", encoding="utf-8", errors="replace"
    ),
]
Stats = Annotated[bool, typer.Option(help="Also print a table of tokens and times to standard error.")]
Batch = Annotated[
    bool,
    typer.Option("--batch", help="Compress a table in Parquet, the first file, into the second."),
]
TextColumn = Annotated[
    str | None, typer.Option(help="With --batch: the column with the texts. Default: text.")
]
QuestionColumn = Annotated[
    str | None, typer.Option(help="With --batch: a column with a question for each text.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="With --batch: processes, each with its own models. Default: 1.")
]


def compress(
    files: Files = None,
    question: Question = None,
    instruction: Instruction = None,
    rate: Rate = None,
    ratio: Ratio = None,
    target_tokens: TargetTokens = None,
    min_relevance: MinRelevance = None,
    keep_answer: KeepAnswer = None,
    when_nothing: WhenNothingOption = None,
    method: Method = None,
    whole_prompt: WholePrompt = False,
    model: Model = None,
    device: Device = None,
    dtype: DType = None,
    counter: Counter = "o200k_base",
    as_json: AsJson = False,
    view: View = False,
    html: Html = None,
    stats: Stats = False,
    batch: Batch = False,
    text_column: TextColumn = None,
    question_column: QuestionColumn = None,
    workers: Workers = None,
) -> None:
    """Compress texts. Each file is one context. The compressed text goes to standard output.

    lingua compress report.md notes.md -q "What did it cost?" --rate 0.25 --stats

    cat log.txt | lingua compress --target-tokens 500 > short.txt

    lingua compress --batch chunks.parquet short.parquet --rate 0.3 --workers 4
    """
    from rich.console import Console

    from lingua_integrations.core.compressor import PromptCompressor

    rate = _rate(rate, ratio, target_tokens)
    floors = {"min_relevance": min_relevance, "keep_answer": keep_answer}
    method = method or _method(model, [*floors.values(), when_nothing])
    compressor = PromptCompressor.from_pretrained(model, method, device=device, dtype=dtype, counter=counter)
    compressor = compressor.with_config(
        compressor.config.with_(**_changes(whole_prompt, floors, when_nothing))
    )
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
    contexts = _contexts(files)
    with Console(stderr=True).status("compressing"):  # shown where somebody is watching
        result = compressor.compress(
            contexts, question=question, instruction=instruction, rate=rate, target_tokens=target_tokens
        )
    if stats:
        _show_stats(result, files)
    if as_json:
        typer.echo(json.dumps(result.to_dict()))
    elif view:
        _show_view(result, files)
    else:
        texts = [text for text in result.texts if text.strip()]
        write(result.prompt if whole_prompt else result.separator.join(texts))
    if html is not None:
        _write_page(result, question or "", files, html)


def _contexts(files: Sequence[Path]) -> list[Context]:
    """Each file as a context of the kind that its name says; an empty one is told of."""
    from lingua_integrations.core.request import Context
    from lingua_integrations.core.text.kind_names import kind_of_name

    contexts = [Context(read(file), kind=kind_of_name(file.name)) for file in files]
    for file, context in zip(files, contexts, strict=True):
        if not context.text.strip():
            note(f"{name_of(file)} is empty.")
    return contexts


def _method(model: str | None, floors: list[float | str | None]) -> str | None:
    """The method where none is named; None: the model's, or the package's default."""
    return "relevant" if model is None and any(one is not None for one in floors) else None


def _changes(
    whole_prompt: bool, floors: dict[str, float | None], when_nothing: WhenNothing | None
) -> dict[str, Any]:
    """What options change in a method's configuration; with a floor, a rate is only a ceiling."""
    changes: dict[str, Any] = {"budget_scope": "prompt"} if whole_prompt else {}
    changes |= {"when_nothing": when_nothing} if when_nothing else {}
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
        mark = "unchanged" if one.unchanged else ""
        row(table, (str(files[one.index]), f"{one.tokens_before:,}", f"{one.tokens_after:,}", ratio, mark))
    for gone in result.dropped:
        row(table, (str(files[gone.index]), f"{gone.tokens_before:,}", "0", "", gone.reason))
    seconds = ", ".join(f"{stage} {value:.2f} s" for stage, value in result.seconds.items())
    show(table, repr(result), f"{result.model or 'no model needed'}: {seconds}", err=True)


def _show_view(result: CompressionResult, files: Sequence[Path]) -> None:
    """The whole texts on standard output, with what was left out."""
    from lingua_integrations.cli.view import view_of

    show(view_of(result, [name_of(one) for one in files]))


def _write_page(result: CompressionResult, question: str, files: Sequence[Path], file: TextIO) -> None:
    """The same as a web page, under the question."""
    from lingua_integrations.core.view_html import html_of, page_of

    views = result.views([name_of(one) for one in files])
    body = html_of(str(result), views, result.tokens_before, result.tokens_after, question)
    file.write(page_of(question or "lingua compress", body))
