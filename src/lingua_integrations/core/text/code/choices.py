"""Arms of a choice, such as ``else -> 1``: some hold only where none of those above does."""

from __future__ import annotations

import regex

_CHOICE = regex.compile(r"\b(?:when|switch|match|case|cond|select|receive)\b")
_BARE = regex.compile(
    r"\b(?:when|cond|switch|select)\s*(?:\{|do)?\s*$"
)  # of conditions alone, not of a value
_ARM = regex.compile(r"\s*(?P<if>[^\n]{1,200}?)\s*(?:->|=>)")
_REST = regex.compile(r"(?:case\s+)?(?:else|_|default|otherwise|true)$")
_CONDITION = regex.compile(r"[<>]|[=!]=|&&|\|\||\b(?:and|or|if|when|not)\b")


def needs_those_above(arm: str, choice: str) -> bool:
    """Whether an arm of a choice holds only where none above it does; given the line that opens the choice.

    >>> needs_those_above("else -> 1", "= when (x) {"), needs_those_above('"a" -> 1', "= when (x) {")
    (True, False)
    >>> needs_those_above(">= 10 => 1,", "x switch {"), needs_those_above("x.paid -> 1", "= when {")
    (True, True)
    """
    found = _ARM.match(arm) if choice and _CHOICE.search(choice) else None
    if found is None:
        return False
    return any((_BARE.search(choice), _REST.match(found["if"]), _CONDITION.search(found["if"])))
