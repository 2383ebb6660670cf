"""Directives of templates: which of them open a part of the page, divide it in branches, or close it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import regex

_SIGN = regex.compile(
    r"<\?(?:php\b|=|(?=\s))|<%[-=#@!]?|\{%[-+]?|\{\{\{?[-~]?|\{(?=[#:/]\p{L})"
    r"|(?m:^[ \t]*@(?=\p{Ll}+[ \t]*(?:\(|$))[^\n]*$)"
)
_ENDS = {"<?": "?>", "<%": "%>", "{%": "%}", "{{": "}}"}
_ELSE = regex.compile(
    r"[}:]?\s*(?:else\w*|el(?:se)?if|case|when|default|empty|catch|rescue|ensure|finally)\b|\^$", regex.I
)
_CLOSES = regex.compile(r"end\w*\b|/\s*\w*|\}")
_OPENS = regex.compile(
    r"[#^]\s*\w|[^'\"]*?(?:\bdo|\bdo\s*\|[^|]*\|)$|.*(?:\{|->\s*\([^()]*\)\s*\{)$|(?:if|elseif|for\w*|while|switch)\b.*:$"
    r"|(?:if|unless|case|while|until|begin)\b(?!.*\bend$)(?!.*[;}]$)",
    regex.S,
)
_OPENS_GO = regex.compile(r"(?:if|range|with|define|block)\b|[#^]")
_WORD = regex.compile(r"\w+")
_WHITE = " \t\r\n-+~;"

Event = Literal["opens", "divides", "closes", "shows"]


class Directive(NamedTuple):
    """A directive, and what it does: ``text[start:end]``."""

    start: int
    end: int
    event: Event
    code: bool = False  # statements of a program, over several lines


def directives_of(text: str, begin: int, end: int) -> list[Directive]:
    r"""The directives in a stretch.

    ``{% block %}`` opens something only where ``{% endblock %}`` stands somewhere.

    >>> [found.event for found in directives_of("<% if a %>x<% else %>y<% end %>", 0, 31)]
    ['opens', 'divides', 'closes']
    >>> [found.event for found in directives_of("{% block a %}{{ b }}{% include c %}{% endblock %}", 0, 50)]
    ['opens', 'shows', 'shows', 'closes']
    """
    found = list(_signs(text, begin, end))
    ended = {word[3:] for *_, inside in found for word in _WORD.findall(inside[:40])[:1] if word[:3] == "end"}
    return [
        Directive(start, stop, _event(sign, inside, ended), sign == "<?" and "\n" in inside.strip())
        for start, stop, sign, inside in found
    ]


def _signs(text: str, begin: int, end: int) -> Iterator[tuple[int, int, str, str]]:
    """Where each directive stands, its sign, and what it says."""
    at = begin
    while sign := _SIGN.search(text, at, end):
        start, mark = sign.start(), sign.group()[:2]
        if mark in _ENDS:
            stop = text.find(_ENDS[mark], sign.end(), end)
            if stop < 0 and mark != "<?":
                return
            stop = end if stop < 0 else stop
            at = min(end, stop + 2)
            shows = sign.group() in ("<?=", "<%=", "<%#", "<%@", "<%!", "{{{")
            yield start, at, "=" if shows and mark != "<%" else mark, text[sign.end() : stop].strip(_WHITE)
        elif mark[0] == "{":
            stop = text.find("}", sign.end(), end)
            if stop < 0:
                return
            at = stop + 1
            yield start, at, "{", text[sign.end() : stop].strip()
        else:
            at = sign.end()
            yield start, at, "@", sign.group().strip()[1:]


def _event(sign: str, inside: str, ended: set[str]) -> Event:
    """What a directive does, by its sign and its words."""
    if sign == "=":
        return "shows"
    if sign in ("{{", "{"):
        opens = _OPENS_GO.match(inside)
    elif sign in ("{%", "@"):
        word = _WORD.match(inside)
        opens = word if word and word.group() in ended else None
    else:
        opens = _OPENS.match(inside)
    if _ELSE.match(inside):
        return "divides"
    if sign == "<?" and "\n" in inside:
        return "shows"
    if opens and not (inside[0] == "^" and len(inside) == 1):
        return "opens"
    return "closes" if _CLOSES.match(inside) else "shows"


def balance(found: Sequence[Directive]) -> tuple[int, bool, int]:
    """Of the directives on a line: blocks from above that they close, whether they divide one, and new ones.

    >>> [one, *_, end] = directives_of("{{if a}}b{{else}}c{{end}}", 0, 25)
    >>> balance([one]), balance([one, end]), balance([end])
    ((0, False, 1), (0, False, 0), (1, False, 0))
    """
    closed = opened = 0
    divided = False
    for one in found:
        if one.event == "opens":
            opened += 1
        elif one.event == "closes":
            closed, opened = (closed, opened - 1) if opened else (closed + 1, 0)
        elif one.event == "divides" and not opened:
            divided = True
    return closed, divided, opened
