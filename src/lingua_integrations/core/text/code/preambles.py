"""What a comment at the top of a file says of all that stands in it: units, and where it is compiled."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_COMMENT = regex.compile(r"\s*(?:#|//|--|%|;|/\*.*\*/\s*$|<\?php\s*$)")
_HOLDS = regex.compile(
    r"""
    // \s? (?: go:build | \+build ) \s
    | \b (?: all | every | amounts? | prices? | costs | values | numbers | times? | timeouts? | durations?
      | dates | sizes? | lengths? | distances? | weights? | temperatures? | angles? | coordinates | money ) \b
      [^.\n]{0,60}? \b in \s (?: \w+ \s )?
      (?: (?: milli | micro | nano )? seconds | m?s | minutes | hours | days | weeks | months | years | UTC
      | GMT | (?: euro [ ] )? cents | pence | euros? | dollars? | USD | EUR | GBP | g?wei | satoshis?
      | thousands | millions | bits | (?: kilo | mega | giga )? bytes | [KMG]i?B | pixels? | px | points | em
      | rem | percent | degrees | radians | celsius | fahrenheit | kelvin | [mck]?m | miles | feet | inches
      | (?: kilo | centi | milli )? met(?: er | re ) s? | yards | (?: kilo )? grams | kg | pounds | lbs ) \b
    """,
    regex.VERBOSE | regex.I,
)
_FEW = 10  # lines at the top
_SHORT = 300  # characters up to which they come with all others


def read_preamble(outline: Outline, span: Span, needs: tuple[int, ...]) -> tuple[int, ...]:
    r"""Add the comment at the top, up to the line that holds for the file; returns what all others need.

    >>> outline = Outline("# All times in ms.\nwait = 5")
    >>> read_preamble(outline, Span(0, 27), ()), outline.at
    ((0,), 18)
    """
    end = min(span.end, span.start + _SHORT)
    found = lines(outline.text, span.start, end)[:_FEW]
    for line in found:
        if not _COMMENT.match(outline.text, *line):
            return needs
        if line.end < end and _HOLDS.search(outline.text, *line):
            return (*needs, outline.add(span.start, line.end, needs, carrier=True))
    return needs
