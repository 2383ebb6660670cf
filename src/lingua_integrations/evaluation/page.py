"""The report as one HTML page that needs nothing else."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from typing import Any

from lingua_integrations.errors import MissingExtra
from lingua_integrations.evaluation.report import Row, columns

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: left; border-bottom: 1px solid #8884; white-space: nowrap; }
th { position: sticky; top: 0; background: Canvas; }
tr.better td:first-child { color: #1a7f37; font-weight: 600; }
tr.worse { opacity: .65; }
figure { margin: 1rem 0; overflow-x: auto; background: #fff; border-radius: .4rem; }
.facts { color: #888; }
"""


def page(table: Sequence[Row], facts: dict[str, Any]) -> str:
    """The whole page.

    Args:
        table: of all tasks.
        facts: what it was made with; shown at the top.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    tasks = list(dict.fromkeys(row.task for row in table))
    told = ", ".join(f"{name} {value}" for name, value in facts.items())
    parts = [f"<h1>lingua eval</h1><p class=facts>{html.escape(told)}</p>"]
    for task in tasks:
        here = [row for row in table if row.task == task]
        parts += [f"<h2>{html.escape(task)}</h2><figure>{plot(here)}</figure>", _table(here)]
    style = f"<style>{_STYLE}</style>"
    meta = '<meta charset=utf-8><meta name=viewport content="width=device-width">'
    head = f"<!doctype html><html lang=en>{meta}{style}<title>lingua eval</title>"
    return f"{head}<body>{''.join(parts)}</body></html>\n"


def _table(here: Sequence[Row]) -> str:
    heads, cells = columns(here)
    head = "".join(f"<th>{html.escape(one)}" for one in heads)
    body = "".join(
        f"<tr class={ {1: 'better', -1: 'worse'}.get(row.better or 0, 'level') }>"
        + "".join(f"<td>{html.escape(one)}" for one in cells(row))
        for row in here
    )
    return f"<table><thead><tr>{head}<tbody>{body}</table>"


def plot(here: Sequence[Row]) -> str:
    """One line per method over the rate, with intervals, as SVG; a picture for each measure."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("matplotlib", "eval") from error
    measures = [
        (name, label)
        for name, label in (
            ("overlap", "relevant text kept"),
            ("kept", "answers kept"),
            ("nats", "nats per answer token"),
        )
        if any((found := getattr(row, name)) and found.high for row in here)
    ]
    figure = Figure(figsize=(6.2 * len(measures), 3.8), layout="constrained")
    rates = sorted({row.rate for row in here})
    pictures = figure.subplots(1, len(measures), squeeze=False)[0]
    for axes, (name, label) in zip(pictures, measures, strict=True):
        for number, method in enumerate(dict.fromkeys(row.method for row in here)):
            _draw(axes, [row for row in here if row.method == method], name, number)
        axes.set(xlabel="tokens kept, as a share", ylabel=label, xscale="log")
        axes.set_xticks(rates, [f"{rate:g}" for rate in rates])
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", frameon=False, fontsize=8)
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue().partition("<svg")[1] + stream.getvalue().partition("<svg")[2]


def _draw(axes: Any, mine: Sequence[Row], name: str, number: int) -> None:
    known = [(row.rate, found) for row in mine if (found := getattr(row, name)) is not None]
    if not known:
        return
    color = f"C{number % 10}"
    if mine[0].method in ("uncompressed", "no context"):
        axes.axhline(known[0][1].mean, color="gray", linewidth=1, linestyle=":" if number else "--")
        axes.annotate(mine[0].method, (1.0, known[0][1].mean), xycoords=("axes fraction", "data"), fontsize=7)
        return
    rates = [rate for rate, _ in known]
    means = [found.mean for _, found in known]
    axes.plot(rates, means, marker="o", markersize=4, color=color, label=mine[0].method)
    axes.fill_between(rates, [f.low for _, f in known], [f.high for _, f in known], color=color, alpha=0.12)
