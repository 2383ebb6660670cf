"""Links: a text is linked where another one names it by its title.

Questions of several hops name the first place to look, and what is found there names the next: "Who is the
mother of the director of X?" needs the text about X, and the text about whoever that says the director is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import regex

from lingua_integrations.core.prune.mentions import Name, said_in, words_of
from lingua_integrations.core.types import FloatArray, IntArray

_ASIDE = regex.compile(r"\s*[(（][^()（）]*[)）]\s*$")  # "(film)" behind a title, which a text would not say
_NAMES = 4  # of the best units: what they name is looked at next
_LEAST = 3  # characters of a title that names anything
_COMMON = 0.34  # share of the texts from which on a title is a word like others, and names nothing
_LINKED = 2.0  # standard deviations of relevance that a link is worth, found with benchmarks/evidence.py
_FEW = 3  # units of a linked text that come up
_LEAD = 0.75  # that the first unit of a linked text is worth besides: it says what its title is


class Links(NamedTuple):
    """Which units name which texts: pairs, in the order of the units."""

    units: IntArray  # shape [links]
    texts: IntArray  # shape [links]


def links_between(units: Sequence[str], owners: IntArray, titles: Sequence[str | None]) -> Links:
    """Which units name other texts by their titles, word for word.

    A title that many texts name is a word like others: it links nothing. Nor do texts of one title.

    >>> titles = ["Emma (novel)", "Jane Austen", "Austenland"]
    >>> links_between(["Emma is by Jane Austen."], np.array([0]), titles)
    Links(units=array([0]), texts=array([1]))
    """
    titled: dict[Name, list[int]] = defaultdict(list)
    for number, title in enumerate(titles):
        name = words_of(_ASIDE.sub("", title or ""))
        if sum(map(len, name)) >= _LEAST and not "".join(name).isdigit():  # a year is named anywhere
            titled[name].append(number)
    found = [
        (unit, number)
        for unit, said in enumerate(said_in(units, titled))
        for number in sorted(number for name in said for number in titled[name])
        if titles[number] != titles[owners[unit]]
    ]
    sources = np.array([unit for unit, _ in found], dtype=np.int64)
    named_texts = np.array([number for _, number in found], dtype=np.int64)
    apart = np.unique(np.c_[owners[sources], named_texts], axis=0)[:, 1]
    often = np.bincount(apart, minlength=len(titles)) > max(1.0, _COMMON * len(titles))
    rare = ~often[named_texts]
    return Links(sources[rare], named_texts[rare])


def followed(relevance: FloatArray, links: Links, owners: IntArray, rounds: int = 1) -> FloatArray:
    """Relevance in which the best units of texts that others name come up, as far as what names them.

    Args:
        relevance: of each unit to the question, shape [n].
        links: which units name which texts.
        owners: the text of each unit, shape [n], ascending.
        rounds: how often the best units are looked at.

    >>> followed(np.array([2.0, 1.0, 0.0]), Links(np.array([0]), np.array([1])), np.array([0, 0, 1]))
    array([2., 1., 2.])
    """
    step = float(relevance.std())
    lead = np.flatnonzero(np.r_[True, np.diff(owners) > 0][: len(owners)])
    lifted, known = relevance.copy(), set[int]()
    for _ in range(rounds):
        best = np.argsort(-lifted, kind="stable")[:_NAMES]
        ceilings: dict[int, float] = {}
        for unit in best.tolist():
            for text in links.texts[links.units == unit].tolist():
                ceilings.setdefault(text, float(lifted[unit]))
        for text in ceilings.keys() - known:
            own = np.flatnonzero(owners == text)
            raised = lifted[own] + step * _LEAD * np.isin(own, lead)
            higher = raised + min(step * _LINKED, ceilings[text] - float(raised.max(initial=-np.inf)))
            few = np.argsort(-higher, kind="stable")[:_FEW]
            lifted[own[few]] = np.maximum(lifted[own[few]], higher[few])
        known |= ceilings.keys()
    return lifted
