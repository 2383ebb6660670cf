"""Texts whose indentation says what belongs to what: YAML, TOML, INI, and code without a grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from lingua_integrations.core.text.data.disabled import DISABLED, connect_disabled
from lingua_integrations.core.text.data.qualifiers import connect_limits
from lingua_integrations.core.text.outline import Outline, Reader, indent, lines
from lingua_integrations.core.text.spans import Span

_SECTION = regex.compile(r"\s*\[{1,2}[^\[\]\n]+\]{1,2}\s*(?:[#;].*)?$")
_NAMED = regex.compile(r"\[{1,2}[\p{L}_\"'][^\[\],\n]*\]{1,2}\s*(?:[#;].*)?$")  # no row of an array of arrays
_STRING = regex.compile(r"\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|(?:^|\s)[#;].*")
_REMARK = regex.compile(r"\s*[#;!]")
_TITLE = regex.compile(  # a comment that names the entries below it
    r"[ \t]*[#;!]+[-=*# \t]*\w[^\n.!?:=]{0,40}[-=*# \t]*(?=\r?\n\S)"
)
_FILE = regex.compile(r"[#;]+[ =-]*(?:(?:file|source)[ :]*)?(?:[\w.@~-]*/)+[\w.@-]+[ :=-]*$", regex.I)
"""A comment with nothing but the path of a file, as `systemctl cat` prints it above what the file says."""
_EMPTY = regex.compile(r"\s*[#;!]+\s*$")
_QUOTES = regex.compile(r"\"{3}|'{3}")
_NAMES = regex.compile(r"[\"']?(?:name|id|key)[\"']?\s*[=:]\s*\S")  # of an entry of an array of tables
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
    that is commented out needs the one with its key that holds, and all of a section what limits them.
    Above sections may stand the path of the file that they are from.
    """
    text, begin, within = outline.text, len(outline.pieces), needs
    section: tuple[int, ...] = ()
    comment: tuple[int, ...] = ()  # it is about the entries below it, up to a blank line
    end = span.start
    entries = list(_entries(text, lines(text, *span)))
    for number, (entry, closed) in enumerate(entries):
        after = entries[number + 1][0][0] if number + 1 < len(entries) else None
        if text.count("\n", end, entry[0].start) > 1:
            comment = ()
        end = entry[-1].end
        if after and _heads_section(text, entry, after):  # it is no part of the section above
            connect_limits(outline, section)
            named = len(entry) == 1 and _FILE.match(text, *entry[0]) is not None
            at = outline.add(entry[0].start, end, within if named else needs, carrier=named)
            needs = (*within, at) if named else needs
            section, comment = (), () if named else (at,)
            continue
        known = (*needs, *section, *comment)
        if comment and not _REMARK.match(text, *entry[0]):
            outline.carry(comment[0])  # without what it is about it says nothing
        if _SECTION.match(text, *entry[0]) and len(entry) == 1:
            connect_limits(outline, section)
            _connect_name(outline, section)
            section, comment = (outline.add(*entry[0], (*needs, *comment), carrier=True),), ()
        elif DISABLED.match(text, *entry[0]):
            outline.add(*entry[0], known)
        elif _REMARK.match(text, *entry[0]):
            titled = len(entry) == 1 and _TITLE.match(text, entry[0].start, span.end) is not None
            at = outline.add(entry[0].start, end, (*needs, *section), carrier=titled)
            comment = (at,) if end - entry[0].start <= _SHORT else ()
        else:
            _add_setting(outline, entry, known, closed=closed)
    connect_disabled(outline, begin)
    connect_limits(outline, section)
    _connect_name(outline, section)


def _add_setting(outline: Outline, entry: Sequence[Span], needs: tuple[int, ...], *, closed: bool) -> None:
    """Add a key with its value; a long one is opened, and its last line may close what the first opens."""
    if entry[-1].end - entry[0].start <= _SHORT:
        outline.add(entry[0].start, entry[-1].end, needs)
        return
    first, *body = entry
    key = outline.add(*first, needs, carrier=bool(body))
    last = body.pop() if closed and body else None
    for line in body:
        outline.add(*line, (*needs, key))
    if last:
        outline.add(*last, closes=key)


def _heads_section(text: str, entry: Sequence[Span], after: Span) -> bool:
    """Whether comments are about the section that begins directly below them."""
    if not _REMARK.match(text, *entry[0]) or DISABLED.match(text, *entry[-1]):
        return False
    apart = text.count("\n", entry[-1].end, after.start) > 1
    return not apart and entry[-1].end - entry[0].start <= _SHORT and _SECTION.match(text, *after) is not None


def _connect_name(outline: Outline, section: tuple[int, ...]) -> None:
    """Let the settings of an entry of an array of tables need its name; without one, its first setting.

    What an entry is for stands first: ``module = "store.legacy.*"``.
    """
    text, pieces = outline.text, outline.pieces
    if not section or not text.startswith("[[", pieces[section[0]].start):
        return
    inside = range(section[0] + 1, len(pieces))
    short = [n for n in inside if pieces[n].end - pieces[n].start <= _NAME]
    names = [n for n in short if _NAMES.match(text, pieces[n].start)] or short[:1]
    outline.require(inside, names[:_MOST])


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
