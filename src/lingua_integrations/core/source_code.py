"""Source code, of which whole lines are kept or dropped: known by a file's name, or by its looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple

import regex

_CODE = ".py .js .ts .tsx .jsx .java .c .h .cc .cpp .hpp .cs .go .rs .rb .php .swift .kt .scala .sh .sql .lua"
_LINE = regex.compile(r"[^\r\n]++")
# A line that prose does not have: a block's beginning or end, an assignment, a call, an import.
_STATEMENT = regex.compile(
    r"""
    ^ [ \t]*+ (?:
        (?: async[ ]+ )?+ (?: def | class | func | fn | function ) [ ]+ \w[^\n]* [:({]
      | (?: if | elif | else | for | while | try | except | finally | with | case ) \b [^\n]* : [ \t]* $
      | (?: from [ ]+ [\w.]+ [ ]+ )?+ import [ ]+ [\w.*{("'] [^\n.]* $
      | (?: \# (?: include | define | ifdef | endif ) \b | @ [\w.]+ (?: \( | [ \t]* $ ) )
      | (?: (?: const | let | var | auto | int | float | double | String | self\.\w+ | this\.\w+ ) [ ]+ )?+
        [\w.]+ (?: \[ [^\]\n]* \] )?+ (?: [ ]* : [ ]* [\w\[\], .|]+ )?+ [ ]* [-+*/%|&^]?+ = (?! [=>] ) [ ]* \S
      | [\w.]+ \( [^\n]* \) [ \t]*+ [;:{]?+ [ \t]* $
      | [^\n]* [;{}] [ \t]* $
      | (?: return | yield | raise | throw | await | assert ) \b [^\n]* [)\]}\w"'] $
      | (?: pass | break | continue | end | fi | done ) [ \t]* $
    )
    """,
    regex.VERBOSE | regex.MULTILINE,
)
_COMMENT = regex.compile(r"[ \t]*(?:#|//|/?\*|--|\"{3}|'{3})")
_LEAST = 3
"""So many statements make code of a stretch of lines; one alone may be a formula or a sentence's end."""


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
    that are indented more than its first one.

    >>> text = "See here:\n\ndef f(x):\n    y = x + 1\n    return y\n\nIt adds one."
    >>> [text[slice(*line)] for line in pasted_lines(text)]
    ['def f(x):', '    y = x + 1', '    return y']
    """
    if text.count("\n") < _LEAST - 1:
        return []
    lines = [Line(*match.span()) for match in _LINE.finditer(text) if match.group().strip()]
    return [Line(line.start, line.start + len(text[slice(*line)].rstrip())) for line in _code(text, lines)]


def _code(text: str, lines: list[Line]) -> Iterator[Line]:
    stretch: list[Line] = []
    statements = last = 0  # how many, and the lines up to the last of them
    for line in [*lines, None]:
        content = text[slice(*line)] if line else ""
        statement = line is not None and _STATEMENT.match(content) is not None
        inside = stretch and (_indent(content) > _indent(text[slice(*stretch[0])]) or _COMMENT.match(content))
        if line is not None and (statement or inside):
            stretch.append(line)
            statements += statement
            last = len(stretch) if statement or _indent(content) else last
            continue
        if statements >= _LEAST and 2 * statements >= last:
            yield from stretch[:last]
        stretch, statements, last = [], 0, 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
