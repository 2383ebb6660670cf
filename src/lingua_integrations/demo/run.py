"""The demo, in the order in which the user sees it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from lingua_integrations.cli.view import view_of
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.prune.rankers.embedding import DEFAULT_EMBEDDING
from lingua_integrations.core.quiet import quiet_transformers
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.demo.corpus import QUESTIONS, Question, passages
from lingua_integrations.demo.shown import page, question_table, struck, summary
from lingua_integrations.demo.trials import Build, Trial, ask, ask_agent
from lingua_integrations.errors import MissingExtra

RATES = (1.0, 0.25)
AGENT_QUESTION = "When does the else clause of a try statement run?"


def run(llm: str | None, questions: int, html: Path) -> list[Trial]:
    """The whole demo; returns what it showed.

    Args:
        llm: ``provider:model``, "local" for the small model of this machine; None: nobody answers.
        questions: how many of the five.
        html: where the page with the struck-out texts goes.

    Raises:
        MissingExtra: the demo's frameworks are not installed.
    """
    for package in ("langchain", "llama_index", "torch"):
        if find_spec(package) is None:
            raise MissingExtra(package.replace("_", "-"), "demo")
    console = Console()
    console.print(
        f"[bold]Python's language reference[/]: {len(passages())} passages, searched by BM25. "
        f"Whole sentences are kept, chosen by {DEFAULT_EMBEDDING}. LLM: {_who(llm)}."
    )
    for model in (DEFAULT_EMBEDDING, *([DEFAULT_SCORER] if llm == "local" else [])):
        resolve(model)  # fetched before there is a bar
    with warnings.catch_warnings(), quiet_transformers():
        warnings.simplefilter("ignore")
        trials = _ask_all(console, llm, QUESTIONS[:questions])
        console.print(summary(trials, answered=llm is not None))
        shown = max((trial for trial in trials if trial.rate < 1), key=lambda trial: struck(trial.result))
        console.rule(f"[bold]What was kept for: {shown.question.text}", align="left")
        console.print(view_of(shown.result))
        console.rule(f"[bold]An agent's tool result: {AGENT_QUESTION}", align="left")
        agent = ask_agent(AGENT_QUESTION, RATES[-1])
        console.print(view_of(agent.result))
    console.print(f"\n[bold]The agent[/], a script and no LLM, answers: {agent.answer}\n{agent.saving}")
    html.write_text(page(trials, agent), "utf-8")
    console.print(f"\nThe same texts as a page, with a switch to the originals: {html.resolve().as_uri()}")
    return trials


def _ask_all(console: Console, llm: str | None, questions: Sequence[Question]) -> list[Trial]:
    """Every question at every rate in both frameworks, each in a table as soon as it was asked."""
    trials: list[Trial] = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("loading the models", total=len(questions) * len(RATES) * 2)
        frameworks = _frameworks(llm)
        for number, question in enumerate(questions, 1):
            here = []
            for (name, build), rate in product(frameworks.items(), RATES):
                progress.update(task, description=f"question {number}, {name}")
                here.append(ask(name, build, rate, question))
                progress.advance(task)
            console.print(question_table(number, here, answered=llm is not None), "")
            trials += here
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
