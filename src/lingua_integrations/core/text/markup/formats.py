"""Which texts are in a markup of their own: LaTeX, AsciiDoc, wiki text, POD; a detector for each looks at the lines."""

from __future__ import annotations

from collections.abc import Sequence

import regex

MATH = frozenset(
    [
        "equation",
        "align",
        "alignat",
        "eqnarray",
        "gather",
        "multline",
        "displaymath",
        "math",
        "split",
        "aligned",
        "cases",
        "array",
        "matrix",
        "pmatrix",
        "bmatrix",
        "vmatrix",
        "smallmatrix",
        "flalign",
        "dmath",
        "subequations",
        "gathered",
    ]
)
"""Environments of LaTeX that are words of a sentence, as TeX reads them."""
_MARKDOWN = regex.compile(r"(?m)^(?:#{1,6} \S|```|~~~)")  # or what shows other formats in fences
_LATEX = regex.compile(
    r"(?m)^[ \t]*\\(?:documentclass|(?:sub){0,2}section\*?\{|chapter\*?\{|begin\{(?!(?:"
    + "|".join(sorted(MATH))
    + r")\b)[a-zA-Z]+\*?\})"
)
_COMMAND = regex.compile(r"[ \t]*(?:\\[a-zA-Z@]+|%)")


def markup_of(head: str, found: Sequence[str]) -> str | None:
    r"""The kind of a text whose headings and blocks are marked as no other format marks them; else None.

    >>> markup_of("\\section{A}\nIt rained.", ["\\section{A}", "It rained."])
    'latex'
    """
    return next((kind for kind, fits in _FORMATS if fits(head, found)), None)


def _is_latex(head: str, found: Sequence[str]) -> bool:
    """Whether lines are LaTeX, and do not only show formulas."""
    if "\\" not in head or not _LATEX.search(head) or _MARKDOWN.search(head):
        return False
    commands = sum(map(bool, map(_COMMAND.match, found)))
    return commands >= min(2, len(found) - 1) and commands >= 0.05 * len(found)


_FORMATS = (("latex", _is_latex),)
"""Kinds with their detectors, in the order in which they are tried."""
