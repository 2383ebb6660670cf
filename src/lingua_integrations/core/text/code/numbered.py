"""Source code behind numbers, as `cat -n`, `git blame` and the tools of agents show it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import regex

from lingua_integrations.core.text.code.source_code import language_of_code
from lingua_integrations.core.text.data.config_formats import is_config
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_PREFIX = regex.compile(
    r"""
    (?: [ ]*+ (?P<number>\d++) (?: \t | → | [ ]?[|│:](?:[ ]|$) | $ )
      | \^?[\da-f]{7,40} [ ] (?: \S++ [ ]++ )? \( [^\n]*? \d{4}-\d\d-\d\d [ ] [\d:]{8} [ ] [+-]\d{4} [ ]++
        (?P<number>\d++) \) [ ]? )
    """,
    regex.VERBOSE,
)
_VISIBLE = regex.compile(r"\S")
_IN_ORDER = 0.9  # of the lines that follow the one above them; those of a search do not


def is_numbered(found: Sequence[str]) -> bool:
    r"""Whether lines are those of a source file, each behind its number.

    >>> is_numbered(["1\tdef f(x):", "2\t    y = x + 1", "3\t    return y"])
    True
    >>> is_numbered(["1\tfig", "2\tapple", "3\tplum"])
    False
    """
    return _language(found) is not None


def _language(found: Sequence[str]) -> str | None:
    """The kind of source code that stands behind numbers; None where none does."""
    prefixes = [prefix for prefix in map(_PREFIX.match, found) if prefix] if _PREFIX.match(found[0]) else []
    if len(prefixes) < len(found) or len(found) < 3:
        return None
    follow = sum(int(right["number"]) == int(left["number"]) + 1 for left, right in pairwise(prefixes))
    if follow < _IN_ORDER * (len(found) - 1):
        return None
    rests = [rest for one in prefixes if (rest := one.string[one.end() :].rstrip()).strip()]
    return "config" if is_config(rests) else language_of_code(rests)


def read_numbered(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Read the code behind the numbers, and give each piece those of its lines."""
    text = outline.text
    found = lines(text, *span)
    begins = [_behind(text, line) for line in found]
    contents = [text[begin : line.end] for begin, line in zip(begins, found, strict=True)]
    code = "\n".join(contents)
    inner = Outline(code, outline.language, outline.readers)
    inner.read(_language([text[slice(*line)] for line in found]) or "code", Span(0, len(code)))
    places = [0, *accumulate(len(content) + 1 for content in contents)]
    first = len(outline.pieces)
    for piece in inner.pieces:
        number, last = (bisect_right(places, place) - 1 for place in (piece.start, piece.end - 1))
        within = code[places[number] : piece.start].strip()
        start = begins[number] + piece.start - places[number] if within else found[number].start
        if len(outline.pieces) == first:
            start = found[0].start
        elif not within:
            outline.extend(text.rfind("\n", 0, start))  # over the numbers of blank lines
        linked: dict[str, Any] = {"needs": (*needs, *(need + first for need in piece.needs))}
        linked |= {
            link: place + first for link in ("closes", "until") if (place := getattr(piece, link)) >= 0
        }
        mark = piece.mark.replace("\n", "\n" + _VISIBLE.sub(" ", text[found[number].start : begins[number]]))
        outline.pieces.append(
            piece._replace(start=start, end=begins[last] + piece.end - places[last], mark=mark, **linked)
        )
        outline.at = outline.pieces[-1].end
    outline.extend(found[-1].end)


def _behind(text: str, line: Span) -> int:
    """Where what stands behind the number of a line begins."""
    prefix = _PREFIX.match(text, *line)
    return prefix.end() if prefix else line.start
