"""Directives that others take back: deeper inside, in the stage that is the image, or in a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import regex

from lingua_integrations.core.text.outline import Outline

_DIRECTIVE = regex.compile(r"(?m)^[ \t]*+(?P<name>[a-z]\w*)[ \t]++(?![=:{])[^{}\n=;]*+;[ \t]*+$")
_STAGE = regex.compile(r"(?m)^FROM\s+\S")
_INSTRUCTION = regex.compile(
    r"(?m)^(?P<name>USER|CMD|ENTRYPOINT|HEALTHCHECK|STOPSIGNAL|ENV\s+\w+)(?=[\s=]+\S)"
)
_ENTRY = regex.compile(
    r"(?m)^(?P<off>[ \t]*+#++[ \t]*+)?+(?:[-\d*/,]++[ \t]++){2}(?:[-\w*/,]++[ \t]++){3}(?P<command>\S++)"
)
"""An entry of a schedule: its times, and its command."""
_HOST = regex.compile(r"Host[ \t]++(?P<names>[^\n]++)")
_MOST = 4  # directives of one name that take one back


def connect_overrides(outline: Outline, first: int) -> None:
    """Let directives from the piece ``first`` on need those that hold instead of them."""
    _connect_inner(outline, first)
    _connect_stages(outline, first)
    _connect_schedule(outline, first)
    _connect_hosts(outline, first)


def _connect_hosts(outline: Outline, first: int) -> None:
    """A host of SSH needs the patterns above it that set the same for it: the first value counts."""
    patterns: list[tuple[str, int]] = []
    for number in range(first, len(outline.pieces)):
        found = _HOST.match(outline.text, *outline.pieces[number][:2])
        names = found["names"].split() if found else []
        for pattern, at in patterns if len(patterns) <= _MOST else ():
            same = _keys(outline, number) & _keys(outline, at)
            if same and any(fnmatchcase(name, pattern) for name in names):
                outline.bind(number, at)
        patterns += [(name, number) for name in names if set(name) & set("*?")]


def _keys(outline: Outline, number: int) -> set[str]:
    """The names of what the lines below the first one of a piece set."""
    _, *below = outline.text[slice(*outline.pieces[number][:2])].splitlines()
    return {line.split()[0].lower() for line in below if line.strip()}


def _connect_inner(outline: Outline, first: int) -> None:
    """What is set for a block needs what is set otherwise for a block inside of it, as in nginx."""
    found: dict[str, list[int]] = {}
    for name, at in _named(outline, first, _DIRECTIVE):
        found.setdefault(name, []).append(at)
    for same in found.values():
        for outer in same if len(same) <= 2 * _MOST else ():
            around = set(outline.pieces[outer].needs)
            single = "\n" not in outline.text[slice(*outline.pieces[outer][:2])]
            inner = [at for at in same if at != outer and _is_inside(outline, at, around)]
            for at in inner if single and len(inner) <= _MOST else ():
                outline.bind(outer, at)


def _is_inside(outline: Outline, at: int, around: set[int]) -> bool:
    """Whether a piece stands in the block of another one, and deeper: a short block is one piece."""
    piece = outline.pieces[at]
    deeper = len(piece.needs) > len(around) or "{" in outline.text[slice(*piece[:2])]
    return deeper and around <= set(piece.needs) and bool(around)


def _connect_stages(outline: Outline, first: int) -> None:
    """An instruction of a stage needs the one of the last stage, which is the image that runs."""
    text = outline.text
    stages: list[dict[str, list[int]]] = []
    for number in range(first, len(outline.pieces)):
        span = outline.pieces[number][:2]
        if _STAGE.search(text, *span):
            stages.append({})
        if stages and (found := _INSTRUCTION.search(text, *span)):
            stages[-1].setdefault(" ".join(found["name"].split()), []).append(number)
    for stage in stages[:-1]:
        for name, same in stage.items():
            for number in same if name in stages[-1] else ():
                outline.bind(number, stages[-1][name][-1])


def _connect_schedule(outline: Outline, first: int) -> None:
    """An entry of a schedule that is commented out needs the one with its command that holds."""
    live: dict[str, int] = {}
    off: list[tuple[str, int]] = []
    for number in range(first, len(outline.pieces)):
        for found in _ENTRY.finditer(outline.text, *outline.pieces[number][:2]):
            if found["off"]:
                off.append((found["command"], number))
            else:
                live[found["command"]] = number
    for command, number in off:
        if command in live:
            outline.bind(number, live[command])


def _named(outline: Outline, first: int, pattern: regex.Pattern[str]) -> Iterator[tuple[str, int]]:
    """The names in the pieces from ``first`` on, each with its piece."""
    for number in range(first, len(outline.pieces)):
        for found in pattern.finditer(outline.text, *outline.pieces[number][:2]):
            yield found["name"], number
