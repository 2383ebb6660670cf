"""Makes any text safe to print: characters that move the cursor or reverse lines are written out."""

from __future__ import annotations

import regex

# Controls but tab and line feed, what Unicode turns lines round with, marks of no width, half surrogates.
_HIDDEN = regex.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""Text in which each control character is written as Python writes it; letters of all scripts stay.

    >>> visible("paid\x1b[8m not\x1b[0m \u202eevil\n")
    'paid\\x1b[8m not\\x1b[0m \\u202eevil\n'
    """
    return str(_HIDDEN.sub(lambda found: ascii(found[0])[1:-1], text.replace("\r\n", "\n")))
