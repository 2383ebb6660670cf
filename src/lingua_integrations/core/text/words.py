"""Units smaller than sentences: atoms and phrases of the prose in a text, safe to choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

import numpy as np
import regex

from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.outline import Piece, Structure
from lingua_integrations.core.text.units import Units, from_spans
from lingua_integrations.core.types import IntArray

_ENGLISH = """
    a an the this that these those my your his her its our their some any each every no all both
    and or but nor so yet if then than because although while when where which who whom whose what how
    of in on at by for with from to into onto over under about after before between through during against
    is are was were be been being am do does did have has had will would shall should can could may might
    must not as it he she they we you i there
"""
_FUNCTION_WORDS = frozenset(_ENGLISH.split())
_NUMBER = regex.compile(r"\p{Sc}?\p{Ps}?[-+−]?\p{N}")
# Negations, and words that bound what is said, in the languages that write most of what is compressed.
_BINDING = regex.compile(
    r"""
    (?: no | not | never | none | nobody | nothing | neither | nor | nowhere | without
      | cannot | \w+n['’]t | unless | except | only
      | all | every | each | least | most | more | less | fewer
      | than | up | under | over | before | after | until | if
      | nicht | nichts | kein\p{L}* | nie | niemals | niemand | ohne
      | nur | alle\p{L}? | jede\p{L}? | außer | mindestens | höchstens | bis
      | ne | n['’]\p{L}+ | pas | jamais | rien
      | aucun\p{L}* | sans | sauf | seulement | tous | toutes | moins | plus
      | nunca | jamás | nada | nadie | ningun\p{L}* | ningún
      | sin | solo | sólo | todos | todas | salvo | excepto | menos | más
      | não | nem | nenhum\p{L}* | sem | non | mai | nessun\p{L}*
      | senza | niet | geen | nooit | zonder | alleen
      | не | нет | ни | никогда | без | только | все | nie | bez | tylko
      | नहीं | न | मत | बिना | لا | لم | لن | ليس | بدون | غير | ไม่
      | .*[不没沒無无未非勿別别].* | .*(?:ない|ません|なく|ずに).* | .*(?:않|없|아니|못).*
    )[\p{P}\p{S}]*+$
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_STRETCH = 60  # atoms of one sentence that bind one another at most


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


def _grouped(atoms: Units, starts: list[int]) -> Units:
    """Units of neighbouring atoms: a new one begins with the first atom at or after each of ``starts``."""
    if not len(atoms):
        return atoms
    first: IntArray = np.unique(np.searchsorted(atoms.starts, [0, *sorted(starts)]))
    first = first[first < len(atoms)]
    last = np.r_[first[1:], len(atoms)] - 1
    return Units(atoms.text, atoms.starts[first], atoms.ends[last])


def finer(units: Units, cut: Callable[[str], Units]) -> Units:
    """The same text with its prose cut by ``cut``; a number or a negation stays with the words around it.

    Any word of a sentence needs the sentence's negations, quantifiers and numbers, and a number its unit.

    >>> from lingua_integrations.core.text.documents import read
    >>> words = finer(read("Do not take this drug with alcohol."), segment)
    >>> words.strings()[:3], words.structure.pieces[4].needs
    (['Do', 'not', 'take'], (1,))
    """
    plain = [
        Piece(start, end, prose=True)
        for start, end in zip(units.starts.tolist(), units.ends.tolist(), strict=True)
    ]
    pieces: list[Piece] = []
    whole = units.structure.pieces if units.structure else plain
    inside = [cut(units.text[piece.start : piece.end]) if piece.prose else None for piece in whole]
    lengths = [1 if words is None else len(words) for words in inside]
    first = [0, *accumulate(lengths)]  # of each unit among the pieces; one may need another after it
    for piece, words, number in zip(whole, inside, first, strict=False):
        known = tuple(first[need] for need in piece.needs)
        if words is None:
            closes = first[piece.closes] if piece.closes >= 0 else -1
            pieces.append(piece._replace(needs=known, closes=closes))
        else:
            pieces += _words(piece, known, number, words)
    found = from_spans(units.text, [(piece.start, piece.end) for piece in pieces])
    needy = any(piece.needs or piece.carrier or not piece.prose for piece in pieces)
    return replace(found, structure=Structure(pieces) if needy else None, gap_marker=units.gap_marker)


def _words(piece: Piece, needs: tuple[int, ...], number: int, within: Units) -> list[Piece]:
    """The words of a sentence, the first of which gets a number; each needs those that bind."""
    found = within.strings()
    edges = list(zip(within.starts.tolist(), within.ends.tolist(), strict=True))
    made: list[Piece] = []
    for begin in range(0, len(found), _STRETCH):
        stretch = found[begin : begin + _STRETCH]
        binding = {at for at, word in enumerate(stretch) if _binds(word)}
        counted = {at for at, word in enumerate(stretch) if _NUMBER.match(word)}
        binding |= counted | {
            at + 1 for at in counted if at + 1 < len(stretch) and stretch[at + 1][:1].isalpha()
        }
        leader = min(counted or binding, default=None)
        for at, (start, end) in enumerate(edges[begin : begin + _STRETCH]):
            bound = at in binding and at != leader
            made.append(
                Piece(
                    piece.start + start,
                    piece.start + end,
                    needs if at in binding or leader is None else (*needs, number + begin + leader),
                    carrier=at == leader and not counted,  # a negation says nothing alone
                    closes=number + begin + leader if bound and leader is not None else -1,
                    prose=True,
                )
            )
    return made


def _binds(unit: str) -> bool:
    """Whether a unit has a word that negates or bounds what its sentence says."""
    return any(_BINDING.match(word) for word in unit.split())
