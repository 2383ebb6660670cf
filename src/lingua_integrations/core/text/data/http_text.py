"""HTTP: a response answers the request above it, and a header or a body means nothing without its first line.

As `curl -v` and `curl -i` print exchanges, and as files with requests have them.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_REQUEST = regex.compile(
    r"(?:> )?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)[ \t]+\S+(?:[ \t]+HTTP/[\d.]+)?\s*$"
)
_TYPED = regex.compile(r"\$ \p{Ll}")
_TARGET = regex.compile(r"https?://[^\s\"'?#]++|(?<=\b(?:GET|HEAD|POST|PUT|PATCH|DELETE) )/\S*+")
_AGAIN = 4  # times that the same is asked for
_STATUS = regex.compile(r"(?m)^(?:< )?HTTP/[\d.]+ [1-5]\d\d\b")
_VERSION = regex.compile(r"HTTP/[\d.]+\s*$")
_HEADER = regex.compile(r"(?:[<>] )?[\w-]{2,40}: *\S|[<>]\s*$")
_BEFORE = regex.compile(
    r"\* |[{}] \[|\$ |###|# |//|@\w+ *=|%|  % |\s*\d+ +\d+|--> "
)  # what curl says besides
_PARTS = regex.compile(r"###")  # of a file with requests
_WHOLE = 600  # characters up to which an exchange is kept or dropped whole
_FIRST = 12  # lines within which the first exchange begins


def is_http(found: Sequence[str]) -> bool:
    """Whether lines are exchanges of HTTP.

    >>> is_http(["> GET /a HTTP/1.1", "> Host: b", ">"]), is_http(["GET /a", "lists all."])
    (True, False)
    """
    for number, line in enumerate(found[:_FIRST]):
        after = found[number + 1] if number + 1 < len(found) else ""
        if _STATUS.match(line) or _REQUEST.match(line):
            told = _VERSION.search(line) or _STATUS.match(line) or line.startswith(">")
            return _HEADER.match(after) is not None or (bool(told) and _REQUEST.match(after) is not None)
        if not _BEFORE.match(line):
            return False
    return False


def read_http(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Add exchanges: a short one is one piece."""
    text = outline.text
    exchange: list[Span] = []
    begun = answered = False
    first = len(outline.pieces)
    for line in lines(text, *span):
        status = _STATUS.match(text, *line) is not None
        request = _REQUEST.match(text, *line) is not None
        parted = _PARTS.match(text, *line) is not None
        parted = parted or (answered and _TYPED.match(text, *line) is not None)
        if (request and begun) or (status and answered and not begun) or parted:
            _add(outline, exchange, needs)
            exchange, begun, answered = [], False, False
        begun, answered = begun or request, answered or status
        exchange.append(line)
    _add(outline, exchange, needs)
    _connect_again(outline, first)


def _connect_again(outline: Outline, first: int) -> None:
    """Let an exchange need the last one of the same request: what was refused may be accepted there."""
    text, pieces = outline.text, outline.pieces
    asked: dict[str, list[tuple[int, str]]] = {}
    for number in range(first, len(pieces)):
        content = text[slice(*pieces[number][:2])]
        target, status = _TARGET.search(content), _STATUS.search(content)
        if target and status:
            asked.setdefault(target.group(), []).append((number, status.group()))
    for same in asked.values():
        last, status = same[-1]
        for number, before in same[:-1] if len(same) <= _AGAIN else ():
            if before.split()[1] != status.split()[1]:
                outline.bind(number, last)


def _add(outline: Outline, found: Sequence[Span], needs: tuple[int, ...]) -> None:
    """Add the lines of an exchange; of a long one each needs the request and the status above it."""
    if not found:
        return
    text = outline.text
    if found[-1].end - found[0].start <= _WHOLE:
        outline.add(found[0].start, found[-1].end, needs, record="line")
        return
    above: tuple[int, ...] = needs
    first, head = len(outline.pieces), True
    status = -1
    for number, line in enumerate(found):
        if _REQUEST.match(text, *line) or _STATUS.match(text, *line):
            status = outline.add(*line, above, heads=True)
            above, head = (*above, status), True
        elif line.start < outline.at:
            continue  # of the body
        elif head and (status >= 0 and _ends_head(text, found[number - 1], line)):
            head = False
            _add_body(outline, Span(line.start, _end_of_body(text, found[number:])), above)
        else:
            outline.add(*line, above)
    if status >= 0:  # a request is told with what it got
        outline.require(range(first, status), [status])


def _ends_head(text: str, before: Span, line: Span) -> bool:
    """Whether a line is the first one of a body: behind a blank line, or no header."""
    apart = text.count("\n", before.end, line.start) > 1
    return apart or not (_HEADER.match(text, *line) or _BEFORE.match(text, *line))


def _end_of_body(text: str, found: Sequence[Span]) -> int:
    """Where a body ends: where a response begins, or curl says something."""
    for number, line in enumerate(found[1:], 1):
        if _STATUS.match(text, *line) or text.startswith(("* ", "> ", "< "), line.start):
            return found[number - 1].end
    return found[-1].end


def _add_body(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    start = outline.text[span.start : span.end].lstrip()[:1]
    kind = "json" if start and start in "{[" else "html" if start == "<" else "lines"
    outline.read(kind, span, needs)
