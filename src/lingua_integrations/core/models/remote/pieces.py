"""Moves surprisals from a server's tokens to ours, if the server cuts a text into other tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from lingua_integrations.core.models.remote.answers import Malformed
from lingua_integrations.core.types import FloatArray, IntArray

_UNKNOWN = "\ufffd"  # stands for bytes that are no character by themselves


def located(pieces: Sequence[str], text: str) -> tuple[int, IntArray]:
    """Where the pieces of a text stand in it: how many stand before it, and the ends of the others.

    Pieces before the text are the start tokens that a server adds. A piece that is part of a character has no
    text of its own: it ends where the next one begins.

    Raises:
        Malformed: they are not the pieces of this text.

    >>> located(["<s>", "One", " two"], "One two")
    (1, array([3, 7]))
    """
    for before in range(min(2, len(pieces)) + 1):
        ends = _ends(pieces[before:], text)
        if ends is not None:
            return before, ends
    raise Malformed("its tokens are not those of the text that it was asked about")


def _ends(pieces: Sequence[str], text: str) -> IntArray | None:
    """The end of each piece in the text, or None where they do not make it up."""
    ends: list[int] = []
    place = waiting = 0
    for piece in pieces:
        own = piece.strip(_UNKNOWN)
        if not own:
            waiting += 1
            ends.append(place)
            continue
        # Only pieces that wait can account for characters in between, each at most for one.
        slack = waiting + (len(piece) - len(own))
        at = text.find(own, place, place + slack + len(own))
        if at < 0:
            return None
        ends[len(ends) - waiting :] = [at] * waiting
        place, waiting = at + len(own), 0
        ends.append(place)
    if len(text) - place > waiting:
        return None
    ends[len(ends) - waiting :] = [len(text)] * waiting
    return np.asarray(ends, dtype=np.int64)


def shared(nats: FloatArray, ends: IntArray, starts: IntArray, stops: IntArray) -> FloatArray:
    """Surprisals of tokens from those of other pieces of the same text.

    What a piece tells is spread evenly over its characters; where both are cut alike, each token gets its
    own. Pieces end at ``ends``, tokens reach from ``starts`` to ``stops``.

    >>> shared(np.array([6.0, 1.0]), np.array([3, 7]), np.array([0, 2, 3]), np.array([2, 3, 7]))
    array([4., 2., 1.])
    """
    edges, last = np.unique(np.r_[0, ends], return_index=True)
    sums = np.r_[0.0, np.cumsum(nats)]
    last = np.r_[last[1:], len(ends) + 1] - 1  # of pieces that end at the same place the last has the sum
    told = np.interp(stops, edges, sums[last]) - np.interp(starts, edges, sums[last])
    return np.asarray(np.maximum(told, 0.0))


def lengths(texts: Iterable[str]) -> tuple[IntArray, IntArray]:
    """Where texts that follow each other start and stop.

    >>> lengths(["One", "", " two"])
    (array([0, 3, 3]), array([3, 3, 7]))
    """
    stops = np.cumsum([len(text) for text in texts], dtype=np.int64)
    return np.r_[0, stops[:-1]].astype(np.int64), stops
