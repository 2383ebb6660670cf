"""A prompt in parts: text that is read as it is, and contexts that are read as digests.

Contexts are marked in the prompt's text, so that any template of a chain can say which they are. A mark in a
document would end its context early, and is refused. Choose other marks where documents may contain these.
"""

from __future__ import annotations

from typing import NamedTuple

import regex

from lingua_integrations.errors import InvalidRequest

MARKS = ("<context>", "</context>")
"""What stands before and after a context."""


class Part(NamedTuple):
    """A part of a prompt."""

    text: str
    digested: bool  # whether it is a context, to be read as digests


def parts(prompt: str, marks: tuple[str, str] = MARKS) -> list[Part]:
    """A prompt in its parts, in order; the marks and empty parts are gone.

    Raises:
        InvalidRequest: a mark is missing its other one, or contexts are nested.

    >>> parts("<context>Emma is by Austen.</context> Who wrote Emma?")
    [Part(text='Emma is by Austen.', digested=True), Part(text=' Who wrote Emma?', digested=False)]
    """
    before, after = marks
    found, inside = [], False
    for piece in regex.split(f"({regex.escape(before)}|{regex.escape(after)})", prompt):
        if piece in marks:
            if inside is (piece == before):
                raise InvalidRequest(
                    f"The prompt has {piece!r} where {after if inside else before!r} has to come first. "
                    "Set other marks if a document contains one of these."
                )
            inside = piece == before
        elif piece:
            found.append(Part(piece, inside))
    if inside:
        raise InvalidRequest(f"The prompt has {before!r} without {after!r} behind it.")
    return found


def until(text: str, stops: list[str] | None) -> str:
    """A text up to the first of some stop words.

    >>> until("Jane Austen. Question: When", ["Question:", "Answer:"])
    'Jane Austen. '
    """
    return min((text.partition(stop)[0] for stop in stops or [] if stop), key=len, default=text)


def check_marks(marks: tuple[str, str]) -> None:
    """Refuse marks that cannot be told apart.

    Raises:
        InvalidRequest: they are not two different ones, or one is empty.
    """
    if len(marks) != 2 or not all(isinstance(one, str) and one for one in marks) or marks[0] == marks[1]:
        raise InvalidRequest(f"marks must be two different pieces of text, not {marks!r}.")
