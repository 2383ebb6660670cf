"""Small charts as SVG, readable on light and on dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 470, 44, 252  # of the axes
COLORS = ("#2da06f", "#3b82f6", "#e08a00", "#a371f7", "#e5534b", "#0ea5b7", "#8b949e")
STYLE = """
.page{fill:#fff;stroke:#d0d7de}.head{font:600 15px system-ui,sans-serif;fill:#1f2328}
.small{font:12px system-ui,sans-serif;fill:#57606a}.grid{stroke:#d0d7de;stroke-width:1}
@media (prefers-color-scheme:dark){.page{fill:#0d1117;stroke:#30363d}.head{fill:#e6edf3}
.small{fill:#9198a1}.grid{stroke:#30363d}}
"""


@dataclass(frozen=True)
class Series:
    """Points of one line, or a single mark: (share of the tokens, share that is kept)."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Bar:
    """One bar with its interval and what stands at its end."""

    name: str
    value: float
    low: float
    high: float
    note: str = ""


def lines(title: str, series: Sequence[Series], ticks: Sequence[float], axis: str) -> str:
    """Lines over a logarithmic axis of shares; the height is a share from 0 to 1."""
    first, last = math.log(min(ticks)), math.log(max(ticks))

    def x(share: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, (math.log(share) - first) / (last - first)))

    def y(height: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * height

    parts = []
    for height in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<path class="grid" d="M{LEFT} {y(height):.1f}H{RIGHT}"/>')
        parts.append(_text(LEFT - 8, y(height) + 4, f"{height:g}", "end"))
    parts += [_text(x(tick), BOTTOM + 18, f"{100 * tick:g}%", "middle") for tick in ticks]
    parts.append(_text((LEFT + RIGHT) / 2, BOTTOM + 36, axis, "middle"))
    for number, one in enumerate(series):
        color = COLORS[number % len(COLORS)]
        places = [(x(share), y(height)) for share, height in one.points]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{color}"/>' for a, b in places]
        row = TOP + 8 + 20 * number
        parts.append(f'<circle cx="{RIGHT + 24}" cy="{row}" r="4" fill="{color}"/>')
        parts.append(_text(RIGHT + 36, row + 4, one.name, "start"))
    return _page(title, parts, HEIGHT)


def bars(title: str, rows: Sequence[Bar], axis: str) -> str:
    """Bars from 0 to 1 with intervals, one below the other; the first ones come first."""
    left, right, step = 230, 560, 28
    bottom = TOP + 12 + step * len(rows)

    def x(value: float) -> float:
        return left + (right - left) * value

    parts = []
    for value in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<path class="grid" d="M{x(value):.1f} {TOP}V{bottom}"/>')
        parts.append(_text(x(value), bottom + 18, f"{value:g}", "middle"))
    parts.append(_text((left + right) / 2, bottom + 36, axis, "middle"))
    for number, bar in enumerate(rows):
        y = TOP + 12 + step * number
        parts.append(_text(left - 10, y + 13, bar.name, "end"))
        size = f'width="{x(bar.value) - left:.1f}" height="16"'
        parts.append(f'<rect x="{left}" y="{y}" {size} rx="3" fill="{COLORS[0]}"/>')
        line = f"M{x(bar.low):.1f} {y + 8}H{x(bar.high):.1f}"
        parts.append(f'<path d="{line}" stroke="{COLORS[6]}" stroke-width="2"/>')
        parts.append(_text(right + 12, y + 13, bar.note, "start"))
    return _page(title, parts, bottom + 48)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="small" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _page(title: str, parts: Sequence[str], height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'aria-label="{escape(title, quote=True)}"><style>{STYLE}</style>'
        f'<rect class="page" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1:g}" rx="8"/>'
        f'<text class="head" x="24" y="28">{escape(title)}</text>{"".join(parts)}</svg>\n'
    )
