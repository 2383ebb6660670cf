"""Wiki text: sections, tables between braces, templates of many lines, items."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.markup.parts import Part, add_parts
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_HEADING = regex.compile(r"(={1,6})[^=\n](?:[^\n]*[^=\n])?(={1,6})[ \t]*(?:<!--.*-->)?[ \t]*$")
_ITEM = regex.compile(r"(?P<marks>[*#;:]{1,9})[ \t]*\S")
_ROW = regex.compile(r"[ \t]*\|-")
_TITLE = regex.compile(r"[ \t]*[!|][^|!\n]*\bcolspan=[^|!\n]*\|[^|!\n]*$")
_CAPTION = regex.compile(r"[ \t]*\|\+")
_COMMENT = regex.compile(r"<!--.*-->$|__[A-Z]+__$")
_TEMPLATE = 8_000  # characters up to which a template may go on


def read_wiki(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Sections, tables, templates, lists and paragraphs."""
    add_parts(outline, _parts(outline.text, lines(outline.text, *span)), needs)
    outline.cover(span.end)


def _parts(text: str, found: Sequence[Span]) -> list[Part]:
    parts: list[Part] = []
    ends = _ends(text, found)
    number = 0
    while number < len(found):
        line = found[number]
        content = text[slice(*line)].lstrip()
        end = ends.get(number, number)
        if content.startswith("{|"):
            parts.append(_table(text, found[number : end + 1]))
        elif end > number:
            parts.append(_template(found[number : end + 1]))
        else:
            _add_line(text, parts, line)
        number = end + 1
    return parts


def _add_line(text: str, parts: list[Part], line: Span) -> None:
    """A heading, an item, or a paragraph, which goes on in the lines right below it."""
    content = text[slice(*line)]
    heading, item = _HEADING.match(content), _ITEM.match(content)
    near = bool(parts) and parts[-1].sort == "words" and text.count("\n", parts[-1].span.end, line.start) < 2
    if heading:
        parts.append(Part("heading", line, min(len(heading[1]), len(heading[2]))))
    elif _COMMENT.match(content):
        parts.append(Part("unseen", line))
    elif item:
        marks = item["marks"]
        means = marks[-1] == ":" and bool(parts) and text[parts[-1].span.start] in ";:"
        above = parts[-1] if parts else None
        if means and above is not None and above.sort == "item" and above.depth < len(marks) + 1:
            above.span = Span(above.span.start, line.end)  # what a term means
        else:
            parts.append(Part("item", line, len(marks)))
    elif near:
        parts[-1].span = Span(parts[-1].span.start, line.end)
    else:
        parts.append(Part("words", line))


def _ends(text: str, found: Sequence[Span]) -> dict[int, int]:
    """For each line that begins a table or a template, the line that ends it."""
    ends: dict[int, int] = {}
    waiting: dict[str, list[tuple[int, int]]] = {"{|": [], "{{": []}  # with how many were open before
    opened = {"{|": 0, "{{": 0}
    for at, span in enumerate(found):
        line = text[slice(*span)].strip()
        for mark, begun in waiting.items():
            if line.startswith(mark):
                begun.append((at, opened[mark]))
            braces = line.count("{{") - line.count("}}")
            opened[mark] += braces if mark == "{{" else line.startswith("{|") - line.startswith("|}")
            while begun and opened[mark] <= begun[-1][1]:
                first = begun.pop()[0]
                if mark == "{|" or span.end - found[first].start <= _TEMPLATE:
                    ends[first] = at
    return {**{first: len(found) - 1 for first, _ in waiting["{|"]}, **ends}


def _template(found: Sequence[Span]) -> Part:
    """A template: its name, its fields, and what closes it."""
    inside = [Part("line", line) for line in found[1:-1]]
    return Part("block", found[0], inside=inside, closing=found[-1])


def _table(text: str, found: Sequence[Span]) -> Part:
    """A table: its rows of titles are its head with the line that opens it."""
    closed = text[slice(*found[-1])].strip().startswith("|}") and len(found) > 1
    body = found[1:-1] if closed else found[1:]
    rows: list[list[Span]] = [[]]
    for line in body:
        if _ROW.match(text, *line):
            rows.append([])
        rows[-1].append(line)
    told = [row for row in rows if row]
    head = found[0]
    while len(told) > 1 and _is_head(text, told[0]):
        head = Span(head.start, told.pop(0)[-1].end)
    if head == found[0] and len(told) > 1:
        head = Span(head.start, told.pop(0)[-1].end)
    inside = [Part(_sort(text, row), Span(row[0].start, row[-1].end)) for row in told]  # type: ignore[arg-type]
    return Part("table", head, inside=inside, closing=found[-1] if closed else None)


def _sort(text: str, row: Sequence[Span]) -> str:
    """Whether a row is one cell over all columns, which names the rows below it."""
    cells = [line for line in row if not _ROW.match(text, *line)]
    return "title" if len(cells) == 1 and _TITLE.match(text, *cells[0]) else "row"


def _is_head(text: str, row: Sequence[Span]) -> bool:
    """Whether a row has only titles of columns, or the caption."""
    cells = [text[slice(*line)].lstrip() for line in row if not _ROW.match(text, *line)]
    return all(cell.startswith(("!", "|+")) for cell in cells)
