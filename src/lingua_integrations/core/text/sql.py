"""SQL: statements, and the rows of dumps, which need the table and the columns they are for."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_STATEMENT = regex.compile(r"(?:'(?:[^'\\]|\\.|'')*+'|\"[^\"]*+\"|--[^\n]*+|/\*.*?\*/|[^;'\"])*+;?", regex.S)
_VALUES = regex.compile(r"\bVALUES\s*$|\bVALUES\s*(?=\()", regex.I)
_ROW = regex.compile(r"\((?:'(?:[^'\\]|\\.|'')*+'|[^()'])*+\)\s*[,;]?", regex.S)
_COPY = regex.compile(r"(?mi)^COPY\s[^;\n]*\sFROM\s+stdin\b[^;\n]*;[ \t]*$")
_COPIED = regex.compile(r"(?m)^\\\.[ \t]*$")  # ends the rows of a COPY


def read_sql(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Statements; the rows of an INSERT or of a COPY need the table and the columns that it names."""
    begin = span.start
    for copy in _COPY.finditer(outline.text, *span):
        if copy.start() < begin:
            continue
        _statements(outline, Span(begin, copy.start()), needs)
        end = _COPIED.search(outline.text, copy.end(), span.end)
        begin = end.end() if end else span.end
        head = outline.add(copy.start(), copy.end(), needs, carrier=True)
        for row in lines(outline.text, copy.end(), end.start() if end else span.end):
            outline.add(*row, (*needs, head), record="row")
        if end:
            outline.add(end.start(), end.end(), closes=head)
    _statements(outline, Span(begin, span.end), needs)
    outline.cover(span.end)


def _statements(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    text = outline.text
    for statement in _STATEMENT.finditer(text, *span):
        values = _VALUES.search(statement.group()) if statement.group().strip() else None
        if values is None:
            outline.add(*_trimmed(text, *statement.span()), needs)
            continue
        begin = statement.start() + values.end()
        head = outline.add(*_trimmed(text, statement.start(), begin), needs, carrier=True)
        for row in _ROW.finditer(text, begin, statement.end()):
            outline.cover(begin)
            if text[begin : row.start()].strip():  # what follows the rows, such as ON CONFLICT
                break
            outline.add(*_trimmed(text, *row.span()), (*needs, head))
            begin = row.end()
        outline.add(*_trimmed(text, begin, statement.end()), (*needs, head))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end
