"""Ask five questions in both frameworks, uncompressed, 2x and 4x, and show what was kept and answered."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from lingua_integrations.cli.view import shown
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.prune.rankers.embedding import DEFAULT_EMBEDDING
from lingua_integrations.core.quiet import quiet_transformers
from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.view import pieces_of
from lingua_integrations.demo.corpus import QUESTIONS, Question, passages
from lingua_integrations.errors import MissingExtra

RATES = (1.0, 0.5, 0.25)
Build = Callable[[float, Callable[[CompressionResult], None]], Callable[[str], str]]
"""Makes a pipeline, from question to answer, that compresses to a rate and hands on its results."""


@dataclass(frozen=True)
class Trial:
    """One question, asked once; how long compressing and answering took, in seconds."""

    framework: str
    rate: float
    question: Question
    result: CompressionResult
    answer: str
    compressing: float
    answering: float

    @property
    def kept(self) -> bool:
        """Whether the phrase that the answer needs is still in the context."""
        return any(self.question.answered_in(text) for text in self.result.texts)

    @property
    def evidence(self) -> str:
        """What stands around the phrase in the context that has it."""
        found = (text for text in self.result.texts if self.question.answered_in(text))
        sentences = (one for text in found for one in text.replace("\n", " ").split(". "))
        return next(filter(self.question.answered_in, sentences), "")

    @property
    def answered(self) -> bool:
        """Whether the phrase is in the answer."""
        return self.question.answered_in(self.answer)


def run(llm: str | None, questions: int) -> list[Trial]:
    """The whole demo; returns what it showed.

    Args:
        llm: ``provider:model``, "local" for the small model of this machine; None: nobody answers.
        questions: how many of the five.

    Raises:
        MissingExtra: the demo's frameworks are not installed.
    """
    console = Console()
    console.print(
        f"[bold]Python's language reference[/]: {len(passages())} passages, searched by BM25. Compressed to "
        f"whole sentences, with {DEFAULT_EMBEDDING}. LLM: {_who(llm)}."
    )
    for model in (DEFAULT_EMBEDDING, *([DEFAULT_SCORER] if llm == "local" else [])):
        resolve(model)  # fetched before there is a bar
    trials: list[Trial] = []
    with warnings.catch_warnings(), quiet_transformers():
        warnings.simplefilter("ignore")
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("loading the models", total=questions * len(RATES) * 2)
            frameworks = _frameworks(llm)
            for number, question in enumerate(QUESTIONS[:questions], 1):
                here = []
                for (name, build), rate in product(frameworks.items(), RATES):
                    progress.update(task, description=f"question {number}, {name}, {1 / rate:.0f}x")
                    here.append(_try(name, build, rate, question))
                    progress.advance(task)
                console.print(_table(number, question, here, answered=llm is not None))
                trials += here
    _show_struck_out(console, next(trial for trial in trials if trial.rate == 0.5))
    console.print(_summary(trials, answered=llm is not None))
    console.print(
        "Seconds are those of all questions together. Sentences are embedded once: only the first framework "
        "at 2x waits for that.",
        style="dim",
    )
    return trials


def _who(llm: str | None) -> str:
    """Who answers."""
    if llm is None:
        return "none (--llm PROVIDER:MODEL or --llm local asks one)"
    return f"{DEFAULT_SCORER}, on this machine, which is a weak reader" if llm == "local" else llm


def _frameworks(llm: str | None) -> dict[str, Build]:
    try:
        from lingua_integrations.demo import pipelines
    except ModuleNotFoundError as error:
        raise MissingExtra(str(error.name), "demo") from error
    chat, completion = pipelines.models_of(llm)
    compressor = PromptCompressor.from_pretrained()
    compressor.compress(["The model is loaded now. No question pays for it."], question="When?", rate=0.5)
    return {
        "LangChain": partial(pipelines.langchain_chain, chat, compressor),
        "LlamaIndex": partial(pipelines.llama_index_engine, completion, compressor),
    }


def _try(framework: str, build: Build, rate: float, question: Question) -> Trial:
    """Ask one question of one pipeline, and time it."""
    seen: list[CompressionResult] = []
    start = time.perf_counter()
    answer = build(rate, seen.append)(question.text)
    seconds = time.perf_counter() - start
    compressing = sum(seen[0].seconds.values())
    return Trial(framework, rate, question, seen[0], answer, compressing, seconds - compressing)


def _table(number: int, question: Question, trials: Sequence[Trial], *, answered: bool) -> Table:
    table = Table(
        title=Text(f"{number}. {question.text}", style="bold"),
        caption=f"needed: {question.phrase}",
        title_justify="left",
        caption_justify="left",
        expand=True,
    )
    for column in ("", "tokens", "compress", "kept", *(["answer"] if answered else [])):
        table.add_column(column, no_wrap=True)
    table.add_column("what the LLM said" if answered else "the kept sentence with the answer", ratio=1)
    for trial in trials:
        said = trial.answer if answered else trial.evidence
        table.add_row(
            f"{trial.framework} {1 / trial.rate:.0f}x",
            f"{trial.result.tokens_before:,} → {trial.result.tokens_after:,}",
            f"{trial.compressing:.1f} s",
            "[green]yes[/]" if trial.kept else "[red]no[/]",
            *([f"{trial.answering:.1f} s"] if answered else []),
            Text(" ".join(said.split())[:160]),
        )
    return table


def _show_struck_out(console: Console, trial: Trial) -> None:
    """The best passage of one question, with what went struck out."""
    context = next(c for c in trial.result.contexts if trial.question.answered_in(c.original))
    console.rule(f"[bold]What 2x kept of a passage for: {trial.question.text}")
    console.print(shown(pieces_of(context.original, context.spans)))


def _summary(trials: Sequence[Trial], *, answered: bool) -> Table:
    heads: tuple[str, ...] = ("framework", "", "tokens", "phrase kept", "seconds")
    heads += ("phrase in the answer", "seconds to answer") if answered else ()
    table = Table(*heads, title="Summary")
    for framework, rate in dict.fromkeys((trial.framework, trial.rate) for trial in trials):
        group = [trial for trial in trials if (trial.framework, trial.rate) == (framework, rate)]
        table.add_row(
            framework,
            f"{1 / rate:.0f}x",
            f"{sum(t.result.tokens_before for t in group):,} → {sum(t.result.tokens_after for t in group):,}",
            f"{sum(t.kept for t in group)} of {len(group)}",
            f"{sum(t.compressing for t in group):.1f}",
            *([f"{sum(t.answered for t in group)} of {len(group)}"] if answered else []),
            *([f"{sum(t.answering for t in group):.1f}"] if answered else []),
        )
    return table
