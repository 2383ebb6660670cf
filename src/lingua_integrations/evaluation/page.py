"""The report as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment

from lingua_integrations.evaluation.plots import plot
from lingua_integrations.evaluation.report import BASELINE, FIXED, MEASURES, Row, columns
from lingua_integrations.evaluation.tables import grouped

_CLASSES = {1: "better", 0: "level", -1: "worse", None: "level"}


def page(table: Sequence[Row], facts: Mapping[str, Any], figures: Mapping[str, str] | None = None) -> str:
    """The whole page, with the facts at the top, and further figures (SVG by their titles) at the end.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    tasks = grouped(table, lambda row: row.task)
    template = (files(__package__) / "data" / "report.html").read_text("utf-8")
    return (
        Environment(autoescape=True, trim_blocks=True)
        .from_string(template)
        .render(
            facts=facts,
            baseline=BASELINE,
            tasks=[
                {"name": name, "verdict": verdict(here), "plot": plot(here), "tables": list(_tables(here))}
                for name, here in tasks.items()
            ],
            figures=figures or {},
        )
    )


def verdict(here: Sequence[Row]) -> str:
    """What a task says against the baseline, in a sentence for each rate."""
    said = [f"Judged by {MEASURES[here[0].judged].label}, compared with {BASELINE}."]
    for rate in dict.fromkeys(row.rate for row in here if row.method not in FIXED):
        rows = [row for row in here if row.rate == rate]
        parts = [
            f"{word}: {', '.join(names)}"
            for word, which in (("better", 1), ("no difference", 0), ("worse", -1))
            if (names := [row.method for row in rows if row.better == which])
        ]
        said.append(f"At {1 / rate:g}x, {'; '.join(parts) or 'there is nothing to compare with'}.")
    return " ".join(said)


def _tables(here: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """A table for what needs no rate, and one for each rate."""
    for rate in dict.fromkeys(row.rate for row in here):
        rows = [row for row in here if row.rate == rate]
        fixed = all(row.method in FIXED for row in rows)
        yield {
            "title": "Without compression" if fixed else f"{1 / rate:g}x: {rate:.0%} of the tokens",
            "classes": [_CLASSES[row.better] for row in rows],
            "columns": {
                head: cells
                for head, cells in columns(rows).items()
                if head not in ("rate", f"against {BASELINE}")
            },
        }
