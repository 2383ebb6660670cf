"""Random values from a seed: what fuzzing needs of Hypothesis's strategies, under their names, but faster.

The same seed draws the same value, so that a seed is all that a failure has to remember; `fuzz.shrink` makes
the failing value small.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Sequence
from random import Random
from typing import Any, Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

_EDGES = "\0\t\n\r\x1b \x7f\x85\xa0\xad\u0308\u200b\u200d\u202e\u2028\ud800\udfff\ufeff\uffff\U0010ffff"
_BLOCKS = (0x80, 0x370, 0x590, 0x900, 0xE00, 0x1100, 0x3000, 0x4E00, 0xAC00, 0xFE00, 0x1F1E6, 0x1F600)


class Strategy(Generic[T]):
    """Something to draw values from.

    >>> lists(sampled_from("ab"), max_size=3).map("".join).draw(Random(0))
    'aaa'
    """

    def __init__(self, draw: Callable[[Random], T], branches: Sequence[Strategy[T]] = ()) -> None:
        self.draw = draw
        self.branches = branches or (self,)

    def map(self, change: Callable[[T], U]) -> Strategy[U]:
        """Every value, changed."""
        return Strategy(lambda rng: change(self.draw(rng)))

    def flatmap(self, then: Callable[[T], Strategy[U]]) -> Strategy[U]:
        """A value of the strategy that a value leads to."""
        return Strategy(lambda rng: then(self.draw(rng)).draw(rng))

    def filter(self, wanted: Callable[[T], bool]) -> Strategy[T]:
        """Only the values that are wanted."""

        def draw(rng: Random) -> T:
            while not wanted(value := self.draw(rng)):
                pass
            return value

        return Strategy(draw)

    def __or__(self, other: Strategy[U]) -> Strategy[T | U]:
        return one_of(self, other)


def just(value: T) -> Strategy[T]:
    """Always the same."""
    return Strategy(lambda rng: value)


def none() -> Strategy[None]:
    """None."""
    return just(None)


def sampled_from(values: Sequence[T]) -> Strategy[T]:
    """One of some values."""
    return Strategy(lambda rng: values[int(rng.random() * len(values))])


def booleans() -> Strategy[bool]:
    """True or False."""
    return Strategy(lambda rng: rng.random() < 0.5)


def one_of(*several: Strategy[Any]) -> Strategy[Any]:
    """A value of one of some strategies, each as often; of a choice of some, each of those."""
    branches = [branch for one in several for branch in one.branches]
    return Strategy(lambda rng: branches[int(rng.random() * len(branches))].draw(rng), branches)


def integers(least: int, most: int) -> Strategy[int]:
    """A whole number; one time in ten an end of the range."""
    ends = (least, most, max(least, min(most, 0)), min(most, least + 1))
    return Strategy(lambda rng: rng.choice(ends) if rng.random() < 0.1 else rng.randint(least, most))


def floats(least: float = -1e9, most: float = 1e9) -> Strategy[float]:
    """A number; one time in ten an end of the range, or a round number in it."""
    ends = [end for end in (least, most, 0.0, 0.5, 1.0, 1 / 3, 5e-324) if least <= end <= most]
    return Strategy(lambda rng: rng.choice(ends) if rng.random() < 0.1 else rng.uniform(least, most))


def lists(
    parts: Strategy[T], min_size: int = 0, max_size: int = 12, unique: bool = False
) -> Strategy[list[T]]:
    """Some values; one in sixteen is a value of before once more, as what repeats itself is treated apart."""

    def draw(rng: Random) -> list[T]:
        size, found = min_size, []
        while size < max_size and rng.random() > 1 / (1 + (min_size + max_size) / 2 - min_size):
            size += 1
        for _ in range(size):
            value = rng.choice(found) if found and rng.random() < 1 / 16 else parts.draw(rng)
            if not unique or value not in found:
                found.append(value)
        return found

    return Strategy(draw)


def dictionaries(keys: Strategy[Hashable], values: Strategy[T], max_size: int) -> Strategy[dict[Any, T]]:
    """Some keys with values."""
    return lists(tuples(keys, values), max_size=max_size).map(dict)


def tuples(*parts: Strategy[Any]) -> Strategy[tuple[Any, ...]]:
    """One value of each."""
    return Strategy(lambda rng: tuple([part.draw(rng) for part in parts]))


def fixed_dictionaries(
    parts: dict[str, Strategy[Any]], optional: dict[str, Strategy[Any]] | None = None
) -> Strategy[dict[str, Any]]:
    """A value for each key, and for some of the optional ones."""

    def draw(rng: Random) -> dict[str, Any]:
        made = {key: part.draw(rng) for key, part in parts.items()}
        return made | {key: part.draw(rng) for key, part in (optional or {}).items() if rng.random() < 0.5}

    return Strategy(draw)


def builds(make: Callable[..., T], *parts: Strategy[Any], **named: Strategy[Any]) -> Strategy[T]:
    """What a function makes of one value of each."""

    def draw(rng: Random) -> T:
        given = [part.draw(rng) for part in parts]
        return make(*given, **{name: part.draw(rng) for name, part in named.items()})

    return Strategy(draw)


def recursive(
    leaf: Strategy[Any], inside: Callable[[Strategy[Any]], Strategy[Any]], depth: int = 4
) -> Strategy[Any]:
    """Values in values; half of those at each depth are leaves."""
    leaf = strategy = Strategy(leaf.draw)  # one branch
    for _ in range(depth):
        strategy = one_of(leaf, Strategy(inside(strategy).draw))
    return strategy


def text(max_size: int) -> Strategy[str]:
    """Any Unicode, lone surrogates included; one in ten characters is one that is often treated apart."""
    return lists(Strategy(_character), max_size=max_size).map("".join)


def _character(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.1:
        return rng.choice(_EDGES)
    if kind < 0.5:
        return chr(rng.randint(32, 126))
    if kind < 0.8:
        return chr(rng.choice(_BLOCKS) + rng.randrange(0x60))
    return chr(rng.randint(0, sys.maxunicode))
