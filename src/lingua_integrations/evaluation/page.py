"""The report as one HTML page that needs nothing else."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from lingua_integrations.evaluation.plots import plot
from lingua_integrations.evaluation.report import BASELINE, FIXED, MEASURES, Row, columns

_STYLE = """
:root { color-scheme: light dark; --line: #8883; --quiet: #777; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 74rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; }
h2 { margin: 2.5rem 0 .3rem; padding-top: .8rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .2rem; }
.facts, .note { color: var(--quiet); }
.facts span { white-space: nowrap; margin-right: 1.2rem; }
.verdict { font-size: 1.05rem; max-width: 50rem; }
figure { margin: 1rem 0; overflow-x: auto; background: #fff; border-radius: .4rem; }
figure svg { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { vertical-align: bottom; white-space: normal; color: var(--quiet); font-weight: 500; }
th:first-child, td:first-child { text-align: left; }
td i { color: var(--quiet); font-style: normal; font-size: .85em; }
tr.better td:first-child { color: #1a7f37; font-weight: 600; }
tr.worse { opacity: .6; }
"""
_LEGEND = (
    f"Better and worse are told against {BASELINE} at the same rate, by a paired permutation test at 5%; "
    "green is better, pale is worse, and the rest is inside the noise. In brackets the bootstrap 95% "
    "interval. MB is the most memory that a case took beyond what was there; from so many prompt tokens on, "
    "and from such a price of a million of them, compressing saves more than it costs."
)


def page(table: Sequence[Row], facts: Mapping[str, Any], figures: Mapping[str, str] | None = None) -> str:
    """The whole page.

    Args:
        table: of all tasks.
        facts: what it was made with; shown at the top.
        figures: further ones at the end, as SVG by their titles.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    told = "".join(
        f"<span>{html.escape(name)}: {html.escape(str(one))}</span> " for name, one in facts.items()
    )
    parts = [f"<h1>lingua eval</h1><p class=facts>{told}</p><p class=note>{html.escape(_LEGEND)}</p>"]
    for task in dict.fromkeys(row.task for row in table):
        here = [row for row in table if row.task == task]
        parts += [f"<h2>{html.escape(task)}</h2>", f"<p class=verdict>{html.escape(verdict(here))}</p>"]
        parts += [f"<figure>{plot(here)}</figure>", *_tables(here)]
    parts += [
        f"<h2>{html.escape(title)}</h2><figure>{svg}</figure>" for title, svg in (figures or {}).items()
    ]
    meta = '<meta charset=utf-8><meta name=viewport content="width=device-width">'
    head = f"<!doctype html><html lang=en>{meta}<style>{_STYLE}</style><title>lingua eval</title>"
    return f"{head}<body>{''.join(parts)}</body></html>\n"


def verdict(here: Sequence[Row]) -> str:
    """What a task says against the baseline, in a sentence for each rate."""
    judged = next((name for name in MEASURES if any(name in row.means for row in here)), None)
    if judged is None:
        return ""
    said = [f"Judged on {MEASURES[judged].label}, against {BASELINE}."]
    for rate in sorted({row.rate for row in here if row.method not in FIXED}, reverse=True):
        rows = [row for row in here if row.rate == rate and row.better is not None]
        parts = [
            f"{word} {', '.join(names)}"
            for word, which in (("better are", 1), ("no different", 0), ("worse", -1))
            if (names := [row.method for row in rows if row.better == which])
        ]
        said.append(f"At {1 / rate:g}x {'; '.join(parts) or 'there is nothing to compare with'}.")
    return " ".join(said)


def _tables(here: Sequence[Row]) -> list[str]:
    """A table for what needs no rate, and one for each rate."""
    parts = []
    for rate in dict.fromkeys(row.rate for row in here):
        rows = [row for row in here if row.rate == rate]
        fixed = all(row.method in FIXED for row in rows)
        title = "Without compression" if fixed else f"{1 / rate:g}x: {rate:.0%} of the tokens"
        parts.append(f"<h3>{title}</h3><div class=scroll>{_table(rows)}</div>")
    return parts


def _table(rows: Sequence[Row]) -> str:
    heads, cells = columns(rows)
    hidden = {"rate", f"against {BASELINE}"}
    shown = [place for place, head in enumerate(heads) if head not in hidden]
    head = "".join(f"<th>{html.escape(heads[place])}" for place in shown)
    body = "".join(
        f"<tr class={ {1: 'better', -1: 'worse'}.get(row.better or 0, 'level') }>"
        + "".join(f"<td>{_cell(cells(row)[place])}" for place in shown)
        for row in rows
    )
    return f"<table><thead><tr>{head}<tbody>{body}</table>"


def _cell(text: str) -> str:
    mean, bracket, interval = html.escape(text).partition(" [")
    return f"{mean} <i>[{interval}</i>" if bracket else mean
