"""Source code, of which whole lines are kept or dropped: known by a file's name, or by its looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple

import regex

_CODE = ".py .js .ts .tsx .jsx .java .c .h .cc .cpp .hpp .cs .go .rs .rb .php .swift .kt .scala .sh .sql .lua"
_LINE = regex.compile(r"[^\r\n]++")
# A line that prose does not have: a definition, an import, an assignment, a call.
_STRONG = regex.compile(
    r"""
    [ \t]*+ (?:
        (?: (?: async | export | public | private | static | pub ) [ ]+ )*+
        (?: def | class | func | fn | function | struct | enum | interface ) [ ]+ \w++ [ ]*+ [:(<{] [^\n]*
      | from [ ]+ [\w.]++ [ ]+ import [ ]+ \S [^\n]*
      | import [ ]+ [\w.*/"'@-]++ (?: [ ]+ as [ ]+ \w++ )?+ ;?+ [ \t]*+ $
      | import [ ]+ [\w*{][^\n;]*+ [ ] from [ ] ["'] [^\n]*
      | (?: \# (?: include | define | ifdef | endif ) \b | @ [\w.]++ (?: \( | [ \t]*+ $ ) ) [^\n]*
      | (?: (?: const | let | var | auto | int | float | double | String ) [ ]+ )?+
        [\w.]++ (?: \[ [^\]\n]*+ \] )?+ (?: [ ]*+ : [ ]*+ [\w\[\], .|]++ )?+
        [ ]*+ [-+*/%|&^]?+ = (?! [=>] ) [ ]*+ \S [^\n]*
      | (?: (?: await | static | public | private | void | int | char | bool | float | double ) [ *]+ )*+
        [\w.]++ \( [^\n]* \) [ \t]*+ [;:{]?+ [ \t]*+ $
    )
    """,
    regex.VERBOSE,
)
# One that prose may have, too: a block's beginning, or the word for its end.
_WEAK = regex.compile(
    r"""
    [ \t]*+ (?:
        [}\])]*+ [ ]*+
        (?: if | elif | else | for | while | try | except | finally | with | case ) \b [^\n]* [:{]
      | (?: return | yield | raise | throw | assert ) \b [^\n]* [)\]}\w"']
      | (?: pass | break | continue | end | fi | done | return )
    ) [ \t]*+ $
    """,
    regex.VERBOSE,
)
_COMMENT = regex.compile(r"[ \t]*(?:#|//|/?\*|--|\"{3}|'{3})")
_LEAST = 3
"""So many statements make code of a stretch of lines; one alone may be a formula or a sentence's end."""
_ENDS = (";", "{", "}")


class Line(NamedTuple):
    """A line with its indentation, without its end: ``text[start:end]``."""

    start: int
    end: int


def is_code(name: str) -> bool:
    """Whether a file of this name holds source code.

    >>> is_code("src/main.py"), is_code("notes.md")
    (True, False)
    """
    return PurePath(name).suffix.lower() in _CODE.split()


def pasted_lines(text: str) -> list[Line]:
    r"""Lines of source code that stands in a text without a fence around it.

    A stretch of lines is code where it has at least three statements and little else: comments, and lines
    that are indented more than its first one. One of the statements must be one that prose cannot have: the
    clauses of a law end with semicolons, too.

    >>> text = "See here:\n\ndef f(x):\n    y = x + 1\n    return y\n\nIt adds one."
    >>> [text[slice(*line)] for line in pasted_lines(text)]
    ['def f(x):', '    y = x + 1', '    return y']
    """
    if text.count("\n") < _LEAST - 1:
        return []
    found = (match for match in _LINE.finditer(text) if match.group().strip())
    lines = [Line(match.start(), match.start() + len(match.group().rstrip())) for match in found]
    return list(_code(text, lines))


def _code(text: str, lines: list[Line]) -> Iterator[Line]:
    stretch: list[Line] = []
    statements = last = 0  # how many, and the lines up to the last of them
    sure = False
    for line in [*lines, None]:
        content = text[slice(*line)] if line else ""
        strong = _STRONG.match(content) is not None
        statement = strong or content.endswith(_ENDS) or _WEAK.match(content) is not None
        inside = stretch and (_indent(content) > _indent(text[slice(*stretch[0])]) or _COMMENT.match(content))
        if line is not None and (statement or inside):
            stretch.append(line)
            statements += statement
            sure = sure or strong
            last = len(stretch) if statement or _indent(content) else last
            continue
        if sure and statements >= _LEAST and 2 * statements >= last:
            yield from stretch[:last]
        stretch, statements, last, sure = [], 0, 0, False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
