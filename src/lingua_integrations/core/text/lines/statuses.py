"""What `git status` prints: a file under what holds of it; one may stand under several."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_HEAD = regex.compile(
    r"(?:Changes to be committed|Changes not staged for commit|(?:Untracked|Ignored) files|Unmerged paths):$"
)
_HEADS = 5  # there are no more
_HINT = regex.compile(r"\s+\(.*\)$")
_ENTRY = regex.compile(r"(?P<what>\s+[a-z][a-z ]+:)?\s+(?P<path>\S.*)$")


def is_status(found: Sequence[str]) -> bool:
    r"""Whether lines are what `git status` prints.

    >>> is_status(["Untracked files:", "\ta.py"]), is_status(["Files:", "\ta.py"])
    (True, False)
    """
    heads = [number for number, line in enumerate(found) if _HEAD.match(line)]
    below = [found[number + 1] for number in heads if number + 1 < len(found)]
    return bool(heads) and all(line[:1].isspace() for line in below)


def read_status(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Files under their heads. A file under several needs its other entries; hints are about a head."""
    text = outline.text
    head: int | None = None
    entries: dict[str, list[int]] = {}
    for line in lines(text, *span):
        content = text[slice(*line)]
        entry = _ENTRY.match(content)
        if _HEAD.match(content):
            head = outline.add(*line, needs, carrier=True)
        elif head is not None and _HINT.match(content):
            outline.add(*line, (*needs, head), carrier=True)
        elif head is not None and entry:
            at = outline.add(*line, (*needs, head), record="line")
            entries.setdefault(entry["path"], []).append(at)
        else:
            head = None
            outline.add(*line, needs, record="line")
    for same in entries.values():
        outline.require(same, same if len(same) <= _HEADS else ())
