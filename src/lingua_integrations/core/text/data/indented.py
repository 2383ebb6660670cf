"""Texts whose indentation says what belongs to what: YAML, TOML, INI, and code without a grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from lingua_integrations.core.text.data.disabled import DISABLED, connect_disabled
from lingua_integrations.core.text.outline import Outline, Reader, indent, lines
from lingua_integrations.core.text.spans import Span

_SECTION = regex.compile(r"\s*\[{1,2}[^\[\]\n]+\]{1,2}\s*(?:[#;].*)?$")
_NAMED = regex.compile(r"\[{1,2}[\p{L}_\"'][^\[\],\n]*\]{1,2}\s*(?:[#;].*)?$")  # no row of an array of arrays
_STRING = regex.compile(r"\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|(?:^|\s)[#;].*")
_REMARK = regex.compile(r"\s*[#;!]")
_TITLE = regex.compile(  # a comment that names the entries below it
    r"[ \t]*[#;!]+[-=*# \t]*\w[^\n.!?:=]{0,40}[-=*# \t]*(?=\r?\n\S)"
)
_EMPTY = regex.compile(r"\s*[#;!]+\s*$")
_QUOTES = regex.compile(r"\"{3}|'{3}")
_NAMES = regex.compile(r"[\"']?(?:name|id|key)[\"']?\s*[=:]\s*\S")  # of an entry of an array of tables
_LIMITS = regex.compile(
    r"[\"']?(?:enabled?|disabled?|deprecated|if|when|only|except)[\"']?\s*[=:]\s*\S", regex.I
)
_MOST = 4  # of them in a section
_NAME = 120  # characters up to which such a setting comes with the others of its section
_SHORT = 400  # characters up to which a key and its value are kept or dropped whole
_SAYS = regex.compile(
    r"(?:[\"'`]|/\*+|[#/!]+) *\w"
)  # a first line that has words in its quotation or comment
_COMMENTED = regex.compile(r"[^\s*/#!-]")  # what a line of a comment says
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
    """TOML and INI: a key with its value needs the section it stands in.

    A value of many lines is one piece with its key, or where it is long its lines need the key. A setting
    that is commented out needs the one with its key that holds.
    """
    text, begin = outline.text, len(outline.pieces)
    section: tuple[int, ...] = ()
    comment: tuple[int, ...] = ()  # it is about the entries below it, up to a blank line
    end = span.start
    begun = begin  # the first piece of the section
    for entry, closed in _entries(text, lines(text, *span)):
        if text.count("\n", end, entry[0].start) > 1:
            comment = ()
        end = entry[-1].end
        known = (*needs, *section, *comment)
        if _SECTION.match(text, *entry[0]) and len(entry) == 1:
            _connect_named(outline, begun, section)
            section, comment = (outline.add(*entry[0], (*needs, *comment), carrier=True),), ()
            begun = len(outline.pieces)
        elif DISABLED.match(text, *entry[0]):
            outline.add(*entry[0], known)
        elif _REMARK.match(text, *entry[0]):
            titled = len(entry) == 1 and _TITLE.match(text, entry[0].start, span.end) is not None
            at = outline.add(entry[0].start, end, (*needs, *section), carrier=titled)
            comment = (at,) if end - entry[0].start <= _SHORT else ()
        elif entry[-1].end - entry[0].start <= _SHORT:
            outline.add(entry[0].start, entry[-1].end, known)
        else:
            first, *body = entry
            key = outline.add(*first, known, carrier=bool(body))
            last = body.pop() if closed and body else None
            for line in body:
                outline.add(*line, (*known, key))
            if last:
                outline.add(*last, closes=key)
    _connect_named(outline, begun, section)
    connect_disabled(outline, begin)


def _connect_named(outline: Outline, first: int, section: tuple[int, ...]) -> None:
    """Let the settings of a section need those that switch it off, and in an array of tables its name."""
    if not section:
        return
    text, pieces = outline.text, outline.pieces
    listed = text.startswith("[[", pieces[section[0]].start)
    names = [
        number
        for number in range(first, len(pieces))
        if pieces[number].end - pieces[number].start <= _NAME
        and (
            _LIMITS.match(text, pieces[number].start) or (listed and _NAMES.match(text, pieces[number].start))
        )
    ]
    outline.require(range(first, len(pieces)), names[:_MOST])


def _entries(text: str, found: Sequence[Span]) -> Iterator[tuple[list[Span], bool]]:
    """Lines that belong together, and whether their last one closes what their first one opens."""
    entry: list[Span] = []
    opened, quoted, enclosed = 0, "", False
    for line in found:
        content = text[slice(*line)]
        if _NAMED.match(content) and not quoted:  # whatever was opened before, a section begins
            opened = 0
        within = opened > 0 or bool(quoted)
        remarks = bool(entry) and _REMARK.match(content) and _goes_on(text, entry, content)
        above = text.count("\n", entry[-1].end, line.start) if entry else 0
        goes_on = bool(entry) and text[entry[-1].end - 1] == "\\"
        if entry and not (within or goes_on or content[0].isspace() or (remarks and above < 2)):
            yield entry, enclosed
            entry, enclosed = [], False
        entry.append(line)
        was, quoted = quoted, _still_quoted(content, quoted)
        if not was and not quoted and not _SECTION.match(content):
            bare = _STRING.sub("", content)  # brackets in strings and comments open nothing
            opened = max(0, opened + sum(map(bare.count, "[{")) - sum(map(bare.count, "]}")))
        enclosed = within and not opened and not quoted
    if entry:
        yield entry, enclosed


def _goes_on(text: str, entry: Sequence[Span], content: str) -> bool:
    """Whether a comment goes on in a line: not after a setting, an empty line, or a title of settings."""
    if not _REMARK.match(text, *entry[-1]) or DISABLED.match(text, *entry[-1]):
        return False
    if len(entry) > 1 and _EMPTY.match(text, *entry[-1]) and not _EMPTY.match(text, *entry[-2]):
        return False
    titled = len(entry) == 1 and _TITLE.match(text, entry[0].start) is not None
    return not (titled and DISABLED.match(content))


def _still_quoted(line: str, quoted: str) -> str:
    """What has to end a string of many lines after a line, given what had to before it.

    >>> _still_quoted("text = '''", ""), _still_quoted("of it'''", "'''"), _still_quoted("a = '''b'''", "")
    ("'''", '', '')
    """
    for mark in _QUOTES.findall(line):
        quoted = mark if not quoted else "" if mark == quoted else quoted
    return quoted


def read_lines(
    outline: Outline, span: Span, begins: int, needs: tuple[int, ...] = (), words: Reader | None = None
) -> int:
    """A long stretch between its first line and its last: they come with any part of it. Returns the first.

    The first line is that of the place ``begins``: what stands before it, such as a comment, comes with it.
    Between them stand lines, or what a reader makes of words: of these none is pruned.
    """
    found = [line for line in lines(outline.text, *span) if line.end > begins]
    says = words is not None and _SAYS.search(outline.text, *found[0]) is not None
    head = outline.add(span.start, found[0].end, needs, carrier=not says, heads=says)
    inside, first = Span(found[0].end, found[-2].end), len(outline.pieces)
    (words or read_indented)(outline, inside, (*needs, head))
    outline.cover(inside.end)
    outline.pieces[first:] = [piece._replace(prose=False) for piece in outline.pieces[first:]]
    outline.add(*found[-1], closes=head)
    return head


def read_comment(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """The paragraphs of a comment; a line with nothing but the comment's mark ends one."""
    begin: int | None = None
    for line in lines(outline.text, *span):
        begin = line.start if begin is None else begin
        if not _COMMENTED.search(outline.text, *line):
            outline.add(begin, line.end, needs)
            begin = None
    if begin is not None:
        outline.add(begin, span.end, needs)
