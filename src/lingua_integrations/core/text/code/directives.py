"""Directives of a preprocessor: what stands between two of them is code, or is none, by their condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import add

import regex

from lingua_integrations.core.text.outline import indent

_DIRECTIVE = regex.compile(r"\s*[#%!`]\s*(?P<word>if|el(?:se|s?if)|end\s?if)\w*\b", regex.I)
_COMMENT = regex.compile(r"\s*(?://|/?\*|$)")
_DEEPER = 1_000  # columns by which lines between directives stand deeper than these
_MOST = 0.5  # of the lines, from which on a condition is one of the whole text, such as a guard of a header


def deeper_between(contents: Sequence[str]) -> list[int]:
    """How much deeper each line stands than its indentation says, where all directives have their ends.

    Directives may stand anywhere: they count as deep as the line below the first of them.

    >>> deeper_between(["  f()", "  g()", "#if A", "  h()", "#endif", "  k()", "  l()"])
    [0, 0, 2, 1000, 2, 0, 0]
    """
    words = [found["word"][:2].lower() if (found := _DIRECTIVE.match(one)) else "" for one in contents]
    if not 0 < words.count("if") == words.count("en"):
        return [0] * len(contents)
    below = _below(contents, words)
    steps, own = [0] * (len(contents) + 1), [0] * len(contents)
    for begin, *between, end in _conditions(words):
        if [*between, end][0] - begin <= _MOST * len(contents):
            steps[begin] += _DEEPER
            steps[end + 1] -= _DEEPER
            for number in (begin, *between, end):
                own[number] += below[begin] - indent(contents[number]) - _DEEPER
    return list(map(add, accumulate(steps[:-1]), own))


def _below(contents: Sequence[str], words: Sequence[str]) -> list[int]:
    """For each line how deep it stands, or the next one that is neither a directive nor a comment."""
    found, deep = [], 0
    for content, word in zip(reversed(contents), reversed(words), strict=True):
        deep = deep if word or _COMMENT.match(content) else indent(content)
        found.append(deep)
    return found[::-1]


def _conditions(words: Sequence[str]) -> Iterator[list[int]]:
    """The lines of each condition: its "if", its branches and its end; those inside of others first."""
    opened: list[list[int]] = []
    for number, word in enumerate(words):
        if word == "if":
            opened.append([number])
        elif word and opened:
            opened[-1].append(number)
            if word == "en":
                yield opened.pop()
