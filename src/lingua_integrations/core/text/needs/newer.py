"""Threads of mails with the newest on top: what a newer one says of a name that an older one says, too."""

from __future__ import annotations

from collections.abc import Set

import regex

from lingua_integrations.core.text.needs.mail_parts import Parts
from lingua_integrations.core.text.outline import Outline

_NAME = regex.compile(
    r"(?<=[\p{L}\p{N},;:] )\p{Lu}[\p{L}\p{N}-]{3,}|\b(?=\p{L}*\p{N})[\p{L}\p{N}][\p{L}\p{N}:.,-]*[\p{L}\p{N}]"
)
"""Names within a sentence, and numbers of two digits or more."""
_FEW = 4  # pieces that say a name which tells one thing from others
_NEWER = 2  # sentences of newer mails that come with a quoted one


def connect_newer(outline: Outline, parts: Parts, idle: Set[int]) -> None:
    """Let a quoted sentence need what a newer mail above says with the same name or number, and the next one.

    "> Deliver to Havenweg 3." is no longer so below "The yard at Havenweg is shut. Deliver to Kade 18."
    """
    senders = {name for n in parts.heads | parts.named for name in _NAME.findall(parts.contents[n])}
    places: dict[str, list[int]] = {}
    for n, content in enumerate(parts.contents):
        if n not in idle and not parts.begins(n) and n not in parts.marks:
            for name in set(_NAME.findall(content)) - senders:
                places.setdefault(name, []).append(n)
    newer: dict[int, list[int]] = {}
    for same in places.values():
        for n in same if 1 < len(same) <= _FEW else ():
            above = [one for one in same if one < n and parts.levels[one] < parts.levels[n]]
            newer.setdefault(n, []).extend(above[:1])
    for n, above in newer.items():
        for one in sorted(set(above))[:_NEWER]:
            outline.bind(n, one)
            after = one + 1
            gap = outline.text[outline.pieces[one].end : outline.pieces[after].start]
            if after < n and gap.count("\n") < 2 and parts.levels[after] == parts.levels[one]:
                outline.bind(one, after)
