"""Names: what one of the best units names comes up where other texts name it.

Questions of several hops name a first place to look, and what is found there names the next. If that has a
text of its own, its title says so, see `links`. Half of the time it stands in a text about something else:
"Who owns the label of the performer of *Another Page*?" needs the text that says whose album this is, and one
about another album of his.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

import numpy as np
import regex

from lingua_integrations.core.prune.mentions import Name, said_in, words_of
from lingua_integrations.core.types import FloatArray, IntArray

_CAPITAL = r"\p{Lu}[\p{L}\p{M}'’\-]++(?! \p{N})"  # "Note 7" is no name
_BETWEEN = r"(?:(?:of|the|de|del|della|di|da|do|dos|du|la|le|von|van|der|den|al|bin) ){0,2}"
_NAME = rf"{_CAPITAL}(?: {_BETWEEN}(?:{_CAPITAL}|\p{{Lu}}\.))*"
_DAY = rf"\p{{N}}\.? {_CAPITAL}(?! \p{{Lu}})"  # nor is "7 May"
_READ = regex.compile(
    rf"(?P<end>[.!?:])|{_DAY}|(?P<name>{_NAME})|(?P<small>\p{{Ll}}[\p{{L}}\p{{M}}]+)|\p{{L}}[\p{{L}}\p{{M}}]*"
)
_LEAST, _MOST = 4, 8  # letters of one word that is a name; words of a name: more are a heading, or a list
_APART = 3.5  # standard deviations above the mean from which on the best unit is the answer itself
_BEST = 4  # units whose names are looked up
_COMMON = 0.2  # share of the texts from which on a name does not say where to look
_WORTH = 2.0  # standard deviations of relevance that it is worth to be named
_BELOW = 0.5  # standard deviations that what is named stays below what names it
_FEW = 3  # units that one name brings up; these numbers were found with benchmarks/evidence.py


def names_in(text: str, small: Set[str] = frozenset()) -> list[Name]:
    """Capitalised words side by side; of those that begin a sentence, or are alone, not those in ``small``.

    >>> names_in("In Rome Robert De Niro stars. Later she met Anna in May.", {"in"})
    [('rome', 'robert', 'de', 'niro'), ('anna',)]
    """
    found = []
    begins = True
    for match in _READ.finditer(text):
        if match["name"]:
            name = words_of(match["name"])
            name = name[1:] if begins and name[0] in small else name
            if 1 < len(name) <= _MOST or (
                len(name) == 1 and not begins and len(name[0]) >= _LEAST and name[0] not in small
            ):
                found.append(name)
        begins = match["end"] is not None
    return list(dict.fromkeys(found))


def named(
    relevance: FloatArray, units: Sequence[str], owners: IntArray, question: str, rounds: int = 1
) -> FloatArray:
    """Relevance in which units come up that say what one of the best units of another text names.

    Nothing does if the best unit stands far apart: it is the answer then, and what it names is beside it.
    What the question itself names was looked for already. A word that is also written small is no name, and a
    name that many texts say does not tell where to look.

    Args:
        relevance: of each unit to the question, shape [n].
        units: their texts.
        owners: the text of each unit, shape [n], ascending.
        question: what is asked.
        rounds: how often the best units are looked at.

    >>> units = ["Another Page is by Christopher Cross.", "It rained.", "Warner signed Christopher Cross."]
    >>> scores = np.array([3.0, 0.0, 0.0])
    >>> named(scores, units, np.array([0, 1, 2]), "Who owns the label of Another Page?").round(2)
    array([3.  , 0.  , 2.29])
    """
    lifted, step = relevance, float(relevance.std())
    if not len(relevance) or relevance.max() - relevance.mean() > _APART * step:
        return relevance
    asked = set(words_of(question))
    texts = len(np.unique(owners))
    small = {match["small"] for unit in units for match in _READ.finditer(unit) if match["small"]}
    for _ in range(rounds):
        best = np.argsort(-lifted, kind="stable")[:_BEST].tolist()
        names = {
            unit: [name for name in names_in(units[unit], small) if not asked.issuperset(name)]
            for unit in best
        }
        said = _said(units, [name for some in names.values() for name in some])
        before, lifted = lifted, lifted.copy()
        for unit in best:
            for name in names[unit]:
                others = said.get(name, owners[:0])
                others = others[owners[others] != owners[unit]]
                if len(others) and len(np.unique(owners[others])) <= max(1.0, _COMMON * texts):
                    few = others[np.argsort(-before[others], kind="stable")[:_FEW]]
                    most = before[unit] - _BELOW * step
                    lifted[few] = np.maximum(lifted[few], np.minimum(before[few] + _WORTH * step, most))
    return lifted


def _said(units: Sequence[str], names: Iterable[Name]) -> dict[Name, IntArray]:
    """The units that say each name."""
    found: dict[Name, list[int]] = defaultdict(list)
    for unit, said in enumerate(said_in(units, names)):
        for name in said:
            found[name].append(unit)
    return {name: np.array(some) for name, some in found.items()}
