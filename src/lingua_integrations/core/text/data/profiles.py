"""Settings of Spring: a document of YAML for a profile sets anew what the document for all of them sets."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline

PROFILE = regex.compile(
    r"\s*(?:on-profile|profiles|on-cloud-platform|spring\.config\.activate\.[\w-]+):\s+\S"
)
"""Keys that say when a document of several holds."""
_KEY = regex.compile(r"\s*(?:- )?[\"']?([\w.-]+)[\"']?:")
_MOST = 6  # profiles that set a key anew and come with its value


def connect_profiles(outline: Outline, documents: Sequence[range]) -> None:
    """Let a value for all profiles need those that hold instead of it; a profile alone says nothing.

    Args:
        outline: of a text.
        documents: the pieces of each document of YAML in it.
    """
    profiles = {n: at for n, own in enumerate(documents) if (at := _profile(outline, own)) >= 0}
    if not profiles or len(documents) < 2:
        return
    anew: dict[tuple[str, ...], list[int]] = {}
    for n, at in profiles.items():
        outline.carry(at)
        for number in documents[n]:
            if not outline.pieces[number].carrier:
                anew.setdefault(_path(outline, number, documents[n]), []).append(number)
    for n, own in enumerate(documents):
        for number in own if n not in profiles else ():
            found = anew.get(_path(outline, number, own), ())
            for other in found if len(found) <= _MOST and not outline.pieces[number].carrier else ():
                outline.bind(number, other)


def _profile(outline: Outline, own: range) -> int:
    """The piece of a document that says for which profile it is; -1 for none."""
    return next((n for n in own if PROFILE.match(outline.text, *outline.pieces[n][:2])), -1)


def _path(outline: Outline, number: int, own: range) -> tuple[str, ...]:
    """The keys that a piece stands under in its document, and its own."""
    above = sorted(one for one in outline.pieces[number].needs if one in own and outline.pieces[one].carrier)
    keys = (_KEY.match(outline.text, *outline.pieces[one][:2]) for one in (*above, number))
    return tuple(key[1] for key in keys if key and not PROFILE.match(key.string, key.start()))
