"""One evaluation from start to report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lingua_integrations import __version__
from lingua_integrations.core.config import check_rate
from lingua_integrations.evaluation.contenders import ALWAYS, contender
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.page import page
from lingua_integrations.evaluation.report import as_json, markdown, rows
from lingua_integrations.evaluation.runner import Store, run
from lingua_integrations.evaluation.targets import LocalTarget


@dataclass(frozen=True)
class Request:
    """What to measure.

    Attributes:
        tasks: names or files; see `loaders.load`.
        methods: beside the baselines that are always there.
        rates: shares of the tokens to keep.
        target: model that reads the answers; ``None``: no likelihoods.
        classifier: model of the method llmlingua2.
        limit: the first cases of each task only.
    """

    tasks: tuple[str, ...]
    methods: tuple[str, ...]
    rates: tuple[float, ...]
    target: str | None
    classifier: str | None = None
    limit: int | None = None


def evaluate_to(folder: Path, request: Request) -> str:
    """Run what has not been run, and write ``report.md``, ``report.json`` and ``report.html``.

    Args:
        folder: where lines and reports go.
        request: what to measure.

    Returns:
        The report, in Markdown.

    Raises:
        LinguaError: a task, a method or a model cannot be had.
    """
    for rate in request.rates:
        check_rate(rate, "rate")
    tasks = [load(name, request.limit) for name in request.tasks]
    names = dict.fromkeys([*ALWAYS, *request.methods])
    contenders = [contender(name, model=request.classifier) for name in names]
    target = LocalTarget(request.target) if request.target else None
    table = rows(run(tasks, contenders, request.rates, Store(folder / "lines.jsonl"), target))
    facts = {
        "version": __version__,
        "target": target.name if target else "none",
        "cases": ", ".join(f"{len(task.cases)} of {task.name}" for task in tasks),
        "tokens": "o200k_base",
    }
    text = markdown(table)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("report.md", text),
        ("report.json", as_json(table, facts)),
        ("report.html", page(table, facts)),
    ):
        (folder / name).write_text(content, "utf-8")
    return text
