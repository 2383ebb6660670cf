"""Links and images of Markdown, which must not be torn."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.spans import Span

_LINK = regex.compile(
    r"""
    !?\[ (?: [^\[\]\n]++ | \[ [^\[\]\n]*+ \] ){0,20}+ \]  # the text, perhaps with an image in it
    (?: \( (?: [^()\s]++ | \( [^()\s]*+ \) )*+ (?: [ ]+"[^"\n]*+" )?+ \) | \[ [^\[\]\n]*+ \] )
    """,
    regex.VERBOSE,
)


def links(text: str) -> list[Span]:
    """Links and images: ``[text](target "title")``, ``![alt](source)``, ``[text][reference]``.

    >>> [text[slice(*span)] for text in ["see [the docs](x.md)."] for span in links(text)]
    ['[the docs](x.md)']
    """
    return [Span(*match.span()) for match in _LINK.finditer(text)] if "](" in text or "][" in text else []
