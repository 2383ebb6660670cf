"""Settings that are commented out or set again: whoever reads one must see the setting that holds."""

from __future__ import annotations

from bisect import bisect_right

import regex

from lingua_integrations.core.text.outline import Outline

DISABLED = regex.compile(r"\s*(?:[#;]|//)+\s*(?:export\s+)?(?P<key>[\w.-]+)\s*[=:](?=\s*\S)(?!\s*//)")
"""A setting in a comment, such as ``# retries = 3``."""
_Key = tuple[str, frozenset[str | int]]
_SECTION = regex.compile(r"\s*[^#;\s]")  # a comment above settings begins no section
_AGAIN = 4  # times that a key is set at most; one that is set more often has many values
_LIVE = regex.compile(r"\s*(?:export\s+)?(?P<key>[\w.-]+)\s*[=:]")


def connect_disabled(outline: Outline, first: int) -> None:
    """Let settings in comments need the one with the same key that holds: the next one, or the last before.

    Of those with the same key in a section, each needs the last one.

    Args:
        outline: of a text.
        first: the piece from which on it has settings.
    """
    text = outline.text
    live: dict[_Key, list[int]] = {}
    off: list[tuple[_Key, int]] = []
    for number in range(first, len(outline.pieces)):
        piece = outline.pieces[number]
        section = frozenset(_section(outline, need) for need in piece.needs if _is_section(outline, need))
        last = text.rfind("\n", piece.start, piece.end) + 1  # a comment may stand above the setting
        if found := DISABLED.match(text, max(piece.start, last), piece.end):
            off.append(((found["key"], section), number))
        elif found := _LIVE.match(text, piece.start, piece.end):
            live.setdefault((found["key"], section), []).append(number)
        elif (
            text[piece.start] == "[" != text[piece.start + 1 : piece.start + 2]
            and text.find("\n", *piece[:2]) > 0
        ):
            name, *settings = text[piece.start : piece.end].split("\n")  # a section that is one piece
            for found in filter(None, map(_LIVE.match, settings)):
                live.setdefault((found["key"], frozenset([name])), []).append(number)
    for same in live.values():
        for number in same[:-1] if len(same) <= _AGAIN else ():
            outline.bind(number, same[-1])
    for key, number in off:
        if same := live.get(key, []):
            outline.bind(number, same[min(bisect_right(same, number), len(same) - 1)])


def _section(outline: Outline, number: int) -> str | int:
    """A section, by its name: it may go on later. Entries of an array with one name are several."""
    piece = outline.pieces[number]
    name = outline.text[piece.start : piece.end]
    return number if name.lstrip()[:2] == "[[" else name


def _is_section(outline: Outline, number: int) -> bool:
    piece = outline.pieces[number]
    return piece.carrier and _SECTION.match(outline.text, piece.start, piece.end) is not None
