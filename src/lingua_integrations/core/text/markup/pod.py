"""POD: the documentation in the source code of Perl, under its headings and items."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.markup.parts import Part, add_parts
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_COMMAND = regex.compile(r"=(?P<name>head[1-6]|over|item|back|cut|pod|begin|end|for|encoding)\b")
_DEEP = 20  # lists inside one another
_PARAGRAPH = regex.compile(r"\n[ \t]*\n")


def read_pod(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Stretches of POD, and of source code between them."""
    text, begin, pod, after = outline.text, span.start, False, needs
    for line in lines(text, *span):
        command = _COMMAND.match(text, *line)
        if command and not pod:
            if text[begin : line.start].strip():
                outline.read("code", Span(begin, line.start), after)
            begin, pod = line.start, True
        if command and command["name"] == "cut":
            add_parts(outline, _parts(text, Span(begin, line.start)), needs)
            after = (*needs, outline.add(*line, needs, carrier=True))  # else code would be read as words
            begin, pod = line.end, False
    if pod:
        add_parts(outline, _parts(text, Span(begin, span.end)), needs)
    elif text[begin : span.end].strip():
        outline.read("code", Span(begin, span.end), after)
    outline.cover(span.end)


def _parts(text: str, span: Span) -> list[Part]:
    """Headings, items with the paragraphs below them, paragraphs, and code, which is indented."""
    top: list[Part] = []
    items: list[Part] = []  # of the lists that are open, the last item of each
    deep = 0
    begin = span.start
    for gap in [*(match.end() for match in _PARAGRAPH.finditer(text, *span)), span.end]:
        start = begin + len(text[begin:gap]) - len(text[begin:gap].lstrip("\r\n"))
        content = text[start:gap].rstrip()
        one = Span(start, start + len(content))
        begin = gap
        if not content:
            continue
        command = _COMMAND.match(content)
        name = command["name"] if command else ""
        into = items[-1].inside if items and len(items) >= deep else top
        if name.startswith("head"):
            top.append(Part("heading", one, int(name[4])))
            items, deep = [], 0
        elif name == "item" and deep:
            del items[deep - 1 :]
            part = Part("item", one, names=True)
            (items[-1].inside if items else top).append(part)
            items.append(part)
        elif name:
            into.append(Part("unseen", one))
            deep = min(_DEEP, max(0, deep + (name == "over") - (name == "back")))
            del items[deep:]
        else:
            into.append(Part("block" if indent(content) else "words", one))
    return top
