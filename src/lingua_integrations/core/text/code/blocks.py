"""Source code without a grammar: a line needs the headers of its blocks, and the early exits before it.

What stands under what is told by the indentation, and what closes a block by its looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import regex

from lingua_integrations.core.text.code.directives import deeper_between
from lingua_integrations.core.text.code.statements import statements_of
from lingua_integrations.core.text.data.nested import Branch, Line, nested, with_comments
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_COMMENT = regex.compile(r"\s*(?:#(?!(?:include|define|if|endif|else|pragma|region)\b)|//|--\s|/?\*)")
_COMMENT_BESIDE = regex.compile(
    r"\s*(?:#(?!\s*(?:include|define|undef|if\w*|elif|endif|else|pragma|error|line)\b)|//|--\s|/?\*)"
)
_CLOSING = regex.compile(
    r"\s*(?:[)}\]]+[;,)]*|[#%!`]?\s*(?:end\w*|fi|done|esac)\b\s*(?:if|case|loop|while|\([^()]*\))?;?)\s*"
    r"(?://.*|/\*.*|(?:\|\|?|&&?|\d?>|<)\s*\S.*)?$",  # what it ends may be redirected
    regex.I,
)
_CASE_ENDS = regex.compile(r"\s*;;&?\s*$|\s*;&\s*$")
_SECTION = regex.compile(
    r"\s*(?:(?:private|protected|public|published|internal)(?:\s+(?:Q_)?slots)?|signals|module_function)"
    r"\s*(?P<label>:)?\s*$",
    regex.I,
)
"""A line that says something of all lines below it in its block, up to the next one like it."""
_GUARD = regex.compile(r"\s*\|\s(?=.*?\s=\s)(?!.*->)", regex.S)  # of Haskell: holds if none above it did
_GUARDS = 30  # of a function, from which on those before are not needed any more
_BRANCH = regex.compile(
    r"\s*(?:[}\])]*|[#%!`])\s*(?:else|elif|elsif|elseif|catch|except|finally|rescue|ensure|case|when|default)\b",
    regex.I,
)
_CONTROL = regex.compile(
    r"\s*(?:[}\])]*|[#%!`])\s*(?:if|ifn?def|else|elif|elsif|elseif|unless|guard|for|foreach|while|until|repeat|try|catch|except"
    r"|finally|rescue|ensure|switch|case|when|default|do|begin|with|using|lock|match|loop|select)\b|\s*\S+\)\s*$",
    regex.I,
)
_LOOP = regex.compile(r"\s*(?:for|foreach|while|until|repeat|loop|do|switch|case|match|select)\b", regex.I)
_EXIT = regex.compile(
    r"\b(?:return|raise|throw|goto|panic!?|exit|abort|die|quit|bail!?|fatalError)\b", regex.I
)
_LOOP_EXIT = regex.compile(r"\b(?:break|continue|next|redo)\b")
_COMMENTED = 400  # characters up to which a comment comes with what it is about


class _Exits(NamedTuple):
    """Pieces that leave a function, and those that leave only a loop."""

    function: tuple[int, ...] = ()
    loop: tuple[int, ...] = ()

    def plus(self, other: _Exits) -> _Exits:
        return _Exits(self.function + other.function, self.loop + other.loop)


def read_blocks(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """The statements of source code, by their indentation, and by the directives of a preprocessor."""
    text, every = outline.text, lines(outline.text, *span)
    deeper = deeper_between([text[slice(*line)] for line in every])
    found = list(with_comments(text, every, _COMMENT_BESIDE if any(deeper) else _COMMENT, _COMMENTED))
    statements = list(statements_of(text, found))
    more = dict(zip((line.start for line in every), deeper, strict=True))
    more |= {line.own: 1 for line in statements if _is_label(text, line)}  # in its class, not beside it
    _add(outline, nested(text, statements, deeper=[more[line.own] for line in statements]), needs)


def _is_label(text: str, line: Line) -> bool:
    """Whether a line is a label such as ``public:``."""
    found = _SECTION.match(text, line.own, line.end)
    return found is not None and found["label"] is not None


def _add(
    outline: Outline, branches: Sequence[Branch], needs: tuple[int, ...], parent: int | None = None
) -> _Exits:
    """The statements of a block, given the piece that opens it; returns the exits among them."""
    every = guards = _Exits()
    section: tuple[int, ...] = ()
    guarded = 0
    opener: int | None = None  # the last statement that has a block, and of its branches the last
    last: int | None = None
    for one in branches:
        content = outline.text[one.line.own : one.line.end]
        if opener is not None and last is not None and _CLOSING.match(content):
            worded = content.lstrip()[:1] not in ")}]"  # "end" is that of all branches, a brace that of one
            outline.add(one.line.start, one.line.end, closes=opener if worded else last)
            continue
        if parent is not None and _CASE_ENDS.match(content):
            outline.add(one.line.start, one.line.end, closes=parent)
            continue
        if _SECTION.match(content):
            section = (outline.add(one.line.start, one.line.end, needs, carrier=True),)
            _add(outline, one.inside, (*needs, *section))
            continue
        control = _CONTROL.match(content) is not None
        branch = (opener,) if opener is not None and _BRANCH.match(content) else ()
        known = (*needs, *guards.function, *guards.loop, *branch, *section)
        block = bool(one.inside)
        at = outline.add(
            one.line.start, one.line.end, known, carrier=block and control, heads=block and not control
        )
        last = at if block or control else None
        opener = opener if branch else last
        inside = _add(outline, one.inside, (*known, at), at)
        guarded += _GUARD.match(content) is not None
        leaves = _EXIT.search(content) or (_GUARD.match(content) and guarded <= _GUARDS)
        exits = _Exits((at,) * bool(leaves), (at,) * bool(_LOOP_EXIT.search(content)))
        if control:
            exits = exits.plus(inside._replace(loop=()) if _LOOP.match(content) else inside)
        if exits.function or exits.loop:
            guards = exits
            every = every.plus(exits)
    return every
