"""Lines that go on: what a backslash at the end of a line joins to it is the same line."""

from __future__ import annotations

from collections.abc import Sequence

from lingua_integrations.core.text.outline import Outline

_KINDS = ("latex", "bibtex")  # in which a backslash is a command


def connect_continued(outline: Outline, contents: Sequence[str]) -> None:
    """Let a piece and the one that goes on with its last line, behind a backslash, need each other."""
    if "\\\n" not in outline.text and "\\\r" not in outline.text:
        return
    pieces = outline.pieces
    for number in range(1, len(pieces)):
        before = contents[number - 1]
        if not before.endswith((" \\", "\t\\", ",\\")) or pieces[number].kind in _KINDS:
            continue
        if outline.text.count("\n", pieces[number - 1].end, pieces[number].start) == 1:
            outline.require([number], [number - 1])
            outline.require([number - 1], [number])
