"""Settings that are commented out: whoever reads one must see the setting that holds."""

from __future__ import annotations

from bisect import bisect_right

import regex

from lingua_integrations.core.text.outline import Outline

DISABLED = regex.compile(r"\s*(?:[#;]|//)+\s*(?:export\s+)?(?P<key>[\w.-]+)\s*[=:](?=\s*\S)(?!\s*//)")
"""A setting in a comment, such as ``# retries = 3``."""
_SECTION = regex.compile(r"\s*[^#;\s]")  # a comment above settings begins no section
_LIVE = regex.compile(r"\s*(?:export\s+)?(?P<key>[\w.-]+)\s*[=:]")


def connect_disabled(outline: Outline, first: int) -> None:
    """Let settings in comments need the one with the same key that holds: the next one, or the last before.

    Args:
        outline: of a text.
        first: the piece from which on it has settings.
    """
    text = outline.text
    live: dict[tuple[str, frozenset[int]], list[int]] = {}
    off: list[tuple[tuple[str, frozenset[int]], int]] = []
    for number in range(first, len(outline.pieces)):
        piece = outline.pieces[number]
        section = frozenset(need for need in piece.needs if _is_section(outline, need))
        last = text.rfind("\n", piece.start, piece.end) + 1  # a comment may stand above the setting
        if found := DISABLED.match(text, max(piece.start, last), piece.end):
            off.append(((found["key"], section), number))
        elif found := _LIVE.match(text, piece.start, piece.end):
            live.setdefault((found["key"], section), []).append(number)
    for key, number in off:
        same = live.get(key)
        if same:
            outline.bind(number, same[min(bisect_right(same, number), len(same) - 1)])


def _is_section(outline: Outline, number: int) -> bool:
    piece = outline.pieces[number]
    return piece.carrier and _SECTION.match(outline.text, piece.start, piece.end) is not None
