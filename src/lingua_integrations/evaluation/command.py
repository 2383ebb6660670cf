"""One evaluation from start to report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lingua_integrations import __version__
from lingua_integrations.core.checks import check_rate
from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.models.devices import default_dtype, exact_dtype
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.evaluation import peer
from lingua_integrations.evaluation.calibrating import calibrate
from lingua_integrations.evaluation.cases import Task
from lingua_integrations.evaluation.contenders import ALWAYS, contender
from lingua_integrations.evaluation.curve import curve, drawing, short_prompts
from lingua_integrations.evaluation.curve import markdown as curve_markdown
from lingua_integrations.evaluation.economics import Prices
from lingua_integrations.evaluation.lines import Store
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.measuring import Judge
from lingua_integrations.evaluation.page import page
from lingua_integrations.evaluation.report import as_json, markdown, rows
from lingua_integrations.evaluation.runner import Bench, run
from lingua_integrations.evaluation.targets import LocalTarget, target_of

CURVED = ("uncompressed", "no context", "random words", "first words", "rag", "llmlingua", "longllmlingua")
"""What leaves words out: of a prompt of one sentence, a method of sentences keeps all or nothing."""
CURVE_RATES = (0.8, 0.6, 0.4, 0.2)


@dataclass(frozen=True)
class Request:
    """What to measure: the options of `lingua eval`. Without a target nobody reads the answers."""

    tasks: tuple[str, ...]
    methods: tuple[str, ...]
    rates: tuple[float, ...]
    target: str | None
    generate: bool = False
    peers: tuple[str, ...] = ()
    classifier: str | None = None
    limit: int | None = None
    curve: bool = False
    processes: int = 1
    prices: Prices = field(default_factory=Prices)


def evaluate_to(folder: Path, request: Request) -> str:
    """Run what has not been run, and write ``report.md``, ``report.json`` and ``report.html`` into a folder.

    Returns:
        The report, in Markdown.

    Raises:
        InvalidRequest: nobody reads prompts of demonstrations, whose texts do not hold the answer.
        LinguaError: a task, a method or a model cannot be had.
    """
    for rate in request.rates:
        check_rate(rate, "rate")
    tasks = [load(name, request.limit) for name in request.tasks]
    _check_target(tasks, request)
    judge = Judge(target_of(request.target, generate=request.generate) if request.target else None)
    names = dict.fromkeys([*ALWAYS, *request.methods])
    contenders = [
        *(contender(name, model=request.classifier) for name in names),
        *(one for name in request.peers for one in peer.contenders(name)),
    ]
    bench, store = Bench(tasks, contenders, judge), Store(folder / "lines.jsonl")
    table = rows(run(bench, request.rates, store, processes=request.processes), request.prices)
    facts = {
        "version": __version__,
        "target": judge.name or "none",
        "cases": ", ".join(f"{len(task.cases)} of {task.name}" for task in tasks),
        "tokens": "o200k_base",
        "dtype": f"{default_dtype()} (targets {exact_dtype()}, peers float32)",
        "speed of the target": f"{request.prices.tokens_per_second:,g} tokens per second",
        "price of the machine": f"{request.prices.machine_per_hour:g} per hour",
    }
    text, figures = markdown(table), {}
    if request.curve:
        local = judge.target if isinstance(judge.target, LocalTarget) else None
        found = curve(short_prompts(), [contender(name) for name in CURVED], CURVE_RATES, local)
        text += "\n" + curve_markdown(found)
        figures = {f"Short prompts: {found.label} over the share of tokens left": drawing(found)}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.md").write_text(text, "utf-8")
    (folder / "report.json").write_text(as_json(table, facts), "utf-8")
    (folder / "report.html").write_text(page(table, facts, figures), "utf-8")
    return text


def _check_target(tasks: Sequence[Task], request: Request) -> None:
    unread = [task.name for task in tasks if task.layout != "documents"]
    if unread and request.target is None:
        raise InvalidRequest(
            f"{unread[0]}: its texts do not hold the answers, so a model has to read the prompts. "
            f"Add --target {DEFAULT_SCORER}, or a model of your own."
        )


def calibrate_to(file: Path, tasks: Sequence[str], method: str, limit: int | None = None) -> str:
    """Fit a method's probabilities to tasks, and write the calibration into a file.

    Returns:
        What it says of the questions that it was not fitted on, in Markdown.

    Raises:
        LinguaError: a task, the method or its model cannot be had, or there are too few questions.
    """
    compressor = PromptCompressor(config=method)
    cases = [case for name in tasks for case in load(name, limit).cases]
    calibration, text = calibrate(compressor, cases)
    calibration.save(file)
    return text
