"""What `systemctl status` prints: a service, whether it is active, and the end of its journal."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_UNIT = regex.compile(
    r"[●○×↻*] (?=\S*[\p{L}\d]\S*\.(?:service|timer|socket|mount|target|path|scope|slice)\b)"
)
_FIELD = regex.compile(r"\s*\p{Lu}[\p{L} ]{1,14}: \S")
_STATE = regex.compile(r"\s*Active: ")
_EARLY = 6  # lines below the name of a service among which its state stands


def is_services(found: Sequence[str]) -> bool:
    """Whether lines are what `systemctl status` prints.

    >>> is_services(["● a.service - A", "     Loaded: loaded", "     Active: failed"]), is_services(["● tea"])
    (True, False)
    """
    return _UNIT.match(found[0]) is not None and any(map(_STATE.match, found[1:_EARLY]))


def read_services(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Fields and lines of the journal under the name of their service; all need whether it is active."""
    text = outline.text
    name: tuple[int, ...] = ()
    first, state, deep, at = outline.last + 1, -1, 0, -1
    for line in lines(text, *span):
        content = text[slice(*line)]
        if _UNIT.match(content):
            _close(outline, first, state)
            first, state, at = outline.last + 1, -1, -1
            name = (outline.add(*line, needs, carrier=True),)
            continue
        inside = at >= 0 and indent(content) > deep  # a process of the group, a second trigger
        own = outline.add(*line, (*needs, *name, *((at,) if inside else ())), record="line")
        if state < 0 and _STATE.match(content):
            state = own
        if not inside:
            field = _FIELD.match(content)
            at, deep = (own, content.index(":")) if field and content[:1].isspace() else (-1, 0)
    _close(outline, first, state)


def _close(outline: Outline, first: int, state: int) -> None:
    if state >= 0:
        outline.require(range(first + 1, outline.last + 1), [state])
