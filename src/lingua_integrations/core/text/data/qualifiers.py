"""Keys whose values say that what stands beside them does not hold, or only in part, or in which unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

import regex

from lingua_integrations.core.text.outline import Outline

_PAIR = regex.compile(
    r"""\s*(?:-\s|option\s)?\s*["']?(?:is[_-]?|x-)?(?P<key>[A-Za-z][\w.-]{0,40})["']?\s*[:=](?!=)\s*(?P<value>[^\n]{0,200})""",
    regex.I,
)
_HOLDS_WORDS = """
    success succeeded successful ok valid enabled enable active available published supported complete
    completed verified approved accepted applied effective
"""
_HOLDS = frozenset(_HOLDS_WORDS.split())
"""Flags that deny what stands beside them where they are not set."""
_LIMITS_WORDS = """
    error errors failed failure deprecated disabled disable deleted removed archived expired revoked
    cancelled canceled draft experimental optional partial truncated incomplete readonly writeonly nullable
    hidden dryrun simulated stale obsolete superseded
"""
_LIMITS = frozenset(_LIMITS_WORDS.split())
"""Flags that do where they are set."""
_SAID = frozenset(["error", "errors", "failure", "deprecated"])  # those that are set by saying why
_SAYS = frozenset(["status", "state", "conclusion", "outcome", "unit", "units", "uom", "currency"])
_UNIT_OF = regex.compile(r"(?P<stem>\w+?)(?:_(?:units?|currency|uom)|Units?|Currency|Uom)$")
_NOT_SET = regex.compile(r"(?:false|no|off|null|none|nil|undefined|0|~|\[\s*\]|\{\s*\})?$", regex.I)
_SET = regex.compile(r"(?:true|yes|on|[1-9]\d*)$|\d{4}-\d\d-\d\d", regex.I)
_MOST = 8  # of them in a section
_WHOLE = 1_000  # characters up to which a table of units comes with each value
_SPACE = "\"' \t\r,;"


def qualifies(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether a key with its value denies or limits what stands beside it, or says its state or its unit.

    >>> qualifies('"success": false,'), qualifies("success: true"), qualifies("deprecated = yes")
    (True, False, True)
    >>> qualifies("currency: JPY"), qualifies("state: absent"), qualifies('"status": {')
    (True, True, False)
    """
    found = _PAIR.match(text, start, len(text) if end is None else end)
    if not found:
        return False
    key = found["key"].replace("_", "").replace("-", "").lower()
    value = found["value"].split(" #")[0].strip(_SPACE)
    if key in _HOLDS:
        return bool(value) and _NOT_SET.match(value) is not None
    if key in _LIMITS:
        return _SET.match(value) is not None or (key in _SAID and not _NOT_SET.match(value))
    return key in _SAYS and value[:1] not in ("", "{", "[", "|", ">", "&")


def unit_of(key: str) -> str | None:
    """The key whose unit a key says; None where it says none.

    >>> unit_of("hourly_units"), unit_of("priceCurrency"), unit_of("communities")
    ('hourly', 'price', None)
    """
    found = _UNIT_OF.match(key)
    return found["stem"] if found else None


def connect_units(outline: Outline, members: Mapping[str, range]) -> None:
    """Let members of an object need the unit, or the table of units, that another member says for them.

    Args:
        outline: of a text.
        members: for each key its pieces.
    """
    for key, said in members.items():
        stem = unit_of(key)
        if (
            stem is not None
            and stem in members
            and outline.pieces[said[-1]].end - outline.pieces[said[0]].start <= _WHOLE
        ):
            outline.require(members[stem], said)


def connect_limits(outline: Outline, section: Sequence[int]) -> None:
    """Let all pieces of a section that has just ended need those that limit it: ``enabled = false``.

    Args:
        outline: of a text, up to the end of the section.
        section: the piece that names it, if any.
    """
    if section:
        inside = range(section[0] + 1, len(outline.pieces))
        limits = (n for n in inside if qualifies(outline.text, *outline.pieces[n][:2]))
        outline.require(inside, islice(limits, _MOST))
