"""Ask five questions in both frameworks, uncompressed, 2x and 4x, and show what was kept and answered."""

from __future__ import annotations

import itertools
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.results import CompressedText, CompressionResult
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.text.spans import Span
from lingua_integrations.demo.corpus import QUESTIONS, Question, Search, passages
from lingua_integrations.errors import MissingExtra

OnResult = Callable[[CompressionResult], None]
RATES = (1.0, 0.5, 0.25)
_NEEDED = {
    "langchain": "langchain",
    "langchain_huggingface": "langchain-huggingface",
    "llama_index.llms.huggingface": "llama-index-llms-huggingface",
}


@dataclass(frozen=True)
class Trial:
    """One question, asked once."""

    framework: str
    rate: float
    question: Question
    result: CompressionResult
    answer: str
    seconds_compressing: float
    seconds_answering: float

    @property
    def kept(self) -> bool:
        """Whether the phrase that the answer needs is still in the context."""
        return any(self.question.answered_in(text) for text in self.result.texts)

    @property
    def answered(self) -> bool:
        """Whether the phrase is in the answer."""
        return self.question.answered_in(self.answer)


def run(llm: str | None, questions: int) -> list[Trial]:
    """The whole demo; returns what it showed.

    Args:
        llm: ``provider:model``, or None for the local small model.
        questions: how many of the five.

    Raises:
        MissingExtra: the demo's frameworks are not installed.
    """
    for module, package in _NEEDED.items():
        if not _installed(module):
            raise MissingExtra(package, "demo")
    from lingua_integrations.core.quiet import quiet_transformers
    from lingua_integrations.core.store.resolve import resolve

    console = Console()
    console.print(
        f"[bold]Python's language reference[/]: {len(passages())} passages, searched by BM25. "
        f"Scorer: {DEFAULT_SCORER}. LLM: {llm or 'the same model, on this machine'}."
    )
    folder = str(resolve(DEFAULT_SCORER).folder)
    with warnings.catch_warnings(), quiet_transformers():
        warnings.simplefilter("ignore")
        trials = _ask(console, llm, folder, QUESTIONS[:questions])
    _show_struck_out(console, next(t for t in trials if t.rate == 0.5))
    _summarise(console, trials)
    return trials


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _ask(console: Console, llm: str | None, folder: str, questions: tuple[Question, ...]) -> list[Trial]:
    from lingua_integrations.demo import pipelines

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task("loading the models", total=len(questions) * len(RATES) * 2)
        chat, completion = pipelines.hosted_models(llm) if llm else pipelines.local_models(folder)
        compressor, search = PromptCompressor.from_pretrained(), Search()
        compressor.compress(["Load the scorer, so that no question pays for it."])
        trials: list[Trial] = []
        frameworks = (
            ("LangChain", partial(pipelines.langchain_chain, search, chat, compressor)),
            ("LlamaIndex", partial(pipelines.llama_index_engine, search, completion, compressor)),
        )
        for number, question in enumerate(questions, 1):
            for (framework, build), rate in itertools.product(frameworks, RATES):
                progress.update(task, description=f"question {number}, {framework}, {1 / rate:.0f}x")
                trials.append(_try(framework, build, rate, question))
                progress.advance(task)
            console.print(_table(number, question, trials[-2 * len(RATES) :]))
    return trials


def _try(
    framework: str, build: Callable[[float, OnResult], Callable[[str], str]], rate: float, question: Question
) -> Trial:
    """Ask one question of one pipeline, and time it."""
    seen: list[CompressionResult] = []
    start = time.perf_counter()
    answer = build(rate, seen.append)(question.text)
    seconds = time.perf_counter() - start
    compressing = sum(seen[0].seconds.values())
    return Trial(framework, rate, question, seen[0], answer, compressing, seconds - compressing)


def _table(number: int, question: Question, trials: list[Trial]) -> Table:
    table = Table(
        title=Text(f"{number}. {question.text}", style="bold"),
        caption=f"needed: {question.phrase}",
        title_justify="left",
        caption_justify="left",
        expand=True,
    )
    for column in ("", "tokens", "compress", "answer", "kept"):
        table.add_column(column, no_wrap=True)
    table.add_column("what the LLM said", ratio=1)
    for trial in trials:
        result = trial.result
        table.add_row(
            f"{trial.framework} {1 / trial.rate:.0f}x",
            f"{result.tokens_before:,} → {result.tokens_after:,}",
            f"{trial.seconds_compressing:.1f} s",
            f"{trial.seconds_answering:.1f} s",
            "[green]yes[/]" if trial.kept else "[red]no[/]",
            Text(" ".join(trial.answer.split())[:160]),
        )
    return table


def _show_struck_out(console: Console, trial: Trial) -> None:
    """The best passage of one question, with what went struck out."""
    context = next(c for c in trial.result.contexts if trial.question.answered_in(c.original))
    console.rule(f"[bold]What 2x kept of a passage for: {trial.question.text}")
    console.print(struck_out(context) if console.is_terminal else Text(context.text))


def struck_out(part: CompressedText) -> Text:
    """The original for a terminal: what was dropped is dim and struck out."""
    shown = Text()
    end = 0
    for span in [*part.spans, Span(len(part.original), len(part.original))]:
        shown.append(part.original[end : span.start], style="dim strike")
        shown.append(part.original[span.start : span.end])
        end = span.end
    return shown


def _summarise(console: Console, trials: list[Trial]) -> None:
    table = Table(
        "framework", "", "tokens", "phrase kept", "phrase in the answer", "seconds", title="Summary"
    )
    for framework in ("LangChain", "LlamaIndex"):
        for rate in RATES:
            group = [t for t in trials if (t.framework, t.rate) == (framework, rate)]
            before = sum(t.result.tokens_before for t in group)
            after = sum(t.result.tokens_after for t in group)
            compressing = sum(t.seconds_compressing for t in group)
            answering = sum(t.seconds_answering for t in group)
            table.add_row(
                framework,
                f"{1 / rate:.0f}x",
                f"{before:,} → {after:,}",
                f"{sum(t.kept for t in group)} of {len(group)}",
                f"{sum(t.answered for t in group)} of {len(group)}",
                f"{compressing:.1f} + {answering:.1f}",
            )
    console.print(table)
    console.print(
        "Seconds: compressing + answering, all questions together. A model of 135 million parameters is a "
        "weak reader; whether the phrase was kept is what compression answers for.",
        style="dim",
    )
