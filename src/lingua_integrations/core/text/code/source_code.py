"""Source code that stands in a text without a fence around it, known by its looks; and its language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from lingua_integrations.core.text.code.languages import kind_of_language
from lingua_integrations.core.text.lines.sessions import PROMPT
from lingua_integrations.core.text.spans import Span

_LINE = regex.compile(r"[^\r\n]++")
# A line that prose does not have: a definition, an import, an assignment, a call.
_STRONG = regex.compile(
    r"""
    [ \t]*+ (?:
        (?: (?: async | export | default | public | private | static | pub ) [ ]+ )*+
        (?: def | class | fun | func | fn | function | struct | enum | interface )
        [ ]+ [\w`-]++ [ ]*+ [:(<{] [^\n]*
      | func [ ] \( [^()\n]*+ \) [ ] \w++ \( [^\n]*  # a method of Go
      | (?: Public | Private | Protected | Friend ) [ ] (?: \w++ [ ] ){0,3}
        (?: Class | Function | Sub | Property | Module ) \b [^\n]*
      | function [ ] (?: \[? [\w, ]++ \]? [ ]*+ = [ ]*+ )? \w++ \( [^()\n]*+ \) [ \t]*+ $  # of MATLAB
      | package [ ]+ \w[\w.]*+ ;?+ [ \t]*+ $
      | from [ ]+ [\w.]++ [ ]+ import [ ]+ \S [^\n]*
      | import [ ]+ [\w.*/"'@-]++ (?: [ ]+ as [ ]+ \w++ )?+ ;?+ [ \t]*+ $
      | import [ ]+ [\w*{][^\n;]*+ [ ] from [ ] ["'] [^\n]*
      | using [ ]+ [\w.]++ (?: [ ]= [ ] [\w.<>]++ )?+ ;
      | (?: public | private | protected | internal ) (?: [ ] [\w<>\[\]?.,]++ ){1,6}
        (?: [ ]*+ (?: \( | =>? | \{ ) [^\n]* | ; )
      | (?: \# (?: include | define | ifdef | endif ) \b | @ [\w.]++ (?: \( | [ \t]*+ $ ) ) [^\n]*
      | (?: (?: const | let | var | auto | int | float | double | String ) [ ]+ )?+
        (?!\d) [\w.]++ (?: \[ [^\]\n]*+ \] )?+ (?: [ ]*+ : [ ]*+ [\w\[\], .|]++ )?+
        [ ]*+ [-+*/%|&^]?+ = (?! [=>] ) [ ]*+ \S [^\n]*
      | (?: (?: await | static | public | private | void | int | char | bool | float | double ) [ *]+ )*+
        [\w.]++ \( [^\n]* \) [ \t]*+ [;:{]?+ [ \t]*+ $
      | (?: for [ ] \w++ [ ] in [ ] | while [ ] | until [ ] | (?: el )?+ if [ ] ) [^\n]*
        ;[ ]*+ (?: do | then ) [ \t]*+ $
      | case [ ] \S++ [ ] in [ \t]*+ $
      | @?(?i: echo [ ] off | setlocal \b | goto [ ] :?\w+  # a batch file
        | if [ ] (?: not [ ] )? (?: exist\b | errorlevel\b | "% ) ) [^\n]*
      | :\w+ [ \t]*+ $
      | <\?php \b [^\n]* | \$ \w++ [^\n=]*+ = [ ] [^\n]* ; | param [ ]*+ \( [^\n]*
      | (?: Get | Set | New | Remove | Write | Import | Invoke | Start | Stop | Add | Copy | Test )
        - \p{Lu} \w++ (?: [ ] [^\n]* )?+ $  # commands of PowerShell
      | [a-z][\w']*+ [ ] :: [ ] [^\n]* -> [^\n]*
      | (?<= [ \t] ) \|(?!\|) [ ] [^|=\n]++ (?: == [^|=\n]*+ )*+ (?<= [ ] ) = [ ] [^|\n]*+ $  # of Haskell
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
      | (?: pass | break | continue | end | return )
      | End [ ] (?: If | Sub | Function | Class | Module | Property | Select | Try | With )  # of Visual Basic
      | (?: fi | done | esac ) \b (?: [ ]*+ [|&<>;] [^\n]* )?+ | ;; | (?: then | do | else )
    ) [ \t]*+ $
    """,
    regex.VERBOSE,
)
_COMMENT = regex.compile(r"[ \t]*(?:#|//|/?\*|--|\"{3}|'{3})")
FENCE = r"(?:`{3,5}(?!`)|(?<!\S[^\n]{0,120}\n)`{6,}|~{3,})"
"""The mark of fenced code; six right below a line underline a title, as in reST."""
_FENCE = regex.compile(rf"[ \t>]*({FENCE})")
_TITLE = regex.compile(  # lines above a table, up to 160 characters of them
    r"(?<![^\n]|\S[ \t]*\n)(?![^\n]*[|>#])(?=[^\n]{2,160}+(?:\n[^\n]{1,160}+){0,2}+\Z)"
    r"(?s:.){2,160}(?<![-=~^])\Z"
)
_WORDS = 7  # of a line, from which on it is one of a text
_SIGNS = regex.compile(r"[{}=$|<>\\;]|\w\(")
_LEAST = 3
"""So many statements make code of a stretch of lines; one alone may be a formula or a sentence's end."""
_ENDS = (";", "{", "}")
_LEADS = (":", "：", "=", "=>")


class Line(NamedTuple):
    """A line with its indentation, without its end: ``text[start:end]``."""

    start: int
    end: int


class Code(NamedTuple):
    """A stretch of source code, or of data, in a text; and its language."""

    span: Span
    kind: str

    def lead(self, text: str, begin: int) -> Span:
        r"""The line that leads to it, from ``begin`` on: one that ends in a colon; or the title of a table.

        >>> Code(Span(9, 12), "json").lead("See.\nAs: [1]", 0), Code(Span(5, 8), "json").lead("See: [1]", 5)
        (Span(start=5, end=8), Span(start=5, end=5))
        """
        above = text[begin : self.span.start].rstrip()
        if self.kind == "table" and (title := _TITLE.search(above)) is not None:
            return Span(begin + title.start(), begin + len(above))
        start = begin + above.rfind("\n") + 1
        return (
            Span(start, begin + len(above))
            if above.endswith(_LEADS) and not above.endswith("==")  # which underlines a heading
            else Span(self.span.start, self.span.start)
        )


def pasted_code(text: str, span: Span) -> list[Code]:
    r"""Source code that stands in a text without a fence around it.

    A stretch of lines is code where it has at least three statements and little else: comments, and lines
    that are indented more than its first one. One of the statements must be one that prose cannot have: the
    clauses of a law end with semicolons, too.

    >>> text = "See here:\n\ndef f(x):\n    y = x + 1\n    return y\n\nIt adds one."
    >>> [(text[slice(*code.span)], code.kind) for code in pasted_code(text, Span(0, len(text)))]
    [('def f(x):\n    y = x + 1\n    return y', 'python')]
    """
    if text.count("\n", *span) < _LEAST - 1:
        return []
    found = [
        Line(match.start(), match.start() + len(match.group().rstrip()))
        for match in _LINE.finditer(text, *span)
        if match.group().strip()
    ]
    stretches = []
    for part in _between_fences(text, found):
        for stretch in _code(text, part):
            kind = language_of_code([text[slice(*line)] for line in stretch])
            stretches.append(Code(Span(stretch[0].start, stretch[-1].end), kind or "code"))
    return stretches


def language_of_code(found: Sequence[str]) -> str | None:
    """The kind that lines of source code are of: a language, or "code"; nothing where they are none."""
    strong = [_STRONG.match(line) is not None for line in found]
    if not any(strong):
        return None
    weak = [line.rstrip().endswith(_ENDS) or _WEAK.match(line) is not None for line in found]
    statements = sum(one or other for one, other in zip(strong, weak, strict=True))
    counted = sum(not _COMMENT.match(line) and not line[:1].isspace() for line in found)
    if statements < _LEAST or 2 * statements < counted:
        return None
    kind = kind_of_language(found)
    return None if kind == "code" and _is_text(found, strong, statements) else kind


def _is_text(found: Sequence[str], strong: Sequence[bool], statements: int) -> bool:
    """Whether lines are a text with commands in it: more words than statements, or none at the margin."""
    least = min(map(_indent, found))
    outer = any(one and _indent(line) == least for line, one in zip(found, strong, strict=True))
    wordy = sum(map(_is_wordy, found))
    return wordy > statements or (wordy > 0 and not outer)


def _is_wordy(line: str) -> bool:
    """Whether a line has as many words as a line of a text, and nothing that code has."""
    return len(line.split()) >= _WORDS and not _COMMENT.match(line) and _SIGNS.search(line) is None


def _between_fences(text: str, found: list[Line]) -> Iterator[list[Line]]:
    """Lines outside of fenced code, as stretches."""
    stretch: list[Line] = []
    fence = ""
    for line in found:
        mark = _FENCE.match(text, *line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
            yield stretch
            stretch = []
        else:
            stretch.append(line)
    yield stretch


def _code(text: str, found: list[Line]) -> Iterator[list[Line]]:
    stretch: list[Line] = []
    statements = last = 0  # how many, and the lines up to the last of them
    sure = False
    for line in [*found, None]:
        content = text[slice(*line)] if line else ""
        strong = _STRONG.match(content) is not None
        statement = strong or content.endswith(_ENDS) or _WEAK.match(content) is not None
        statement = statement and not PROMPT.match(content)
        inside = stretch and (_indent(content) > _indent(text[slice(*stretch[0])]) or _COMMENT.match(content))
        if line is not None and (statement or inside):
            stretch.append(line)
            statements += statement
            sure = sure or strong
            last = len(stretch) if statement or _indent(content) else last
            continue
        if sure and statements >= _LEAST and 2 * statements >= last:
            yield stretch[:last]
        stretch, statements, last, sure = [], 0, 0, False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
