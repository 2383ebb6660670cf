"""Which texts are in a markup of their own: LaTeX, AsciiDoc, wiki text, POD. Detectors see the lines."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.markup.entries import BIBTEX

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


_ADOC = regex.compile(
    r"(?m)^(?:\|={3,}|(?:ifn?def|include|endif)::[^\[\]\n]*\[[^\]\n]*\]"
    r"|\[(?:NOTE|TIP|WARNING|IMPORTANT|CAUTION|source,[^\]\n]+|(?:%header|cols="
    r"|options=)[^\]\n]*)\])[ \t]*\r?$"
)
"""What only AsciiDoc has."""
_ADOC_HEADING = regex.compile(r"={1,6} (?!(?:RUN|PAUSE|CONT|NAME)\b)[\p{L}\p{N}`][^\n]*(?<![=\s])\s*$")
_ADOC_MARK = regex.compile(
    r"\.{1,5} \S|\.\p{L}|:[\w-]+:(?:\s|$)|(?:NOTE|TIP|WARNING|IMPORTANT|CAUTION): |\*{1,5} \S|- \S"
    r"|\p{Lu}[\w ]{0,40}::(?:\s|$)"
    r"|(?:={4,}|-{4,}|\.{4,}|\*{4,})$|//|\[\[?[\w#.-]+[^\n]*\]$|\+$|.*(?:link:|xref:|<<\w|https?://\S+\[)"
)


def _is_asciidoc(head: str, found: Sequence[str]) -> bool:
    """Whether lines are AsciiDoc: what nothing else has, or its headings with a second mark."""
    shown = len(_MARKDOWN.findall(head))  # comments of code in a block look like headings, too
    if shown:
        return "```" not in head and len(_ADOC.findall(head)) > shown
    if _ADOC.search(head):
        return True
    headings = sum(map(bool, map(_ADOC_HEADING.match, found)))
    marks = headings > 1 or any(map(_ADOC_MARK.match, found))
    return 0 < headings <= 0.5 * len(found) and marks and _ADOC_HEADING.match(found[0]) is not None


_WIKI_HEADING = regex.compile(r"(={2,6})[ \t]*[^=\s][^=\n]*[^=\s][ \t]*\1[ \t]*$")
_WIKI = regex.compile(
    r"(?m)^\{\||\[\[[^\[\]\n]+\]\]|\{\{[\w ][^{}]*\}\}|</?ref\b|'{3}[^'\n]+'{3}|^[*#;:]+ ?\w"
)
_POD = regex.compile(r"(?m)^=(?:head[1-6] \S|item\b|over\b|cut\b|pod\b)")


def _is_wiki(head: str, found: Sequence[str]) -> bool:
    """Whether lines are wiki text: a table in braces, or headings in equals signs and a second mark."""
    if _MARKDOWN.search(head) and not head.lstrip().startswith(("==", "{|", "{{")):
        return False
    headings = sum(map(bool, map(_WIKI_HEADING.match, found)))
    table = found[0].startswith("{|") and any(line.startswith("|}") for line in found)
    return table or (0 < headings <= 0.6 * len(found) and _WIKI.search(head) is not None)


def _is_pod(head: str, found: Sequence[str]) -> bool:
    """Whether lines are documentation of Perl, or have some between them."""
    return (head.startswith("=") and _POD.match(head) is not None) or len(_POD.findall(head)) > 2


def documents_perl(text: str) -> bool:
    """Whether source code has documentation of Perl in it."""
    return "\n=" in text and _POD.search(text) is not None


def _has_entries(head: str, found: Sequence[str]) -> bool:
    """Whether a text has entries of BibTeX, which begin as decorators of Python do."""
    return "@" in head and BIBTEX.search(head) is not None and "```" not in head


_FORMATS = (
    ("text", _has_entries),
    ("latex", _is_latex),
    ("pod", _is_pod),
    ("wiki", _is_wiki),
    ("asciidoc", _is_asciidoc),
)
"""Kinds with their detectors, in the order in which they are tried."""
