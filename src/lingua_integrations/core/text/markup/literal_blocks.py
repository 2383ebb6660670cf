"""Blocks of reST that stand word for word: each is read as what it is, below its directive."""

from __future__ import annotations

from lingua_integrations.core.text.kinds import kind_of_block
from lingua_integrations.core.text.markup.directives import DIRECTIVE, with_options
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_TABLES = {"csv-table": "csv", "list-table": "text", "table": "text"}
_WHOLE = 500  # characters up to which a block is one piece


def read_literal(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Add a block, perhaps with its directive: one piece if it is short; else its options above its lines."""
    found = lines(outline.text, *span)
    name, title, body = "", "", found
    if DIRECTIVE.match(outline.text, *span):
        head, body = with_options(outline.text, found)
        name, _, title = outline.text[slice(*found[0])].strip()[3:].partition("::")
    if span.end - span.start <= _WHOLE or not body:
        outline.add(*span, needs)
        return
    if name:
        needs = (*needs, outline.add(*head, needs, carrier=True))
    inside = Span(body[0].start, span.end)
    kind = _TABLES.get(name) or kind_of_block(title.strip(), outline.text[slice(*inside)])
    outline.read("lines" if kind == "text" and name not in _TABLES else kind, inside, needs)
