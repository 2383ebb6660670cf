"""Long texts of lines or sentences of a few characters each: read in runs, since one tells nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.spans import Span

_BLOCK_END = regex.compile(r"\n(?=\S)")

_MANY = 3_000  # lines from which on a text is read so: fewer take little time one by one
_LONG = 100_000  # characters from which on one of another kind is: its lines say less without their heads
_FEW = 12  # characters of a text for each line that is not blank, up to which lines are crumbs
_RUN = 200  # characters that a run has at least, save the last one
_BLOCK = 2_000  # characters within which a run ends before a line that is not indented
_PLAIN = ("text", "markdown")
_ROWS = ("json", "jsonl", "csv")  # kinds whose short rows are quickly read, and need their head


def is_crumbs(text: str, kind: str) -> bool:
    r"""Whether a text has so many and so short lines that reading each one takes long and tells little.

    >>> is_crumbs("- a\n" * 3_000, "text"), is_crumbs("- a\n" * 300, "text")
    (True, False)
    >>> is_crumbs("It rained all day.\n\n\n" * 3_000, "text")  # blank lines count for nothing
    False
    """
    if (
        kind in _ROWS
        or (kind not in _PLAIN and len(text) < _LONG)
        or _FEW * (text.count("\n") + 1) < len(text)
    ):
        return False
    found = sum(map(bool, map(str.strip, text.split("\n"))))
    return found >= _MANY and _FEW * found >= len(text)


def runs(text: str) -> list[Span]:
    r"""Runs of whole lines, each without the white space at its end; what is indented stays below its head.

    >>> [run.end - run.start for run in runs("- a\n" * 99)]
    [199, 195]
    >>> [run.end - run.start for run in runs("- a\n  - b\n" * 42)]
    [199, 199, 19]
    """
    edges = [0]
    while edges[-1] < len(text):
        least = edges[-1] + _RUN - 1
        end = _BLOCK_END.search(text, least, least + _BLOCK)
        after = end.end() if end else text.find("\n", least) + 1
        edges.append(after or len(text))
    found = (Span(start, start + len(text[start:end].rstrip())) for start, end in pairwise(edges))
    return [run for run in found if run.start < run.end]


def joined(sentences: Sequence[Span]) -> Sequence[Span]:
    """The sentences of a paragraph; in runs where they are as many and as short as such lines.

    >>> [len(joined([Span(4 * n, 4 * n + 3) for n in range(number)])) for number in (300, 3_000)]
    [300, 59]
    """
    if len(sentences) < _MANY or sentences[-1][1] - sentences[0][0] > _FEW * len(sentences):
        return sentences
    found: list[Span] = []
    for start, end in sentences:
        if found and found[-1].end - found[-1].start < _RUN:
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
    return found
