"""Diffs: a changed line means nothing without its hunk and its file."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_FILE = regex.compile(
    r"diff |Index: |index [0-9a-f]|--- |\+\+\+ |={20,}|(?:new|deleted|old) (?:file )?mode"
    r"|similarity |rename |Binary files"
)
_ENTRY = regex.compile(r"diff |Index: ")
_HUNK = regex.compile(r"@@+ .*@@")
_LONG = 40  # lines from which on a hunk may be shortened to some of its changes


def is_diff(found: list[str]) -> bool:
    """Whether lines are a diff."""
    return any(map(_HUNK.match, found)) and any(line.startswith(("--- ", "diff ", "+++ ")) for line in found)


def read_diff(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A hunk is one piece and needs its file; of a long one changes may go, and a mark says where."""
    text = outline.text
    file: tuple[int, ...] = ()
    hunk: list[Span] = []
    heads: list[Span] = []

    def settle(*, last: bool = False) -> None:
        """Add the hunk so far; the head of a file is one once a hunk follows."""
        nonlocal file
        if hunk:
            file = (outline.add(heads[0].start, heads[-1].end, needs, carrier=True),) if heads else file
            heads.clear()
            _add_hunk(outline, hunk, (*needs, *file))
            hunk.clear()
        elif heads and last:
            outline.add(heads[0].start, heads[-1].end, needs)

    found = lines(text, *span)
    for number, line in enumerate(found):
        content = text[slice(*line)]
        following = text[slice(*found[number + 1])] if number + 1 < len(found) else ""
        names = content.startswith("--- ") and following.startswith("+++ ")
        if _HUNK.match(content):
            settle()
            hunk.append(line)
        elif _ENTRY.match(content) or (names and (hunk or not heads)):
            settle()
            if heads:  # a file without a hunk: renamed, or binary
                outline.add(heads[0].start, heads[-1].end, needs)
                heads.clear()
            heads.append(line)
        elif heads and not hunk and _FILE.match(content):
            heads.append(line)
        elif hunk:
            hunk.append(line)
        else:
            outline.add(*line, needs)
    settle(last=True)


def _add_hunk(outline: Outline, hunk: list[Span], needs: tuple[int, ...]) -> None:
    if len(hunk) <= _LONG:
        outline.add(hunk[0].start, hunk[-1].end, needs)
        return
    head = outline.add(*hunk[0], needs, carrier=True)
    begin = hunk[1]
    end = hunk[1]
    changed = False
    for line in hunk[1:]:
        change = outline.text[line.start] in "+-"
        if (
            changed and not change and line.start > begin.start
        ):  # what follows a run of changes belongs to the next
            outline.add(begin.start, end.end, (*needs, head), mark="\n[...]")
            begin = line
        changed, end = change, line
    outline.add(begin.start, end.end, (*needs, head), mark="\n[...]")
