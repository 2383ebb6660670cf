"""Where the words of a shortened text stand in the text that it was made of."""

from __future__ import annotations

import numpy as np
import regex

from lingua_integrations.core.text.spans import Span

_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]|\w+|[^\w\s]")
_WORTH, _RUN = 2, 1  # of a word that is found, and of one that follows on the one before in both texts


def aligned(source: str, output: str) -> list[Span]:
    """The stretches of a source that an output consists of, in order.

    Of all ways to find the words of the output in the source, in their order, one with the most words, and
    the longest runs of them. Words of the output that are not in the source are passed over.

    >>> source = "It rained. Emma came. It was late. Emma left."
    >>> [source[start:end] for start, end in aligned(source, "Emma left")]
    ['Emma left']
    >>> [source[start:end] for start, end in aligned(source, "It rained. Emma went.")]
    ['It rained. Emma', '.']
    """
    if (at := source.find(output.strip())) >= 0:
        return [Span(at, at + len(output.strip()))] if output.strip() else []
    words = list(_WORD.finditer(source))
    places = _places([one.group() for one in words], _WORD.findall(output))
    spans: list[Span] = []
    for before, place in zip([-2, *places], places, strict=False):
        start, end = words[place].span()
        if place == before + 1:
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
    return spans


def _places(source: list[str], output: list[str]) -> list[int]:
    """Indices of the source's words that the output's words are, ascending: dynamic programming."""
    number = {word: index for index, word in enumerate(dict.fromkeys(source))}
    ids = np.array([number[word] for word in source], dtype=np.int32)
    shape = len(output) + 1, len(source) + 1
    best = np.zeros(shape, dtype=np.int32)  # of the first words of the output in the first ones of the source
    follows = np.zeros(shape, dtype=bool)  # whether the best match of the two last words follows on another
    matched = np.full(
        shape[1], -1, dtype=np.int32
    )  # the best that ends with a match of the two; -1: no match
    for row, word in enumerate(output, 1):
        here = ids == number.get(word, -1)
        run = np.where(matched[:-1] >= 0, matched[:-1] + _WORTH + _RUN, -1)
        new = best[row - 1, :-1] + _WORTH
        follows[row, 1:] = here & (run >= new)
        matched = np.concatenate([[-1], np.where(here, np.maximum(run, new), -1)]).astype(np.int32)
        best[row] = np.maximum.accumulate(np.maximum(best[row - 1], matched))
    return _traced(best, follows)


def _traced(best: np.ndarray, follows: np.ndarray) -> list[int]:
    places, row, column, inside = [], best.shape[0] - 1, best.shape[1] - 1, False
    while row and column:
        if not inside and best[row, column] == best[row - 1, column]:
            row -= 1
        elif not inside and best[row, column] == best[row, column - 1]:
            column -= 1
        else:
            inside = bool(follows[row, column])
            row, column = row - 1, column - 1
            places.append(column)
    return places[::-1]
