"""SQL: statements, and the rows of dumps, which need the table and the columns they are for."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_STATEMENT = regex.compile(
    r"(?:'(?:[^'\\]|\\.|'')*+'|\"[^\"]*+\"|--[^\n]*+|/\*.*?\*/|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|[^;'\"])*+;?",
    regex.S,
)
_VALUES = regex.compile(r"\bVALUES\s*$|\bVALUES\s*(?=\()", regex.I)
_ROW = regex.compile(r"(?P<row>\((?:'(?:[^'\\]|\\.|'')*+'|[^()'])*+\))\s*,?", regex.S)
_COPY = regex.compile(r"(?mi)^COPY\s[^;\n]*\sFROM\s+stdin\b[^;\n]*;[ \t]*$")
_CREATED = regex.compile(
    r"\s*(?:--[^\n]*\s+|/\*.*?\*/;?\s*)*CREATE\s+(?:\w+\s+)*?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>\S+)",
    regex.I | regex.S,
)
_INSERTED = regex.compile(r"\bINTO\s+(?P<name>[^\s(]+)\s*(?P<columns>\()?", regex.I)
_ROUTINE = regex.compile(
    r"\s*(?:DELIMITER[^\n]*\n\s*)?CREATE\b[^;]*\b(?:PROCEDURE|FUNCTION|TRIGGER|EVENT)\b[^;]*\bBEGIN\b",
    regex.I,
)
_ROUTINE_ENDS = regex.compile(r"\s*END\b(?!\s+(?:IF|CASE|LOOP|WHILE|REPEAT)\b)", regex.I)
_CONTROL = regex.compile(
    r"""
    (?: (?: MariaDB[ ] )? [^\s;]{1,60}[#>]\s+ | --[^\n]*\n | \s )*+
    (?: (?P<word> BEGIN (?: \s+ (?: WORK | TRAN\w* ) )? | START\s+TRANSACTION | COMMIT | END | ABORT
        | ROLLBACK (?: \s+ (?: WORK | TRAN\w* ) )? ) (?: \s+ TO \s+ (?: SAVEPOINT\s+ )? (?P<name>\w+) )?
      | (?P<word>SAVEPOINT) \s+ (?P<name>\w+) ) \s* (?: ; | $ )
    """,
    regex.I | regex.VERBOSE,
)
"""A statement that controls transactions, perhaps behind a prompt."""
_CHANGES = regex.compile(
    r"(?:\s|--[^\n]*+\n)*+(?:UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|DROP\s+TABLE(?:\s+IF\s+EXISTS)?)\s+(?P<name>[^\s;(]+)"
    r"(?:[^;]*?\bWHERE\b(?P<which>[^;]*))?",
    regex.I,
)
_VALUE = regex.compile(r"'(?:[^'\\]|\\.|'')*+'|(?<![\w.])-?\d[\d.]*+\b")
_FEW = 20  # changes of a table, from which on it has a history rather than rows that hold
_COPIED = regex.compile(r"(?m)^\\\.[ \t]*$")  # ends the rows of a COPY


def read_sql(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Statements; the rows of an INSERT or of a COPY need the table and the columns that it names."""
    begin, first = span.start, len(outline.pieces)
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
    connect_rollbacks(outline, first)
    _connect_changes(outline, first)


def _statements(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Statements; rows without names of columns need the statement that made their table."""
    text = outline.text
    tables: dict[str, int] = {}
    for statement in _parted(text, span):
        content = text[slice(*statement)]
        values = _VALUES.search(content) if content.strip() else None
        if values is None:
            at = outline.add(*_trimmed(text, *statement), needs)
            created = _CREATED.match(content)
            if created:
                tables[_plain(created["name"])] = at
            continue
        begin = statement.start + values.end()
        head = outline.add(*_trimmed(text, statement.start, begin), needs, carrier=True)
        into = _INSERTED.search(content)
        if into and not into["columns"]:
            outline.require([head], [at for name, at in tables.items() if name == _plain(into["name"])])
        for row in _ROW.finditer(text, begin, statement.end):
            if text[begin : row.start()].strip():  # what follows the rows, such as ON CONFLICT
                break
            outline.skip(row.start())
            outline.add(row.start("row"), row.end("row"), (*needs, head), glue=",", record="row")
            begin = row.end()
        outline.skip(begin)
        outline.add(*_trimmed(text, begin, statement.end), closes=head)


def _connect_changes(outline: Outline, first: int) -> None:
    """Let rows of a table need the later statements that change them: those that name one of their values."""
    text, pieces = outline.text, outline.pieces
    changes: dict[str, list[tuple[int, set[str]]]] = {}
    for number in range(first, len(pieces)):
        if pieces[number].record != "row" and (found := _CHANGES.match(text, *pieces[number][:2])):
            values = set(_VALUE.findall(found["which"] or ""))
            changes.setdefault(_plain(found["name"]), []).append((number, values))
    heads = {
        number: changes.get(_plain(into["name"]), [])
        for number in range(first, len(pieces) if changes else first)
        if pieces[number].carrier and (into := _INSERTED.search(text, *pieces[number][:2]))
    }
    for number in range(first, len(pieces) if heads else first):
        head = max((need for need in pieces[number].needs if need in heads), default=-1)
        if pieces[number].record != "row" or head < 0 or len(heads[head]) > _FEW:
            continue
        own = set(_VALUE.findall(text, *pieces[number][:2]))
        for at, values in heads[head]:
            if at > number and (not values or values & own):
                outline.bind(number, at)


def _plain(name: str) -> str:
    return name.strip('`"[]').lower()


def _parted(text: str, span: Span) -> Iterator[Span]:
    """Statements; a routine with its body is one."""
    begin: int | None = None
    for match in _STATEMENT.finditer(text, *span):
        if begin is None and match["tag"] is None and _ROUTINE.match(match.group()):
            begin = match.start()
        if begin is None:
            yield Span(*match.span())
        elif _ROUTINE_ENDS.match(match.group()):
            yield Span(begin, match.end())
            begin = None
    if begin is not None:
        yield Span(begin, span.end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end


def connect_rollbacks(outline: Outline, first: int) -> None:
    """Let statements need the ROLLBACK that undoes them, and what that undoes begin with.

    Args:
        outline: of a text.
        first: the piece from which on it has statements, perhaps behind prompts.
    """
    text = outline.text
    begun: int | None = None  # the transaction
    saved: dict[str, int] = {}  # by the name of a savepoint, itself
    for number in range(first, len(outline.pieces)):
        found = _CONTROL.match(text, *outline.pieces[number][:2])
        if not found:
            continue
        word = found["word"].split()[0].upper()
        if word in ("BEGIN", "START"):
            begun, saved = number, {}
        elif word == "SAVEPOINT":
            saved[found["name"].lower()] = number
        elif word in ("ROLLBACK", "ABORT"):
            point = (found["name"] or "").lower()
            start = saved.get(point) if point else begun
            if start is not None:
                outline.require([*range(start + 1, number)], [start, number])
                outline.require([number], [start])
            begun = begun if point else None
            saved = {point: number} if point in saved else {}
        else:
            begun, saved = None, {}
