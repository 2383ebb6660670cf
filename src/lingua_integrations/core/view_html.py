"""The view of a result as HTML, for notebooks and pages: no script, and nothing in a text takes effect.

Colours are the page's own, so that it reads on a light and on a dark one. Where styles are taken away, as on
sites that show notebooks, gaps can still be opened.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from itertools import groupby

from lingua_integrations.core.view import Piece, View
from lingua_integrations.core.visible import visible

# The switch needs a browser that lets styles open a <details>; in others it is not shown.
_STYLE = """
.lingua{line-height:1.5;color:inherit}
.lingua section{margin:1em 0}
.lingua .head{font-size:.85em;opacity:.75}
.lingua .text{white-space:pre-wrap;overflow-wrap:anywhere}
.lingua del{opacity:.6;text-decoration-color:#c33}
.lingua summary{cursor:pointer;font-size:.85em;opacity:.65;white-space:normal}
.lingua .text details{margin:.5em 0}
.lingua .gone section{margin-left:1em}
.lingua .bar{height:.4em;margin:.3em 0;border-radius:.2em}
.lingua .bar{background:color-mix(in srgb,currentColor 15%,transparent)}
.lingua .bar div{height:100%;border-radius:.2em;background:#2a8}
.lingua label{display:none;float:right;font-size:.85em;cursor:pointer}
@supports selector(::details-content){
.lingua label{display:inline}
.lingua:has(input:checked) .text details,.lingua:has(input:checked) .text ::details-content{display:contents}
.lingua:has(input:checked) ::details-content{content-visibility:visible}
.lingua:has(input:checked) summary{display:none}
.lingua:has(input:checked) del{opacity:1;text-decoration:none}
}
""".replace("\n", "")


def html_of(title: str, views: Sequence[View], before: int, after: int, question: str = "") -> str:
    """The inputs of a call, with what was left out struck out, and long gaps and dropped inputs folded.

    Args:
        title: the line on top.
        views: the inputs, in order.
        before: tokens of the call before.
        after: tokens after.
        question: what was asked, as a heading.
    """
    heading = f"<h2>{_shown(question)}</h2>" if question else ""
    groups = groupby(views, key=lambda view: view.reason is not None)
    body = "".join(_dropped(list(group)) if gone else "".join(map(_section, group)) for gone, group in groups)
    switch = '<label><input type="checkbox"> show the original</label>'
    return (
        f'<div class="lingua"><style>{_STYLE}</style>{heading}{switch}'
        f"<div><b>{_shown(title)}</b></div>{_bar(before, after)}{body}</div>"
    )


def page_of(title: str, body: str) -> str:
    """A page of its own around it, light or dark as the reader's system is."""
    style = (
        ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem "
        "auto;padding:0 1rem;background:Canvas;color:CanvasText}"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{_shown(title)}</title><style>{style}</style></head>'
        f"<body>{body}</body></html>\n"
    )


def _section(view: View) -> str:
    head = f"{view.label}: {view.before:,} → {view.after:,} tokens"
    return f"<section>{_head(head)}{_bar(view.before, view.after)}{_text(view.pieces)}</section>"


def _dropped(views: Sequence[View]) -> str:
    """Neighbouring inputs of which nothing was kept, folded to one line."""
    first, last, tokens = views[0].label, views[-1].label, sum(view.before for view in views)
    which = _shown(first if len(views) == 1 else f"{first} to {last}")
    inside = "".join(
        f"<section>{_head(f'{view.label}: {view.before:,} tokens, {view.reason}')}"
        f'<div class="text">{"".join(_struck(piece) for piece in view.pieces)}</div></section>'
        for view in views
    )
    return f'<details class="gone"><summary>… {which} left out, {tokens:,} tokens</summary>{inside}</details>'


def _text(pieces: Iterable[Piece]) -> str:
    return f'<div class="text">{"".join(map(_piece, pieces))}</div>'


def _piece(piece: Piece) -> str:
    if piece.kept:
        return _shown(piece.text)
    if not piece.folded:
        return _struck(piece)
    return f"<details><summary>{piece.summary}</summary><del>{_shown(piece.text)}</del></details>"


def _struck(piece: Piece) -> str:
    return _shown(piece.text) if piece.kept else f"<del>{_shown(piece.text)}</del>"


def _head(text: str) -> str:
    return f'<div class="head">{_shown(text)}</div>'


def _bar(before: int, after: int) -> str:
    share = min(1.0, after / before) if before else 1.0
    return f'<div class="bar"><div style="width:{share:.1%}"></div></div>'


def _shown(text: str) -> str:
    """Text as HTML that shows it and does nothing else."""
    return html.escape(visible(text))
