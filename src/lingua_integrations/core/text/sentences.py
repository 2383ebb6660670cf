"""Larger units, made of atoms: sentences (with headings, list items, rows, code) and phrases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.blocks import untorn_blocks
from lingua_integrations.core.text.units import Units, clean
from lingua_integrations.core.types import IntArray

_ENGLISH = """
    a an the this that these those my your his her its our their some any each every no all both
    and or but nor so yet if then than because although while when where which who whom whose what how
    of in on at by for with from to into onto over under about after before between through during against
    is are was were be been being am do does did have has had will would shall should can could may might
    must not as it he she they we you i there
"""
_FUNCTION_WORDS = frozenset(_ENGLISH.split())


def sentences(text: str, language: str = "en") -> Units:
    """Cut ``text`` into sentences, headings, list items, rows of tables and blocks of code.

    No atom is torn: a sentence is a run of atoms. Scripts are recognised by their own full stops; the
    language says which abbreviations do not end a sentence.

    >>> sentences("Dr. Wu came at 3 p.m. He left. Why?").strings()
    ['Dr. Wu came at 3 p.m.', 'He left.', 'Why?']
    """
    return _grouped(segment(text), list(sentence_starts(text, language)))


def phrases(text: str) -> Units:
    """Cut ``text`` into phrases: what stands between punctuation and function words, with those in front.

    It stands in for the noun phrases of Selective Context, without a parser.

    >>> phrases("The old man fished alone, in a small boat.").strings()
    ['The old man fished alone', ',', 'in a small boat', '.']
    """
    atoms = segment(text)
    starts: list[int] = []
    has_content = False  # whether the phrase so far has a word that is no function word
    ended = True  # whether punctuation ended it
    for start, atom in zip(atoms.starts.tolist(), atoms.strings(), strict=True):
        word = any(map(str.isalnum, atom))
        function = atom.casefold() in _FUNCTION_WORDS
        if ended or not word or (function and has_content):
            starts.append(start)
            has_content = False
        has_content |= word and not function
        ended = not atom[-1].isalnum()
    return _grouped(atoms, starts)


def sentence_starts(text: str, language: str) -> Iterator[int]:
    """Where sentences and blocks that are not torn begin, in no order; white space may come first."""
    from sentencex import get_sentence_boundaries

    end = 0
    for block in [*untorn_blocks(text), None]:
        stop = block.start if block else len(text)
        between = clean(text[end:stop])
        if between.strip():
            for sentence in get_sentence_boundaries(language, between):
                yield end + int(sentence["start_index"])
        if block:
            yield block.start
            end = block.end
    yield end


def _grouped(atoms: Units, starts: list[int]) -> Units:
    """Units of neighbouring atoms: a new one begins with the first atom at or after each of ``starts``."""
    if not len(atoms):
        return atoms
    first: IntArray = np.unique(np.searchsorted(atoms.starts, [0, *sorted(starts)]))
    first = first[first < len(atoms)]
    last = np.r_[first[1:], len(atoms)] - 1
    return Units(atoms.text, atoms.starts[first], atoms.ends[last])
