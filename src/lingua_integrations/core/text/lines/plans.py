"""Plans of Terraform and OpenTofu: which resources are to be created, changed, replaced or destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.code.blocks import read_blocks
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_TOLD = regex.compile(
    r"\s*# \S+(?: \([^()\n]*\))? (?:will be|must be|has been|has changed|has moved|was|is tainted)\b"
)
_CHANGE = regex.compile(r"\s*(?:[-+~]|-/\+|\+/-|<=)\s+(?:resource|data|module|output|ephemeral)\b")
_OUTER = regex.compile(r"(?=\S)(?![-+~]/?[-+]?\s|<=\s|#|[}\])])")  # a line of the report itself
_LONG = 600  # characters up to which a resource with its changes is one piece


def is_plan(found: Sequence[str]) -> bool:
    """Whether lines are a plan: what happens to a resource, and its changes.

    >>> is_plan(["  # db.main must be replaced", '-/+ resource "db" "main" {', "    }"])
    True
    """
    return any(map(_TOLD.match, found)) and any(map(_CHANGE.match, found))


def read_plan(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Resources, each with what happens to it, which the changes of a long one need; and lines between."""
    text = outline.text
    found = lines(text, *span)
    begins = [n for n, line in enumerate(found) if n == 0 or _begins(text, line)]
    for first, after in pairwise([*begins, len(found)]):
        whole = Span(found[first].start, found[after - 1].end)
        changes = next((n for n in range(first, after) if _CHANGE.match(text, *found[n])), None)
        if changes is None or whole.end - whole.start <= _LONG or after - changes < 3:
            leads = text[whole.end - 1] == ":" and after < len(found)
            outline.add(*whole, needs, carrier=leads)
            continue
        head = outline.add(whole.start, found[changes].end, needs, carrier=True)
        read_blocks(outline, Span(found[changes + 1].start, found[after - 2].end), (*needs, head))
        outline.cover(found[after - 2].end)
        outline.add(*found[after - 1], closes=head)


def _begins(text: str, line: Span) -> bool:
    """Whether a line begins a resource, or is one of the report itself."""
    return _TOLD.match(text, *line) is not None or _OUTER.match(text, *line) is not None
