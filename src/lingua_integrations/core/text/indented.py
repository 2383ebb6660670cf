"""Texts whose indentation says what belongs to what: YAML, TOML, INI, and code without a grammar."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_SECTION = regex.compile(r"\s*\[{1,2}[^\[\]\n]+\]{1,2}\s*(?:[#;].*)?$")
_CLOSING = regex.compile(r"\s*[)}\]]+[;,)]*\s*$|\s*(?:end|fi|done|esac)\b;?\s*$")
_BRANCH = regex.compile(
    r"\s*[}\])]*\s*(?:else|elif|elsif|catch|except|finally|rescue|ensure|case|when|default)\b"
)


def read_indented(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A line needs the lines above it that are indented less; what closes one comes and goes with it."""
    text = outline.text
    found = lines(text, *span)
    stack: list[
        tuple[int, int]
    ] = []  # twice the columns, and number, of the lines above, the outermost first
    for number, line in enumerate(found):
        content = text[slice(*line)]
        deep = 2 * indent(content)
        closed = [at for column, at in stack if column == deep][-1:]
        while stack and stack[-1][0] >= deep:
            stack.pop()
        if closed and _CLOSING.match(content):
            outline.add(*line, closes=closed[0])
            continue
        above = (stack[-1][1],) if stack else ()
        branch = tuple(closed) if closed and _BRANCH.match(content) else ()
        opens = number + 1 < len(found) and 2 * indent(text[slice(*found[number + 1])]) > deep
        listed = (
            number + 1 < len(found)
            and content.rstrip().endswith(":")
            and _lists(text, found[number + 1], indent(content))
        )
        at = outline.add(*line, (*needs, *above, *branch), carrier=opens or listed)
        if opens or listed:
            stack.append((deep if opens else deep - 1, at))


def _lists(text: str, line: Span, deep: int) -> bool:
    """Whether a line is the first item of a YAML list that stands no deeper than its key."""
    content = text[slice(*line)]
    return indent(content) == deep and content.lstrip().startswith("- ")


def read_sections(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """TOML and INI: a line needs the section it stands in; lines that go on with a value need its key."""
    text = outline.text
    section: tuple[int, ...] = ()
    key: int | None = None
    opened = 0
    for line in lines(text, *span):
        content = text[slice(*line)]
        goes_on = key is not None and (opened > 0 or content[0].isspace())
        if _SECTION.match(content) and not opened:
            section, key = (outline.add(*line, needs, carrier=True),), None
            continue
        at = outline.add(
            *line, (*needs, *section, key) if goes_on and key is not None else (*needs, *section)
        )
        opened = max(
            0, opened + content.count("[") + content.count("{") - content.count("]") - content.count("}")
        )
        key = key if goes_on else at


def read_lines(outline: Outline, span: Span, begins: int, needs: tuple[int, ...] = ()) -> int:
    """A long stretch between its first line and its last: they come with any line of it. Returns the first.

    The first line is that of the place ``begins``: what stands before it, such as a comment, comes with it.
    """
    found = [line for line in lines(outline.text, *span) if line.end > begins]
    head = outline.add(span.start, found[0].end, needs, carrier=True)
    read_indented(outline, Span(found[0].end, found[-2].end), (*needs, head))
    outline.add(*found[-1], closes=head)
    return head
