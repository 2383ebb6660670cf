"""Stack traces: what is told needs the lines that say where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

COMMIT = regex.compile(r"commit [0-9a-f]{7,64}\b")
"""How ``git log`` begins a commit."""
TRACE = regex.compile(
    r"\s*(?:Traceback \(most recent call last\)|Exception in thread|\S+(?:Error|Exception)\b"
    r"|Unhandled exception|panic: |fatal error: |goroutine \d+ \[|thread '.*' panicked at )"
)
_PLACE = regex.compile(r"\S+:\d+$")  # Node shows first where it was
LINK = regex.compile(r"During handling of|The above exception")
_CHAINED = regex.compile(
    r"(?:During handling of|The above exception|Caused by: |Exception in thread|goroutine \d+ \[)"
    r"|Traceback \(most"
)
_CAUSE = regex.compile("Caused by: ")
TRACEBACK = regex.compile(r"Traceback \(most recent call last\)")  # it was raised in the last frame
FRAME = regex.compile(r"\s+(?:at |File \"|\.\.\. \d+ more|raise |return )|Caused by:|\s")
_CALL = regex.compile(
    r"(?:created by )?[\w./*()-]+\.[\w.*()\[\]{}]+(?:\(.*\)| in goroutine \d+)$"
)  # of Go; its place follows
_INNER_ENDS = regex.compile(r"\s*--- End of inner")


def read_trace(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A stack trace: frames need the line it begins with; that comes with the one that says what happened.

    Traces that led to one another each have lines of their own; one that speaks of "the above exception"
    needs that.
    """
    text = outline.text
    found = lines(text, *span)
    begins = [
        number
        for number in range(len(found))
        if not number or (_CHAINED.match(text, *found[number]) and not LINK.match(text, *found[number - 1]))
    ]
    before: int | None = None
    for begin, end in zip(begins, [*begins[1:], len(found)], strict=True):
        head = _add_trace(outline, found[begin:end], needs)
        if before is not None and LINK.match(text, *found[begin]):
            outline.bind(head, before)
        elif before is not None and _CAUSE.match(text, *found[begin]):
            outline.bind(before, head)
        before = head


def _add_trace(outline: Outline, found: Sequence[Span], needs: tuple[int, ...]) -> int:
    """Frames under what they are frames of; lines that are not indented say what happened.

    That needs the frame in which it happened: the first one, of Python the last. Returns the first line.
    """
    text = outline.text
    first = 1
    while first < len(found) and LINK.match(text, *found[first - 1]):
        first += 1  # "During handling of the above exception", and the line that a trace begins with
    head = outline.add(found[0].start, found[first - 1].end, needs, record="line")
    above = [(-1, head)]  # columns and numbers of the lines above
    last = TRACEBACK.match(text, *found[first - 1]) is not None
    place: int | None = None  # where it was raised
    for line in found[first:]:
        content = text[slice(*line)]
        deep = indent(content)
        if content[0] in ")}]":
            outline.add(*line, closes=outline.last if outline.pieces[outline.last].closes < 0 else head)
        elif _CALL.match(content):
            above[1:] = [(0, outline.add(*line, (*needs, head), heads=True))]
        elif not deep and not text[line.start].isspace():  # Python says last what happened
            above[1:] = []
            outline.add(*line, closes=head, record="line")
        else:
            if _INNER_ENDS.match(content):
                above[1:] = []
            while len(above) > 1 and above[-1][0] >= deep and content.lstrip()[:1] not in "^~":
                above.pop()
            at = outline.add(*line, (*needs, above[-1][1]))
            above.append((deep, at))
            if content.lstrip()[:1] not in "^~-" and (last or place is None):
                place = at
    if place is not None:
        outline.bind(head, place)
    return head


def is_trace(found: Sequence[str]) -> bool:
    """Whether lines are a stack trace."""
    if len(found) < 3:
        return False
    shown = _PLACE.match(found[0]) is not None and any(map(TRACE.match, found[1:7]))
    frames = sum(FRAME.match(line) is not None or _CALL.match(line) is not None for line in found[1:])
    return (shown or TRACE.match(found[0]) is not None) and frames >= 0.5 * (len(found) - 1)
