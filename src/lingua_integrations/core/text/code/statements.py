"""Statements of source code without a grammar: lines that are one, since the first of them goes on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import regex

from lingua_integrations.core.text.data.nested import Line
from lingua_integrations.core.text.outline import indent
from lingua_integrations.core.text.spans import Span

_STRING = regex.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|//.*|(?:^|\s)#.*")
_OPENER = regex.compile(r"\s*(?:\{|begin|then|do)\s*$", regex.I)
_OPENS = regex.compile(r"(?:[{:]|->|=>|\bdo|\bthen|\|)\s*$")
_CLOSES = regex.compile(r"\s*(?:[)}\]]|(?:end|fi|done|esac)\b)")
_GOES_ON = regex.compile(r"\s*(?:\??\.\w+\s*[({]|&&|\|\||\|>|<[|$*]>?\s|>>=|\+\+?\s|=\s|[-=]>\s|[?:]\s)")
_COMMA = regex.compile(r"\s*,")
_ATTRIBUTE = regex.compile(
    r"""
    \s* (?: @(?! (?: end | optional | required | public | private | protected | package ) \b )
        \p{L}[\w.]* (?: \(.*\) )?
      | @(?: doc | spec | impl | deprecated ) \s [^\n]*
      | template \s* <.*>
      | \#?\[ \p{Lu}[\w.:]* (?: \(.*\) )? \] | \#\[ .* \] | \[\[ .* \]\] | \{-\# .* \#-\} ) \s* $
    """,
    regex.VERBOSE,
)
"""A line that says something of the statement below it, such as ``[Obsolete]``."""
_TEMPLATE = regex.compile(r"\s*template\s*<")
_DEFINES = regex.compile(
    r"\s*(?:public|private|protected|internal|static|class|struct|enum|interface|trait|record|object|fn|func|fun"
    r"|def\w*|function|impl|mod|module|type|val|var|let|const|async|override|abstract|final|open|data|pub|unsafe"
    r"|export|suspend|lateinit|void|int|long|string|bool)\b",
    regex.I,
)
_HEREDOC = regex.compile(r"(?<!<)<<[-~]?[\"']?(?P<end>[A-Z_][A-Z\d_]*)\b(?!.*;)")
_WORD = regex.compile(r"\s*([A-Z_][A-Z\d_]*)\s*$")
_COMMENT = regex.compile(r"\s*(?P<sign>/\*|<#|\{-(?!#)|--\[\[|=begin\b|\(\*\s)")
_COMMENT_ENDS = {"/*": "*/", "<#": "#>", "{-": "-}", "--[[": "]]", "=begin": "=end"}
CONFLICT = regex.compile(r"(?m)^<{7} \S")
"""The line above the two sides of a conflict that git could not merge."""
_CONFLICT_ENDS = regex.compile(r"(?m)^>{7} .*$")
_COMMENTED = 600  # characters up to which a comment between two signs is one piece
_LONG = 1_500  # characters up to which what stands in one pair of brackets is one piece


def with_block_comments(text: str, found: Sequence[Span]) -> list[Span]:
    r"""Lines, of which those from a sign that opens a comment to the one that ends it are one.

    >>> with_block_comments("/*\nf()\n*/\ng()", [Span(0, 2), Span(3, 6), Span(7, 9), Span(10, 13)])
    [Span(start=0, end=9), Span(start=10, end=13)]
    """
    joined: list[Span] = []
    end = 0  # of the last comment, or of both sides of a conflict
    for line in found:
        if line.start < end:
            joined[-1] = Span(joined[-1].start, line.end)
            continue
        joined.append(line)
        if CONFLICT.match(text, *line):
            ends = _CONFLICT_ENDS.search(text, line.end, line.end + _LONG)
            end = ends.end() if ends else end
        elif sign := _COMMENT.match(text, *line):
            last = _COMMENT_ENDS.get(sign["sign"], "*)")
            end = text.find(last, sign.end(), sign.end() + _COMMENTED) + len(last)
    return joined


def statements_of(text: str, found: Sequence[Line]) -> Iterator[Line]:
    r"""Lines, joined where one goes on in the next.

    So it does after a bracket, a backslash or an attribute, before an operator or a line with nothing but
    what opens a block, and in a here-document.

    >>> text = "@Old\ndef f(a,\n  b)\ng()"
    >>> found = [Line(0, 0, 4), Line(5, 5, 13), Line(14, 14, 18), Line(19, 19, 22)]
    >>> [text[line.start : line.end] for line in statements_of(text, found)]
    ['@Old\ndef f(a,\n  b)', 'g()']
    """
    waiting: Line | None = None
    opened, goes_on, until = 0, False, ""
    contents = [text[line.own : line.end] for line in found]
    ends = _ends(text, found)
    before = ""
    for line, content in zip(found, contents, strict=True):
        joined = until or goes_on or opened or (waiting is not None and _continues(before, content))
        if waiting is None or not joined or line.end - waiting.start > _LONG:
            if waiting is not None:
                yield waiting
            waiting, opened, before = line, 0, content
        else:
            waiting = waiting._replace(end=line.end)
            before = content if _ATTRIBUTE.match(before) else before
        if until:
            until = "" if content.strip() == until else until
            goes_on = bool(until)
            continue
        heredoc = _HEREDOC.search(content)
        until = heredoc["end"] if heredoc and _is_near(ends.get(heredoc["end"], ()), line) else ""
        bare = _STRING.sub("", content)
        opened = max(0, opened + sum(map(bare.count, "([")) - sum(map(bare.count, ")]")))
        goes_on = content.endswith("\\")
        if _OPENS.search(content):  # of a block inside of brackets, as that of a callback
            opened = 0
    if waiting is not None:
        yield waiting


def _continues(first: str, content: str) -> bool:
    """Whether a statement that begins with a line goes on in another one, by what that begins with."""
    if _OPENER.match(content):
        return not _CLOSES.match(first)
    deeper = indent(content) - indent(first)
    if _ATTRIBUTE.match(first):
        said = _TEMPLATE.match(first) or _DEFINES.match(content) or _ATTRIBUTE.match(content)
        return not deeper and said is not None
    if deeper > 0 and _GOES_ON.match(content):
        return not _OPENS.search(content) and not _OPENS.search(first)
    return deeper >= 0 and _COMMA.match(content) is not None


def _ends(text: str, found: Sequence[Line]) -> dict[str, list[int]]:
    """For each line that is nothing but a word in capitals where it stands; it may end a here-document."""
    ends: dict[str, list[int]] = {}
    for line in found:
        if word := _WORD.match(text, line.own, line.end):
            ends.setdefault(word[1], []).append(line.end)
    return ends


def _is_near(ends: Sequence[int], line: Line) -> bool:
    """Whether a here-document that begins in a line has an end, and is not long."""
    after = bisect_right(ends, line.end)
    return after < len(ends) and ends[after] - line.start <= _LONG
