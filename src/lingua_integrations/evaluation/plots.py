"""Pictures of a report, as SVG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from lingua_integrations.core.optional import optional
from lingua_integrations.evaluation.report import FIXED, MEASURES, Row, seen

MOST = 3
"""Measures that get a picture each."""


def figure_of(width: float, height: float) -> Any:
    """An empty figure.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    figure = optional("matplotlib.figure", "matplotlib", "eval").Figure
    return figure(figsize=(width, height), layout="constrained")


def svg_of(figure: Any) -> str:
    """A figure as an element to put into a page, with the legend beside its axes."""
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", frameon=False, fontsize=8)
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    return "<svg" + stream.getvalue().partition("<svg")[2]


def plot(here: Sequence[Row]) -> str:
    """One line per method over the rate, with intervals; a picture for each of the first measures."""
    names = seen(here)[:MOST]
    if not names:
        return ""
    figure = figure_of(1.6 + 4.4 * len(names), 3.8)
    methods = dict.fromkeys(row.method for row in here if row.method not in FIXED)
    rates = sorted({row.rate for row in here if row.method not in FIXED})
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        known = [row for row in here if name in row.means]
        for row in known:
            if row.method in FIXED:
                _level(axes, row.method, row.means[name].mean)
        for number, method in enumerate(methods):
            _line(axes, [row for row in known if row.method == method], name, number, method)
        axes.set(xlabel="tokens kept, as a share", ylabel=MEASURES[name].label, xscale="log")
        axes.set_xticks(rates, [f"{rate:g}" for rate in rates])
        axes.minorticks_off()
    return svg_of(figure)


def _level(axes: Any, label: str, height: float) -> None:
    """A line across, for what no rate changes."""
    axes.axhline(height, color="gray", linewidth=1, linestyle="--" if label == FIXED[0] else ":")
    place = (0.01, height)
    axes.annotate(label, place, xycoords=("axes fraction", "data"), fontsize=7, color="gray", va="bottom")


def _line(axes: Any, rows: Sequence[Row], name: str, number: int, label: str) -> None:
    rates, found = [row.rate for row in rows], [row.means[name] for row in rows]
    color, marker = f"C{number % 10}", "os^Dv"[number // 10 % 5]
    axes.plot(rates, [one.mean for one in found], marker=marker, markersize=4, color=color, label=label)
    lows, highs = [one.low for one in found], [one.high for one in found]
    axes.fill_between(rates, lows, highs, color=color, alpha=0.1, linewidth=0)
