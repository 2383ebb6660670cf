"""Pictures of a report, as SVG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from lingua_integrations.errors import MissingExtra
from lingua_integrations.evaluation.report import FIXED, MEASURES, Row

MOST = 3
"""Measures that get a picture each."""


def figure_of(width: float, height: float) -> Any:
    """An empty figure.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("matplotlib", "eval") from error
    return Figure(figsize=(width, height), layout="constrained")


def svg_of(figure: Any) -> str:
    """A figure as an element to put into a page."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    return "<svg" + stream.getvalue().partition("<svg")[2]


def plot(here: Sequence[Row]) -> str:
    """One line per method over the rate, with intervals; a picture for each of the first measures."""
    names = [name for name in MEASURES if any((one := row.means.get(name)) and one.high for row in here)][
        :MOST
    ]
    figure = figure_of(1.6 + 4.4 * len(names), 3.8)
    pictures = figure.subplots(1, len(names), squeeze=False)[0]
    methods = list(dict.fromkeys(row.method for row in here if row.method not in FIXED))
    rates = sorted({row.rate for row in here if row.method not in FIXED})
    for axes, name in zip(pictures, names, strict=True):
        for row in here:
            if row.method in FIXED and name in row.means:
                _level(axes, row.method, row.means[name].mean)
        for number, method in enumerate(methods):
            _draw(axes, [row for row in here if row.method == method], name, number)
        axes.set(xlabel="tokens kept, as a share", ylabel=MEASURES[name].label, xscale="log")
        axes.set_xticks(rates, [f"{rate:g}" for rate in rates])
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
    handles, labels = pictures[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", frameon=False, fontsize=8)
    return svg_of(figure)


def _level(axes: Any, label: str, height: float) -> None:
    """A line across, for what no rate changes."""
    axes.axhline(height, color="gray", linewidth=1, linestyle="--" if label == FIXED[0] else ":")
    place = (0.01, height)
    axes.annotate(label, place, xycoords=("axes fraction", "data"), fontsize=7, color="gray", va="bottom")


def _draw(axes: Any, mine: Sequence[Row], name: str, number: int) -> None:
    known = [(row.rate, row.means[name]) for row in mine if name in row.means]
    color, marker = f"C{number % 10}", "os^Dv"[number // 10 % 5]
    rates = [rate for rate, _ in known]
    means = [found.mean for _, found in known]
    axes.plot(rates, means, marker=marker, markersize=4, color=color, label=mine[0].method)
    lows, highs = [found.low for _, found in known], [found.high for _, found in known]
    axes.fill_between(rates, lows, highs, color=color, alpha=0.1, linewidth=0)
