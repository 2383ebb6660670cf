"""Diffs: a changed line means nothing without its hunk and its file."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.lines.reports import COMMIT
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_FILE = regex.compile(
    r"diff |Index: |index [0-9a-f]|--- |\+\+\+ |={20,}|(?:new|deleted|old) (?:file )?mode"
    r"|similarity |rename |Binary files"
)
_ENTRY = regex.compile(r"diff |Index: ")
_HUNK = regex.compile(r"@@+ .*@@")
_BLANK = regex.compile(r"[ \t]*(?:\r?\n [ \t]*(?=\r?\n|$))+")
_LONG = 40  # lines from which on a hunk may be shortened to some of its changes


def is_diff(found: list[str]) -> bool:
    """Whether lines are a diff."""
    return any(map(_HUNK.match, found)) and any(line.startswith(("--- ", "diff ", "+++ ")) for line in found)


def read_diff(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A hunk is one piece and needs its file; of a long one changes may go, and a mark says where.

    What stands between files, such as the commits that the diffs are of, is needed by those below it.
    """
    text = outline.text
    found = lines(text, *span)
    commit: tuple[int, ...] = ()
    file: tuple[int, ...] = ()
    number = 0
    while number < len(found):
        begin = number
        while number < len(found) and not _begins_file(text, found, number):
            number += 1
        if number > begin:
            commit = _add_words(outline, Span(found[begin].start, found[number - 1].end), needs)
        begin = number
        while (
            number < len(found)
            and (number == begin or not _begins_file(text, found, number))
            and (_FILE.match(text, *found[number]))
        ):
            number += 1
        heads = found[begin:number]
        hunked = number < len(found) and _HUNK.match(text, *found[number])
        if heads:
            known = (*needs, *commit)
            file = (outline.add(heads[0].start, heads[-1].end, known, carrier=bool(hunked)),)
        while number < len(found) and _HUNK.match(text, *found[number]):
            begin, number = number, number + 1
            while (
                number < len(found)
                and text[found[number].start] in " +-\\\t"
                and not _begins_file(text, found, number)
            ):
                number += 1
            _add_hunk(outline, found[begin:number], (*needs, *commit, *file))
            _add_blank_end(outline)


def _begins_file(text: str, found: Sequence[Span], number: int) -> bool:
    """Whether the part of a diff that is about one file begins with a line."""
    line = found[number]
    following = found[number + 1] if number + 1 < len(found) else line
    names = text.startswith("--- ", line.start) and text.startswith("+++ ", following.start)
    above = text[slice(*found[number - 1])] if number else ""
    return (
        _ENTRY.match(text, *line) is not None
        or (names and not _FILE.match(above))
        or (not number and _HUNK.match(text, *line) is not None)
    )


def _add_words(outline: Outline, span: Span, needs: tuple[int, ...]) -> tuple[int, ...]:
    """Add what stands between files; returns the lines in it that say which commit it is."""
    first = len(outline.pieces)
    told = COMMIT.match(outline.text, *span) is not None
    outline.read("commits" if told else "prose", span, needs)
    own = (number for number in range(first, len(outline.pieces)) if outline.pieces[number].carrier)
    return tuple(own) if told else ()


def _add_blank_end(outline: Outline) -> None:
    """Let a hunk have the blank lines at its end, without which it would not be whole."""
    blank = _BLANK.match(outline.text, outline.at)
    if blank:
        outline.extend(blank.end())


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
