"""Lines that go on: what a backslash at the end of a line joins to it is the same line."""

from __future__ import annotations

from collections.abc import Sequence

from lingua_integrations.core.text.outline import Outline

_MOST = 30  # lines that go on with one another
_KINDS = ("latex", "bibtex")  # in which a backslash is a command


def connect_continued(outline: Outline, contents: Sequence[str]) -> None:
    """Let a piece and the one that goes on with its last line, behind a backslash, need each other."""
    if "\\\n" not in outline.text and "\\\r" not in outline.text:
        return
    pieces, joined = outline.pieces, 0
    for number in range(1, len(pieces)):
        before = contents[number - 1]
        joined += 1
        if joined > _MOST or not before.endswith((" \\", "\t\\", ",\\")) or pieces[number].kind in _KINDS:
            joined = 0
            continue
        if outline.text.count("\n", pieces[number - 1].end, pieces[number].start) == 1:
            outline.require([number], [number - 1])
            outline.require([number - 1], [number])
