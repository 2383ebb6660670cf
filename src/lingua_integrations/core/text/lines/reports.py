"""Stack traces, histories of commits and mails: what is told needs the lines that say where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

COMMIT = regex.compile(r"commit [0-9a-f]{7,64}\b")
MAIL_FIELD = regex.compile(
    r"(?:From|To|Cc|Bcc|Subject|Date|Sent|Reply-To|Message-ID|Von|An|Datum|Betreff|Gesendet|De|À|Envoyé|Objet"
    r"|Para|Fecha|Asunto|Enviado|Data|Assunto|Oggetto|Inviato)\**[  ]?: *\S",
    regex.I,
)
_TRACE = regex.compile(
    r"\s*(?:Traceback \(most recent call last\)|Exception in thread|\S+(?:Error|Exception)\b"
    r"|Unhandled exception|panic: |fatal error: |goroutine \d+ \[|thread '.*' panicked at )"
)
_FROM = regex.compile(r"[ >*]*(?:From|Von|De|Da|Van|От|差出人|发件人)[*_]*:", regex.I)
_PLACE = regex.compile(r"\S+:\d+$")  # Node shows first where it was
LINK = regex.compile(r"During handling of|The above exception")
_CHAINED = regex.compile(
    r"(?:During handling of|The above exception|Caused by: |Exception in thread|goroutine \d+ \[)"
    r"|Traceback \(most"
)
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
    shown = _PLACE.match(found[0]) is not None and any(map(_TRACE.match, found[1:7]))
    frames = sum(FRAME.match(line) is not None or _CALL.match(line) is not None for line in found[1:])
    return (shown or _TRACE.match(found[0]) is not None) and frames >= 0.5 * (len(found) - 1)


def read_commits(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """`git log`: a message needs its commit, author and date."""
    text = outline.text
    head: int | None = None
    subject: int | None = None
    for line in lines(text, *span):
        content = text[slice(*line)]
        if COMMIT.match(content):
            subject = None
            head = outline.add(*line, needs, carrier=True)
        elif head is not None and not content[:1].isspace() and ":" in content[:14]:
            head = outline.add(*line, (*needs, head), carrier=True)
        else:
            at = outline.add(*line, (*needs, *(one for one in (head, subject) if one is not None)))
            subject = at if subject is None else subject


def read_mail(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Mails: what is said needs the fields above it, and a quotation the line that names its author."""
    text = outline.text
    found = lines(text, *span)
    number = 0
    while number < len(found):
        if not MAIL_FIELD.match(text, *found[number]):
            following = next(
                (n for n in range(number, len(found)) if MAIL_FIELD.match(text, *found[n])), len(found)
            )
            outline.read("text", Span(found[number].start, found[following - 1].end), needs)
            number = following
            continue
        last = number
        while last + 1 < len(found) and _is_field(text, found[last + 1]):
            last += 1
        following = next(
            (n for n in range(last + 1, len(found) - 1) if _begins_mail(text, found, n)), len(found)
        )
        head = outline.add(found[number].start, found[last].end, needs, carrier=True)
        if following > last + 1:
            outline.read("text", Span(found[last + 1].start, found[following - 1].end), (*needs, head))
        number = following


def is_mail_head(found: Sequence[str]) -> bool:
    """Whether lines are the fields of a mail that another one quotes, perhaps below a rule that says so."""
    fields = [line for line in found if line.strip(" >*")]
    rule = fields[0].strip(" \t>") if fields else ""
    if rule.startswith("--") and rule.endswith("--"):
        fields = fields[1:]
    least = 1 if fields and _FROM.match(fields[0]) else 2
    return len(fields) > least and all(MAIL_FIELD.match(line.lstrip(" >*")) for line in fields)


def _is_field(text: str, line: Span) -> bool:
    return text[line.start].isspace() or regex.match(r"[A-Z][\w-]{1,30}: ", text[slice(*line)]) is not None


def _begins_mail(text: str, found: Sequence[Span], number: int) -> bool:
    return all(MAIL_FIELD.match(text, *line) for line in found[number : number + 2])
